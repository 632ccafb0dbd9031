//! `quire report` with a server: asked for over HTTP, followed to its end, and downloaded in the form that is wanted.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use anyhow::bail;
use quire_api::{StatusName, TaskStatus};
use quire_model::ReportId;
use quire_records::Progress;
use reqwest::Method;
use serde::Deserialize;

use super::{Display, Form, Output, tell};
use crate::{
    cli::Report,
    place::Place,
    remote::{Server, escaped},
    terminal, usage,
};

/// Have the report made by a server.
pub(super) async fn run(server: &'static Server, command: Report) -> anyhow::Result<ExitCode> {
    let form = match asked(&command) {
        Ok(form) => form,
        Err(wrong) => return Ok(usage::wrong(&wrong)),
    };
    let output = Output::prepare(&command.output, false)?;
    let task = request(server, &command).await?;
    terminal::note(format_args!(
        "task {task} on the server {}",
        server.address()
    ));
    let display = Display::new();
    let place = Place::Server(server);
    let followed = place.follow(&task, |task| {
        if let Some(at) = &task.progress {
            display.show(&Progress {
                section: at.section.clone(),
                done: at.done,
                total: at.total,
            });
        }
    });
    let followed = followed.await;
    display.end();
    let Some(ended) = followed? else {
        bail!("the server knows no task {task} any more");
    };
    if ended.status != StatusName::Success {
        say_why(&ended);
        return Ok(ExitCode::FAILURE);
    }
    if let Some(warning) = &ended.warning {
        terminal::note(format_args!("warning: {warning}"));
        if command.strict {
            terminal::note(
                "error: the report lacks a section, and --strict was given: nothing is written",
            );
            return Ok(ExitCode::FAILURE);
        }
    }
    let path = format!("/api/tasks/{task}{}", form.path());
    let answer = server.send(server.request(Method::GET, &path)).await?;
    let bytes = answer.bytes().await;
    let bytes = bytes.map_err(|error| server.unreachable(&error))?;
    output.write(&bytes)?;
    tell(&output, &bytes);
    Ok(ExitCode::SUCCESS)
}

/// The form that is wanted; or what of the command a server cannot do.
fn asked(command: &Report) -> Result<Form, String> {
    let here = [
        ("--params", !command.params.is_empty()),
        ("--add", !command.add.is_empty()),
        ("--only", !command.only.is_empty()),
        ("--module", !command.modules.modules.is_empty()),
        ("--sample", command.sample.sample),
    ];
    if let Some((flag, _)) = here.iter().find(|(_, given)| *given) {
        let instead = match *flag {
            "--sample" => "the server has its own source: leave --sample out".to_owned(),
            flag => format!(
                "{flag} is for reports that are made here: leave --server out; or push the component with `quire \
                 module push`, put a definition that says so with `quire definition put`, and name it with \
                 --definition"
            ),
        };
        return Err(format!("{flag} cannot be used with a server: {instead}"));
    }
    let form = Form::of(command)?;
    if form.fills_directories() && command.output.is_dir() && command.output != Path::new("-") {
        return Err(
            "--output is a directory, which a server does not fill: name a file, such as tables.zip"
                .to_owned(),
        );
    }
    Ok(form)
}

/// Ask for the report; gives the task.
async fn request(server: &Server, command: &Report) -> anyhow::Result<ReportId> {
    #[derive(Deserialize)]
    struct Accepted {
        task_id: ReportId,
    }
    let mut body = command.wanted.members();
    let said = &command.said;
    if said.force {
        body.insert("force".to_owned(), true.into());
    }
    if let Some(label) = &said.label {
        body.insert("label".to_owned(), label.as_str().into());
    }
    if !said.metadata.is_empty() {
        let pairs = said.metadata.iter().cloned();
        body.insert(
            "metadata".to_owned(),
            serde_json::to_value(pairs.collect::<BTreeMap<_, _>>())?,
        );
    }
    let path = format!("/api/cer/{}/enhanced-pdf", escaped(command.ndc.as_str()));
    let accepted: Accepted = server.tell(Method::POST, &path, &body.into()).await?;
    Ok(accepted.task_id)
}

/// Why there is no report.
fn say_why(task: &TaskStatus) {
    match &task.error {
        Some(error) => {
            terminal::note(format_args!("error: {}: {}", error.title, error.detail));
            if let Some(section) = &error.section {
                terminal::note(format_args!("section: {section}"));
            }
        }
        None => terminal::note(format_args!(
            "error: the task {} ended as {}",
            task.task_id,
            task.status.as_str()
        )),
    }
}
