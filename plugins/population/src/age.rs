//! Age in bands, by the age or else by the group that the reporter chose.

use quire_sdk::{
    Breakdown, Chart, Content, Counts, Data, Filter, QueryError, Series, number, reports_with,
};

const TABLE: &str = "age-groups";
const CHART: &str = "age-groups-chart";

/// Fewer bands that reports are in need no chart beside their table.
const DRAWN: usize = 4;

const BANDS: [(&str, &str); 8] = [
    ("0-1", "0–1 years"),
    ("2-11", "2–11 years"),
    ("12-17", "12–17 years"),
    ("18-64", "18–64 years"),
    ("65-74", "65–74 years"),
    ("75+", "75 years and older"),
    // Only where a report gives no age and calls the patient elderly.
    ("65+", "Elderly, no age given"),
    ("other", "Age that cannot be used"),
];
/// Bands that every table has.
const USUAL: usize = 6;

pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    analysed: u32,
) -> Result<(), QueryError> {
    let counts = data.count_by("age-group", None)?;
    let by_group = data.select(&[
        Filter::unknown("age-years"),
        Filter::known("age-group"),
        Filter::none_of("age-group", ["other"]),
    ])?;
    let banded = analysed.saturating_sub(counts.missing + reports_with(&counts, "other"));
    Breakdown::new(
        TABLE,
        "Reports by age of the patient",
        "Age at onset",
        analysed,
    )
    .counts(&counts, &bands(&counts))
    .note("Ages are converted to years. An age without a unit, that is no number, or above 120 years, cannot be used.")
    .note(note(banded, by_group.reports()))
    .write(content);
    Ok(())
}

/// The bands as bars, where there are enough to have a shape.
pub(crate) fn draw(
    content: &mut Content,
    data: &impl Data,
    analysed: u32,
) -> Result<(), QueryError> {
    let counts = data.count_by("age-group", None)?;
    if counts.rows.len() >= DRAWN {
        content.chart(chart(&counts, analysed));
    }
    Ok(())
}

/// The bands; the last two only where they are used.
fn bands(counts: &Counts) -> Vec<(&'static str, &'static str)> {
    let (usual, others) = BANDS.split_at(USUAL);
    let used = others
        .iter()
        .filter(|(value, _)| reports_with(counts, value) > 0);
    usual.iter().chain(used).copied().collect()
}

/// How many of the reports in a band give no usable age.
fn note(banded: u32, by_group: u32) -> String {
    if by_group == 0 {
        return "Every report in a band gives an age.".to_owned();
    }
    format!(
        "Of {} in a band, {} {} no usable age and {} by the age group that the reporter chose: neonate \
         and infant as 0–1, child as 2–11, adolescent as 12–17, adult as 18–64 years, elderly in a row of \
         its own. The quartiles below leave them out.",
        number::reports(banded),
        number::count(by_group),
        if by_group == 1 { "gives" } else { "give" },
        if by_group == 1 { "counts" } else { "count" },
    )
}

fn chart(counts: &Counts, analysed: u32) -> Chart {
    let bars: Vec<(&str, u32)> = bands(counts)
        .iter()
        .map(|(value, label)| (*label, reports_with(counts, value)))
        .chain([("Not reported", counts.missing)])
        .collect();
    let most = bars
        .iter()
        .max_by_key(|(_, reports)| *reports)
        .copied()
        .unwrap_or_default();
    Chart::new("bar", CHART, "Reports by age of the patient")
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
        ))
}
