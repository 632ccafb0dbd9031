//! The reports that a request is about: by the role of the drug. The days of first receipt are part of
//! what openFDA is asked.

use std::sync::Arc;

use super::{CaseSeries, Table, flow::step};

/// Roles in which the drug is suspected.
const SUSPECTED: [&str; 2] = ["suspect", "interacting"];

/// Reports in which the drug is suspected, with a step in the flow for the others.
pub(super) fn suspected(series: &CaseSeries) -> CaseSeries {
    let mut narrowed = series.clone();
    let mut rows: Vec<u32> = (0..series.len()).collect();
    keep_suspected(&series.table, &mut rows);
    count(&mut narrowed, rows.len() as u64);
    if (rows.len() as u64) < u64::from(series.len()) {
        narrowed.table = Arc::new(series.table.keep(&rows));
    }
    narrowed
}

fn keep_suspected(table: &Table, rows: &mut Vec<u32>) {
    let Some(role) = table.find_dimension("role") else {
        return;
    };
    let suspected = role.listed(&SUSPECTED.map(str::to_owned));
    let holds = |code: &u32| suspected.get(*code as usize).copied().unwrap_or(false);
    rows.retain(|row| role.codes(*row).iter().any(holds));
}

/// A step before the last one, which says how many are analysed.
fn count(series: &mut CaseSeries, remaining: u64) {
    let flow = &mut series.analysis.flow;
    let Some(analysed) = flow.pop() else {
        return;
    };
    let label = "Drug is suspect or interacting";
    let reason = "the drug is only concomitant, or its role is not stated";
    flow.push(step(label, analysed.remaining, remaining, reason));
    flow.push(step(&analysed.label, remaining, remaining, ""));
}
