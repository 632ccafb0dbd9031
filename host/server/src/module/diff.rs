//! `quire module diff`: what a shadow does otherwise than the active version.

use std::process::ExitCode;

use anyhow::bail;
use quire_model::{BlockChange, Change, NumberChange};
use quire_records::{DifferenceRow, RunCost};
use serde_json::json;

use crate::{cli::DiffModule, storage, terminal};

/// Show shadow runs, the oldest first.
pub(crate) async fn run(command: DiffModule) -> anyhow::Result<ExitCode> {
    let records = storage::records(&command.shown.data).await?;
    let name = &command.name;
    if records.module(name).await?.is_none() {
        bail!("there is no module {name:?}; quire module list shows them");
    }
    let runs = records
        .differences(name, command.after, command.limit)
        .await?;
    if runs.is_empty() && !command.shown.json {
        terminal::note(format_args!(
            "no shadow of module {name} has run after {}",
            command.after
        ));
    }
    for run in &runs {
        if command.shown.json {
            terminal::say_json_line(&line_of(run))?;
        } else {
            tell(run);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One JSON object a run.
fn line_of(row: &DifferenceRow) -> serde_json::Value {
    let run = &row.run;
    json!({
        "sequence": row.sequence,
        "at": row.at,
        "clean": row.clean,
        "section": run.section,
        "report": run.report,
        "active": run.active,
        "candidate": run.candidate,
        "difference": run.difference,
        "active_cost": cost_of(&run.active_cost),
        "candidate_cost": cost_of(&run.candidate_cost),
    })
}

fn cost_of(cost: &RunCost) -> serde_json::Value {
    json!({ "cpu_us": cost.cpu.as_micros() as u64, "memory_bytes": cost.memory_bytes })
}

fn tell(row: &DifferenceRow) {
    let run = &row.run;
    let ms = |cost: &RunCost| cost.cpu.as_secs_f64() * 1000.0;
    let mib = |cost: &RunCost| cost.memory_bytes as f64 / f64::from(1 << 20);
    let outcome = if row.clean {
        "no difference"
    } else {
        "differs"
    };
    terminal::say(format_args!(
        "{}  report {}, section {}: {outcome}; CPU {:.1} → {:.1} ms, memory {:.1} → {:.1} MiB ({} → {})",
        row.sequence,
        run.report,
        run.section,
        ms(&run.active_cost),
        ms(&run.candidate_cost),
        mib(&run.active_cost),
        mib(&run.candidate_cost),
        run.active.short(),
        run.candidate.short(),
    ));
    if let Some(outcome) = &run.difference.outcome {
        terminal::say(format_args!(
            "    outcome: {} → {}",
            outcome.active, outcome.candidate
        ));
    }
    for number in &run.difference.numbers {
        terminal::say(format_args!("    {}", number_line(number)));
    }
    for block in &run.difference.blocks {
        terminal::say(format_args!("    {}", block_line(block)));
    }
    if run.difference.omitted > 0 {
        terminal::say(format_args!(
            "    and {} more changes",
            run.difference.omitted
        ));
    }
}

fn number_line(number: &NumberChange) -> String {
    let value = |value: &Option<serde_json::Number>| {
        value
            .as_ref()
            .map_or_else(|| "none".to_owned(), ToString::to_string)
    };
    let place = [
        Some(&number.place),
        number.row.as_ref(),
        number.column.as_ref(),
    ];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    format!(
        "{} {}: {} → {}",
        number.kind,
        place.join(" / "),
        value(&number.active),
        value(&number.candidate)
    )
}

fn block_line(block: &BlockChange) -> String {
    let change = match block.change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
    };
    let details = match block.details.as_slice() {
        [] => String::new(),
        details => format!(": {}", details.join("; ")),
    };
    format!("{} {:?} {change}{details}", block.kind, block.name)
}
