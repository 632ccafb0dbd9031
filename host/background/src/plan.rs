//! Which files an import consists of, in the order they are read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use quire_model::{Date, Digest};

use crate::{
    BackgroundError,
    part::{Content, Part, Quarter},
    reader,
};

/// Folders inside folders that are looked into: a quarter comes as `ASCII/` inside `faers_ascii_…/`.
const DEPTH: usize = 3;

/// Everything that is known before the first row is read.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) parts: Vec<Part>,
    pub(crate) kind: Kind,
    /// What the source is, in words for a method section.
    pub(crate) label: String,
    /// A name for the import, if the administrator gives none.
    pub(crate) name: String,
    /// The last day of the newest quarter; bulk files say it inside.
    pub(crate) as_of: Option<Date>,
    /// Of names, sizes and checksums.
    pub(crate) fingerprint: Digest,
}

/// Which of the two forms of FAERS the files have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quarterly files, `$`-delimited.
    Ascii,
    /// Download files of openFDA.
    Bulk,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Bulk => "bulk",
        }
    }
}

impl Plan {
    /// Look into the given files, folders and zip files.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or they do not make an import.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Self, BackgroundError> {
        let mut parts = Vec::new();
        for path in paths {
            look_into(path, DEPTH, &mut parts)?;
        }
        parts.sort();
        if parts.is_empty() {
            let paths = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            return Err(BackgroundError::NothingToImport { paths });
        }
        check_names(&parts)?;
        let is_bulk = |part: &Part| part.content == Content::Bulk;
        let kind = match (parts.iter().any(is_bulk), parts.iter().all(is_bulk)) {
            (false, _) => Kind::Ascii,
            (true, true) => Kind::Bulk,
            (true, false) => return Err(BackgroundError::Mixed),
        };
        let quarters = quarters(&parts);
        if kind == Kind::Ascii {
            check_quarters(&parts, &quarters)?;
        }
        Ok(Self {
            label: label(kind, &quarters, parts.len()),
            name: name(kind, &quarters, &parts),
            as_of: quarters.last().map(|quarter| quarter.end()),
            fingerprint: fingerprint(&parts),
            kind,
            parts,
        })
    }
}

