//! The section `provenance`: which source, which reports, how they were chosen and counted.

mod source;

use quire_sdk::{
    About, Column, Content, Data, Fact, Failure, Request, Section, Table, Tone, drug_names, number,
    wit::provenance::{FlowStep, Origin, Query},
};
use serde::Deserialize;

/// Where the case series comes from.
#[derive(Debug)]
pub struct Provenance;

quire_sdk::section!(Provenance);

const SOURCE: &str = "source";
const FLOW: &str = "case-flow";
const QUERIES: &str = "queries";

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "queries": {
      "type": "integer", "minimum": 1, "maximum": 10000, "default": 40,
      "description": "Requests to the source that are printed; The table says how many are not."
    }
  }
}"#;

/// Parameters of the section.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Requests that are printed.
    pub queries: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { queries: 40 }
    }
}

impl Section for Provenance {
    const ABOUT: About = About {
        title: "Provenance",
        summary: "Source, drug code and names, selection, case flow, every query, digest of the \
                  data, and the source's disclaimer.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: Some(SCHEMA),
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let analysed = data.reports();
        let mut content = Content::new("Provenance");
        source::write(&mut content, &origin, analysed);
        method(&mut content, &origin);
        content.heading("Case flow");
        content.table(flow(&origin.flow));
        content.heading("Queries");
        content.table(queries(&origin.queries, request.params.queries));
        if !origin.disclaimer.trim().is_empty() {
            content.callout(
                Tone::Caution,
                "Disclaimer of the source, verbatim",
                origin.disclaimer.as_str(),
            );
        }
        facts(&mut content, &origin, analysed);
        Ok(content)
    }
}

fn method(content: &mut Content, origin: &Origin) {
    content.heading("How reports are counted");
    content.bullet("The unit is the report. A report counts once for a reaction term, an outcome or a criterion, however often it repeats it.");
    content.bullet(duplicates(origin));
    content.bullet(match source::detail(origin, "role") {
        Some("suspect") => "Only reports in which the drug is suspect or interacting are analysed. That is decided on the drug entries that match the code; the source itself cannot be asked for suspected drugs alone, so its own counts are of any role.",
        _ => "The drug may have any role in a report: suspect, interacting or concomitant.",
    });
    if let Some(period) = source::period(origin) {
        content.bullet(format!(
            "Only reports that FDA first received {period} are analysed."
        ));
    }
    content.bullet("Percentages are shares of reports, with the denominator stated at each table. What a report leaves open is shown as not reported.");
    content.bullet("Reaction terms are MedDRA preferred terms as the source gives them, joined without regard to case.");
}

/// How duplicates are found, and how many were.
fn duplicates(origin: &Origin) -> String {
    let found = |name| source::detail(origin, name).and_then(|text| text.parse::<u64>().ok());
    let by_number = found("duplicates-by-number").unwrap_or_default();
    let by_facts = found("duplicates-by-facts").unwrap_or_default();
    let left_out = match by_number + by_facts {
        0 => "None was found.".to_owned(),
        all => format!(
            "{} left out: {} by a shared number, {} by equal facts.",
            number::counted(all, "report was", "reports were"),
            number::count(by_number),
            number::count(by_facts)
        ),
    };
    format!(
        "Of each case the latest version is analysed. Of reports of one case under different ids \
         one is analysed: reports that share a control number, and reports that state the same \
         country, sex, age, day of the event, drugs and reactions, unless sex, age, country or \
         weight contradict. {left_out} What is in doubt stays, so duplicates remain."
    )
}

fn flow(steps: &[FlowStep]) -> Table {
    Table::new(FLOW, "From matching to analysed reports")
        .column(Column::text(
            "step",
            "Step",
            steps.iter().map(|step| &step.label),
        ))
        .column(Column::integer(
            "remaining",
            "Reports",
            steps.iter().map(|step| step.remaining),
        ))
        .column(Column::integer(
            "removed",
            "Taken away",
            steps.iter().map(|step| step.removed),
        ))
        .column(Column::text(
            "reason",
            "Why",
            steps
                .iter()
                .map(|step| Some(step.reason.clone()).filter(|reason| !reason.is_empty())),
        ))
        .note("Reports: those left after the step.")
}

fn queries(queries: &[Query], printed: u32) -> Table {
    let table = Table::new(QUERIES, "Requests to the source, in the order they were made")
        .column(Column::integer("number", "No.", 1..=queries.len() as u64))
        .column(Column::text("fetched-at", "Answered", queries.iter().map(|query| &query.fetched_at)))
        .column(Column::integer("reports", "Reports", queries.iter().map(|query| query.reports)))
        .column(Column::text("address", "Address", queries.iter().map(|query| &query.url)))
        .note("Reports: reports in the answer; 0 for requests that only count. Addresses are shown without any key.");
    if (printed as usize) < queries.len() {
        table.print_rows(printed)
    } else {
        table
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
    content.fact(Fact::text("selection", source::selection(origin)).shown_in(SOURCE));
}

/// `1,234`, for the table of words.
fn count(value: impl Into<i128>) -> String {
    number::count(value)
}

#[cfg(test)]
mod tests;
