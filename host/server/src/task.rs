//! `quire task`: the reports that were asked for, and what is done with them.

use std::process::ExitCode;

use anyhow::bail;
use quire_api::{StatusName, TaskStatus};
use quire_records::{Remade, State};

use crate::{
    cli::{DownloadTask, ListTasks, OneTask, TaskCommand},
    place::{CalledOff, Place, TaskFilter, task_id},
    report::{self, Form, Output},
    table, terminal, usage,
};

/// Do what was asked.
pub(crate) async fn run(command: TaskCommand) -> anyhow::Result<ExitCode> {
    match command {
        TaskCommand::List(command) => list(command).await,
        TaskCommand::Show(command) => show(command).await,
        TaskCommand::Watch(command) => watch(command).await,
        TaskCommand::Download(command) => download(command).await,
        TaskCommand::Cancel { tasks, data } => {
            let place = Place::open(&data).await?;
            let mut code = ExitCode::SUCCESS;
            for task in &tasks {
                if !call_off(&place, task).await? {
                    code = ExitCode::FAILURE;
                }
            }
            Ok(code)
        }
        TaskCommand::Remake {
            tasks,
            reason,
            data,
        } => {
            let place = Place::open(&data).await?;
            let mut code = ExitCode::SUCCESS;
            for task in &tasks {
                if !remake(&place, task, reason.trim()).await? {
                    code = ExitCode::FAILURE;
                }
            }
            Ok(code)
        }
    }
}

async fn list(command: ListTasks) -> anyhow::Result<ExitCode> {
    let wanted = TaskFilter {
        status: command.status.iter().map(|status| status.0).collect(),
        ndc: command.ndc,
        label: command.label,
        batch: command.batch,
        schedule: command.schedule,
        created_from: command.created_from,
        created_to: command.created_to,
        before: command.before,
        incomplete: command.incomplete,
    };
    let place = Place::open(&command.shown.data).await?;
    let tasks = place.tasks(&wanted, command.limit).await?;
    if command.shown.json {
        for task in &tasks {
            terminal::say_json_line(task)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if tasks.is_empty() {
        terminal::note("there are no such tasks");
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = tasks.iter().map(row_of).collect();
    let head = [
        "TASK",
        "STATUS",
        "NDC",
        "DEFINITION",
        "ACCEPTED",
        "ENDED",
        "NOTE",
    ];
    table::print(&head, &rows);
    Ok(ExitCode::SUCCESS)
}

fn row_of(task: &TaskStatus) -> Vec<String> {
    let ended = task.finished_at;
    vec![
        task.task_id.to_string(),
        task.status.as_str().to_owned(),
        task.ndc.clone(),
        task.definition.clone(),
        format!("{:.0}", task.created_at),
        ended.map_or_else(String::new, |at| format!("{at:.0}")),
        note_of(task),
    ]
}

/// What is out of the common about a task, in a few words.
fn note_of(task: &TaskStatus) -> String {
    let lacking = task
        .result
        .as_ref()
        .map(|result| result.placeholders.join(", "));
    match (&task.error, lacking.filter(|names| !names.is_empty())) {
        (Some(error), _) => error.title.clone(),
        (None, Some(names)) => format!("lacks {names}"),
        (None, None) if task.cancel_requested => "is being called off".to_owned(),
        (None, None) => String::new(),
    }
}

async fn show(command: OneTask) -> anyhow::Result<ExitCode> {
    let place = Place::open(&command.shown.data).await?;
    let id = task_id(&command.task)?;
    let Some(task) = place.task(&id).await? else {
        bail!("there is no task {id}; quire task list shows them");
    };
    match command.shown.json {
        true => terminal::say_json(&task)?,
        false => tell(&task),
    }
    Ok(ExitCode::SUCCESS)
}

/// A task, in a few lines.
fn tell(task: &TaskStatus) {
    let line = |name: &str, text: String| terminal::say(format_args!("  {name:<10} {text}"));
    terminal::say(format_args!("task {}", task.task_id));
    let status = task.status.as_str();
    match &task.progress {
        Some(at) if !task.status.is_final() => line(
            "status",
            format!(
                "{status}, {} of {} steps: {}",
                at.done, at.total, at.section
            ),
        ),
        _ => line("status", status.to_owned()),
    }
    line(
        "asked for",
        format!(
            "{}, definition {}, as of {}",
            task.ndc, task.definition, task.as_of
        ),
    );
    if let Some(label) = &task.label {
        line("label", label.clone());
    }
    for (name, value) in &task.metadata {
        line("metadata", format!("{name}: {value}"));
    }
    line("accepted", format!("{:.0}", task.created_at));
    if let Some(at) = task.started_at {
        line("begun", format!("{at:.0}, attempt {}", task.attempt));
    }
    if let Some(at) = task.finished_at {
        line("ended", format!("{at:.0}"));
    }
    if let Some(at) = task.retry_at {
        line("again", format!("{at:.0}"));
    }
    if let Some(result) = &task.result {
        line(
            "document",
            format!("{} bytes, SHA-256 {}", result.size_bytes, result.digest),
        );
    }
    if let Some(warning) = &task.warning {
        line("warning", warning.clone());
    }
    if let Some(error) = &task.error {
        line("error", format!("{}: {}", error.title, error.detail));
    }
}

async fn watch(command: OneTask) -> anyhow::Result<ExitCode> {
    let place = Place::open(&command.shown.data).await?;
    let id = task_id(&command.task)?;
    let as_json = command.shown.json;
    let followed = place.follow(&id, |task| match as_json {
        true => {
            let _ = terminal::say_json_line(task);
        }
        false if !task.status.is_final() => terminal::say(step_of(task)),
        false => {}
    });
    let Some(task) = followed.await? else {
        bail!("there is no task {id}; quire task list shows them");
    };
    if !as_json {
        tell(&task);
    }
    Ok(match task.status {
        StatusName::Success => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

async fn download(command: DownloadTask) -> anyhow::Result<ExitCode> {
    let form = Form::named(command.format, command.table.as_deref(), &command.output);
    let form = match form {
        Ok(form) => form,
        Err(wrong) => return Ok(usage::wrong(&wrong)),
    };
    let id = task_id(&command.task)?;
    let output = Output::prepare(&command.output, false)?;
    let place = Place::open(&command.data).await?;
    let bytes = place.document(&id, &form, &command.data).await?;
    output.write(&bytes)?;
    report::tell(&output, &bytes);
    Ok(ExitCode::SUCCESS)
}

/// How far a task has come, in a line.
fn step_of(task: &TaskStatus) -> String {
    let status = task.status.as_str();
    match &task.progress {
        Some(at) => format!("{status} {}/{} {}", at.done, at.total, at.section),
        None => status.to_owned(),
    }
}

/// Whether it is called off.
async fn call_off(place: &Place, task: &str) -> anyhow::Result<bool> {
    let id = task_id(task)?;
    match place.call_off(&id).await? {
        Some(CalledOff::Yes(task)) if task.status.is_final() => {
            terminal::say(format_args!("{id} is called off"));
        }
        Some(CalledOff::Yes(_)) => terminal::say(format_args!("{id} is being called off")),
        Some(CalledOff::No(why)) => {
            terminal::note(format_args!("{id} {why}"));
            return Ok(false);
        }
        None => {
            terminal::note(format_args!("there is no task {id}"));
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether it will be made again.
async fn remake(place: &Place, task: &str, reason: &str) -> anyhow::Result<bool> {
    let id = task_id(task)?;
    match place.remake(&id, reason).await? {
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
