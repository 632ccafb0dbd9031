//! The case line listing, computed anew.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    document::{Cell, Columns},
    raw::{Drug, Report},
    tables::{cut, gravity, named, word},
    uses::{shown_indications, substance},
};

const OUTCOMES: [&str; 6] = [
    "recovered",
    "recovering",
    "not recovered",
    "recovered with sequelae",
    "fatal",
    "unknown",
];
const REPORTERS: [&str; 5] = [
    "physician",
    "pharmacist",
    "other health professional",
    "lawyer",
    "consumer",
];

/// One row a report, the most recently received first, of one day the gravest, then by id.
pub(super) fn cases(reports: &[Report]) -> Columns {
    let mut rows: Vec<&Report> = reports.iter().collect();
    rows.sort_by_key(|report| {
        (
            Reverse(&report.received),
            Reverse(gravity(&[report])),
            &report.id,
        )
    });
    let rows = cut(rows, 50, |report| gravity(&[report]), |_| false);
    let shown = shown_indications(reports);
    let column = |cell: fn(&Report) -> Cell| rows.iter().map(|report| cell(report)).collect();
    named(vec![
        ("report", column(|r| word(&r.id))),
        ("version", column(|r| Cell::Number(r.version as f64))),
        ("control", column(|r| word(&r.company))),
        ("received", column(|r| word(&r.received))),
        ("receipt", column(|r| day(&r.receipt))),
        ("event", column(|r| day(&r.event))),
        ("country", column(|r| word(&r.country))),
        (
            "age",
            column(|r| {
                r.age_years
                    .map_or(Cell::Missing, |age| word(whole_years(age)))
            }),
        ),
        (
            "sex",
            column(|r| word(if r.sex == "2" { "female" } else { "male" })),
        ),
        ("role", column(role)),
        ("suspects", column(suspects)),
        (
            "dosing",
            column(|r| {
                let entries = r.drugs.iter().filter(|drug| drug.matched);
                let words = entries.map(|drug| dosing(r, drug));
                joined(words.filter(|words| !words.is_empty()).collect())
            }),
        ),
        (
            "indication",
            rows.iter()
                .map(|report| indication(report, &shown))
                .collect(),
        ),
        ("reactions", column(reactions)),
        (
            "action",
            column(|r| of_drug(r, |drug| named_code(&ACTIONS, &drug.action))),
        ),
        (
            "dechallenge",
            column(|r| of_drug(r, |drug| named_code(&ANSWERS, &drug.dechallenge))),
        ),
        (
            "rechallenge",
            column(|r| of_drug(r, |drug| named_code(&ANSWERS, &drug.rechallenge))),
        ),
        ("seriousness", column(seriousness)),
        ("reporter", column(|r| coded(&REPORTERS, &r.reporter))),
    ])
}

const ACTIONS: [&str; 6] = [
    "withdrawn",
    "dose reduced",
    "dose increased",
    "dose not changed",
    "unknown",
    "not applicable",
];
const ANSWERS: [&str; 3] = ["yes", "no", "unknown"];

/// The word of a code counted from 1; empty without one.
fn named_code(words: &[&str], code: &str) -> String {
    let place = code.parse::<usize>().ok();
    place.map_or_else(String::new, |place| words[place - 1].to_owned())
}

/// What the entries of the drug say, each once.
fn of_drug(report: &Report, pick: fn(&Drug) -> String) -> Cell {
    let entries = report.drugs.iter().filter(|drug| drug.matched);
    joined(
        entries
            .map(pick)
            .filter(|value| !value.is_empty())
            .collect(),
    )
}

/// `10 MG, UNK, 2011-10-14 to 2012-07-01`; a day after the latest information cannot be true.
fn dosing(report: &Report, drug: &Drug) -> String {
    let true_day = |day: &Option<String>| {
        let day = day.clone()?;
        let latest = report.receipt.as_ref()?.max(&report.received);
        (day.as_str() >= "1940-01-01" && &day <= latest).then_some(day)
    };
    let days = match (true_day(&drug.started), true_day(&drug.ended)) {
        (None, None) => String::new(),
        (Some(first), None) => format!("from {first}"),
        (None, Some(last)) => format!("until {last}"),
        (Some(first), Some(last)) => format!("{first} to {last}"),
    };
    let parts = [drug.dose.clone(), days];
    let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    told.join(", ")
}

fn indication(report: &Report, shown: &BTreeMap<String, String>) -> Cell {
    let entries = report.drugs.iter().filter(|drug| drug.matched);
    let lower = entries.map(|drug| drug.indication.to_lowercase());
    joined(lower.filter_map(|text| shown.get(&text).cloned()).collect())
}

fn day(day: &Option<String>) -> Cell {
    day.as_ref().map_or(Cell::Missing, word)
}

/// Every age of the sample is a whole number of years.
fn whole_years(age: f64) -> String {
    assert_eq!(age.fract(), 0.0);
    age.to_string()
}

fn coded(words: &[&str], code: &str) -> Cell {
    let place: usize = code.parse().unwrap();
    word(words[place - 1])
}

fn role(report: &Report) -> Cell {
    let has = |code: &&str| {
        report
            .drugs
            .iter()
            .any(|drug| drug.matched && drug.role == *code)
    };
    let roles = [("1", "suspect"), ("3", "interacting"), ("2", "concomitant")];
    let strongest = roles.iter().find(|(code, _)| has(code));
    strongest.map_or(Cell::Missing, |(_, role)| word(*role))
}

fn suspects(report: &Report) -> Cell {
    let drugs = report
        .drugs
        .iter()
        .filter(|drug| ["1", "3"].contains(&drug.role.as_str()));
    joined(drugs.map(substance).collect())
}

fn reactions(report: &Report) -> Cell {
    let pairs = report.reactions.iter().flat_map(|(term, codes)| {
        let outcome = |code: &String| OUTCOMES[code.parse::<usize>().unwrap() - 1];
        let mut outcomes: Vec<&str> = codes.iter().map(outcome).collect();
        if outcomes.is_empty() {
            outcomes.push("not stated");
        }
        let pair = move |outcome| format!("{term}: {outcome}");
        outcomes.into_iter().map(pair).collect::<Vec<_>>()
    });
    joined(pairs.collect())
}

fn seriousness(report: &Report) -> Cell {
    let serious = if report.serious {
        "serious"
    } else {
        "not serious"
    };
    let criteria: Vec<&str> = report.criteria.iter().copied().collect();
    match criteria.is_empty() {
        true => word(serious),
        false => word(format!("{serious}: {}", criteria.join("; "))),
    }
}

fn joined(values: BTreeSet<String>) -> Cell {
    let values: Vec<String> = values.into_iter().collect();
    match values.is_empty() {
        true => Cell::Missing,
        false => word(values.join("; ")),
    }
}
