//! A second series, made to mislead: deaths that only outcomes or terms state, one patient told of by several,
//! reactions of reports in which the drug is not suspected, single designated events, silent reports.

use std::collections::{BTreeMap, BTreeSet};

use quire_replay::{Records, Replay, ReplaySettings};
use serde_json::{Value, json};

use super::{
    cases,
    document::{Cell, Columns, Document},
    raw::{self, Report},
    tables::{death, expected, number, word},
    terms::is_designated,
};
use crate::support::{Folder, run_quire};

/// The sample's code, which the recount knows the drug's entries by.
const NDC: &str = raw::NDC;

struct Told<'a> {
    id: u32,
    age: &'a str,
    sex: &'a str,
    country: &'a str,
    day: &'a str,
    role: &'a str,
    /// Term and code of its outcome.
    reactions: &'a [(&'a str, &'a str)],
    /// Members that state seriousness.
    serious: &'a [&'a str],
}

fn record(told: &Told<'_>) -> Value {
    let reactions = told
        .reactions
        .iter()
        .map(|(term, outcome)| json!({"reactionmeddrapt": term, "reactionoutcome": outcome}));
    let mut record = json!({
        "safetyreportid": told.id.to_string(), "safetyreportversion": "1",
        "receivedate": "20200115", "receiptdate": "20200116",
        "occurcountry": told.country, "reporttype": "1", "fulfillexpeditecriteria": "1",
        "companynumb": format!("XX-INVENTED-{}-77015", told.id),
        "primarysource": {"qualification": "1"},
        "serious": if told.serious.is_empty() { "2" } else { "1" },
        "patient": {
            "patientsex": told.sex, "patientonsetage": told.age, "patientonsetageunit": "801",
            "summary": {"narrativeincludeclinical": format!("CASE EVENT DATE: {}", told.day)},
            "reaction": reactions.collect::<Vec<_>>(),
            "drug": [{
                "drugcharacterization": told.role, "medicinalproduct": "LETAIRIS",
                "openfda": {
                    "product_ndc": [NDC], "brand_name": ["LETAIRIS"],
                    "generic_name": ["AMBRISENTAN"]
                }
            }]
        }
    });
    for member in told.serious {
        record[*member] = json!("1");
    }
    record
}

fn records() -> Vec<Value> {
    let usual = Told {
        id: 0,
        age: "40",
        sex: "2",
        country: "US",
        day: "20190301",
        role: "1",
        reactions: &[],
        serious: &[],
    };
    let fixed = [
        // One patient told of by three, who has the only torsade, and by a fourth who has another age.
        Told {
            id: 101,
            age: "63",
            country: "JP",
            day: "20190807",
            reactions: &[("Torsade de pointes", "5"), ("Syncope", "6")],
            ..usual
        },
        Told {
            id: 102,
            age: "63",
            country: "JP",
            day: "20190807",
            reactions: &[
                ("Torsade de pointes", "5"),
                ("Syncope", "6"),
                ("Dizziness", "6"),
            ],
            ..usual
        },
        Told {
            id: 103,
            age: "64",
            country: "JP",
            day: "20190807",
            reactions: &[("Torsade de pointes", "6")],
            ..usual
        },
        Told {
            id: 104,
            age: "71",
            country: "JP",
            day: "20190807",
            reactions: &[("Torsade de pointes", "6"), ("Syncope", "6")],
            ..usual
        },
        // Deaths that nobody calls so.
        Told {
            id: 105,
            age: "30",
            reactions: &[("Pancytopenia", "5")],
            ..usual
        },
        Told {
            id: 106,
            age: "31",
            role: "2",
            day: "20190401",
            reactions: &[("Death", "6")],
            serious: &["seriousnessother"],
            ..usual
        },
        Told {
            id: 107,
            age: "32",
            day: "20190501",
            reactions: &[("Nausea", "1")],
            serious: &["seriousnessdeath"],
            ..usual
        },
        Told {
            id: 108,
            age: "33",
            day: "20190601",
            reactions: &[("Rash", "1")],
            serious: &["seriousnesslifethreatening"],
            ..usual
        },
        // Only given beside others.
        Told {
            id: 109,
            age: "34",
            role: "2",
            day: "20190701",
            reactions: &[("Angioedema", "6"), ("Nausea", "6")],
            ..usual
        },
    ];
    let mut records: Vec<Value> = fixed.iter().map(record).collect();
    let terms = ["Nausea", "Headache", "Overdose", "Off label use"];
    records.extend((0..60_usize).map(|number| {
        record(&Told {
            id: 200 + number as u32,
            age: &(20 + number).to_string(),
            sex: ["1", "2"][number % 2],
            day: &format!("2018{:02}{:02}", 1 + number % 12, 1 + number % 28),
            reactions: &[(terms[number % 4], "6")],
            ..usual
        })
    }));
    records
}

pub(super) async fn document(records: Vec<Value>) -> Document {
    document_with(records, &[]).await
}

