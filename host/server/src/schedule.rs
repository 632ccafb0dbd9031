//! `quire schedule`: reports that are made again and again.

use std::process::ExitCode;

use anyhow::bail;
use quire_api::{PutSchedule, Schedule};
use quire_records::KeyId;
use serde_json::{Map, Value, json};

use crate::{
    cli::{AddSchedule, OneSchedule, RestSchedule, ScheduleCommand, Shown},
    place::{Place, WantedSchedule},
    table, terminal,
};

/// Do what was asked.
pub(crate) async fn run(command: ScheduleCommand) -> anyhow::Result<ExitCode> {
    match command {
        ScheduleCommand::List(shown) => list(&shown).await?,
        ScheduleCommand::Add(command) => add(*command).await?,
        ScheduleCommand::Show(command) => show(&command).await?,
        ScheduleCommand::Pause(command) => rest(&command, true).await?,
        ScheduleCommand::Resume(command) => rest(&command, false).await?,
        ScheduleCommand::Delete { schedule, data } => {
            if !Place::open(&data).await?.delete_schedule(&schedule).await? {
                return unknown(&schedule);
            }
            terminal::say(format_args!("schedule {schedule} is gone"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(shown: &Shown) -> anyhow::Result<()> {
    let schedules = Place::open(&shown.data).await?.schedules().await?;
    if shown.json {
        for schedule in &schedules {
            terminal::say_json_line(schedule)?;
        }
        return Ok(());
    }
    if schedules.is_empty() {
        terminal::note("there are no schedules; quire schedule add makes one");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = schedules.iter().map(row_of).collect();
    let head = [
        "SCHEDULE", "STATE", "CRON", "ZONE", "NDC", "NEXT", "LAST", "TASK", "KEY", "NOTE",
    ];
    table::print(&head, &rows);
    Ok(())
}

fn row_of(schedule: &Schedule) -> Vec<String> {
    let last = schedule.last_run.as_ref();
    vec![
        schedule.schedule_id.to_string(),
        state_of(schedule).to_owned(),
        schedule.cron.clone(),
        schedule.time_zone.clone(),
        member(schedule, "ndc"),
        schedule
            .next_run
            .map_or_else(String::new, |at| format!("{at:.0}")),
        last.map_or_else(String::new, |run| format!("{:.0}", run.due)),
        last.map_or_else(String::new, |run| run.task_id.to_string()),
        schedule.owner.clone(),
        note_of(schedule),
    ]
}

const fn state_of(schedule: &Schedule) -> &'static str {
    match schedule.paused {
        true => "paused",
        false => "runs",
    }
}

/// Why it asked for nothing, where that came after its last run; else the caller's own line.
fn note_of(schedule: &Schedule) -> String {
    let ran = schedule.last_run.as_ref().map(|run| run.at);
    let refusal = schedule.last_refusal.as_ref();
    match refusal.filter(|refusal| ran.is_none_or(|at| at < refusal.at)) {
        Some(refusal) => refusal.reason.clone(),
        None => member(schedule, "label"),
    }
}

/// A text among what each run asks for; empty where there is none.
fn member(schedule: &Schedule, name: &str) -> String {
    let text = schedule.request.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

async fn add(command: AddSchedule) -> anyhow::Result<()> {
    let place = Place::open(&command.shown.data).await?;
    let wanted = WantedSchedule {
        key: command.key.as_deref().map(KeyId::from),
        body: PutSchedule {
            request: Value::Object(request_of(&command)),
            cron: command.cron,
            time_zone: command.time_zone,
            missed: command.missed.into(),
            only_if_changed: command.only_if_changed,
            paused: command.paused,
        },
    };
    let made = place.make_schedule(wanted).await?;
    said(&made, &command.shown)
}

/// What each run asks for.
fn request_of(command: &AddSchedule) -> Map<String, Value> {
    let mut request = command.wanted.members();
    request.insert("ndc".to_owned(), json!(command.ndc));
    if command.force {
        request.insert("force".to_owned(), json!(true));
    }
    if let Some(label) = &command.label {
        request.insert("label".to_owned(), json!(label));
    }
    if !command.metadata.is_empty() {
        let pairs: Map<String, Value> = command
            .metadata
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        request.insert("metadata".to_owned(), pairs.into());
    }
    request
}

async fn show(command: &OneSchedule) -> anyhow::Result<()> {
    let place = Place::open(&command.shown.data).await?;
    let Some(schedule) = place.schedule(&command.schedule).await? else {
        return unknown(&command.schedule);
    };
    match command.shown.json {
        true => terminal::say_json(&schedule)?,
        false => tell(&schedule),
    }
    Ok(())
}

/// A schedule, in a few lines.
fn tell(schedule: &Schedule) {
    let line = |name: &str, text: String| terminal::say(format_args!("  {name:<10} {text}"));
    let (id, revision) = (&schedule.schedule_id, schedule.revision);
    terminal::say(format_args!("schedule {id}, revision {revision}"));
    line("state", state_of(schedule).to_owned());
    line(
        "runs",
        format!("{} in {}", schedule.cron, schedule.time_zone),
    );
    let missed = json!(schedule.missed);
    let missed = missed.as_str().unwrap_or_default();
    let changed = match schedule.only_if_changed {
        true => "; the last document again where nothing has changed",
        false => "",
    };
    line("missed", format!("{missed}{changed}"));
    line("asks for", schedule.request.to_string());
    line("key", schedule.owner.clone());
    line("made", format!("{:.0}", schedule.created_at));
    if let Some(at) = schedule.next_run {
        line("next run", format!("{at:.0}"));
    }
    if let Some(run) = &schedule.last_run {
        let missed = if run.missed { ", late" } else { "" };
        let same = if run.unchanged {
            ", nothing had changed"
        } else {
            ""
        };
        let task = &run.task_id;
        line(
            "last run",
            format!("{:.0}, task {task}{missed}{same}", run.due),
        );
    }
    if let Some(refusal) = &schedule.last_refusal {
        line("refused", format!("{:.0}: {}", refusal.at, refusal.reason));
    }
}

async fn rest(command: &RestSchedule, paused: bool) -> anyhow::Result<()> {
    let (one, revision) = (&command.one, command.if_revision);
    let place = Place::open(&one.shown.data).await?;
    let changed = place.rest_schedule(&one.schedule, paused, revision);
    match changed.await? {
        Some(schedule) => said(&schedule, &one.shown),
        None => unknown(&one.schedule),
    }
}

/// When a schedule that was made or changed runs next.
fn said(schedule: &Schedule, shown: &Shown) -> anyhow::Result<()> {
    if shown.json {
        return Ok(terminal::say_json(schedule)?);
    }
    let id = &schedule.schedule_id;
    match schedule.next_run {
        Some(at) => terminal::say(format_args!("schedule {id} runs next at {at:.0}")),
        None => terminal::say(format_args!(
            "schedule {id} is paused; quire schedule resume {id} lets it go on"
        )),
    }
    Ok(())
}

fn unknown<T>(schedule: &str) -> anyhow::Result<T> {
    bail!("there is no schedule {schedule:?}; quire schedule list shows them")
}
