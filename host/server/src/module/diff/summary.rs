//! What the shadow runs of a trial come to: what was shown and accepted, what it costs, where the version
//! differs and what changed most.

use std::collections::BTreeMap;

use quire_model::NumberChange;
use quire_records::{DifferenceRow, ModuleRow, RunCost, Standing};

use super::{costs, more};
use crate::{
    module::{difference::number_line, next_step::in_words},
    settings::DataSettings,
    terminal,
};

/// Places that are shown; `--full` shows all.
const FOLDED_PLACES: usize = 20;

/// Numbers that are shown as those that changed most.
const MOST_CHANGED: usize = 5;

/// What the runs of the present trial come to.
pub(super) fn summarise(
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

/// Kind, name and column of what a number stands in.
type Place<'a> = (&'a str, &'a str, Option<&'a str>);

/// The numbers that changed most in proportion, one of each place.
fn changed_most<'a>(rows: &[&'a DifferenceRow]) -> Vec<(&'a NumberChange, &'a DifferenceRow)> {
    let mut most: BTreeMap<Place<'_>, (f64, &NumberChange, &DifferenceRow)> = BTreeMap::new();
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
