//! A third series, made to have signals: one that stays, one that is nothing but age, one that only consumers
//! report, one of reports that are not serious. What becomes of them is computed anew from the raw records.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    document::{Cell, Columns, Document},
    hostile::{document, table},
    raw::{self, Report},
    statistics::{expected_reports, ic, mantel_haenszel, prr, ror},
    tables::{named, number, word},
};

/// One report; `ours` names the drug.
fn record(index: usize, ours: bool) -> Value {
    let age = if ours {
        55 + index % 35
    } else {
        20 + index * 7 % 70
    };
    let is_old = age >= 65;
    let terms = match ours {
        true => [
            ("Angioedema", index.is_multiple_of(3)),
            ("Cough", is_old && index % 7 < 4),
            ("Rash", index.is_multiple_of(4)),
            ("Vertigo", index.is_multiple_of(5)),
            ("Nausea", index % 2 == 1),
        ],
        false => [
            ("Angioedema", index.is_multiple_of(70)),
            ("Cough", is_old && index % 7 < 4),
            ("Rash", index.is_multiple_of(40)),
            ("Vertigo", index.is_multiple_of(45)),
            ("Nausea", index % 2 == 1),
        ],
    };
    let mut terms: Vec<&str> = terms
        .iter()
        .filter(|term| term.1)
        .map(|term| term.0)
        .collect();
    if terms.is_empty() {
        terms.push("Headache");
    }
    // Enough other reactions for a cloud of points, none of which stands out.
    let other = format!("Made-up term {}", index % 23);
    terms.push(&other);
    let only_consumers = ours && index.is_multiple_of(4);
    let harmless = ours && index.is_multiple_of(5);
    let reporter = if only_consumers {
        "5"
    } else {
        ["1", "5", "3"][index % 3]
    };
    let serious = if index % 4 < 2 && !harmless { "1" } else { "2" };
    let code = if ours { raw::NDC } else { "0001-0001" };
    let age = if index % 11 == 10 {
        Value::Null
    } else {
        json!(age.to_string())
    };
    let reactions = terms
        .iter()
        .map(|term| json!({"reactionmeddrapt": term, "reactionoutcome": "6"}));
    let country = ["US", "JP", "FR", "DE", "GB", "CA", "BR"][index % 7];
    let sex = if index % 13 == 12 {
        "0"
    } else {
        ["1", "2"][index % 2]
    };
    let id = 500_000 + index + if ours { 10_000 } else { 0 };
    json!({
        "safetyreportid": id.to_string(), "safetyreportversion": "1",
        "receivedate": format!("{}{:02}{:02}", 2015 + index % 5, 1 + index % 12, 1 + index % 28),
        "receiptdate": "20200116",
        "occurcountry": country,
        "reporttype": "1", "fulfillexpeditecriteria": "1",
        "companynumb": format!("XX-INVENTED-{id}"),
        "primarysource": {"qualification": reporter},
        "serious": serious,
        "patient": {
            "patientsex": sex,
            "patientonsetage": age, "patientonsetageunit": "801",
            "reaction": reactions.collect::<Vec<_>>(),
            "drug": [{
                "drugcharacterization": if ours && index % 6 == 5 { "2" } else { "1" },
                "medicinalproduct": "LETAIRIS",
                "openfda": {
                    "product_ndc": [code], "brand_name": ["LETAIRIS"],
                    "generic_name": ["AMBRISENTAN"]
                }
            }]
        }
    })
}

/// A report of the comparator, and whether it names the drug.
pub(super) type Compared = (bool, Report);

fn records() -> Vec<(bool, Value)> {
    let own = (0..120).map(|index| (true, record(index, true)));
    let others = (0..1_400).map(|index| (false, record(index, false)));
    own.chain(others).collect()
}

/// With drug and reaction, with the drug, with the reaction, and all.
fn counts(of: &[&Compared], term: &str) -> [usize; 4] {
    let names = |one: &&&Compared| one.1.reactions.contains_key(term);
    let drug = of.iter().filter(|one| one.0);
    [
        drug.clone().filter(names).count(),
        drug.count(),
        of.iter().filter(names).count(),
        of.len(),
    ]
}

