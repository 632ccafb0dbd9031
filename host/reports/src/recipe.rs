//! Writes the recipe of a document before its first section runs.

use quire_model::{Component, Definition, Digest, FontRef, Recipe, RecipeData, ReportRequest};

use crate::{PRODUCER, chosen::Chosen, data::Data};

/// Everything that reaches a page: the request (code as written, as-of date, language, paper), the
/// definition with its parameters, the data and how fresh they claim to be, the background and the
/// label if a section asks for them, the modules, and the software with its typefaces.
pub(crate) fn recipe(
    request: &ReportRequest,
    definition: &Definition,
    chosen: &[Chosen],
    data: &Data,
) -> Recipe {
    let series = &data.series;
    let (background, label) = (data.background.as_ref(), data.label.as_ref());
    let origin = series.origin();
    Recipe {
        request: request.clone(),
        definition: definition.clone(),
        definition_digest: definition.digest(),
        data: RecipeData {
            digest: series.digest(),
            candidates: origin.candidates.clone(),
            matched: origin.matched.clone(),
            source: origin.source.clone(),
            last_updated: origin.last_updated.clone(),
            stale: series.analysis().stale.clone(),
        },
        background: background.and_then(|background| background.digest().ok()),
        label: label.and_then(|label| label.digest().ok()),
        modules: chosen.iter().map(component).collect(),
        producer: PRODUCER.to_owned(),
        fonts: fonts(),
        conformance: quire_render::CONFORMANCE.to_owned(),
    }
}

/// The typefaces that a document can be set in.
pub(crate) fn fonts() -> Vec<FontRef> {
    let font = |(name, digest): (&str, Digest)| FontRef {
        name: name.to_owned(),
        digest,
    };
    quire_render::fonts().into_iter().map(font).collect()
}

fn component(chosen: &Chosen) -> Component {
    Component {
        section: chosen.spec.name.clone(),
        module: chosen.spec.module.clone(),
        version: chosen.version().to_owned(),
        digest: chosen.digest(),
        limits: chosen.limits(),
    }
}
