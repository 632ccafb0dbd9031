//! Every table of the report, computed anew from the raw records.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cases,
    document::{Cell, Columns},
    listing,
    raw::Report,
    signals,
    terms::{is_designated, says_little},
    uses,
};

/// A table by the names of its section and its own; none if nothing here knows how to compute it.
pub(super) fn expected(section: &str, table: &str, reports: &[Report]) -> Option<Columns> {
    Some(match (section, table) {
        ("case-flow", "flow") => case_flow(reports),
        ("case-flow", "role") => breakdown(reports, &ROLES),
        ("trend", "trend") => trend(reports),
        ("trend", "expedited") => breakdown(reports, &EXPEDITED),
        ("trend", "report-types") => breakdown(reports, &TYPES),
        ("population", "sex") => breakdown(
            reports,
            &[("Female", |r| r.sex == "2"), ("Male", |r| r.sex == "1")],
        ),
        ("population", "age-groups") => breakdown(reports, &AGES),
        ("population", "age-and-weight") => age_and_weight(reports),
        ("population", "country") => {
            breakdown(reports, &[("United States (US)", |r| r.country == "US")])
        }
        ("population", "reporter") => breakdown(reports, &REPORTERS),
        ("seriousness-and-outcomes", "seriousness") => breakdown(
            reports,
            &[("Serious", |r| r.serious), ("Not serious", |r| !r.serious)],
        ),
        ("seriousness-and-outcomes", "criteria") => criteria(reports),
        ("seriousness-and-outcomes", "outcomes") => outcomes(reports),
        ("seriousness-and-outcomes", "deaths-stated") => deaths(reports),
        ("reaction-table", "reactions") => reactions(reports),
        ("use", name) => return uses::expected(name, reports),
        ("disproportionality", name) => return signals::expected(name, reports),
        ("case-listing", "cases") => listing::cases(reports),
        _ => return None,
    })
}

type Holds = fn(&Report) -> bool;

const AGES: [(&str, Holds); 6] = [
    ("0–1 years", |r| aged(r, 0.0, 2.0)),
    ("2–11 years", |r| aged(r, 2.0, 12.0)),
    ("12–17 years", |r| aged(r, 12.0, 18.0)),
    ("18–64 years", |r| aged(r, 18.0, 65.0)),
    ("65–74 years", |r| aged(r, 65.0, 75.0)),
    ("75 years and older", |r| aged(r, 75.0, 1_000.0)),
];
const EXPEDITED: [(&str, Holds); 2] = [
    ("Expedited (15 days)", |r| r.expedited == "1"),
    ("Not expedited", |r| r.expedited == "2"),
];
const TYPES: [(&str, Holds); 4] = [
    ("Spontaneous", |r| r.kind == "1"),
    ("From a study", |r| r.kind == "2"),
    ("Other", |r| r.kind == "3"),
    ("Unknown, as the report says", |r| r.kind == "4"),
];
const REPORTERS: [(&str, Holds); 5] = [
    ("Physician", |r| r.reporter == "1"),
    ("Pharmacist", |r| r.reporter == "2"),
    ("Other health professional", |r| r.reporter == "3"),
    ("Lawyer", |r| r.reporter == "4"),
    ("Consumer or other non-professional", |r| r.reporter == "5"),
];
const ROLES: [(&str, Holds); 3] = [
    ("Suspect", |r| has_role(r, "1")),
    ("Interacting", |r| !has_role(r, "1") && has_role(r, "3")),
    ("Concomitant", |r| {
        !has_role(r, "1") && !has_role(r, "3") && has_role(r, "2")
    }),
];
const CRITERIA: [(&str, &str); 6] = [
    ("death", "Death"),
    ("life-threatening", "Life-threatening"),
    ("hospitalisation", "Hospitalisation, initial or prolonged"),
    ("disability", "Disability or incapacity"),
    ("congenital anomaly", "Congenital anomaly or birth defect"),
    ("other", "Other medically important condition"),
];

fn aged(report: &Report, from: f64, below: f64) -> bool {
    report
        .age_years
        .is_some_and(|age| age >= from && age < below)
}

fn has_role(report: &Report, role: &str) -> bool {
    report
        .drugs
        .iter()
        .any(|drug| drug.matched && drug.role == role)
}

