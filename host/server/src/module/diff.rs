//! `quire module diff`: what a shadow does otherwise than the active version. First what it comes to, then
//! run by run, the newest first.

mod summary;

use std::process::ExitCode;

use anyhow::bail;
use quire_records::{DifferenceRow, RunCost, ShadowVerdict, Standing};
use serde_json::json;

use crate::{
    cli::DiffModule,
    module::{difference, next_step},
    place::Place,
    settings::DataSettings,
    terminal,
};

/// More runs than are kept, so that all of them count.
const ALL_RUNS: u32 = 10_000;

/// Lines of one run that are shown; `--full` shows all.
const FOLDED_LINES: usize = 12;

/// Show it.
pub(crate) async fn run(command: DiffModule) -> anyhow::Result<ExitCode> {
    let data = &command.shown.data;
    let place = Place::open(data).await?;
    let name = &command.name;
    let Some(module) = place.module(name).await? else {
        bail!("there is no module {name:?}; quire module list shows them");
    };
    let module = module.row;
    let (after, limit) = (command.after, command.limit);
    let (standing, runs) = place.differences(&module, after, limit).await?;
    if command.shown.json {
        terminal::say_json_line(&json!({ "summary": standing }))?;
        for run in &runs {
            terminal::say_json_line(&line_of(run))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    match standing {
        Some(standing) if standing.last_run > 0 => {
            let (_, all) = place.differences(&module, 0, ALL_RUNS).await?;
            summary::summarise(&standing, &module, &all, command.full, data);
        }
        standing => none_yet(name, standing.as_ref(), data),
    }
    if runs.is_empty() && after > 0 {
        terminal::say(format_args!(
            "no shadow of module {name} has run after {after}"
        ));
    }
    for run in &runs {
        terminal::say("");
        tell(run, command.full);
    }
    Ok(ExitCode::SUCCESS)
}

fn none_yet(name: &str, standing: Option<&Standing>, data: &DataSettings) {
    match standing {
        Some(standing) => {
            let short = standing.digest.short();
            terminal::say(format_args!(
                "none yet: version {short} of module {name} has no shadow run that counts"
            ));
            next_step::tell(standing, data);
        }
        None => terminal::say(format_args!(
            "none yet: no version of module {name} has run as a shadow; quire module shadow {name} \
             VERSION --required-clean RUNS --reason \"…\" begins one"
        )),
    }
}

/// One JSON object a run.
fn line_of(row: &DifferenceRow) -> serde_json::Value {
    let run = &row.run;
    json!({
        "sequence": row.sequence,
        "at": row.at,
        "clean": row.clean,
        "verdict": row.verdict,
        "places": run.difference.places,
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

fn costs(active: &RunCost, candidate: &RunCost) -> String {
    let ms = |cost: &RunCost| cost.cpu.as_secs_f64() * 1000.0;
    let mib = |cost: &RunCost| cost.memory_bytes as f64 / f64::from(1 << 20);
    format!(
        "CPU {:.1} → {:.1} ms, memory {:.1} → {:.1} MiB",
        ms(active),
        ms(candidate),
        mib(active),
        mib(candidate)
    )
}

fn tell(row: &DifferenceRow, full: bool) {
    let run = &row.run;
    let verdict = match row.verdict {
        ShadowVerdict::Same => "no difference",
        ShadowVerdict::Accepted => "differs as accepted",
        ShadowVerdict::Differs => "differs",
        ShadowVerdict::Failed => "failed",
    };
    terminal::say(format_args!(
        "{}  report {}, section {}: {verdict}; {} ({} → {})",
        row.sequence,
        run.report,
        run.section,
        costs(&run.active_cost, &run.candidate_cost),
        run.active.short(),
        run.candidate.short(),
    ));
    let difference = &run.difference;
    let lines = difference::lines(difference);
    let shown = if full { usize::MAX } else { FOLDED_LINES };
    for line in lines.iter().take(shown) {
        terminal::say(format_args!("    {line}"));
    }
    if let Some(more) = more(lines.len(), shown) {
        terminal::say(format_args!("    {more}"));
    }
    if difference.omitted > 0 {
        terminal::say(format_args!(
            "    and {} more that were not kept",
            difference.omitted
        ));
    }
}

fn more(all: usize, shown: usize) -> Option<String> {
    let more = all.saturating_sub(shown);
    (more > 0).then(|| format!("and {more} more; --full shows them"))
}