fn look_into(path: &Path, depth: usize, parts: &mut Vec<Part>) -> Result<(), BackgroundError> {
    let unreadable = |source| BackgroundError::Read {
        path: path.to_owned(),
        source,
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        if depth == 0 {
            return Ok(());
        }
        for entry in fs::read_dir(path).map_err(unreadable)? {
            look_into(&entry.map_err(unreadable)?.path(), depth - 1, parts)?;
        }
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.to_ascii_lowercase().ends_with(".zip") {
        parts.extend(reader::entries(path)?);
    } else if let Some(content) = Content::of(&name) {
        parts.push(reader::plain(path, &name, content, about.len()).map_err(unreadable)?);
    }
    Ok(())
}

/// A file is known by its name, so no two may have the same.
fn check_names(parts: &[Part]) -> Result<(), BackgroundError> {
    let mut names = BTreeSet::new();
    for part in parts {
        if !names.insert(part.name.to_lowercase()) {
            let name = part.name.clone();
            return Err(BackgroundError::Twice { name });
        }
    }
    Ok(())
}

fn quarters(parts: &[Part]) -> BTreeSet<Quarter> {
    let of = |part: &Part| Quarter::of(&part.name);
    parts.iter().filter_map(of).collect()
}

/// A quarter is whole or it is refused: without its reactions, a report would count as one without
/// any.
fn check_quarters(parts: &[Part], quarters: &BTreeSet<Quarter>) -> Result<(), BackgroundError> {
    let mut found: BTreeMap<Quarter, BTreeSet<Content>> = BTreeMap::new();
    for part in parts {
        if let Some(quarter) = Quarter::of(&part.name) {
            found.entry(quarter).or_default().insert(part.content);
        }
    }
    let needed = [
        (Content::Reports, "DEMO"),
        (Content::Drugs, "DRUG"),
        (Content::Reactions, "REAC"),
    ];
    for quarter in quarters {
        let has = found.get(quarter);
        // A list of withdrawn cases may come alone.
        if has.is_some_and(|has| has.len() == 1 && has.contains(&Content::Deleted)) {
            continue;
        }
        for (content, stem) in needed {
            if !has.is_some_and(|has| has.contains(&content)) {
                let (year, quarter) = (quarter.year % 100, quarter.quarter);
                let missing = format!("{stem}{year:02}Q{quarter}.txt");
                return Err(BackgroundError::Incomplete { missing });
            }
        }
    }
    Ok(())
}

fn label(kind: Kind, quarters: &BTreeSet<Quarter>, files: usize) -> String {
    match (kind, quarters.first(), quarters.last()) {
        (Kind::Ascii, Some(first), Some(last)) if first != last => format!(
            "FAERS quarterly files {first} to {last} ({} quarters), latest version of each case",
            quarters.len()
        ),
        (Kind::Ascii, Some(only), _) => {
            format!("FAERS quarterly files {only}, latest version of each case")
        }
        _ => {
            let files = if files == 1 {
                "1 file".to_owned()
            } else {
                format!("{files} files")
            };
            format!(
                "openFDA drug/event download ({files}), by the first suspect drug of each report"
            )
        }
    }
}

fn name(kind: Kind, quarters: &BTreeSet<Quarter>, parts: &[Part]) -> String {
    let name = match (kind, quarters.first(), quarters.last()) {
        (Kind::Ascii, Some(first), Some(last)) if first != last => format!("faers-{first}-{last}"),
        (Kind::Ascii, Some(only), _) => format!("faers-{only}"),
        _ => format!("openfda-{}", fingerprint(parts).short()),
    };
    name.to_lowercase()
}

fn fingerprint(parts: &[Part]) -> Digest {
    let line = |part: &Part| {
        format!(
            "{} {} {:08x}",
            part.name.to_lowercase(),
            part.bytes,
            part.checksum
        )
    };
    let lines: Vec<String> = parts.iter().map(line).collect();
    Digest::of_parts(lines.iter().map(String::as_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "primaryid$caseid\n").unwrap();
        }
        folder
    }

    fn plan(folder: &tempfile::TempDir) -> Result<Plan, BackgroundError> {
        Plan::of(&[folder.path().to_owned()])
    }

    #[test]
    fn reports_are_read_before_their_drugs_and_reactions() {
        let names = ["REAC22Q3.txt", "DRUG22Q3.txt", "DEMO22Q3.txt", "README.pdf"];
        let plan = plan(&folder(&names)).unwrap();

        let names: Vec<_> = plan.parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["DEMO22Q3.txt", "DRUG22Q3.txt", "REAC22Q3.txt"]);
        assert_eq!(plan.name, "faers-2022q3");
        assert_eq!(plan.as_of, Some(Date::constant(2022, 9, 30)));
    }

    #[test]
    fn half_a_quarter_is_refused() {
        let error = plan(&folder(&["DEMO22Q3.txt", "DRUG22Q3.txt"])).unwrap_err();

        assert!(
            error.to_string().starts_with("REAC22Q3.txt is missing"),
            "{error}"
        );
    }

    #[test]
    fn the_two_kinds_are_not_mixed_and_nothing_is_said_to_be_nothing() {
        let both = [
            "DEMO22Q3.txt",
            "DRUG22Q3.txt",
            "REAC22Q3.txt",
            "drug-event-0001-of-0001.json",
        ];
        assert!(matches!(plan(&folder(&both)), Err(BackgroundError::Mixed)));

        let none = plan(&folder(&["notes.txt"]));
        assert!(matches!(none, Err(BackgroundError::NothingToImport { .. })));
    }

    #[test]
    fn a_file_that_is_given_twice_is_refused() {
        let folder = folder(&["drug-event-0001-of-0001.json"]);
        let path = folder.path().to_owned();

        let error = Plan::of(&[path.clone(), path]).unwrap_err();

        assert!(matches!(error, BackgroundError::Twice { .. }));
    }
}