pub(super) fn count(reports: &[Report], holds: impl Fn(&Report) -> bool) -> usize {
    reports.iter().filter(|report| holds(report)).count()
}

pub(super) fn percent(part: usize, whole: usize) -> Cell {
    match whole {
        0 => Cell::Missing,
        _ => Cell::Number(100.0 * part as f64 / whole as f64),
    }
}

pub(super) fn number(value: usize) -> Cell {
    Cell::Number(value as f64)
}

pub(super) fn word(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

pub(super) fn named(columns: Vec<(&str, Vec<Cell>)>) -> Columns {
    let owned = |(key, cells): (&str, Vec<Cell>)| (key.to_owned(), cells);
    columns.into_iter().map(owned).collect()
}

/// Values that exclude each other, what is not reported, and the sum.
fn breakdown(reports: &[Report], values: &[(&str, Holds)]) -> Columns {
    let mut rows: Vec<(&str, usize)> = values
        .iter()
        .map(|(label, holds)| (*label, count(reports, holds)))
        .collect();
    let known: usize = rows.iter().map(|row| row.1).sum();
    rows.push(("Not reported", reports.len() - known));
    rows.push(("All analysed reports", reports.len()));
    counted(&rows, known)
}

pub(super) fn counted(rows: &[(&str, usize)], whole: usize) -> Columns {
    named(vec![
        ("value", rows.iter().map(|row| word(row.0)).collect()),
        ("reports", rows.iter().map(|row| number(row.1)).collect()),
        (
            "percent",
            rows.iter().map(|row| share(row.0, row.1, whole)).collect(),
        ),
    ])
}

/// Rows of what is not reported, and of the sum, are no part of the reports that state something.
fn share(label: &str, part: usize, whole: usize) -> Cell {
    match label {
        "Not reported" | "All analysed reports" => Cell::Missing,
        _ => percent(part, whole),
    }
}

fn case_flow(reports: &[Report]) -> Columns {
    let steps = [
        "Matching reports in openFDA",
        "Fetched",
        "Valid",
        "Latest versions",
        "Duplicates removed",
        "Drug is suspect or interacting",
        "Analysed",
    ];
    named(vec![
        ("step", steps.map(word).to_vec()),
        ("remaining", steps.map(|_| number(reports.len())).to_vec()),
        ("removed", steps.map(|_| number(0)).to_vec()),
        ("reason", steps.map(|_| Cell::Missing).to_vec()),
    ])
}

/// All reports of the sample came in within one quarter.
fn trend(reports: &[Report]) -> Columns {
    let quarters: BTreeSet<String> = reports.iter().map(quarter).collect();
    let serious = |quarter: &str| count(reports, |r| quarter_of(r, quarter) && r.serious);
    let all = |quarter: &str| count(reports, |r| quarter_of(r, quarter));
    let mut rows: Vec<(String, usize, usize)> = quarters
        .iter()
        .map(|quarter| (quarter.clone(), all(quarter), serious(quarter)))
        .collect();
    rows.push(("Not reported".to_owned(), 0, 0));
    rows.push((
        "All".to_owned(),
        reports.len(),
        count(reports, |r| r.serious),
    ));
    named(vec![
        ("period", rows.iter().map(|row| word(&row.0)).collect()),
        ("reports", rows.iter().map(|row| number(row.1)).collect()),
        ("analysed", rows.iter().map(|row| number(row.1)).collect()),
        ("serious", rows.iter().map(|row| number(row.2)).collect()),
        (
            "serious-percent",
            rows.iter().map(|row| percent(row.2, row.1)).collect(),
        ),
    ])
}

fn quarter(report: &Report) -> String {
    let month: usize = report.received[5..7].parse().unwrap();
    format!("{}-Q{}", &report.received[..4], (month - 1) / 3 + 1)
}

fn quarter_of(report: &Report, wanted: &str) -> bool {
    quarter(report) == wanted
}

fn age_and_weight(reports: &[Report]) -> Columns {
    let ages: Vec<f64> = reports
        .iter()
        .filter_map(|report| report.age_years)
        .collect();
    let weights: Vec<f64> = reports
        .iter()
        .filter_map(|report| report.weight_kg)
        .collect();
    // What no report states is a sentence.
    let mut rows = vec![("Age, years", ages), ("Weight, kg", weights)];
    rows.retain(|row| !row.1.is_empty());
    let at = |share: f64| -> Vec<Cell> {
        let quantile =
            |values: &Vec<f64>| quantile(values, share).map_or(Cell::Missing, Cell::Number);
        rows.iter().map(|row| quantile(&row.1)).collect()
    };
    named(vec![
        ("measure", rows.iter().map(|row| word(row.0)).collect()),
        ("n", rows.iter().map(|row| number(row.1.len())).collect()),
        (
            "missing",
            rows.iter()
                .map(|row| number(reports.len() - row.1.len()))
                .collect(),
        ),
        ("minimum", at(0.0)),
        ("lower-quartile", at(0.25)),
        ("median", at(0.5)),
        ("upper-quartile", at(0.75)),
        ("maximum", at(1.0)),
    ])
}

/// Linear interpolation between the ordered values, as R does by default.
pub(super) fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let low = sorted[place.floor() as usize];
    let high = sorted[place.ceil() as usize];
    Some(low + (high - low) * place.fract())
}

