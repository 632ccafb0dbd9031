//! `quire module diff`: what a shadow does otherwise than the active version. First what it comes to, then
//! run by run, the newest first.

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::bail;
use quire_model::{BlockChange, NumberChange};
use quire_records::{DifferenceRow, ModuleRow, RunCost, ShadowVerdict, Standing};
use serde_json::json;

use crate::{
    cli::DiffModule,
    module::next_step::{self, in_words},
    settings::DataSettings,
    storage, terminal,
};

/// More runs than are kept, so that all of them count.
const ALL_RUNS: u32 = 10_000;

/// Lines of one run, places and numbers that are shown; `--full` shows all.
const FOLDED_LINES: usize = 12;
const FOLDED_PLACES: usize = 20;
const MOST_CHANGED: usize = 5;

/// Show it.
pub(crate) async fn run(command: DiffModule) -> anyhow::Result<ExitCode> {
    let data = &command.shown.data;
    let records = storage::records(data).await?;
    let name = &command.name;
    let Some(module) = records.module(name).await? else {
        bail!("there is no module {name:?}; quire module list shows them");
    };
    let standing = records.shadow_standing(&module).await?;
    let (after, limit) = (command.after, command.limit);
    let runs = records.last_differences(name, after, limit).await?;
    if command.shown.json {
        terminal::say(json!({ "summary": standing }));
        for run in &runs {
            terminal::say(serde_json::to_string(&line_of(run))?);
        }
        return Ok(ExitCode::SUCCESS);
    }
    match standing {
        Some(standing) if standing.last_run > 0 => {
            let all = records.last_differences(name, 0, ALL_RUNS).await?;
            summarise(&standing, &module, &all, command.full, data);
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

/// What the runs of the present trial come to.
fn summarise(
    standing: &Standing,
    module: &ModuleRow,
    all: &[DifferenceRow],
    full: bool,
    data: &DataSettings,
) {
    let counted: Vec<&DifferenceRow> = all
        .iter()
        .filter(|row| row.run.candidate == standing.digest && Some(row.run.active) == module.active)
        .take(standing.shadow_runs as usize)
        .collect();
    let active = module
        .active
        .map_or_else(String::new, |active| active.short());
    let (name, short) = (&standing.module, standing.digest.short());
    terminal::say(format_args!(
        "version {short} of module {name} beside the active {active}"
    ));
    terminal::say(format_args!("  shown      it {}", standing.told()));
    terminal::say(format_args!(
        "  cost       {} (means)",
        costs(
            &mean(&counted, |row| &row.run.active_cost),
            &mean(&counted, |row| &row.run.candidate_cost)
        )
    ));
    for acceptance in &standing.acceptances {
        terminal::say(format_args!(
            "  accepted   {} places up to run {}, by {}: {}",
            acceptance.places.len(),
            acceptance.up_to,
            acceptance.accepted_by,
            acceptance.reason
        ));
    }
    let shown = if full { usize::MAX } else { FOLDED_PLACES };
    for (at, place) in standing.places.iter().take(shown).enumerate() {
        let head = if at == 0 { "differs at" } else { "" };
        let (runs, accepted) = (place.runs, if place.accepted { ", accepted" } else { "" });
        terminal::say(format_args!(
            "  {head:<10} {} ({runs} runs{accepted})",
            place.place
        ));
    }
    if let Some(more) = more(standing.places.len(), shown) {
        terminal::say(format_args!("  {:<10} {more}", ""));
    }
    for (at, (change, row)) in changed_most(&counted).into_iter().enumerate() {
        let head = if at == 0 { "most" } else { "" };
        terminal::say(format_args!(
            "  {head:<10} {} (run {})",
            number_line(change),
            row.sequence
        ));
    }
    if let Some(step) = standing.next_step() {
        terminal::say(format_args!("  next       {}", in_words(&step, Some(data))));
    }
}

fn mean<'a>(
    rows: &[&'a DifferenceRow],
    cost: impl Fn(&'a DifferenceRow) -> &'a RunCost,
) -> RunCost {
    let made: Vec<&RunCost> = rows
        .iter()
        .filter(|row| row.run.difference.outcome.is_none())
        .map(|row| cost(row))
        .collect();
    let count = u32::try_from(made.len()).unwrap_or(u32::MAX).max(1);
    RunCost {
        cpu: made
            .iter()
            .map(|cost| cost.cpu)
            .sum::<std::time::Duration>()
            / count,
        memory_bytes: made.iter().map(|cost| cost.memory_bytes).sum::<u64>() / u64::from(count),
    }
}

/// The numbers that changed most in proportion, one of each place.
fn changed_most<'a>(rows: &[&'a DifferenceRow]) -> Vec<(&'a NumberChange, &'a DifferenceRow)> {
    let mut most: BTreeMap<(&str, &str, Option<&str>), (f64, &NumberChange, &DifferenceRow)> =
        BTreeMap::new();
    for &row in rows {
        for change in &row.run.difference.numbers {
            let place = (
                change.kind.as_str(),
                change.place.as_str(),
                change.column.as_deref(),
            );
            let size = proportion(change);
            let known = most.get(&place).is_some_and(|(known, ..)| *known >= size);
            if !known {
                most.insert(place, (size, change, row));
            }
        }
    }
    let mut most: Vec<_> = most.into_values().collect();
    most.sort_by(|one, other| other.0.total_cmp(&one.0));
    let most = most.into_iter().take(MOST_CHANGED);
    most.map(|(_, change, row)| (change, row)).collect()
}

/// From 0, no change, over 1, from or to nothing, to 2, another sign; where only one version has a number
/// there is no proportion.
fn proportion(change: &NumberChange) -> f64 {
    let value =
        |number: &Option<serde_json::Number>| number.as_ref().and_then(serde_json::Number::as_f64);
    match (value(&change.active), value(&change.candidate)) {
        (Some(one), Some(other)) => {
            let largest = one.abs().max(other.abs());
            if largest > 0.0 {
                (one - other).abs() / largest
            } else {
                0.0
            }
        }
        _ => 0.0,
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
    let outcome = difference.outcome.iter();
    let outcome = outcome.map(|it| format!("outcome: {} → {}", it.active, it.candidate));
    let numbers = difference.numbers.iter().map(number_line);
    let blocks = difference.blocks.iter().map(block_line);
    let lines: Vec<String> = outcome.chain(numbers).chain(blocks).collect();
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
    let details = match block.details.as_slice() {
        [] => String::new(),
        details => format!(": {}", details.join("; ")),
    };
    format!("{} {:?} {}{details}", block.kind, block.name, block.change)
}
