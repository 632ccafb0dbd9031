//! The section `appendices`: every request to the source, the READUS-PV checklists with the place of
//! each answer, the codes that were translated, and the references.

mod checklist;
mod codes;
mod references;

use quire_sdk::{
    About, Column, Content, Data, Fact, Failure, Request, Section, Table, wit::provenance::Query,
};

/// The appendices.
#[derive(Debug)]
pub struct Appendices;

quire_sdk::section!(Appendices);

const QUERIES: &str = "query-log";

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// Requests to the source that are printed; the table says how many are not.
    #[param(default = 40, min = 1, max = 10_000)]
    pub queries: u32,
    /// Whether the code tables are printed.
    #[param(default = true)]
    pub codes: bool,
}

impl Section for Appendices {
    const ABOUT: About = About {
        title: "Appendices",
        summary: "READUS-PV checklists, query log, code tables and references.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let mut content = Content::new("Appendices");
        content.heading("READUS-PV checklist");
        checklist::write(&mut content, data);
        content.heading("Query log");
        content.table(queries(&origin.queries, request.params.queries));
        if request.params.codes {
            content.table(codes::table());
        }
        content.heading("References");
        references::write(&mut content);
        content.fact(Fact::text("data-digest", origin.digest.as_str()));
        content.fact(
            Fact::count("source-queries", origin.queries.len() as u64)
                .unit("requests")
                .shown_in(QUERIES),
        );
        Ok(content)
    }
}

fn queries(queries: &[Query], printed: u32) -> Table {
    Table::new(QUERIES, "Requests to the source, in the order they were made")
        .column(Column::integer("number", "No.", 1..=queries.len() as u64))
        .column(Column::text("fetched-at", "Answered", queries.iter().map(|query| &query.fetched_at)))
        .column(Column::integer("reports", "Reports", queries.iter().map(|query| query.reports)))
        .column(Column::text("address", "Address", queries.iter().map(|query| &query.url)))
        .note("Reports: reports in the answer; 0 for requests that only count. Addresses are openFDA's, without any key, also where a server on this machine, as that of the sample, stood for it.")
        .print_top(printed)
}

#[cfg(test)]
mod tests {
    use quire_sdk::{
        testing::{Case, Fixture, overclaims, plain_text, problems, render},
        wit::types::{Block, Marker},
    };

    use super::*;

    #[test]
    fn everything_that_a_reviewer_looks_up_is_there() {
        let output = render::<Appendices>(&Fixture::new(vec![Case::new("1")]), "{}").unwrap();

        assert_eq!(problems(&output), [""; 0]);
        assert_eq!(overclaims(&output, &[]), [""; 0]);
        let text = plain_text(&output);
        for line in [
            "9 | Results with intervals | not done: there is no comparator | Disproportionality",
            "4b | Conclusion: hypotheses, not tests | partly:",
            "1 | 2025-06-30T08:00:00Z | 1 | https://api.fda.gov/drug/event.json",
            "drugcharacterization | 1 suspect; 2 concomitant; 3 interacting",
            "doi:10.1007/s40264-024-01421-9<https://doi.org/10.1007/s40264-024-01421-9>",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn what_the_document_cites_is_listed() {
        let output = render::<Appendices>(&Fixture::new(Vec::new()), "{}").unwrap();

        let entries = output.blocks.iter().filter_map(|block| match block {
            Block::Paragraph(paragraph) if paragraph.marker == Marker::Ordered => {
                paragraph.spans.first().map(|span| span.text.as_str())
            }
            _ => None,
        });
        let entries: Vec<&str> = entries.collect();
        for cited in [
            "Yates F. ",
            "Pearson K. ",
            "Szarfman A",
            "PMC4982893",
            "Open Targets. ",
            "E2B(R2)",
            "FDA Adverse Event Reporting System (FAERS), database",
            "openFDA, drug adverse events",
            "Fusaroli M",
            "Evans SJW",
            "EMA/849944/2016",
        ] {
            assert!(
                entries.iter().any(|entry| entry.contains(cited)),
                "{cited} is not in {entries:#?}"
            );
        }
    }

    #[test]
    fn code_tables_can_be_left_out() {
        let text = plain_text(
            &render::<Appendices>(&Fixture::new(Vec::new()), r#"{"codes": false}"#).unwrap(),
        );

        assert!(!text.contains("drugcharacterization"), "{text}");
    }
}
