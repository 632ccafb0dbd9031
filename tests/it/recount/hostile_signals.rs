//! A fourth series: it has signals, and its texts are made to break what prints or compares them (markup, formulas,
//! carets, letters that run from right to left, control characters, hundreds of letters). Tables and facts of signals
//! are computed anew from the raw records.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    difference,
    document::{Cell, Columns, Document},
    hostile::{document, document_with, table},
    number_facts,
    raw::{self, Report},
    sensitivity::{Compared, recounted},
    signals::{Comparator, against, fact_against, named_signals},
    tables::{number, word},
};

const MARKUP: &str = r#"<b onclick="x()">Cough</b> & 'co', [1]"#;
const CARET: &str = "Crohn^s disease";
const FORMULA: &str = "=cmd|' /C calc'!A0";
const BACKWARDS: &str = "غثيان 😀 nausea";
const CONTROLLED: &str = "Chest\u{0}\tpain\r\nat rest";

/// What a report of a number names.
fn terms(index: usize, ours: bool) -> Vec<String> {
    let each = |step: usize| index.is_multiple_of(step);
    let long = "Very long name ".repeat(20);
    let named: [(&str, bool); 11] = match ours {
        true => [
            (["Angioedema", "ANGIOEDEMA"][index / 3 % 2], each(3)),
            (MARKUP, each(4)),
            (CARET, each(5)),
            (FORMULA, each(6)),
            (BACKWARDS, each(2)),
            (CONTROLLED, each(7)),
            (&long, each(9)),
            // Nobody else names it.
            ("Nowhere else", each(31)),
            ("Off label use", each(8)),
            ("Pancytopenia", index == 10 || index == 11),
            ("Sudden death", index == 12),
        ],
        false => [
            (["Angioedema", "angioedema"][index % 2], each(70)),
            (MARKUP, each(40)),
            (CARET, each(50)),
            (FORMULA, each(60)),
            (BACKWARDS, each(2)),
            (CONTROLLED, each(80)),
            (&long, each(90)),
            ("Nowhere else", false),
            ("Off label use", each(100)),
            ("Pancytopenia", each(500)),
            ("Sudden death", each(600)),
        ],
    };
    let named = named.iter().filter(|(_, is_named)| *is_named);
    let mut terms: Vec<String> = named.map(|(term, _)| (*term).to_owned()).collect();
    terms.push(format!("Made-up \"term\"; {}", index % 33));
    // The same once more, in other letters.
    terms.extend(terms.first().map(|term| term.to_uppercase()));
    terms
}

/// One report; `ours` names the drug.
fn record(index: usize, ours: bool) -> Value {
    // The last ten tell of the patients of ten others, a year older.
    let told = if ours && index >= 110 {
        index - 10
    } else {
        index
    };
    let reactions = terms(told, ours)
        .into_iter()
        .enumerate()
        .map(|(place, term)| {
            let outcome = if told % 17 == 4 && place == 0 {
                "5"
            } else {
                "6"
            };
            json!({"reactionmeddrapt": term, "reactionoutcome": outcome})
        });
    let role = ["1", "1", "2", "3", "1"][told % 5];
    let code = if ours { raw::NDC } else { "0001-0001" };
    let entry = |role: &str| {
        json!({
            "drugcharacterization": role, "medicinalproduct": "LETAIRIS",
            "drugindication": if told % 20 < 2 { "CROHN'S DISEASE" } else { "HYPERTENSION" },
            "openfda": {
                "product_ndc": [code],
                "brand_name": ["LETAIRIS"], "generic_name": ["AMBRISENTAN"]
            }
        })
    };
    // Some list the drug twice, in two roles.
    let mut drugs = vec![entry(role)];
    drugs.extend(told.is_multiple_of(10).then(|| entry("2")));
    let id = 700_000 + index + if ours { 10_000 } else { 0 };
    let country = ["US", "JP", "FR", "DE", "GB", "CA", "BR"][told % 7];
    let reporter = ["1", "5", "3"][told % 3];
    let mut record = json!({
        "safetyreportid": id.to_string(), "safetyreportversion": "1",
        "receivedate": format!("{}{:02}{:02}", 2015 + told % 5, 1 + told % 12, 1 + told % 28),
        "receiptdate": "20200116",
        "occurcountry": country,
        "reporttype": "1", "fulfillexpeditecriteria": "1",
        "companynumb": format!("XX-INVENTED-{id}"),
        "primarysource": {"qualification": reporter},
        "serious": if told % 4 < 2 { "1" } else { "2" },
        "patient": {
            "patientsex": if told.is_multiple_of(2) { "1" } else { "2" },
            "patientonsetage": (20 + told * 7 % 70 + (index - told) / 10).to_string(),
            "patientonsetageunit": "801",
            "summary": {"narrativeincludeclinical": format!(
                "CASE EVENT DATE: 2014{:02}{:02}", 1 + told % 12, 1 + told * 5 % 28)},
            "reaction": reactions.collect::<Vec<_>>(),
            "drug": drugs,
        }
    });
    if told % 8 == 1 {
        record["seriousnesslifethreatening"] = json!("1");
    }
    record
}

