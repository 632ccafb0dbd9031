//! Nothing in a report misleads its reader: what is printed is what was written, reported and asked.

use quire_replay::{Records, Replay, ReplaySettings, RunningReplay};
use serde_json::{Value, json};

use crate::support::{Folder, run_quire};

/// A product of the replay's directory; its records carry the code, or do not.
const NDC: &str = "0003-0894";

/// A report in which the drug is suspected.
fn record(id: u32, change: impl FnOnce(&mut Value)) -> Value {
    let mut record = json!({
        "safetyreportid": id.to_string(), "receivedate": "20200115", "receiptdate": "20200116",
        "serious": "2", "primarysource": {"qualification": "1"}, "occurcountry": "US",
        "companynumb": format!("XX-INVENTED-{id}-77015"),
        "patient": {
            "patientsex": "2", "patientonsetage": id.to_string(), "patientonsetageunit": "801",
            "reaction": [{"reactionmeddrapt": "Nausea", "reactionoutcome": "6"}],
            "drug": [{
                "drugcharacterization": "1", "medicinalproduct": "ELIQUIS",
                "openfda": {
                    "product_ndc": [NDC], "brand_name": ["ELIQUIS"], "generic_name": ["APIXABAN"]
                }
            }]
        }
    });
    change(&mut record);
    record
}

async fn source(records: Vec<Value>) -> RunningReplay {
    let settings = ReplaySettings {
        records: Records::from_iter(records),
        source: "records made up for a test".to_owned(),
        ..ReplaySettings::sample().unwrap()
    };
    Replay::start(settings).await.unwrap()
}

/// The report over these records, as the JSON that the PDF is made with.
async fn report(records: Vec<Value>) -> Value {
    report_of(records, &[]).await
}