fn is_suspect(report: &Report) -> bool {
    let mut own = report.drugs.iter().filter(|drug| drug.matched);
    own.any(|drug| drug.role != "2")
}

/// Sex and age group of those who state both.
fn stratum(report: &Report) -> Option<(String, usize)> {
    let age = report.age_years?;
    let band = [2.0, 12.0, 18.0, 65.0, 75.0]
        .iter()
        .filter(|from| age >= **from)
        .count();
    let sex = Some(report.sex.clone()).filter(|sex| ["1", "2"].contains(&sex.as_str()))?;
    Some((sex, band))
}

/// The reactions that stand out by two statistics, the highest IC025 first.
fn signals(all: &[&Compared]) -> Vec<String> {
    let terms: BTreeSet<&String> = all.iter().flat_map(|one| one.1.reactions.keys()).collect();
    let lower = |term: &str| {
        let counts = counts(all, term);
        ic(counts[0] as f64, expected_reports(counts))[1]
    };
    let mut found: Vec<(f64, String)> = terms
        .into_iter()
        .map(|term| (lower(term), term.clone()))
        .filter(|(lower, term)| {
            *lower > 0.0 && prr(counts(all, term)).is_some_and(|prr| prr[1] >= 1.0)
        })
        .collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().map(|found| found.1).collect()
}

/// A way of counting by its name, with counts, expected reports and ratio.
type Way = (&'static str, [usize; 4], f64, Option<[f64; 3]>);

fn ways(all: &[&Compared], term: &str) -> Vec<Way> {
    let only = |holds: fn(&Report) -> bool| -> [usize; 4] {
        let part: Vec<&Compared> = all.iter().copied().filter(|one| holds(&one.1)).collect();
        counts(&part, term)
    };
    let whole = counts(all, term);
    let serious = only(|report| report.serious);
    let professional = only(|report| ["1", "2", "3"].contains(&report.reporter.as_str()));
    let suspected: Vec<&&Compared> = all
        .iter()
        .filter(|one| one.0 && is_suspect(&one.1))
        .collect();
    let naming = suspected
        .iter()
        .filter(|one| one.1.reactions.contains_key(term));
    let suspect = [naming.count(), suspected.len(), whole[2], whole[3]];
    let groups: BTreeSet<Option<(String, usize)>> = all.iter().map(|one| stratum(&one.1)).collect();
    let strata: Vec<[usize; 4]> = groups
        .iter()
        .map(|group| {
            let own = all.iter().copied().filter(|one| stratum(&one.1) == *group);
            counts(&own.collect::<Vec<_>>(), term)
        })
        .collect();
    let plain = |name, counts| (name, counts, expected_reports(counts), ror(counts));
    vec![
        plain("All reports (any role)", whole),
        plain("Serious only (any role)", serious),
        plain("Health professionals only (any role)", professional),
        plain("Drug suspect only", suspect),
        (
            "Within sex and age (any role)",
            whole,
            strata.iter().map(|counts| expected_reports(*counts)).sum(),
            mantel_haenszel(&strata),
        ),
    ]
}

/// What becomes of signals, in every way of counting.
pub(super) fn recounted(all: &[&Compared], signals: Vec<String>) -> Columns {
    let names = ["a", "n", "m", "all"];
    let mut columns: Vec<(&str, Vec<Cell>)> = ["reaction", "analysis", "a", "n", "m", "all"]
        .into_iter()
        .chain(["expected", "ror", "ror-lower", "ror-upper", "stays"])
        .map(|name| (name, Vec::new()))
        .collect();
    let mut add = |name: &str, cell: Cell| {
        let mut columns = columns.iter_mut();
        columns
            .find(|column| column.0 == name)
            .unwrap()
            .1
            .push(cell);
    };
    for term in signals {
        for (way, counts, expected, ratio) in ways(all, &term) {
            add("reaction", word(&term));
            add("analysis", word(way));
            for (name, count) in names.into_iter().zip(counts) {
                add(name, number(count));
            }
            add("expected", Cell::Number(expected));
            for (at, name) in ["ror", "ror-lower", "ror-upper"].into_iter().enumerate() {
                add(
                    name,
                    ratio.map_or(Cell::Missing, |ratio| Cell::Number(ratio[at])),
                );
            }
            let stays = match ratio {
                _ if counts[0] < 3 && expected < 3.0 => "too few",
                _ if counts[0] < 3 => "no",
                None => "not calculable",
                Some(ratio) if ratio[1] > 1.0 => "yes",
                Some(_) => "no",
            };
            add("stays", word(stays));
        }
    }
    named(columns)
}

/// The points of the figures: IC with its lower bound of every reaction, and the bound at the end of all quarters.
fn figures(document: &Document, all: &[&Compared]) {
    let blocks = document.blocks();
    let chart = |id: &str| {
        let mut charts = blocks.iter().map(|(_, block)| &block["content"]);
        charts
            .find(|content| content["id"] == id)
            .unwrap_or_else(|| panic!("no figure {id}"))
            .clone()
    };
    let numbers = |value: &Value| -> Vec<Option<f64>> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(Value::as_f64)
            .collect()
    };
    let bounds = |term: &str| {
        let counts = counts(all, term);
        ic(counts[0] as f64, expected_reports(counts))
    };
    let course = chart("course");
    for series in course["series"].as_array().unwrap() {
        let last = numbers(&series["values"]).pop().unwrap().unwrap();
        let wanted = bounds(series["name"].as_str().unwrap())[1];
        assert!((last - wanted).abs() < 1e-9, "{series}");
    }
    let terms: BTreeSet<&String> = all
        .iter()
        .filter(|one| one.0)
        .flat_map(|one| one.1.reactions.keys())
        .collect();
    let mut wanted: Vec<f64> = terms.iter().map(|term| bounds(term)[0]).collect();
    wanted.sort_by(f64::total_cmp);
    let cloud = chart("cloud");
    let series = cloud["series"].as_array().unwrap().iter();
    let mut drawn: Vec<f64> = series
        .flat_map(|one| numbers(&one["values"]))
        .flatten()
        .collect();
    drawn.sort_by(f64::total_cmp);
    assert_eq!(drawn.len(), wanted.len(), "{cloud}");
    for (drawn, wanted) in drawn.iter().zip(wanted) {
        assert!((drawn - wanted).abs() < 1e-9, "{drawn} {wanted}");
    }
}