/// A term as a reader sees it: no control characters, one blank, an apostrophe for the caret.
fn shown(term: &str) -> String {
    let visible: String = term
        .chars()
        .map(|letter| if letter == '^' { '\'' } else { letter })
        .filter(|letter| letter.is_whitespace() || !letter.is_control())
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The reports with their terms as a reader sees them; of spellings that differ in capitals, the one that is not all
/// capitals.
fn read(records: &[(bool, Value)]) -> Vec<Compared> {
    let mut reports: Vec<Compared> = records
        .iter()
        .map(|(ours, record)| (*ours, raw::report(record)))
        .collect();
    let terms = reports.iter().flat_map(|one| one.1.reactions.keys());
    let spellings: BTreeMap<String, String> = terms
        .map(|term| shown(term))
        .filter(|term| *term != term.to_uppercase() || term.to_lowercase() == *term)
        .map(|term| (term.to_uppercase(), term))
        .collect();
    let spelt = |term: &str| {
        let term = shown(term);
        spellings.get(&term.to_uppercase()).cloned().unwrap_or(term)
    };
    for (_, report) in &mut reports {
        let mut reactions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (term, outcomes) in &report.reactions {
            let outcomes = outcomes.iter().cloned();
            reactions.entry(spelt(term)).or_default().extend(outcomes);
        }
        report.reactions = reactions;
        for drug in &mut report.drugs {
            drug.indication = shown(&drug.indication);
        }
    }
    reports
}

fn facts(document: &Document, reports: &[Report], comparator: &Comparator) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut signals = 0;
    for (section, key, value, _) in number_facts(document) {
        let Some(expected) = fact_against(&key, reports, comparator) else {
            continue;
        };
        signals += usize::from(key.starts_with("top-signal-"));
        if (expected - value).abs() > 1e-9 {
            wrong.push(format!("{section}/{key} is {value}, expected {expected}"));
        }
    }
    assert!(signals > 3, "no fact of a signal was found");
    wrong
}

/// A source is not asked about terms with letters that openFDA's search refuses, and finds none by a term that it
/// stores in another form than it is shown.
fn not_asked(mut columns: Columns) -> Columns {
    let texts = |name: &str| -> Vec<String> {
        let cells = columns
            .iter()
            .find(|column| column.0 == name)
            .unwrap()
            .1
            .iter();
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        cells.map(text).collect()
    };
    let refused = |term: &str| [MARKUP, FORMULA].contains(&term);
    let stored_otherwise = |term: &str| term == shown(CONTROLLED) || term.starts_with("Very long");
    let analyses = texts("analysis");
    let rows: Vec<usize> = texts("reaction")
        .iter()
        .zip(&analyses)
        .map(|(term, analysis)| {
            let part = |start: &str| analysis.starts_with(start);
            let asked = part("Serious") || part("Health") || part("Within");
            (refused(term) && asked) || (stored_otherwise(term) && part("Within"))
        })
        .enumerate()
        .filter_map(|(row, is_not)| is_not.then_some(row))
        .collect();
    for (name, cells) in &mut columns {
        for row in &rows {
            match name.as_str() {
                "reaction" | "analysis" => {}
                "stays" => cells[*row] = word("not counted"),
                _ => cells[*row] = Cell::Missing,
            }
        }
    }
    columns
}

/// The columns of the recount, as they are printed; what a label says and what is left to a reviewer is no number.
fn without_words(mut columns: Columns) -> Columns {
    columns.retain(|(name, _)| !["label", "status"].contains(&name.as_str()));
    columns
}

