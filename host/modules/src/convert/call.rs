//! Arguments of a call, and the manifest.

use quire_model::SectionFacts;

use super::{
    date::to_days,
    fact,
    origin::{attributes_in, attributes_out},
};
use crate::{
    Call, Manifest,
    bindings::{narrative::exports::quire::report::narrative, types as wit},
};

pub(crate) fn context(call: Call, locale: String) -> wit::RenderContext {
    wit::RenderContext {
        document_id: call.document_id,
        title: call.title,
        locale,
        as_of: to_days(call.as_of),
        period: (to_days(call.period.0), to_days(call.period.1)),
        seed: call.seed,
        params: call.params,
        attributes: attributes_out(&call.attributes),
    }
}

pub(crate) fn manifest(manifest: wit::Manifest) -> Manifest {
    Manifest {
        title: manifest.title,
        summary: manifest.summary,
        version: manifest.version,
        locales: manifest.locales,
        params_schema: manifest.params_schema,
        attributes: attributes_in(manifest.attributes),
    }
}

pub(crate) fn section_facts(section: SectionFacts) -> narrative::SectionFacts {
    narrative::SectionFacts {
        section: section.section,
        title: section.title,
        facts: section.facts.into_iter().map(fact::fact_out).collect(),
    }
}
