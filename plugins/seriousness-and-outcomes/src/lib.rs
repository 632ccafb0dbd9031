//! The section `seriousness-and-outcomes`: how many reports are serious, by which criteria, how
//! the reactions ended, and the reports of a death one by one.

mod deaths;
mod unmarked;

use quire_sdk::{
    About, Breakdown, Chart, Column, Content, Counts, Data, Fact, Failure, Request, Section,
    Series, Stated, Table, denominator, nobody_states,
    number::{self, percent_of},
    reports_with,
};

use deaths::Listing;

/// Seriousness, criteria, outcomes, deaths.
#[derive(Debug)]
pub struct SeriousnessAndOutcomes;

quire_sdk::section!(SeriousnessAndOutcomes);

const SERIOUSNESS: &str = "seriousness";
const CRITERIA: &str = "criteria";
const CRITERIA_CHART: &str = "criteria-chart";
const OUTCOMES: &str = "outcomes";

/// Fewer criteria that are met need no chart beside their table.
const DRAWN: usize = 3;

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

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// Reports of a death that are printed, as many as there are by default; 0 leaves the listing out. The CSV form
    /// has all that the table holds.
    #[param(default = 1_000, min = 0, max = 1_000)]
    pub deaths: u32,
}

impl Section for SeriousnessAndOutcomes {
    const ABOUT: About = About {
        title: "Seriousness and outcomes",
        summary: "Serious reports, the six criteria, outcomes of reactions, and a listing of the \
                  reports of a death.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let analysed = data.analysed("there is no seriousness to count")?;
        let mut content = Content::new("Seriousness and outcomes");
        seriousness(&mut content, &data.count_by("seriousness", None)?, analysed);
        // Neighbours stand side by side where they are small.
        outcomes(
            &mut content,
            &data.count_by("reaction-outcome", None)?,
            analysed,
        );
        let criteria = data.count_by("seriousness-criterion", None)?;
        let serious = reports_with(&data.count_by("seriousness", None)?, "serious");
        let stated = Stated::criterion(data, "death")?.stated;
        criteria_part(&mut content, &criteria, serious, stated, analysed);
        unmarked::write(&mut content, data)?;
        Listing::of(data, request.params.deaths)?.write(&mut content);
        Ok(content)
    }
}

fn seriousness(content: &mut Content, counts: &Counts, analysed: u32) {
    let caption = "Reports by seriousness";
    Breakdown::new(SERIOUSNESS, caption, "Seriousness", analysed)
        .counts(
            counts,
            &[("serious", "Serious"), ("not serious", "Not serious")],
        )
        .write(content);
    let all = Fact::count("reports-analysed", analysed);
    content.fact_of(SERIOUSNESS, all.unit("reports"));
    for fact in Stated::of(counts, "serious", analysed).facts("serious") {
        content.fact_of(SERIOUSNESS, fact);
    }
}

/// Criteria in percent of the reports that state seriousness, and of the serious ones.
fn criteria_part(content: &mut Content, counts: &Counts, serious: u32, stated: u32, analysed: u32) {
    let rows: Vec<Criterion> = CRITERIA_LABELS
        .iter()
        .map(|(value, label)| Criterion::of(counts, value, label))
        .collect();
    let met = analysed.saturating_sub(counts.missing);
    if stated == 0 {
        content.paragraph(format!(
            "Seriousness criteria: {}.",
            nobody_states(analysed)
        ));
    } else if met == 0 {
        content.paragraph(format!(
            "Seriousness criteria: none is met in the {}.",
            number::counted(stated, "report that states them", "reports that state them")
        ));
    } else {
        content.table(criteria_table(&rows, met, serious, stated, analysed));
    }
    if rows.iter().filter(|row| row.reports > 0).count() >= DRAWN {
        content.chart(
            Chart::new(
                "horizontal-bar",
                CRITERIA_CHART,
                "Reports by seriousness criterion",
            )
            .alt(format!(
                "Bars of reports meeting each of the six criteria, of {} that state the criteria.",
                number::reports(stated)
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
        ("life-threatening", "life-threatening"),
        ("hospitalised", "hospitalisation"),
    ] {
        let reports = Stated {
            reports: reports_with(counts, criterion),
            stated,
            analysed,
        };
        for fact in reports.facts(key) {
            content.fact_of(CRITERIA, fact);
        }
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

fn criteria_table(rows: &[Criterion], met: u32, serious: u32, stated: u32, analysed: u32) -> Table {
    let known = |reports: u32| (stated > 0).then_some(reports);
    let none = stated.saturating_sub(met);
    let labels = rows
        .iter()
        .map(|row| row.label)
        .chain(["No criterion", "Not reported"]);
    let silent = analysed.saturating_sub(stated);
    let reports = rows
        .iter()
        .map(|row| known(row.reports))
        .chain([known(none), Some(silent)]);
    let of_stated = rows
        .iter()
        .map(|row| percent_of(row.reports, stated))
        .chain([percent_of(none, stated), None]);
    let of_serious = rows
        .iter()
        .map(|row| percent_of(row.serious, serious))
        .chain([None, None]);
    Table::new(CRITERIA, "Reports by seriousness criterion")
        .column(Column::text("criterion", "Criterion", labels))
        .column(Column::integer("reports", "Reports", reports))
        .column(Column::percent("percent", "% of stated", of_stated))
        .column(Column::percent(
            "percent-of-serious",
            "% of serious",
            of_serious,
        ))
        .note(denominator(stated, analysed))
        .note(format!(
            "% of serious: of {}. No criterion: not serious. Not reported: no criterion, \
             and not said to be not serious.",
            number::counted(serious, "report marked serious", "reports marked serious"),
        ))
        .note("A report can meet several criteria and counts once for each, so rows do not sum.")
}

fn outcomes(content: &mut Content, counts: &Counts, analysed: u32) {
    let caption = "Reports by outcome of their reactions";
    Breakdown::new(OUTCOMES, caption, "Outcome", analysed)
        .counts(counts, &OUTCOME_LABELS)
        .not_exclusive()
        .note("The outcome belongs to a reaction: a report counts once for each outcome that any of its reactions has.")
        .write(content);
    let fatal = Stated::of(counts, "fatal", analysed);
    content.fact_of(
        OUTCOMES,
        fatal
            .known()
            .map(|reports| Fact::count("fatal-outcome-reports", reports).unit("reports")),
    );
}

#[cfg(test)]
mod tests;
