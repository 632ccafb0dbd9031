//! Provenance, on its way to the guest.

use quire_model::{Attribute, Origin};

use crate::bindings::{provenance as wit, types};

pub(crate) fn origin(origin: &Origin) -> wit::Origin {
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
        ndc: origin.ndc.clone(),
        candidates: origin.candidates.clone(),
        matched: origin.matched.clone(),
        names: origin.names.clone(),
        source: origin.source.clone(),
        last_updated: origin.last_updated.clone(),
        fetched_at: origin.fetched_at.clone(),
        total: origin.total,
        fetched: origin.fetched,
        selection: origin.selection.clone(),
        flow: origin.flow.iter().map(step).collect(),
        queries: origin.queries.iter().map(query).collect(),
        digest: origin.digest.to_string(),
        disclaimer: origin.disclaimer.clone(),
        attributes: attributes_out(&origin.attributes),
    }
}

/// Attributes on their way to the guest.
pub(crate) fn attributes_out(attributes: &[Attribute]) -> Vec<types::Attribute> {
    attributes
        .iter()
        .map(|attribute| types::Attribute {
            name: attribute.name.clone(),
            value: attribute.value.clone(),
        })
        .collect()
}

/// Attributes from the guest.
pub(crate) fn attributes_in(attributes: Vec<types::Attribute>) -> Vec<Attribute> {
    attributes
        .into_iter()
        .map(|attribute| Attribute {
            name: attribute.name,
            value: attribute.value,
        })
        .collect()
}
