//! The section `population`: who the reports are about and who sent them.

mod country;
mod measures;

use quire_sdk::{
    About, Breakdown, Chart, Content, Counts, Data, Fact, Failure, Request, Section, Series,
    number, reports_with,
};
use serde::Deserialize;

/// Sex, age, weight, country, reporter.
#[derive(Debug)]
pub struct Population;

quire_sdk::section!(Population);

const SEX: &str = "sex";
const AGE: &str = "age-groups";
const AGE_CHART: &str = "age-groups-chart";
const COUNTRY: &str = "country";
const REPORTER: &str = "reporter";

const SEXES: [(&str, &str); 2] = [("female", "Female"), ("male", "Male")];
const AGE_GROUPS: [(&str, &str); 7] = [
    ("0-1", "0–1 years"),
    ("2-11", "2–11 years"),
    ("12-17", "12–17 years"),
    ("18-64", "18–64 years"),
    ("65-74", "65–74 years"),
    ("75+", "75 years and older"),
    // Only where a report gives no age and calls the patient elderly.
    ("65+", "Elderly, no age given"),
];
const REPORTERS: [(&str, &str); 5] = [
    ("physician", "Physician"),
    ("pharmacist", "Pharmacist"),
    ("other health professional", "Other health professional"),
    ("lawyer", "Lawyer"),
    ("consumer", "Consumer or other non-professional"),
];
const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "countries": {
      "type": "integer", "minimum": 1, "maximum": 300, "default": 10,
      "description": "Countries named one by one; the others are summed."
    }
  }
}"#;

/// Parameters of the section.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Countries named one by one.
    pub countries: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { countries: 10 }
    }
}

impl Section for Population {
    const ABOUT: About = About {
        title: "Population and reporters",
        summary: "Sex, age, weight and country of the patients, qualification of the reporters; what is \
                  not reported is always shown.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: Some(SCHEMA),
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let analysed = data.reports();
        if analysed == 0 {
            return Err(Failure::NoData(
                "No report was analysed, so there is no population to describe.".to_owned(),
            ));
        }
        let mut content = Content::new("Population and reporters");
        content.paragraph(
            "The tables describe the people in the analysed reports, not the people who take the \
             drug. Who is reported, and how completely, depends on reporters.",
        );
        sex(&mut content, &data.count_by("sex", None)?, analysed);
        age(&mut content, &data.count_by("age-group", None)?, analysed);
        measures::write(
            &mut content,
            &data.summarise("age-years")?,
            &data.summarise("weight-kg")?,
        );
        countries(
            &mut content,
            &data.count_by("country", None)?,
            request.params.countries,
            analysed,
        );
        reporters(&mut content, &data.count_by("reporter", None)?, analysed);
        Ok(content)
    }
}

fn sex(content: &mut Content, counts: &Counts, analysed: u32) {
    content.heading("Sex");
    content.table(
        Breakdown::new(SEX, "Reports by sex of the patient", "Sex", analysed)
            .counts(counts, &SEXES)
            .table(),
    );
    let female = reports_with(counts, "female");
    let known = analysed.saturating_sub(counts.missing);
    content.fact(
        Fact::count("female-reports", female)
            .unit("reports")
            .shown_in(SEX),
    );
    content.fact(
        Fact::count("sex-known-reports", known)
            .unit("reports")
            .shown_in(SEX),
    );
    content.fact(Fact::percent("female-percent", female, known));
}

/// The bands, with the one for elderly patients without an age only where it is used.
fn age_groups(counts: &Counts) -> &'static [(&'static str, &'static str)] {
    match AGE_GROUPS.split_last() {
        Some((_, bands)) if reports_with(counts, "65+") == 0 => bands,
        _ => &AGE_GROUPS,
    }
}

fn age(content: &mut Content, counts: &Counts, analysed: u32) {
    content.heading("Age and weight");
    content.table(
        Breakdown::new(AGE, "Reports by age of the patient", "Age at onset", analysed)
            .counts(counts, age_groups(counts))
            .table()
            .note("Ages are converted to years. Without a unit, or above 120 years, an age counts as not reported."),
    );
    let bars: Vec<(&str, u32)> = age_groups(counts)
        .iter()
        .map(|(value, label)| (*label, reports_with(counts, value)))
        .chain([("Not reported", counts.missing)])
        .collect();
    let most = bars
        .iter()
        .max_by_key(|(_, reports)| *reports)
        .copied()
        .unwrap_or_default();
    content.chart(
        Chart::new("bar", AGE_CHART, "Reports by age of the patient")
            .alt(format!(
                "Bars of reports by age group, of {}. Highest: {} with {}.",
                number::counted(analysed, "analysed report", "analysed reports"),
                most.0,
                number::reports(most.1)
            ))
            .x("Age at onset", None)
            .y("Reports", None)
            .categories(bars.iter().map(|(label, _)| *label))
            .series(Series::counts(
                "Reports",
                bars.iter().map(|(_, reports)| *reports),
            )),
    );
}

fn countries(content: &mut Content, counts: &Counts, top: u32, analysed: u32) {
    content.heading("Country of occurrence");
    let shown = counts.rows.get(..top as usize).unwrap_or(&counts.rows);
    let rest = counts.rows.get(shown.len()..).unwrap_or_default();
    let mut breakdown = Breakdown::new(
        COUNTRY,
        "Reports by country of occurrence",
        "Country",
        analysed,
    );
    for row in shown {
        breakdown = breakdown.row(country::label(&row.value), row.reports);
    }
    if !rest.is_empty() {
        let label = number::counted(rest.len() as u64, "other country", "other countries");
        breakdown = breakdown.row(label, rest.iter().map(|row| row.reports).sum());
    }
    content.table(breakdown.not_reported(counts.missing).table());
    if let Some(first) = shown.first() {
        content.fact(Fact::text("top-country", country::label(&first.value)).shown_in(COUNTRY));
        content.fact(
            Fact::count("top-country-reports", first.reports)
                .unit("reports")
                .shown_in(COUNTRY),
        );
    }
}

fn reporters(content: &mut Content, counts: &Counts, analysed: u32) {
    content.heading("Reporters");
    content.table(
        Breakdown::new(
            REPORTER,
            "Reports by qualification of the primary reporter",
            "Qualification",
            analysed,
        )
        .counts(counts, &REPORTERS)
        .table(),
    );
    let consumer = reports_with(counts, "consumer");
    let professional = ["physician", "pharmacist", "other health professional"]
        .iter()
        .map(|value| reports_with(counts, value))
        .sum::<u32>();
    content.fact(
        Fact::count("consumer-reports", consumer)
            .unit("reports")
            .shown_in(REPORTER),
    );
    content.fact(
        Fact::percent("consumer-percent", consumer, analysed).map(|fact| fact.shown_in(REPORTER)),
    );
    content.fact(
        Fact::count("professional-reports", professional)
            .unit("reports")
            .shown_in(REPORTER),
    );
    content.fact(
        Fact::percent("professional-percent", professional, analysed)
            .map(|fact| fact.shown_in(REPORTER)),
    );
}

#[cfg(test)]
mod tests;
