//! `quire wit`: the contract that sections are built against, as this binary serves it.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;

use crate::{cli::Wit, terminal};

/// The files of the package, in the order in which they are read.
const FILES: [(&str, &str); 3] = [
    ("types.wit", include_str!("../../../wit/types.wit")),
    ("data.wit", include_str!("../../../wit/data.wit")),
    ("modules.wit", include_str!("../../../wit/modules.wit")),
];

/// Print it, or write its files.
pub(crate) fn run(command: &Wit) -> anyhow::Result<ExitCode> {
    match &command.output {
        Some(folder) => write(folder)?,
        None => one_file().lines().for_each(terminal::say),
    }
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, text) in FILES {
        let file = folder.join(name);
        std::fs::write(&file, text)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    terminal::say(format_args!("{}: {} files", folder.display(), FILES.len()));
    Ok(())
}

/// The package as one file: a package is named once.
fn one_file() -> String {
    let [first, rest @ ..] = FILES;
    let unnamed = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("package "));
        lines.collect::<Vec<_>>().join("\n")
    };
    let rest = rest.map(|(_, text)| unnamed(text));
    format!("{}{}\n", first.1, rest.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_names_its_package_once_and_has_every_interface() {
        let text = one_file();

        assert_eq!(text.matches("package quire:report@").count(), 1);
        for (_, file) in FILES {
            let interfaces = file.lines().filter(|line| line.starts_with("interface "));
            for interface in interfaces {
                assert!(text.contains(&format!("\n{interface}\n")), "{interface}");
            }
        }
    }
}
