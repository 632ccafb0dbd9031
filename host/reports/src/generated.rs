//! A finished report, and what there is to write down about it.

use quire_model::{Background, DataUse, Digest, Label, Making, OutputForm};

use crate::{Composed, Freshness};

/// A finished report.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The document and how it came about; its timings include `pdf`.
    pub composed: Composed,
    /// How the data were had.
    pub freshness: Freshness,
    /// The document, drawn.
    pub pdf: Vec<u8>,
    /// What there is to write down about it.
    pub making: Making,
}

impl Generated {
    /// A document with its pages, and what there is to write down about it.
    #[must_use]
    pub fn new(composed: Composed, freshness: Freshness, pdf: Vec<u8>) -> Self {
        Self {
            making: making(&composed, freshness, &pdf),
            composed,
            freshness,
            pdf,
        }
    }
}

/// What is written down about a document that was drawn as `pdf`.
fn making(composed: &Composed, freshness: Freshness, pdf: &[u8]) -> Making {
    let origin = composed.series.origin();
    let background = composed.background.as_deref();
    let compared = background.map_or(&[][..], Background::queries);
    let label = composed.label.as_deref().map_or(&[][..], Label::queries);
    Making {
        colophon: composed.colophon.clone(),
        data: DataUse {
            cache: <&str>::from(freshness.cache).to_owned(),
            age_s: freshness.age.as_secs(),
            fetched_at: origin.fetched_at.clone(),
            last_updated: origin.last_updated.clone(),
            queries: [&origin.queries[..], compared, label].concat(),
        },
        usage: composed.usage.clone(),
        outputs: vec![OutputForm {
            form: "pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            digest: Digest::of(pdf),
            size_bytes: pdf.len() as u64,
        }],
    }
}