fn criteria(reports: &[Report]) -> Columns {
    let serious = count(reports, |report| report.serious);
    let with = |criterion| count(reports, |report| report.criteria.contains(criterion));
    let both = |criterion| {
        count(reports, |report| {
            report.serious && report.criteria.contains(criterion)
        })
    };
    let mut rows: Vec<(&str, usize, Cell)> = CRITERIA
        .iter()
        .map(|(word, label)| (*label, with(word), percent(both(word), serious)))
        .collect();
    let none = count(reports, |report| {
        report.criteria.is_empty() && !report.serious
    });
    let silent = count(reports, |report| !states_criteria(report));
    rows.push(("No criterion", none, Cell::Missing));
    rows.push(("Not reported", silent, Cell::Missing));
    named(vec![
        ("criterion", rows.iter().map(|row| word(row.0)).collect()),
        ("reports", rows.iter().map(|row| number(row.1)).collect()),
        (
            "percent",
            rows.iter()
                .map(|row| share(row.0, row.1, reports.len() - silent))
                .collect(),
        ),
        (
            "percent-of-serious",
            rows.iter().map(|row| row.2.clone()).collect(),
        ),
    ])
}

/// Every report of the sample says whether it is serious; one that is for no stated reason leaves the
/// criteria open.
pub(super) fn states_criteria(report: &Report) -> bool {
    !report.serious || !report.criteria.is_empty()
}

/// Preferred terms of the sample that mean death: there are none but these two in all of FDA's hundred.
const DEATH_TERMS: [&str; 2] = ["death", "sudden death"];

/// By criterion, else by outcome, else by a reaction: 0, 1, 2; none if nobody died.
pub(super) fn death(report: &Report) -> Option<usize> {
    let mut reactions = report.reactions.iter();
    let named = |term: &String| DEATH_TERMS.contains(&term.to_lowercase().as_str());
    if report.criteria.contains("death") {
        Some(0)
    } else if report.reactions.values().any(|codes| codes.contains("5")) {
        Some(1)
    } else {
        reactions.any(|(term, _)| named(term)).then_some(2)
    }
}

/// Whether the report says if somebody died.
pub(super) fn states_death(report: &Report) -> bool {
    let codes = || report.reactions.values().flatten();
    let tells = codes().any(|code| ["1", "2", "3", "4", "5"].contains(&code.as_str()));
    death(report).is_some() || states_criteria(report) || tells
}

fn deaths(reports: &[Report]) -> Columns {
    let by = |way: usize| count(reports, |report| death(report) == Some(way));
    let stated = count(reports, states_death);
    let rows = [
        ("Seriousness criterion death", by(0)),
        ("Outcome fatal of a reaction, without the criterion", by(1)),
        ("Only a reaction that means death", by(2)),
        ("All reports of a death", by(0) + by(1) + by(2)),
    ];
    named(vec![
        ("told-by", rows.map(|row| word(row.0)).to_vec()),
        ("reports", rows.map(|row| number(row.1)).to_vec()),
        ("percent", rows.map(|row| percent(row.1, stated)).to_vec()),
    ])
}

