//! Calls a section as the host would.

use super::{Fixture, about_problem};
use crate::{
    About, Civil, Content, Facts, Narrative, Params, Request, Section,
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
/// What the section answers; [`Failure::InvalidParams`]; [`Failure::Failed`] if a host would refuse what it says
/// about itself.
pub fn render<S: Section>(fixture: &Fixture, params: &str) -> Result<Output, Failure> {
    let request = asked::<S::Params>(S::ABOUT, params)?;
    S::render(&request, fixture).map(Content::into_output)
}

/// Compose a narrative over a fixture from the facts of sections.
///
/// # Errors
///
/// As [`render`].
pub fn compose<N: Narrative>(
    fixture: &Fixture,
    params: &str,
    facts: Vec<SectionFacts>,
) -> Result<Output, Failure> {
    let request = asked::<N::Params>(N::ABOUT, params)?;
    N::compose(&request, fixture, &Facts::new(facts)).map(Content::into_output)
}

fn asked<P: Params>(about: About, params: &str) -> Result<Request<P>, Failure> {
    match about_problem::<P>(about) {
        Some(problem) => Err(Failure::Failed(format!(
            "ABOUT would be refused: {problem}"
        ))),
        None => Request::read(context(params)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Data, NoParams};

    struct English;

    impl Section for English {
        const ABOUT: About = About {
            title: "English",
            summary: "A locale that is no tag.",
            version: "1",
            locales: &["english language"],
        };
        type Params = NoParams;

        fn render(_: &Request<NoParams>, _: &impl Data) -> Result<Content, Failure> {
            Ok(Content::new("English"))
        }
    }

    #[test]
    fn what_a_host_refuses_of_a_manifest_fails_the_native_test_too() {
        let refused = render::<English>(&Fixture::new(Vec::new()), "{}").unwrap_err();

        assert!(matches!(refused, Failure::Failed(words) if words.contains("english language")));
    }
}
