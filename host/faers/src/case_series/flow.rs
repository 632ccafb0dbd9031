//! The steps from all matching reports to the analysed ones, each with the reason for what it takes away.

use quire_model::{Duplicates, FlowStep, Origin};

/// A step, with the reason only if it takes reports away.
pub(super) fn step(label: &str, before: u64, remaining: u64, reason: &str) -> FlowStep {
    let removed = before.saturating_sub(remaining);
    let reason = if removed > 0 { reason } else { "" };
    FlowStep {
        label: label.to_owned(),
        remaining,
        removed,
        reason: reason.to_owned(),
    }
}

/// The steps to the reports of any role; `single` are those left when duplicates are out.
pub(super) fn flow(
    origin: &Origin,
    [fetched, valid, latest, single]: [u64; 4],
    found: Duplicates,
) -> Vec<FlowStep> {
    let (total, selection) = (origin.total, &origin.selection);
    let mut flow = matching(origin);
    flow.extend([
        step(
            "Fetched",
            total,
            fetched,
            &format!("fetched are only {selection}"),
        ),
        step(
            "Valid",
            fetched,
            valid,
            "without a report id or without a patient",
        ),
        step(
            "Latest versions",
            valid,
            latest,
            "earlier versions of the same case",
        ),
        step(
            "Duplicates removed",
            latest,
            single,
            &format!(
                "other reports of the same case: {} by a shared number, {} by equal facts",
                found.by_number, found.by_facts
            ),
        ),
        step("Analysed", single, single, ""),
    ]);
    flow
}

/// The matching reports of any day, and those of the period if one was asked for.
fn matching(origin: &Origin) -> Vec<FlowStep> {
    let all = origin.any_day.unwrap_or(origin.total);
    let mut steps = vec![step("Matching reports in openFDA", all, all, "")];
    if origin.any_day.is_some() {
        let reason = "first received outside the period, or on an unknown day";
        steps.push(step("Received in the period", all, origin.total, reason));
    }
    steps
}
