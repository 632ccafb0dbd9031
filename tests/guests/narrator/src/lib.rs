//! A narrative module that repeats the facts it is given.

wit_bindgen::generate!({ world: "narrative-module", path: "../../../wit", generate_all });

use exports::quire::report::narrative::{Guest, SectionFacts};
use quire::report::{
    cases::CaseSeries,
    types::{Block, Failure, Manifest, Marker, Output, Paragraph, RenderContext, Span, Style},
};

struct Narrator;
export!(Narrator);

impl Guest for Narrator {
    fn describe() -> Manifest {
        Manifest {
            title: "Narrator of what it is told".to_owned(),
            summary: "Repeats facts.".to_owned(),
            version: "1".to_owned(),
            locales: vec!["en".to_owned()],
            params_schema: None,
            attributes: Vec::new(),
        }
    }

    fn compose(
        _: RenderContext,
        _: CaseSeries,
        facts: Vec<SectionFacts>,
    ) -> Result<Output, Failure> {
        let blocks = facts
            .iter()
            .flat_map(|section| section.facts.iter().map(move |fact| (section, fact)))
            .map(|(section, fact)| {
                paragraph(format!(
                    "{}: {} = {:?}",
                    section.title, fact.key, fact.value
                ))
            })
            .collect();
        Ok(Output {
            blocks,
            facts: Vec::new(),
        })
    }
}

fn paragraph(text: String) -> Block {
    let span = Span {
        text,
        style: Style::empty(),
        href: None,
        footnote: None,
    };
    Block::Paragraph(Paragraph {
        spans: vec![span],
        marker: Marker::None,
        indent: 0,
    })
}
