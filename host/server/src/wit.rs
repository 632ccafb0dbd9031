//! `quire wit`: the contract that sections are built against, as this binary serves it.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use quire_author::contract;

use crate::{cli::Wit, terminal};

/// Print it, or write its files.
pub(crate) fn run(command: &Wit) -> anyhow::Result<ExitCode> {
    match &command.output {
        _ if command.reference => reference()?.lines().for_each(terminal::say),
        Some(folder) => write(folder)?,
        None => contract::one_file().lines().for_each(terminal::say),
    }
    Ok(ExitCode::SUCCESS)
}

fn reference() -> anyhow::Result<String> {
    contract::reference().map_err(|words| anyhow::anyhow!("there is no reference: {words}"))
}

fn write(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, text) in contract::FILES {
        let file = folder.join(name);
        std::fs::write(&file, text)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    terminal::say(format_args!(
        "{}: {} files",
        folder.display(),
        contract::FILES.len()
    ));
    Ok(())
}