/// All records, those of the drug first.
fn records() -> Vec<(bool, Value)> {
    let own = (0..120).map(|index| (true, record(index, true)));
    let others = (0..1_400).map(|index| (false, record(index, false)));
    own.chain(others).collect()
}

#[tokio::test]
async fn a_period_beside_all_time_is_in_the_raw_records() {
    let records = records();
    let reports: Vec<Report> = read(&records[..120]).into_iter().map(|one| one.1).collect();
    let period: Vec<&Report> = reports
        .iter()
        .filter(|report| report.received.as_str() >= "2018-06-01")
        .collect();

    let arguments = &["--from", "2018-06-01"];
    let document = document_with(records.into_iter().map(|one| one.1).collect(), arguments).await;

    let printed: BTreeMap<String, Vec<Cell>> = table(&document, "interval").into_iter().collect();
    let totals = |of: &[&Report]| {
        let with = |holds: fn(&Report) -> bool| of.iter().filter(|one| holds(one)).count();
        [
            of.len(),
            with(|one| one.serious),
            with(|one| one.criteria.contains("death")),
        ]
        .map(number)
        .to_vec()
    };
    assert_eq!(printed["period"], totals(&period));
    let all: Vec<&Report> = reports.iter().collect();
    assert_eq!(printed["cumulative"], totals(&all));
    let naming = |of: &[&Report], term: &str| {
        let naming = of.iter().filter(|one| one.reactions.contains_key(term));
        naming.count()
    };
    let terms: BTreeSet<&String> = period.iter().flat_map(|one| one.reactions.keys()).collect();
    let expected: BTreeMap<String, [Cell; 3]> = terms
        .into_iter()
        .map(|term| {
            let (new, all) = (naming(&period, term), naming(&all, term));
            let mark = if new == all { "new" } else { "" };
            (term.clone(), [number(new), number(all), word(mark)])
        })
        .collect();
    let printed: BTreeMap<String, Vec<Cell>> =
        table(&document, "interval-reactions").into_iter().collect();
    let rows = printed["reaction"].iter().enumerate().map(|(row, term)| {
        let Cell::Text(term) = term else {
            panic!("{term:?}")
        };
        let cells = ["period", "cumulative", "new"];
        (term.clone(), cells.map(|name| printed[name][row].clone()))
    });
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), expected);
}

#[tokio::test]
async fn signals_of_a_hostile_series_are_in_the_raw_records() {
    let records = records();
    let compared = read(&records);
    let comparator: Comparator = compared
        .iter()
        .map(|(ours, report)| {
            let terms = report.reactions.keys();
            (*ours, terms.map(|term| term.to_lowercase()).collect())
        })
        .collect();
    let own = read(&records[..120]);
    let reports: Vec<Report> = own.into_iter().map(|one| one.1).collect();

    let document = document(records.into_iter().map(|one| one.1).collect()).await;

    let mut wrong = facts(&document, &reports, &comparator);
    for name in ["signals", "ratios", "shrunk", "rules", "apart"] {
        let expected = against(name, &reports, &comparator).unwrap();
        let printed = without_words(table(&document, name));
        if printed != expected {
            wrong.push(difference("signals", name, &expected, &printed));
        }
    }
    let named = named_signals(&reports, &comparator);
    let printed = table(&document, "sensitivity");
    let first: Vec<String> = named.iter().take(5).cloned().collect();
    let expected = not_asked(recounted(&compared.iter().collect::<Vec<_>>(), first));
    if printed != expected {
        wrong.push(difference(
            "disproportionality",
            "sensitivity",
            &expected,
            &printed,
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for term in [MARKUP, FORMULA, &shown(CONTROLLED)] {
        assert!(named.iter().any(|one| one == term), "{term} in {named:?}");
    }
    // It is the disease, and the other is administrative.
    for term in ["Crohn's disease", "Off label use"] {
        assert!(!named.iter().any(|one| one == term), "{term} in {named:?}");
    }
    let overview = table(&document, "signals");
    let reactions = &overview
        .iter()
        .find(|column| column.0 == "reaction")
        .unwrap()
        .1;
    for term in ["Crohn's disease", "Off label use", "Nowhere else"] {
        assert!(reactions.contains(&word(term)), "{term} in {reactions:?}");
    }
}
