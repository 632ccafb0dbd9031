//! `quire doctor`: whether everything that a server needs is there, line by line, with what to do.
//!
//! It looks beside a running server and makes nothing: a command that repairs while it looks hides what was wrong.

mod directory;
mod line;
mod outside;
mod records;

use std::process::ExitCode;

use self::line::{Lines, State};
use crate::{cli::Doctor, descriptors, misspelt, terminal};

/// Look at everything and say what was found.
pub(crate) async fn run(command: Doctor) -> anyhow::Result<ExitCode> {
    let mut lines = Lines::default();
    settings(&command, &mut lines);
    directory::look(&command.serve.data.data_dir, &mut lines);
    let last_event = records::look(&command, &mut lines).await;
    outside::server(command.serve.http.listen, &mut lines).await;
    if !command.offline {
        outside::redis(&command, &mut lines).await;
        outside::openfda(&command, &mut lines).await;
    }
    outside::clock(last_event, &mut lines);
    if command.json {
        terminal::say_json(&lines)?;
    } else {
        lines.tell();
    }
    Ok(match lines.worst() {
        State::Fail => ExitCode::FAILURE,
        State::Warn | State::Ok => ExitCode::SUCCESS,
    })
}

/// What the settings say together; each alone was read before this.
fn settings(command: &Doctor, lines: &mut Lines) {
    for variable in misspelt::variables() {
        lines.warn(
            "settings",
            variable.to_string(),
            "what it should set is as if nobody had set it: write it as the setting is written, or take it out",
        );
    }
    let serve = &command.serve;
    let slots = serve.workers.count();
    let redis = serve.queue.redis_url().is_some();
    match (slots, redis) {
        (0, false) => lines.fail(
            "settings",
            "no workers and no Redis, so nobody would make reports",
            "set QUIRE_REDIS_URL and run `quire worker`, or leave QUIRE_WORKERS out",
        ),
        (0, true) => lines.ok("settings", "reports are made by `quire worker` alone"),
        (slots, _) => lines.ok(
            "settings",
            format!(
                "{slots} reports at a time, queue {}",
                if redis { "in Redis" } else { "embedded" }
            ),
        ),
    }
    let room = descriptors::room_for_connections(descriptors::raise(), slots);
    match serve.http.bounds(room) {
        Err(error) => lines.fail(
            "open files",
            error.to_string(),
            "raise the limit of open files: LimitNOFILE=, ulimit -n",
        ),
        Ok(_) if room < 256 => lines.warn(
            "open files",
            format!("the limit leaves room for {room} connections"),
            "raise it: LimitNOFILE=65536 in the unit, or ulimit -n",
        ),
        Ok(_) => lines.ok("open files", format!("room for {room} connections")),
    }
    if serve.retention.rules().is_none() {
        lines.ok("retention", "no rule is set: everything is kept for ever");
    }
}