fn outcomes(reports: &[Report]) -> Columns {
    let labels = [
        ("1", "Recovered"),
        ("2", "Recovering"),
        ("3", "Not recovered"),
        ("4", "Recovered with sequelae"),
        ("5", "Fatal"),
        ("6", "Unknown, as the report says"),
    ];
    let has =
        |report: &Report, code: &str| report.reactions.values().any(|codes| codes.contains(code));
    let mut rows: Vec<(&str, usize)> = labels
        .iter()
        .map(|(code, label)| (*label, count(reports, |report| has(report, code))))
        .collect();
    let none = |report: &Report| report.reactions.values().all(BTreeSet::is_empty);
    let without = count(reports, none);
    rows.push(("Not reported", without));
    counted(&rows, reports.len() - without)
}

/// Reaction terms: most reports first, then the gravest, then by the term.
pub(super) fn by_reaction(reports: &[Report]) -> Vec<(String, Vec<&Report>)> {
    let mut by_term: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    for report in reports {
        for term in report.reactions.keys() {
            by_term.entry(term).or_default().push(report);
        }
    }
    let mut rows: Vec<(String, Vec<&Report>)> = by_term
        .into_iter()
        .map(|(term, reports)| (term.to_owned(), reports))
        .collect();
    let order = |row: &(String, Vec<&Report>)| (row.1.len(), gravity(&row.1));
    rows.sort_by(|one, other| order(other).cmp(&order(one)).then(one.0.cmp(&other.0)));
    rows
}

/// Of a death, life-threatening, serious.
pub(super) fn gravity(reports: &[&Report]) -> [usize; 3] {
    let with = |holds: fn(&Report) -> bool| reports.iter().filter(|report| holds(report)).count();
    [
        with(|report| death(report).is_some()),
        with(|report| report.criteria.contains("life-threatening")),
        with(|report| report.serious),
    ]
}

/// Rows as they are printed: the first, then later ones with a death, then with a life-threatening case
/// or a designated medical event, then the rest.
pub(super) fn cut<R>(
    rows: Vec<R>,
    top: usize,
    gravity: impl Fn(&R) -> [usize; 3],
    designated: impl Fn(&R) -> bool,
) -> Vec<R> {
    let mut groups: [Vec<R>; 4] = [const { Vec::new() }; 4];
    for (place, row) in rows.into_iter().enumerate() {
        let group = match gravity(&row) {
            _ if place < top => 0,
            [fatal, _, _] if fatal > 0 => 1,
            [_, threatening, _] if threatening > 0 || designated(&row) => 2,
            _ => 3,
        };
        groups[group].push(row);
    }
    groups.into_iter().flatten().collect()
}

fn reactions(reports: &[Report]) -> Columns {
    let rows = cut(
        by_reaction(reports),
        50,
        |row| gravity(&row.1),
        |row| is_designated(&row.0),
    );
    let cases = |row: &(String, Vec<&Report>)| number(cases::count(reports, row.1.iter().copied()));
    let of = |holds: fn(&Report) -> bool| -> Vec<Cell> {
        let matching = |reports: &Vec<&Report>| reports.iter().filter(|r| holds(r)).count();
        rows.iter().map(|row| number(matching(&row.1))).collect()
    };
    named(vec![
        ("reaction", rows.iter().map(|row| word(&row.0)).collect()),
        ("reports", of(|_| true)),
        (
            "percent",
            rows.iter()
                .map(|row| percent(row.1.len(), reports.len()))
                .collect(),
        ),
        ("cases", rows.iter().map(cases).collect()),
        ("serious", of(|r| r.serious)),
        ("fatal", of(|r| death(r).is_some())),
        (
            "life-threatening",
            of(|r| r.criteria.contains("life-threatening")),
        ),
        (
            "professional",
            of(|r| ["1", "2", "3"].contains(&r.reporter.as_str())),
        ),
        ("note", rows.iter().map(|row| mark(&row.0)).collect()),
    ])
}

fn mark(term: &str) -> Cell {
    word(match (is_designated(term), says_little(term)) {
        (true, _) => "DME",
        (_, true) => "†",
        _ => "",
    })
}
