//! The section `provenance`: which source, which reports, how they were chosen, and what the document
//! was made with.

mod making;
mod source;

use quire_sdk::{
    About, Content, Data, Fact, Failure, NoParams, Request, Section, drug_names, fetched_words,
    number, wit::provenance::Origin,
};

/// Where the case series comes from.
#[derive(Debug)]
pub struct Provenance;

quire_sdk::section!(Provenance);

const SOURCE: &str = "source";

impl Section for Provenance {
    const ABOUT: About = About {
        title: "Provenance",
        summary: "Source, drug code and names, selection, digest of the data, and what the document was \
                  made with.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = NoParams;

    fn render(_: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let analysed = data.reports();
        let mut content = Content::new("Provenance");
        source::write(&mut content, &origin, analysed);
        making::write(&mut content, data);
        facts(&mut content, &origin, analysed);
        Ok(content)
    }
}

fn facts(content: &mut Content, origin: &Origin, analysed: u32) {
    content.fact(Fact::text("ndc", origin.ndc.as_str()).shown_in(SOURCE));
    content.fact(Fact::text("drug-names", drug_names(origin)).shown_in(SOURCE));
    content.fact(Fact::text("data-source", origin.source.as_str()).shown_in(SOURCE));
    content.fact(Fact::text("last-updated", origin.last_updated.as_str()).shown_in(SOURCE));
    content.fact(
        Fact::count("reports-total", origin.total)
            .unit("reports")
            .shown_in(SOURCE),
    );
    content.fact(
        Fact::count("reports-fetched", origin.fetched)
            .unit("reports")
            .shown_in(SOURCE),
    );
    content.fact(
        Fact::count("reports-analysed", analysed)
            .unit("reports")
            .shown_in(SOURCE),
    );
    content.fact(Fact::text("selection", fetched_words(origin)).shown_in(SOURCE));
}

/// `1,234`, for the table of words.
fn count(value: impl Into<i128>) -> String {
    number::count(value)
}

#[cfg(test)]
mod tests;
