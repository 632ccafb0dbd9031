//! The section `seriousness-and-outcomes`: how many reports are serious, by which criteria, how
//! the reactions ended, and the reports of a death one by one.

mod deaths;

use quire_sdk::{
    About, Breakdown, Chart, Column, Content, Counts, Data, Fact, Failure, Request, Section,
    Series, Table, Tone,
    number::{self, percent_of},
    reports_with,
};
use serde::Deserialize;

use deaths::Deaths;

/// Seriousness, criteria, outcomes, deaths.
#[derive(Debug)]
pub struct SeriousnessAndOutcomes;

quire_sdk::section!(SeriousnessAndOutcomes);

const SERIOUSNESS: &str = "seriousness";
const CRITERIA: &str = "criteria";
const CRITERIA_CHART: &str = "criteria-chart";
const OUTCOMES: &str = "outcomes";

/// The contract's names of the criteria, with what a reader sees.
const CRITERIA_LABELS: [(&str, &str); 6] = [
    ("death", "Death"),
    ("life-threatening", "Life-threatening"),
    ("hospitalisation", "Hospitalisation, initial or prolonged"),
    ("disability", "Disability or incapacity"),
    ("congenital anomaly", "Congenital anomaly or birth defect"),
    ("other", "Other medically important condition"),
];

/// The contract's names of the outcomes, with what a reader sees.
const OUTCOME_LABELS: [(&str, &str); 6] = [
    ("recovered", "Recovered"),
    ("recovering", "Recovering"),
    ("not recovered", "Not recovered"),
    ("recovered with sequelae", "Recovered with sequelae"),
    ("fatal", "Fatal"),
    ("unknown", "Unknown, as the report says"),
];

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "deaths": {
      "type": "integer", "minimum": 0, "maximum": 1000, "default": 25,
      "description": "Reports of a death that are printed; 0 leaves the listing out. The CSV form has all that the table holds."
    }
  }
}"#;

/// Parameters of the section.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// How many reports of a death are printed.
    pub deaths: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { deaths: 25 }
    }
}

impl Section for SeriousnessAndOutcomes {
    const ABOUT: About = About {
        title: "Seriousness and outcomes",
        summary: "Serious reports, the six criteria, outcomes of reactions, and a listing of the \
                  reports of a death.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: Some(SCHEMA),
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let analysed = data.reports();
        if analysed == 0 {
            return Err(Failure::NoData(
                "No report was analysed, so there is no seriousness to count.".to_owned(),
            ));
        }
        let mut content = Content::new("Seriousness and outcomes");
        seriousness(&mut content, &data.count_by("seriousness", None)?, analysed);
        let criteria = data.count_by("seriousness-criterion", None)?;
        let serious = reports_with(&data.count_by("seriousness", None)?, "serious");
        criteria_part(&mut content, &criteria, serious, analysed);
        outcomes(
            &mut content,
            &data.count_by("reaction-outcome", None)?,
            analysed,
        );
        Deaths::of(data, request.params.deaths)?.write(&mut content, analysed);
        Ok(content)
    }
}

fn seriousness(content: &mut Content, counts: &Counts, analysed: u32) {
    content.heading("Seriousness of the reports");
    content.table(
        Breakdown::new(
            SERIOUSNESS,
            "Reports by seriousness",
            "Seriousness",
            analysed,
        )
        .counts(
            counts,
            &[("serious", "Serious"), ("not serious", "Not serious")],
        )
        .table(),
    );
    let serious = reports_with(counts, "serious");
    content.fact(
        Fact::count("reports-analysed", analysed)
            .unit("reports")
            .shown_in(SERIOUSNESS),
    );
    content.fact(
        Fact::count("serious-reports", serious)
            .unit("reports")
            .shown_in(SERIOUSNESS),
    );
    content.fact(
        Fact::percent("serious-percent", serious, analysed).map(|fact| fact.shown_in(SERIOUSNESS)),
    );
}

