//! `quire module …`: what administrators and authors do with single modules.

mod bench;
mod check;
mod diff;
mod difference;
mod inputs;
mod load;
mod manage;
pub(crate) mod next_step;
mod preview;
mod project;
mod pull;
mod push;
mod replay;
mod run;
mod target;
mod test;
mod watch;

use std::process::ExitCode;

use crate::cli::ModuleCommand;

/// Do it.
pub(crate) async fn run(command: ModuleCommand) -> anyhow::Result<ExitCode> {
    let data = command.data().map(|(data, _)| data.clone());
    let done = match command {
        ModuleCommand::New(command) => project::new(&command),
        ModuleCommand::Build(command) => project::build(command).await,
        ModuleCommand::Test(command) => test::run(command).await,
        ModuleCommand::Check(command) => check::run(command).await,
        ModuleCommand::Run(command) => run::run(command).await,
        ModuleCommand::Preview(command) => preview::run(command).await,
        ModuleCommand::Watch(command) => watch::run(command).await,
        ModuleCommand::Bench(command) => bench::run(command).await,
        ModuleCommand::Replay(command) => replay::run(command).await,
        ModuleCommand::Push(command) => push::run(command).await,
        ModuleCommand::Pull(command) => pull::run(command).await,
        ModuleCommand::List(shown) => manage::list(shown).await,
        ModuleCommand::Show(command) => manage::show(command).await,
        ModuleCommand::Stage(command) => manage::stage(command).await,
        ModuleCommand::Activate(command) => manage::activate(command).await,
        ModuleCommand::Rollback(command) => manage::rollback(command).await,
        ModuleCommand::Canary(command) => manage::canary(command).await,
        ModuleCommand::Shadow(command) => manage::shadow(command).await,
        ModuleCommand::EndTrial(command) => manage::end_trial(command).await,
        ModuleCommand::AcceptDifferences(command) => manage::accept_differences(command).await,
        ModuleCommand::Diff(command) => diff::run(command).await,
        ModuleCommand::Retire(command) => manage::retire(command).await,
        ModuleCommand::Limits(command) => manage::limits(command).await,
        ModuleCommand::RequiredClean(command) => manage::require_clean(command).await,
    };
    done.or_else(|error| next_step::refused(error, data.as_ref()))
}
