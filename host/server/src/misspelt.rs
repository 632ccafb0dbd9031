//! Variables that look like settings and are none: one that is written wrong must not be silent, since what it should
//! have set is then as if nobody had set it.

use std::{collections::BTreeSet, fmt};

use clap::{Command, CommandFactory as _};

use crate::cli::Cli;

/// What all settings begin with.
const OURS: &str = "QUIRE_";

/// How many letters may differ in what is taken for a slip.
const SLIP: usize = 3;

/// A variable that is set and means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misspelt {
    name: String,
    /// The setting that was probably meant.
    nearest: Option<String>,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is set, and is no setting of Quire", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; {nearest} is one"),
            None => f.write_str("; `quire help serve` lists them"),
        }
    }
}

/// Those of this process, in order.
pub(crate) fn variables() -> Vec<Misspelt> {
    let names = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    among(names.filter_map(|(name, _)| name.into_string().ok()))
}

fn among(names: impl Iterator<Item = String>) -> Vec<Misspelt> {
    let mut known = BTreeSet::new();
    collect(&Cli::command(), &mut known);
    let unknown: BTreeSet<String> = names
        .filter(|name| name.starts_with(OURS) && !known.contains(name))
        .collect();
    let nearest = |name: &str| {
        let distance = |known: &&String| strsim::damerau_levenshtein(name, known);
        let near = known.iter().min_by_key(distance)?;
        (distance(&near) <= SLIP).then(|| near.clone())
    };
    let misspelt = |name: String| Misspelt {
        nearest: nearest(&name),
        name,
    };
    unknown.into_iter().map(misspelt).collect()
}

/// The variables of a command and of those within it.
fn collect(command: &Command, known: &mut BTreeSet<String>) {
    let names = command.get_arguments().filter_map(clap::Arg::get_env);
    known.extend(names.map(|name| name.to_string_lossy().into_owned()));
    for below in command.get_subcommands() {
        collect(below, known);
    }
}

/// Say so in the log.
pub(crate) fn warn() {
    for variable in variables() {
        tracing::warn!("{variable}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_setting_is_named_with_what_is_near_it() {
        let names = [
            "QUIRE_LISTEN",
            "QUIRE_ADMIN_KEY_FILE",
            "QUIRE_LISTN",
            "QUIRE_KEEP_DOCUMENT",
            "QUIRE_SOMETHING_ELSE",
            "PATH",
        ];

        let found = among(names.map(str::to_owned).into_iter());

        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "QUIRE_KEEP_DOCUMENT is set, and is no setting of Quire; QUIRE_KEEP_DOCUMENTS is one",
                "QUIRE_LISTN is set, and is no setting of Quire; QUIRE_LISTEN is one",
                "QUIRE_SOMETHING_ELSE is set, and is no setting of Quire; `quire help serve` lists them",
            ]
        );
    }
}
