//! Calls a section as the host would.

use super::Fixture;
use crate::{
    Civil, Content, Facts, Narrative, Request, Section,
    wit::{
        SectionFacts,
        types::{Failure, Output, RenderContext},
    },
};

/// The context of a document as of 30 June 2025, with parameters in JSON.
#[must_use]
pub fn context(params: &str) -> RenderContext {
    let day = |year, month, day| Civil { year, month, day }.days();
    RenderContext {
        document_id: "0123456789abcdef0123456789abcdef".to_owned(),
        title: "Drug safety report".to_owned(),
        locale: "en".to_owned(),
        as_of: day(2025, 6, 30),
        period: (day(2014, 1, 1), day(2025, 6, 30)),
        seed: 1,
        params: params.to_owned(),
        attributes: Vec::new(),
    }
}

/// Render a section over a fixture.
///
/// # Errors
///
/// What the section answers, or [`Failure::InvalidParams`].
pub fn render<S: Section>(fixture: &Fixture, params: &str) -> Result<Output, Failure> {
    let request = Request::read(context(params))?;
    S::render(&request, fixture).map(Content::into_output)
}

/// Compose a narrative over a fixture from the facts of sections.
///
/// # Errors
///
/// What the narrative answers, or [`Failure::InvalidParams`].
pub fn compose<N: Narrative>(
    fixture: &Fixture,
    params: &str,
    facts: Vec<SectionFacts>,
) -> Result<Output, Failure> {
    let request = Request::read(context(params))?;
    N::compose(&request, fixture, &Facts::new(facts)).map(Content::into_output)
}
