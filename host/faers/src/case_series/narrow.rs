//! The reports that a request is about: by the role of the drug and by the day of first receipt.

use std::sync::Arc;

use quire_model::{Attribute, CaseSelection, Date, DrugRole};

use super::{CaseSeries, RECEIVED, Table, build::step, epoch_days};

/// Roles in which the drug is suspected.
const SUSPECTED: [&str; 2] = ["suspect", "interacting"];

/// The series of those reports only, with a step in its flow for each restriction.
pub(super) fn selected(series: &CaseSeries, wanted: &CaseSelection) -> CaseSeries {
    let mut narrowed = series.clone();
    let all: Vec<u32> = (0..series.len()).collect();
    let mut rows = all.clone();
    if wanted.role == DrugRole::Suspect {
        keep_suspected(&series.table, &mut rows);
        note(
            &mut narrowed,
            &rows,
            "Drug is suspect or interacting",
            "the drug is only concomitant, or its role is not stated",
        );
    }
    if let Some((bounds, words)) = period(wanted) {
        keep_received(&series.table, &mut rows, bounds);
        let reason = format!("first received outside that period ({words}), or on an unknown day");
        note(&mut narrowed, &rows, "Received in the period", &reason);
    }
    let role = match wanted.role {
        DrugRole::Any => "any",
        DrugRole::Suspect => "suspect",
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let details = [
        ("role", Some(role.to_owned())),
        ("received-from", day(wanted.received_from)),
        ("received-to", day(wanted.received_to)),
    ];
    for (name, value) in details {
        let name = name.to_owned();
        let detail = value.map(|value| Attribute { name, value });
        narrowed.origin.attributes.extend(detail);
    }
    if rows.len() < all.len() {
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

fn keep_received(table: &Table, rows: &mut Vec<u32>, (low, high): (f64, f64)) {
    if let Some(received) = table.find_dates(RECEIVED) {
        rows.retain(|row| received.is_between(*row, low, high));
    }
}

/// First and last day as numbers and in words, if the request names one.
fn period(wanted: &CaseSelection) -> Option<((f64, f64), String)> {
    let days = |day: Date| f64::from(epoch_days(day));
    match (wanted.received_from, wanted.received_to) {
        (None, None) => None,
        (Some(from), None) => Some(((days(from), f64::MAX), format!("from {from}"))),
        (None, Some(to)) => Some(((f64::MIN, days(to)), format!("to {to}"))),
        (Some(from), Some(to)) => Some(((days(from), days(to)), format!("{from} to {to}"))),
    }
}

/// A step before the last one, which says how many are analysed.
fn note(series: &mut CaseSeries, rows: &[u32], label: &str, reason: &str) {
    let flow = &mut series.origin.flow;
    let Some(analysed) = flow.pop() else {
        return;
    };
    let remaining = rows.len() as u64;
    flow.push(step(label, analysed.remaining, remaining, reason));
    flow.push(step(&analysed.label, remaining, remaining, ""));
}
