//! Provenance, on its way to the guest: here, and nowhere before, it becomes text.

use quire_contract::detail::{
    DUPLICATES_BY_FACTS, DUPLICATES_BY_NUMBER, MATCHING_ANY_DAY, NAMES_APART, NAMES_COUNTED,
    RECEIVED_FROM, RECEIVED_TO, REPORTS_NAMING, ROLE, ROLE_ANY, ROLE_SUSPECT, STALE_REASON,
    STALE_SINCE,
};
use quire_model::{Analysis, Background, DrugRole, Label, Origin};

use crate::bindings::{provenance as wit, types};

/// Data, what the report makes of them, what they are compared with, and the label: the requests of each in
/// this order.
pub(crate) fn origin(
    origin: &Origin,
    analysis: &Analysis,
    background: &Background,
    label: &Label,
) -> wit::Origin {
    let step = |step: &quire_model::FlowStep| wit::FlowStep {
        label: step.label.clone(),
        remaining: step.remaining,
        removed: step.removed,
        reason: step.reason.clone(),
    };
    let query = |query: &quire_model::SourceQuery| wit::Query {
        url: query.url.clone(),
        fetched_at: query.fetched_at.clone(),
        reports: query.reports,
    };
    wit::Origin {
        ndc: analysis.ndc.clone(),
        candidates: origin.candidates.clone(),
        matched: origin.matched.clone(),
        names: origin.names.clone(),
        source: origin.source.clone(),
        last_updated: origin.last_updated.clone(),
        fetched_at: origin.fetched_at.clone(),
        total: origin.total,
        fetched: origin.fetched,
        selection: origin.selection.clone(),
        flow: analysis.flow.iter().map(step).collect(),
        queries: origin
            .queries
            .iter()
            .chain(background.queries())
            .chain(label.queries())
            .map(query)
            .collect(),
        digest: origin.digest.to_string(),
        disclaimer: origin.disclaimer.clone(),
        attributes: details(origin, analysis),
    }
}

/// What was selected and how, by the names that `wit/data.wit` lists.
fn details(origin: &Origin, analysis: &Analysis) -> Vec<types::Attribute> {
    fn text(value: impl ToString) -> Option<String> {
        Some(value.to_string())
    }
    let (received, by_name) = (origin.received, origin.by_name.as_ref());
    let (duplicates, stale) = (analysis.duplicates, analysis.stale.as_ref());
    let role = match analysis.role {
        DrugRole::Any => ROLE_ANY,
        DrugRole::Suspect => ROLE_SUSPECT,
    };
    [
        (RECEIVED_FROM, received.from.and_then(text)),
        (RECEIVED_TO, received.to.and_then(text)),
        (MATCHING_ANY_DAY, origin.any_day.and_then(text)),
        (
            NAMES_COUNTED,
            by_name.map(|named| named.names.join(NAMES_APART)),
        ),
        (
            REPORTS_NAMING,
            by_name.and_then(|named| text(named.reports)),
        ),
        (DUPLICATES_BY_NUMBER, text(duplicates.by_number)),
        (DUPLICATES_BY_FACTS, text(duplicates.by_facts)),
        (STALE_SINCE, stale.and_then(|stale| text(stale.since))),
        (STALE_REASON, stale.and_then(|stale| text(&stale.reason))),
        (ROLE, text(role)),
    ]
    .into_iter()
    .filter_map(|(name, value)| {
        let name = name.to_owned();
        value.map(|value| types::Attribute { name, value })
    })
    .collect()
}
