//! `quire module pull`: the component of a version is written to a file.

use std::process::ExitCode;

use crate::{
    cli::PullModule,
    place::Place,
    report::{self, Output},
};

/// Write it.
pub(crate) async fn run(command: PullModule) -> anyhow::Result<ExitCode> {
    let output = Output::prepare(&command.output, false)?;
    let place = Place::open(&command.data).await?;
    let component = place.component(&command.name, command.version.as_deref());
    let component = component.await?;
    output.write(&component)?;
    report::tell(&output, &component);
    Ok(ExitCode::SUCCESS)
}