/// Criteria in percent of the analysed and of the serious reports.
fn criteria_part(content: &mut Content, counts: &Counts, serious: u32, analysed: u32) {
    let rows: Vec<Criterion> = CRITERIA_LABELS
        .iter()
        .map(|(value, label)| Criterion::of(counts, value, label))
        .collect();
    content.heading("Seriousness criteria");
    content.table(criteria_table(&rows, counts.missing, serious, analysed));
    if serious > 0 {
        content.chart(
            Chart::new(
                "horizontal-bar",
                CRITERIA_CHART,
                "Reports by seriousness criterion",
            )
            .alt(format!(
                "Bars of reports meeting each of the six criteria, of {} marked serious.",
                number::reports(serious)
            ))
            .x("Criterion", None)
            .y("Reports", None)
            .categories(rows.iter().map(|row| row.label))
            .series(Series::counts(
                "Reports",
                rows.iter().map(|row| row.reports),
            )),
        );
    }
    for (key, criterion) in [
        ("fatal", "death"),
        ("life-threatening", "life-threatening"),
        ("hospitalised", "hospitalisation"),
    ] {
        let reports = reports_with(counts, criterion);
        content.fact(
            Fact::count(&format!("{key}-reports"), reports)
                .unit("reports")
                .shown_in(CRITERIA),
        );
        content.fact(
            Fact::percent(&format!("{key}-percent"), reports, analysed)
                .map(|fact| fact.shown_in(CRITERIA)),
        );
    }
}

/// One criterion.
#[derive(Clone, Copy, Debug)]
struct Criterion {
    label: &'static str,
    reports: u32,
    /// Of them, marked serious; a report can meet a criterion without being marked.
    serious: u32,
}

impl Criterion {
    fn of(counts: &Counts, value: &str, label: &'static str) -> Self {
        let row = counts.rows.iter().find(|row| row.value == value);
        Self {
            label,
            reports: row.map_or(0, |row| row.reports),
            serious: row.map_or(0, |row| row.serious),
        }
    }
}

fn criteria_table(rows: &[Criterion], without: u32, serious: u32, analysed: u32) -> Table {
    let labels = rows
        .iter()
        .map(|row| row.label)
        .chain(["No criterion reported"]);
    let reports = || rows.iter().map(|row| row.reports).chain([without]);
    let of_serious = rows
        .iter()
        .map(|row| percent_of(row.serious, serious))
        .chain([None]);
    Table::new(CRITERIA, "Reports by seriousness criterion")
        .column(Column::text("criterion", "Criterion", labels))
        .column(Column::integer("reports", "Reports", reports()))
        .column(Column::percent(
            "percent",
            "% of analysed",
            reports().map(|n| percent_of(n, analysed)),
        ))
        .column(Column::percent(
            "percent-of-serious",
            "% of serious",
            of_serious,
        ))
        .note(format!(
            "Denominators: {} and {}.",
            number::counted(analysed, "analysed report", "analysed reports"),
            number::counted(serious, "report marked serious", "reports marked serious"),
        ))
        .note("A report can meet several criteria and counts once for each, so rows do not sum.")
}

fn outcomes(content: &mut Content, counts: &Counts, analysed: u32) {
    content.heading("Outcomes of the reactions");
    content.table(
        Breakdown::new(OUTCOMES, "Reports by outcome of their reactions", "Outcome", analysed)
            .counts(counts, &OUTCOME_LABELS)
            .not_exclusive()
            .table()
            .note("The outcome belongs to a reaction: a report counts once for each outcome that any of its reactions has."),
    );
    content.callout(
        Tone::Info,
        "Two ways of reporting a death",
        "The criterion death belongs to the report, the outcome fatal to one of its reactions. \
         Reporters use them independently, so the two counts can differ.",
    );
    let fatal = reports_with(counts, "fatal");
    content.fact(
        Fact::count("fatal-outcome-reports", fatal)
            .unit("reports")
            .shown_in(OUTCOMES),
    );
}

#[cfg(test)]
mod tests;
