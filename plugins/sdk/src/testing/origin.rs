//! An origin to begin with: everything is filled in.

use crate::wit::provenance::{FlowStep, Origin, Query};

/// A source that holds so many matching reports, all of them fetched.
pub(super) fn origin(reports: u64) -> Origin {
    let step = |label: &str| FlowStep {
        label: label.to_owned(),
        remaining: reports,
        removed: 0,
        reason: String::new(),
    };
    Origin {
        ndc: "61958-0802".to_owned(),
        candidates: vec!["61958-0802".to_owned()],
        matched: vec!["61958-0802".to_owned()],
        names: vec!["LETAIRIS".to_owned(), "AMBRISENTAN".to_owned()],
        source: "openFDA drug/event".to_owned(),
        last_updated: "2025-04-30".to_owned(),
        fetched_at: "2025-06-30T08:00:00Z".to_owned(),
        total: reports,
        fetched: reports,
        selection: "all matching reports".to_owned(),
        flow: vec![step("matching"), step("fetched"), step("analysed")],
        queries: vec![Query {
            url: "https://api.fda.gov/drug/event.json?search=patient.drug.openfda.product_ndc.exact:\"61958-0802\"&limit=1000".to_owned(),
            fetched_at: "2025-06-30T08:00:00Z".to_owned(),
            reports,
        }],
        digest: "0".repeat(64),
        disclaimer: "Do not rely on openFDA to make decisions regarding medical care.".to_owned(),
        attributes: Vec::new(),
    }
}
