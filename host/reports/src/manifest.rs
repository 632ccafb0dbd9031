//! What is put into the document about itself, and what is written down about its making.

use quire_model::{
    Attachment, Colophon, DataUse, Digest, MadeAs, Making, OutputForm, Recipe, SectionOutcome,
};

use quire_faers::CacheState;

use crate::{Composed, Freshness, sections::Made};

/// What a reader of the file sees beside its name.
const DESCRIPTION: &str = "What this document was made from: request, report definition, data, \
    modules and software, each by its digest. `quire verify` makes it again from these.";

/// What travels inside the document.
pub(crate) fn colophon(recipe: &Recipe, made: &[Made]) -> Colophon {
    Colophon::new(recipe.clone(), made.iter().map(outcome).collect())
}

/// The same as a file of the document.
pub(crate) fn attachment(colophon: &Colophon) -> Attachment {
    Attachment {
        name: Colophon::NAME.to_owned(),
        media_type: "application/json".to_owned(),
        description: DESCRIPTION.to_owned(),
        bytes: colophon.to_bytes(),
    }
}

fn outcome(made: &Made) -> SectionOutcome {
    let section = &made.section;
    SectionOutcome {
        section: section.name.clone(),
        outcome: if made.placeholder {
            MadeAs::Placeholder
        } else {
            MadeAs::Made
        },
        content: SectionOutcome::content_of(&section.blocks, &section.facts),
    }
}

/// What is written down about a document that was drawn as `pdf`.
pub(crate) fn making(composed: &Composed, freshness: Freshness, pdf: &[u8]) -> Making {
    let origin = composed.series.origin();
    Making {
        colophon: composed.colophon.clone(),
        data: DataUse {
            cache: cache_word(freshness.cache).to_owned(),
            age_s: freshness.age.as_secs(),
            fetched_at: origin.fetched_at.clone(),
            last_updated: origin.last_updated.clone(),
            queries: origin.queries.clone(),
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

/// How the cache served the data, as it is written down.
#[must_use]
pub const fn cache_word(cache: CacheState) -> &'static str {
    match cache {
        CacheState::Miss => "miss",
        CacheState::Hit => "hit",
        CacheState::Stale => "stale",
    }
}
