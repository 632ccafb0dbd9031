//! The section `use`: what the drug was given for and how, what else was given, what was done and
//! what happened then.

mod challenge;
mod listing;

use quire_sdk::{
    About, Column, Content, Counts, Data, Fact, Failure, QueryError, Request, Section, Table, Tone,
    number, wit::provenance::Origin,
};
use serde::Deserialize;

use listing::Listing;

/// Co-medication, indication and use.
#[derive(Debug)]
pub struct Use;

quire_sdk::section!(Use);

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "top": {
      "type": "integer", "minimum": 1, "maximum": 1000, "default": 15,
      "description": "Rows printed of each table; the tables say how many are not."
    }
  }
}"#;

/// Parameters of the section.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Rows printed of each table.
    pub top: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { top: 15 }
    }
}

impl Section for Use {
    const ABOUT: About = About {
        title: "Co-medication, indication and use",
        summary: "Indications, routes, co-suspect and concomitant drugs, actions taken, dechallenge \
                  and rechallenge, each with its denominator.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: Some(SCHEMA),
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let analysed = data.reports();
        if analysed == 0 {
            return Err(Failure::NoData(
                "No report was analysed, so there is no use of the drug to describe.".to_owned(),
            ));
        }
        let top = request.params.top;
        let mut content = Content::new("Co-medication, indication and use");
        content.paragraph(
            "Indication, route, action taken, dechallenge and rechallenge are those of the drug entry \
             that matched. A report can name several of each and counts once for each that it names.",
        );
        indications(
            &mut content,
            &data.count_by("indication", None)?,
            top,
            analysed,
        );
        routes(&mut content, &data.count_by("route", None)?, top, analysed);
        others(&mut content, data, top, analysed)?;
        challenge::write(&mut content, data, analysed)?;
        onset(&mut content, data)?;
        Ok(content)
    }
}

fn indications(content: &mut Content, counts: &Counts, top: u32, analysed: u32) {
    content.heading("Indications");
    let listing = Listing::new(
        "indications",
        "Indications of the drug",
        "Indication",
        analysed,
    )
    .counts(counts);
    content.table(listing.table(top).note(
        "Reporters also write the reaction, or that the indication is unknown, as the indication.",
    ));
    if let Some(first) = counts.rows.first() {
        let term = quire_sdk::display_term(&first.value);
        content.fact(Fact::text("top-indication", term).shown_in("indications"));
        content.fact(
            Fact::count("top-indication-reports", first.reports)
                .unit("reports")
                .shown_in("indications"),
        );
    }
    let known = analysed.saturating_sub(counts.missing);
    content.fact(Fact::count("indication-known-reports", known).unit("reports"));
}

fn routes(content: &mut Content, counts: &Counts, top: u32, analysed: u32) {
    content.heading("Routes of administration");
    let listing = Listing::new(
        "routes",
        "Routes of administration of the drug",
        "Route",
        analysed,
    );
    content.table(listing.counts(counts).table(top));
}

/// Co-suspect and concomitant drugs.
fn others(
    content: &mut Content,
    data: &impl Data,
    top: u32,
    analysed: u32,
) -> Result<(), QueryError> {
    content.heading("Other drugs in the reports");
    let (suspects, note) = co_suspects(data)?;
    let listing = Listing::new(
        "co-suspects",
        "Other suspect or interacting drugs",
        "Drug",
        analysed,
    );
    content.table(listing.counts(&suspects).table(top).note(note));
    if let Some(first) = suspects.rows.first() {
        content.fact(Fact::text("top-co-suspect", first.value.as_str()).shown_in("co-suspects"));
        content.fact(
            Fact::count("top-co-suspect-reports", first.reports)
                .unit("reports")
                .shown_in("co-suspects"),
        );
    }
    let mut concomitants = data.count_by("concomitant-drug", None)?;
    without_own(&mut concomitants, &data.origin());
    let listing = Listing::new("concomitants", "Concomitant drugs", "Drug", analysed);
    content.table(listing.counts(&concomitants).table(top).note(
        "Named by active substance where the report gives it, else by product. Reports of many drugs weigh on every row.",
    ));
    content.callout(
        Tone::Info,
        "Several drugs, no link",
        "A report does not link a drug to a reaction. Where another suspect drug is named, the reporter \
         suspects it as well.",
    );
    Ok(())
}

/// Suspect drugs beside the one that the report is about, and how they were told apart.
fn co_suspects(data: &impl Data) -> Result<(Counts, &'static str), QueryError> {
    match data.count_by("co-suspect-drug", None) {
        Err(QueryError::UnknownName(_)) => {
            let mut counts = data.count_by("suspect-drug", None)?;
            without_own(&mut counts, &data.origin());
            Ok((
                counts,
                "The names through which reports matched are left out; other names of the same drug may remain.",
            ))
        }
        counts => Ok((
            counts?,
            "Entries of the drug of this document are left out, whatever it is called there.",
        )),
    }
}

/// Take away the names through which the reports matched.
fn without_own(counts: &mut Counts, origin: &Origin) {
    let is_own = |value: &str| {
        let value = value.trim_end_matches('.');
        origin
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(value))
    };
    counts.rows.retain(|row| !is_own(&row.value));
}

/// Days from the first dose to the event, where the host knows them.
fn onset(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let summary = match data.summarise("onset-days") {
        Err(QueryError::UnknownName(_)) => return Ok(()),
        summary => summary?,
    };
    if summary.n == 0 {
        return Ok(());
    }
    content.heading("Time to onset");
    let value = |key: &str, title: &str, value: f64| Column::number(key, title, 1, [value]);
    content.table(
        Table::new("onset", "Days from the first day of treatment to the event")
            .column(Column::integer("n", "n", [summary.n]))
            .column(Column::integer("missing", "Not known", [summary.missing]))
            .column(value("minimum", "Minimum", summary.minimum))
            .column(value("lower-quartile", "Lower quartile", summary.lower_quartile))
            .column(value("median", "Median", summary.median))
            .column(value("upper-quartile", "Upper quartile", summary.upper_quartile))
            .column(value("maximum", "Maximum", summary.maximum))
            .note(format!(
                "n: reports that give both days in full, of {}. The first day of treatment is day 0.",
                number::counted(data.reports(), "analysed report", "analysed reports")
            )),
    );
    Ok(())
}

#[cfg(test)]
mod tests;