/// The document with more arguments of the command line.
pub(super) async fn document_with(
    records: Vec<Value>,
    arguments: &'static [&'static str],
) -> Document {
    let settings = ReplaySettings {
        records: Records::from_iter(records),
        source: "records made up for a test".to_owned(),
        ..ReplaySettings::sample().unwrap()
    };
    let replay = Replay::start(settings).await.unwrap();
    let url = replay.url();
    let making = tokio::task::spawn_blocking(move || {
        let folder = Folder::new();
        let fixed = ["report", NDC, "--as-of", "2025-06-30", "--format", "json"];
        let more = [
            "--role",
            "any",
            "--openfda-url",
            &url,
            "--output",
            "out.json",
        ];
        let output = run_quire(&folder, &[&fixed[..], &more[..], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        std::fs::read(folder.file("out.json")).unwrap()
    });
    Document(serde_json::from_slice(&making.await.unwrap()).unwrap())
}

/// The designated events, the gravest first, with the ids of their reports.
fn designated(reports: &[Report]) -> BTreeMap<&'static str, Vec<Cell>> {
    let terms: BTreeSet<&String> = reports
        .iter()
        .flat_map(|one| one.reactions.keys())
        .collect();
    let suspect = |report: &&Report| {
        report
            .drugs
            .iter()
            .any(|drug| drug.matched && drug.role != "2")
    };
    let mut rows = Vec::new();
    for term in terms.into_iter().filter(|term| is_designated(term)) {
        let own: Vec<&Report> = reports
            .iter()
            .filter(|one| one.reactions.contains_key(term))
            .collect();
        let suspected: Vec<&Report> = own.iter().copied().filter(suspect).collect();
        let dead = own.iter().filter(|one| death(one).is_some()).count();
        let threatened = own
            .iter()
            .filter(|one| one.criteria.contains("life-threatening"))
            .count();
        let mut ids: Vec<(bool, bool, &str)> = own
            .iter()
            .map(|one| (!suspect(one), death(one).is_none(), one.id.as_str()))
            .collect();
        ids.sort();
        let ids: Vec<&str> = ids.into_iter().map(|one| one.2).collect();
        let counts = [
            own.len(),
            cases::count(reports, own.iter().copied()),
            suspected.len(),
            cases::count(reports, suspected.iter().copied()),
            dead,
            threatened,
        ];
        rows.push((
            (dead, threatened, suspected.len(), own.len()),
            term,
            counts,
            ids.join("; "),
        ));
    }
    rows.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let names = [
        "reports",
        "cases",
        "suspect",
        "suspect-cases",
        "fatal",
        "life-threatening",
    ];
    let mut columns: BTreeMap<&str, Vec<Cell>> = BTreeMap::new();
    for (_, term, counts, ids) in rows {
        columns.entry("reaction").or_default().push(word(term));
        for (name, count) in names.into_iter().zip(counts) {
            columns.entry(name).or_default().push(number(count));
        }
        columns.entry("ids").or_default().push(word(ids));
    }
    columns
}

pub(super) fn table(document: &Document, name: &str) -> Columns {
    let tables = document.tables();
    let found = tables.into_iter().find(|table| table.1 == name);
    found
        .unwrap_or_else(|| panic!("there is no table {name}"))
        .2
}

#[tokio::test]
async fn deaths_cases_suspicions_and_priorities_of_a_hostile_series_are_in_the_raw_records() {
    let records = records();
    let reports: Vec<Report> = records.iter().map(raw::report).collect();
    let document = document(records).await;

    assert_eq!(
        table(&document, "reactions"),
        expected("reaction-table", "reactions", &reports).unwrap()
    );
    assert_eq!(
        table(&document, "deaths-stated"),
        expected("seriousness-and-outcomes", "deaths-stated", &reports).unwrap()
    );
    let printed: BTreeMap<String, Vec<Cell>> = table(&document, "designated").into_iter().collect();
    let own = designated(&reports);
    for (name, cells) in &own {
        assert_eq!(&printed[*name], cells, "{name}");
    }
    assert_eq!(
        own["reaction"],
        [
            word("Torsade de pointes"),
            word("Pancytopenia"),
            word("Angioedema")
        ]
    );
    // Three of the four told of one patient.
    assert_eq!(own["cases"][0], number(2));
    let cases = table(&document, "probable-cases");
    let ids = cases.iter().find(|column| column.0 == "report").unwrap();
    assert_eq!(ids.1, ["101", "102", "103"].map(word));
    let deaths = table(&document, "deaths");
    let listed = deaths
        .iter()
        .find(|column| column.0 == "report-id" || column.0 == "report")
        .unwrap();
    let listed: BTreeSet<String> = listed.1.iter().map(|cell| format!("{cell:?}")).collect();
    let dead = reports.iter().filter(|one| death(one).is_some());
    assert_eq!(
        listed,
        dead.map(|one| format!("{:?}", word(&one.id))).collect()
    );
}
