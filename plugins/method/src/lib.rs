//! The section `method`: everything that a reader needs to judge the numbers of the others. Follows
//! the items of READUS-PV; printed whatever the data are.

mod comparator;
mod statistics;
mod words;

use quire_sdk::{About, Content, Data, Fact, Failure, NoParams, Request, Section, Text, attribute};

/// Data source and method.
#[derive(Debug)]
pub struct Method;

quire_sdk::section!(Method);

impl Section for Method {
    const ABOUT: About = About {
        title: "Data source and method",
        summary: "Source, matching by name, role, duplicates, selection, unit of counting, comparator, \
                  statistics with their formulas, and what was not done. Follows READUS-PV.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: NoParams::SCHEMA,
    };
    type Params = NoParams;

    fn render(request: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let mut content = Content::new("Data source and method");
        content.paragraph(
            "This document is a case series with a disproportionality analysis of individual case \
             safety reports. It describes what was reported and raises hypotheses; it tests none. The \
             method is stated in the order of the guideline READUS-PV (2024).",
        );
        part(&mut content, "Data source", &words::source(&origin));
        part(
            &mut content,
            "Drug and reactions",
            &words::definitions(&origin),
        );
        part(
            &mut content,
            "Which reports are analysed",
            &words::selection(&origin, request.context.period),
        );
        part(&mut content, "What is counted", &words::counting());
        comparator::write(&mut content, data);
        statistics::write(&mut content, data.background().is_some());
        part(&mut content, "What was not done", &words::not_done());
        let role = attribute(&origin.attributes, "role").unwrap_or("any");
        content.fact(Fact::text("role-filter", role));
        Ok(content)
    }
}

/// A heading and its list of leads and sentences.
fn part(content: &mut Content, heading: &str, items: &[(&str, String)]) {
    content.heading(heading);
    for (lead, sentence) in items {
        content.bullet(
            Text::default()
                .bold(*lead)
                .plain(" ")
                .plain(sentence.as_str()),
        );
    }
}

#[cfg(test)]
mod tests;
