//! `GET /api/cer/{ndc}/narrative`: what the report says in words, without its pages.

use std::slice;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use quire_model::{
    Block, Definition, Digest, DrugRole, Failure, Kind, Problem, ProblemKind, Section, Span,
};
use quire_registry::Wanted;
use quire_render::Numbering;
use quire_reports::{Composed, spending};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Caller,
    cache_headers::{self, NoData},
    described::{DigestText, LanguageText, NameText, RoleOfDrug},
    path::NdcPath,
    query::{Params, unpointed},
};

/// Which narrative.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NarrativeParams {
    /// "Today" for the document; today, UTC, if absent.
    #[param(example = "2025-06-30", format = Date)]
    as_of: Option<String>,
    /// BCP 47 tag of the language wanted; `en` if absent.
    #[param(example = "en", value_type = Option<LanguageText>)]
    locale: Option<String>,
    /// The report definition; `cer` if absent.
    #[param(value_type = Option<NameText>, example = "cer")]
    definition: Option<String>,
    /// Which roles of the drug make a report count; as the definition says if absent.
    #[param(value_type = Option<RoleOfDrug>)]
    role: Option<DrugRole>,
    /// Only reports first received on this day or later.
    #[param(example = "2014-01-01", format = Date)]
    received_from: Option<String>,
    /// Only reports first received on this day or earlier.
    #[param(example = "2014-12-31", format = Date)]
    received_to: Option<String>,
}

/// What a report says in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Narrative {
    /// The drug code, as it was sent.
    #[schema(example = "61958-0802")]
    ndc: String,
    /// All paragraphs, with an empty line between them.
    narrative: String,
    /// The same, one by one.
    paragraphs: Vec<String>,
    /// Which code wrote it.
    module: NarrativeModule,
    /// The identifier of the document that holds the same words.
    document_id: String,
}

/// Which code wrote a narrative.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NarrativeModule {
    /// The module's name.
    #[schema(example = "narrative")]
    name: String,
    /// Its author's version.
    version: String,
    /// SHA-256 of the component.
    #[schema(value_type = DigestText)]
    digest: Digest,
}

/// What a drug's report says in words. Every number in it comes from a section of the same report.
#[utoipa::path(
    get, path = "/api/cer/{ndc}/narrative", operation_id = "getNarrative",
    params(NdcPath, NarrativeParams),
    responses(
        (status = 200, description = "The narrative", body = Narrative, headers(
            ("X-Cache" = String, description = "`MISS`, `HIT`, or `STALE` when openFDA could not be reached"),
            ("Age" = u64, description = "Seconds since openFDA was asked"),
        )),
        (status = 500, description = "A module failed; `section` names it"),
        NoData,
    ),
)]
pub(crate) async fn show(
    caller: Caller,
    NdcPath(ndc): NdcPath,
    Params(params): Params<NarrativeParams>,
) -> Result<Response, ApiError> {
    let definitions = &caller.registry().definitions;
    let wanted = Wanted {
        as_of: params.as_of,
        locale: params.locale,
        definition: params.definition,
        paper: None,
        role: params.role,
        received_from: params.received_from,
        received_to: params.received_to,
    };
    let request = definitions.request(ndc, wanted).map_err(unpointed)?;
    let document = caller.state.maker.document(&request, |_| {});
    let (composed, freshness) = spending(caller.actor.key.as_str(), document).await?;
    let (number, section) = definitions
        .get(&request.definition)
        .and_then(|definition| narrative_section(&definition, &composed))
        .ok_or_else(|| no_narrative(&request.definition))?;
    let numbering = Numbering::of(&composed.document);
    let paragraphs = paragraphs(&section.blocks, |spans| numbering.text(number, spans));
    let narrative = Narrative {
        ndc: request.ndc.to_string(),
        narrative: paragraphs.join("\n\n"),
        paragraphs,
        module: NarrativeModule {
            name: section.module.name.clone(),
            version: section.module.version.clone(),
            digest: section.module.digest,
        },
        document_id: composed.document.id.clone(),
    };
    let headers = cache_headers::of(freshness.cache, freshness.age);
    Ok((headers, Json(narrative)).into_response())
}

/// The first section that a narrative module made itself, not a placeholder for one, and where it
/// stands.
fn narrative_section<'a>(
    definition: &Definition,
    composed: &'a Composed,
) -> Option<(usize, &'a Section)> {
    let mut narratives = definition
        .sections
        .iter()
        .filter(|spec| spec.kind == Kind::Narrative)
        .filter(|spec| !composed.placeholders.contains(&spec.name));
    let spec = narratives.next()?;
    let mut sections = composed.document.sections.iter().enumerate();
    sections.find(|(_, section)| section.name == spec.name)
}

fn no_narrative(definition: &str) -> ApiError {
    let detail = format!(
        "the report {definition} has no narrative, or its narrative module failed; the report \
         itself says why"
    );
    Problem::new(ProblemKind::ModuleFailed, detail).into()
}

/// The running text, worded as on the pages; tables, charts and headings are left to those.
fn paragraphs(blocks: &[Block], text: impl Fn(&[Span]) -> String) -> Vec<String> {
    let mut texts = Vec::new();
    for block in blocks {
        let paragraphs = match block {
            Block::Paragraph(paragraph) => slice::from_ref(paragraph),
            Block::Callout(callout) => &callout.body,
            Block::Extension(extension) => &extension.fallback,
            _ => continue,
        };
        texts.extend(paragraphs.iter().map(|paragraph| text(&paragraph.spans)));
    }
    texts.retain(|text| !text.trim().is_empty());
    texts
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        failure.problem.into()
    }
}
