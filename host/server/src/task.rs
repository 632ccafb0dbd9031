//! `quire task`: what an administrator does with reports.

use std::process::ExitCode;

use anyhow::Context as _;
use quire_model::ReportId;
use quire_records::{Records, Remade, State};

use crate::{cli::TaskCommand, operator, storage, terminal};

/// Stands in the audit trail where a change over HTTP has its request's id.
const REQUEST_ID: &str = "command-line";

/// Do what was asked.
pub(crate) async fn run(command: TaskCommand) -> anyhow::Result<ExitCode> {
    let TaskCommand::Remake {
        tasks,
        reason,
        data,
    } = command;
    let records = storage::records(&data).await?;
    let mut code = ExitCode::SUCCESS;
    for task in &tasks {
        if !remake(&records, task, reason.trim()).await? {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Whether it will be made again.
async fn remake(records: &Records, task: &str, reason: &str) -> anyhow::Result<bool> {
    let id: ReportId = task
        .parse()
        .with_context(|| format!("{task:?} names no task"))?;
    let person = operator::actor();
    let remade = records.remake(&id, reason, &person, REQUEST_ID);
    match remade.await? {
        Remade::Again => terminal::say(format_args!("{id} will be made again")),
        Remade::As(new) => terminal::say(format_args!("{new} will be made in place of {id}")),
        Remade::Missing => {
            terminal::note(format_args!("there is no task {id}"));
            return Ok(false);
        }
        Remade::NotNeeded(state) => {
            terminal::note(format_args!("{id} {}", words(state)));
            return Ok(false);
        }
    }
    Ok(true)
}

const fn words(state: State) -> &'static str {
    match state {
        State::Succeeded => "is SUCCESS and lacks nothing, so there is nothing to make again",
        State::Cancelled => "was called off, so it is not made again",
        _ => "has not ended, so there is nothing to make again",
    }
}