/// The same, with more arguments.
async fn report_of(records: Vec<Value>, asked: &'static [&str]) -> Value {
    let replay = source(records).await;
    let url = replay.url();
    let making = tokio::task::spawn_blocking(move || {
        let folder = Folder::new();
        let fixed = ["report", NDC, "--as-of", "2025-06-30", "--format", "json"];
        let more = ["--openfda-url", &url, "--output", "out.json"];
        let output = run_quire(&folder, &[&fixed[..], &more[..], asked].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::read(folder.file("out.json")).unwrap()
    });
    serde_json::from_slice(&making.await.unwrap()).unwrap()
}

/// The one fact of this key that a table shows.
fn fact(report: &Value, key: &str) -> Option<f64> {
    let sections = report["sections"].as_array().unwrap().iter();
    let facts = sections.flat_map(|section| section["facts"].as_array().unwrap());
    let mut facts = facts.filter(|fact| fact["key"] == key);
    let first = facts.next()?["value"]["value"].as_f64();
    assert!(
        facts.all(|fact| fact["value"]["value"].as_f64() == first),
        "{key}"
    );
    first
}

/// The first table of this name.
fn table(report: &Value, id: &str) -> Value {
    let sections = report["sections"].as_array().unwrap().iter();
    let blocks = sections.flat_map(|section| section["blocks"].as_array().unwrap());
    let mut tables = blocks.filter(|block| block["block"] == "table");
    tables.find(|block| block["content"]["id"] == id).unwrap()["content"].clone()
}

#[tokio::test]
async fn deaths_that_only_outcomes_state_are_deaths_everywhere() {
    let mut records: Vec<Value> = (30..48)
        .map(|id| {
            record(id, |one| {
                one["patient"]["reaction"][0]["reactionoutcome"] = json!("5")
            })
        })
        .collect();
    records.push(record(50, |one| {
        one["patient"]["reaction"][0]["reactionmeddrapt"] = json!("COMPLETED SUICIDE");
    }));
    records.push(record(51, |one| {
        one["serious"] = json!("1");
        one["seriousnessdeath"] = json!("1");
    }));
    records.extend((60..70).map(|id| record(id, |_| ())));

    let report = report(records).await;

    assert_eq!(fact(&report, "fatal-reports"), Some(20.0));
    assert_eq!(fact(&report, "fatal-by-criterion-reports"), Some(1.0));
    assert_eq!(fact(&report, "fatal-by-outcome-only-reports"), Some(18.0));
    assert_eq!(fact(&report, "fatal-by-reaction-only-reports"), Some(1.0));
    let text = report.to_string();
    assert!(
        text.contains("\"Reports of a death\""),
        "the tile is missing"
    );
    assert!(!text.contains("No death"), "{text}");
    assert!(
        text.contains("A death was reported in 20 reports"),
        "{text}"
    );
}

#[tokio::test]
async fn what_no_report_states_is_not_zero() {
    let silent = |id| {
        record(id, |one| {
            let record = one.as_object_mut().unwrap();
            for member in ["serious", "primarysource", "occurcountry"] {
                record.remove(member);
            }
            let patient = one["patient"].as_object_mut().unwrap();
            patient.remove("patientsex");
            patient["reaction"] = json!([{"reactionmeddrapt": "Nausea"}]);
        })
    };

    let report = report((30..60).map(silent).collect()).await;

    for key in [
        "serious-reports",
        "serious-percent",
        "fatal-reports",
        "hospitalised-reports",
        "female-reports",
        "female-percent",
        "consumer-reports",
        "consumer-percent",
    ] {
        assert_eq!(fact(&report, key), None, "{key}");
    }
    let text = report.to_string();
    assert!(
        text.contains("Whether somebody died is not reported"),
        "{text}"
    );
    assert!(!text.contains(" 0.0%") && !text.contains("(0.0%"), "{text}");
}

#[tokio::test]
async fn what_is_printed_is_what_was_written() {
    let with = |id, other: &str, reaction: &str| {
        record(id, |one| {
            let drugs = one["patient"]["drug"].as_array_mut().unwrap();
            drugs.push(json!({"drugcharacterization": "1", "medicinalproduct": other}));
            one["patient"]["reaction"][0]["reactionmeddrapt"] = json!(reaction);
        })
    };
    let mut records = vec![
        with(30, "FENTANYL 25 \u{b5}g/h", "Crohn's disease"),
        with(31, "FENTANYL 25 \u{b5}g/h\u{8}", "Crohn\u{2019}s disease"),
        with(32, "Fentanyl\u{a0}25 \u{3bc}G/H", "CROHN^S DISEASE"),
        with(33, "FENTANYL 25 \u{b5}g/h", "Sj\u{fffd}gren's syndrome"),
    ];
    records.extend((40..70).map(|id| record(id, |_| ())));

    let text = report(records).await.to_string();

    assert!(text.contains("FENTANYL 25 \u{b5}g/h"), "{text}");
    assert!(!text.contains('\u{39c}'), "a capital Mu was printed");
    assert!(text.contains("Sj\u{fffd}gren's syndrome"), "{text}");
    for other in ["Crohn\u{2019}s", "CROHN", "Fentanyl"] {
        assert!(!text.contains(other), "{other}");
    }
}

#[tokio::test]
async fn a_drug_that_lost_its_codes_is_counted_by_name() {
    let without = |id| {
        record(id, |one| {
            let drug = one["patient"]["drug"][0].as_object_mut().unwrap();
            drug.remove("openfda");
        })
    };

    let none = report((30..60).map(without).collect()).await.to_string();

    assert!(!none.contains("no reports that name"), "{none}");
    assert!(
        none.contains("no reports carry the code 0003-0894"),
        "{none}"
    );
    assert!(none.contains("30 reports give"), "{none}");
    assert!(none.contains("0 by code; 30 counted by name"), "{none}");

    let mut some: Vec<Value> = (30..60).map(without).collect();
    some.push(record(70, |_| ()));
    let few = report(some).await.to_string();

    assert!(
        few.contains("at least 30 of them do not carry the code"),
        "{few}"
    );
}

#[tokio::test]
async fn countries_are_known_by_any_name_and_placeholders_are_no_days() {
    let named = |id, name: &str| {
        record(id, |one| {
            one.as_object_mut().unwrap().remove("occurcountry");
            one["primarysource"]["reportercountry"] = json!(name);
        })
    };
    let dated = |id, started: &str, event: &str| {
        record(id, |one| {
            one["patient"]["drug"][0]["drugstartdate"] = json!(started);
            let text = format!("CASE EVENT DATE: {event}");
            one["patient"]["summary"] = json!({"narrativeincludeclinical": text});
        })
    };
    let mut records = vec![
        named(30, "VIET NAM"),
        named(31, "UNITED ARAB EMIRATES"),
        named(32, "IRAN, ISLAMIC REPUBLIC OF"),
        named(33, "ATLANTIS"),
        dated(34, "20190101", "20190131"),
        dated(35, "19000101", "20190201"),
        dated(36, "20190101", "91990101"),
    ];
    records.extend((40..65).map(|id| record(id, |_| ())));

    let report = report(records).await;

    let text = report.to_string();
    for country in [
        "Viet Nam (VN)",
        "United Arab Emirates (AE)",
        "Iran (IR)",
        "Other, as the report says",
    ] {
        assert!(text.contains(country), "{country}");
    }
    let onset = table(&report, "onset");
    let cell = |key: &str| {
        let mut columns = onset["columns"].as_array().unwrap().iter();
        let column = columns.find(|column| column["key"] == key).unwrap();
        column["cells"]["values"][0].as_f64().unwrap()
    };
    assert_eq!(
        (cell("n"), cell("missing"), cell("maximum")),
        (1.0, 31.0, 30.0)
    );
}

#[tokio::test]
async fn younger_reports_are_said_to_be_there() {
    let mut records: Vec<Value> = (30..60).map(|id| record(id, |_| ())).collect();
    records.push(record(70, |one| one["receiptdate"] = json!("20260101")));

    let text = report(records).await.to_string();

    assert!(!text.contains("holds no younger"), "{text}");
    assert!(
        text.contains("1 had its latest information after that day"),
        "{text}"
    );
}

#[tokio::test]
async fn a_single_fatal_case_is_printed_and_overdose_is_no_administrative_term() {
    let mut records: Vec<Value> = (30..95)
        .map(|id| {
            record(id, |one| {
                let term = format!("A term of its own {id}");
                one["patient"]["reaction"][0]["reactionmeddrapt"] = json!(term);
            })
        })
        .collect();
    records.push(record(99, |one| {
        one["receivedate"] = json!("20100115");
        one["patient"]["reaction"] =
            json!([{"reactionmeddrapt": "Zoster", "reactionoutcome": "5"}, {"reactionmeddrapt": "Overdose"}]);
    }));

    let report = report(records).await;

    let place = |table: &Value, word: &str| {
        let cells = table["columns"][0]["cells"]["values"].as_array().unwrap();
        cells.iter().position(|cell| cell == word).unwrap()
    };
    for word in ["Zoster", "Overdose"] {
        let table = table(&report, "reactions");
        let printed = table["print_rows"].as_u64().unwrap() as usize;
        assert!(place(&table, word) < printed, "{word}");
    }
    // Of the line listing all rows are printed.
    let lines = table(&report, "line-listing");
    assert!(lines["print_rows"].is_null());
    let cases = lines["columns"][0]["cells"]["values"].as_array().unwrap();
    assert_eq!(cases.len(), 51);
    let last = cases.last().unwrap().as_str().unwrap();
    assert!(last.starts_with("99, "), "{last}");
    let reactions = table(&report, "reactions");
    let note = reactions["columns"].as_array().unwrap().iter();
    assert!(
        note.into_iter().all(|column| column["key"] != "note"),
        "{reactions}"
    );
}

#[tokio::test]
async fn a_period_stands_beside_all_time_and_what_is_new_is_named() {
    let of_year = |id, year: &'static str, term: &'static str| {
        record(id, move |one| {
            one["receivedate"] = json!(format!("{year}0115"));
            one["receiptdate"] = json!(format!("{year}0116"));
            one["patient"]["reaction"][0]["reactionmeddrapt"] = json!(term);
            one["serious"] = json!(if year == "2019" { "1" } else { "2" });
        })
    };
    let records = vec![
        of_year(31, "2018", "Nausea"),
        of_year(32, "2018", "Nausea"),
        of_year(33, "2019", "Nausea"),
        of_year(34, "2019", "Rash"),
        // Of a day after the period: in neither count.
        of_year(35, "2020", "Rash"),
    ];

    let asked = &["--from", "2019-01-01", "--to", "2019-12-31"];
    let report = report_of(records, asked).await;

    let column = |table: &Value, at: usize| table["columns"][at]["cells"]["values"].clone();
    let totals = table(&report, "interval");
    assert_eq!(column(&totals, 1), json!([2, 2, 0]));
    assert_eq!(column(&totals, 2), json!([4, 2, 0]));
    let reactions = table(&report, "interval-reactions");
    assert_eq!(column(&reactions, 0), json!(["Rash", "Nausea"]));
    assert_eq!(column(&reactions, 1), json!([1, 1]));
    assert_eq!(column(&reactions, 2), json!([1, 3]));
    assert_eq!(column(&reactions, 3), json!(["new", ""]));
    assert_eq!(fact(&report, "new-reactions"), Some(1.0));
    assert!(report.to_string().contains("New in the period"));
}

#[tokio::test]
async fn a_listed_case_has_its_dose_and_days_as_they_were_written() {
    let report = report(vec![
        record(31, |one| {
            let drug = &mut one["patient"]["drug"][0];
            drug["drugdosagetext"] = json!("5 MG, BID");
            drug["drugstartdate"] = json!("20190102");
            drug["drugenddate"] = json!("20190304");
        }),
        record(32, |one| {
            let drug = &mut one["patient"]["drug"][0];
            drug["drugstructuredosagenumb"] = json!("25");
            drug["drugstructuredosageunit"] = json!("004");
            // A placeholder is no day.
            drug["drugenddate"] = json!("19000101");
        }),
        record(33, |_| {}),
    ])
    .await;

    let cases = table(&report, "cases");
    let columns = cases["columns"].as_array().unwrap();
    let dosing = columns
        .iter()
        .find(|column| column["key"] == "dosing")
        .unwrap();
    assert_eq!(
        dosing["cells"]["values"].as_array().unwrap()[..2],
        [json!("5 MG, BID, 2019-01-02 to 2019-03-04"), json!("25 µg")]
    );
    assert_eq!(dosing["missing"], json!([2]));
}