#[tokio::test]
async fn what_becomes_of_signals_in_other_parts_is_in_the_raw_records() {
    let records = records();
    let compared: Vec<Compared> = records
        .iter()
        .map(|(ours, record)| (*ours, raw::report(record)))
        .collect();
    let all: Vec<&Compared> = compared.iter().collect();

    let document = document(records.into_iter().map(|one| one.1).collect()).await;

    let printed = table(&document, "sensitivity");
    assert_eq!(printed, recounted(&all, signals(&all)));
    figures(&document, &all);
    let stays = |term: &str, way: &str| {
        let column = |name: &str| &printed.iter().find(|column| column.0 == name).unwrap().1;
        let rows = column("reaction")
            .iter()
            .zip(column("analysis"))
            .zip(column("stays"));
        let row = rows.into_iter().find(|((reaction, analysis), _)| {
            **reaction == word(term)
                && matches!(analysis, Cell::Text(text) if text.starts_with(way))
        });
        row.unwrap_or_else(|| panic!("no {term} {way} in {printed:?}"))
            .1
            .clone()
    };
    for way in ["All", "Serious", "Health", "Drug", "Within"] {
        assert_eq!(stays("Angioedema", way), word("yes"), "{way}");
    }
    assert_eq!(stays("Cough", "All"), word("yes"));
    assert_eq!(
        stays("Cough", "Within"),
        word("no"),
        "it is nothing but age"
    );
    assert_eq!(stays("Rash", "Health"), word("too few"));
    assert_eq!(stays("Vertigo", "Serious"), word("too few"));
}
