//! `quire replay`: the bundled sample, or made-up reports, served as if by openFDA.

use std::process::ExitCode;

use quire_replay::{Replay as Server, ReplaySettings};

use crate::{cli::Replay, signals::EndSignals, terminal};

/// The product that made-up reports name.
const NDC: &str = "61958-0802";

/// Serve until a signal says to end.
pub(crate) async fn run(command: Replay, mut signals: EndSignals) -> anyhow::Result<ExitCode> {
    let settings = match (command.synthetic, command.odd) {
        (Some(reports), _) => {
            ReplaySettings::synthetic(usize::try_from(reports)?, command.seed, NDC)
        }
        (None, Some(kind)) => ReplaySettings::odd(kind.into(), NDC),
        (None, None) => ReplaySettings::sample()?,
    };
    let running = Server::start_at(command.listen, settings).await?;
    terminal::say(format_args!("listening on {}", running.url()));
    let _ = signals.next().await;
    Ok(ExitCode::SUCCESS)
}
