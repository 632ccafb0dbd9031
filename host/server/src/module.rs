//! `quire module …`: what administrators and authors do with single modules.

mod check;

use std::process::ExitCode;

use crate::cli::ModuleCommand;

/// Do it.
pub(crate) async fn run(command: ModuleCommand) -> anyhow::Result<ExitCode> {
    match command {
        ModuleCommand::Check(command) => check::run(command).await,
    }
}
