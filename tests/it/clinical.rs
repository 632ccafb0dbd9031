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

/// A source that was updated and asked five months after the day of the documents.
async fn later_source(records: Vec<Value>, label: Option<Value>) -> RunningReplay {
    let settings = ReplaySettings {
        records: Records::from_iter(records),
        labels: Records::from_iter(label),
        source: "records made up for a test".to_owned(),
        last_updated: "2025-12-01".to_owned(),
        date: Some("Mon, 01 Dec 2025 00:00:00 GMT".to_owned()),
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
    made(source(records).await, "2025-06-30", asked).await
}

/// The same, of another day.
async fn report_as_of(records: Vec<Value>, as_of: &'static str) -> Value {
    made(source(records).await, as_of, &[]).await
}

async fn made(replay: RunningReplay, as_of: &'static str, asked: &'static [&str]) -> Value {
    let url = replay.url();
    let making = tokio::task::spawn_blocking(move || {
        let folder = Folder::new();
        let fixed = ["report", NDC, "--as-of", as_of, "--format", "json"];
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
async fn a_drug_whose_reports_carry_no_code_is_found_by_name_however_they_write_it() {
    type Change = fn(&mut Value);
    let without_block: Change = |drug| drug["openfda"] = json!({});
    let changes: [(&str, Change); 6] = [
        ("repackaged", |drug| {
            drug["openfda"]["product_ndc"] = json!(["71335-0001"]);
        }),
        ("an empty part", without_block),
        ("a full stop", |drug| {
            *drug = json!({"drugcharacterization": "1", "medicinalproduct": "ELIQUIS."});
        }),
        ("a strength", |drug| {
            *drug = json!({"drugcharacterization": "1", "medicinalproduct": "Eliquis, 5-mg"});
        }),
        ("small letters", |drug| {
            *drug = json!({"drugcharacterization": "3", "medicinalproduct": "eliquis"});
        }),
        ("a substance alone", |drug| {
            *drug = json!({
                "drugcharacterization": "1", "medicinalproduct": "A PILL",
                "activesubstance": {"activesubstancename": "APIXABAN"}
            });
        }),
    ];
    for (kind, change) in changes {
        let changed = |id| record(id, |one| change(&mut one["patient"]["drug"][0]));

        let text = report((30..60).map(changed).collect()).await.to_string();

        assert!(
            text.contains("no reports carry the code 0003-0894"),
            "{kind}: {text}"
        );
        assert!(text.contains("30 reports give"), "{kind}: {text}");
    }
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
    records.push(record(70, |one| one["receiptdate"] = json!("20251101")));

    let replay = later_source(records, None).await;
    let text = made(replay, "2025-06-30", &[]).await.to_string();

    assert!(!text.contains("holds no younger"), "{text}");
    for said in [
        "1 had its latest information after that day",
        "the source keeps only the latest version of a case, and what it said on that day is not known",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[tokio::test]
async fn nothing_younger_than_the_document_is_counted_unsaid() {
    // The drug's own reports are old; those of others are younger than the document, as is its label.
    let other = |id| {
        record(id, |one| {
            one["receivedate"] = json!("20251115");
            one["patient"]["drug"] =
                json!([{"drugcharacterization": "1", "medicinalproduct": "OTHER"}]);
        })
    };
    let mut records: Vec<Value> = (30..60).map(|id| record(id, |_| ())).collect();
    records.extend((100..140).map(other));
    let label = json!({
        "id": "a", "set_id": "made-up", "version": "4", "effective_time": "20251020",
        "openfda": {"product_ndc": [NDC]}, "adverse_reactions": ["Nausea."],
    });
    let replay = later_source(records, Some(label)).await;

    let text = made(replay, "2025-06-30", &[]).await.to_string();

    assert!(text.contains("N = 30, n = 30"), "{text}");
    for said in [
        "received until 2025-06-30",
        "On both sides only reports count that were first received until 2025-06-30, but in the versions that \
         the source held on 2025-12-01",
        "That label is of 2025-10-20, and this document is as of 2025-06-30",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains("2025-11-15"), "{text}");
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

#[tokio::test]
async fn a_value_that_is_not_understood_is_other_and_no_gap() {
    let with = |id, change: fn(&mut Value)| record(id, change);
    let mut records = vec![
        with(30, |one| one["patient"]["patientsex"] = json!("9")),
        with(31, |one| one["patient"]["patientsex"] = json!("F")),
        with(32, |one| one["patient"]["patientsex"] = json!("0")),
        with(33, |one| {
            one["patient"].as_object_mut().unwrap().remove("patientsex");
        }),
        with(34, |one| one["primarysource"]["qualification"] = json!("8")),
        with(35, |one| one["patient"]["patientonsetage"] = json!("999")),
        with(36, |one| one["patient"]["patientonsetage"] = json!("ADULT")),
        with(37, |one| {
            one["patient"]
                .as_object_mut()
                .unwrap()
                .remove("patientonsetageunit");
        }),
        with(38, |one| {
            one["patient"]
                .as_object_mut()
                .unwrap()
                .remove("patientonsetage");
        }),
        with(39, |one| one["occurcountry"] = json!("ATLANTIS")),
        with(40, |one| {
            one["occurcountry"] = json!("COUNTRY NOT SPECIFIED")
        }),
        with(41, |one| one["occurcountry"] = json!("XK")),
        with(42, |one| one["occurcountry"] = json!("UK")),
        with(43, |one| one["patient"]["patientweight"] = json!("9999")),
        with(44, |one| one["patient"]["patientweight"] = json!("0")),
        with(45, |one| one["patient"]["patientweight"] = json!("70")),
    ];
    records.extend((50..70).map(|id| record(id, |_| ())));
    let all = records.len() as f64;

    let report = report(records).await;

    let reports = |id: &str, value: &str| {
        let table = table(&report, id);
        let cells = |at: usize| {
            table["columns"][at]["cells"]["values"]
                .as_array()
                .unwrap()
                .clone()
        };
        let place = cells(0).iter().position(|cell| cell == value);
        place.and_then(|place| cells(1)[place].as_f64())
    };
    for (id, value, expected) in [
        ("sex", "Other, as the report says", Some(2.0)),
        ("sex", "Not reported", Some(2.0)),
        ("sex", "Female", Some(all - 4.0)),
        ("reporter", "Other, as the report says", Some(1.0)),
        ("reporter", "Not reported", Some(0.0)),
        ("age-groups", "Age that cannot be used", Some(3.0)),
        ("age-groups", "Not reported", Some(1.0)),
        ("country", "Other, as the report says", Some(1.0)),
        ("country", "Not reported", Some(1.0)),
        ("country", "Kosovo (XK)", Some(1.0)),
        ("country", "United Kingdom (GB)", Some(1.0)),
    ] {
        assert_eq!(reports(id, value), expected, "{id}: {value}");
    }
    let measures = table(&report, "age-and-weight");
    let column = |at: usize| measures["columns"][at]["cells"]["values"].clone();
    assert_eq!(column(1), json!([all as u32 - 4, 1]));
    assert_eq!(column(2), json!([4, all as u32 - 1]));
}

#[tokio::test]
async fn days_that_cannot_be_are_not_known() {
    let with = |id, change: fn(&mut Value)| record(id, change);
    let dated = |one: &mut Value, started: &str, event: &str| {
        one["patient"]["drug"][0]["drugstartdate"] = json!(started);
        let text = format!("CASE EVENT DATE: {event}");
        one["patient"]["summary"] = json!({"narrativeincludeclinical": text});
    };
    let days = [
        ("20190101", "20190121"),
        ("00010101", "20190121"),
        ("19000101", "20190121"),
        ("20191301", "20190121"),
        ("20190100", "20190121"),
        ("20210101", "20210121"),
        ("20990101", "20990121"),
        ("20190121", "20190101"),
        ("20190101", "201901"),
        ("20190101", "20190230"),
    ];
    let mut records: Vec<Value> = (30..)
        .zip(days)
        .map(|(id, (started, event))| record(id, |one| dated(one, started, event)))
        .collect();
    // Days of receipt that cannot be make no day of treatment possible.
    records.push(with(60, |one| {
        one["receivedate"] = json!("20990101");
        one["receiptdate"] = json!("91990101");
        one["patient"]["drug"][0]["drugstartdate"] = json!("20980101");
    }));
    records.push(with(61, |one| one["receivedate"] = json!("19000101")));
    records.push(with(62, |one| one["receivedate"] = json!("20191345")));
    records.extend((70..90).map(|id| record(id, |_| ())));
    let all = records.len();

    let report = report_as_of(records, "2025-06-30").await;

    let onset = table(&report, "onset");
    let cell = |at: usize| onset["columns"][at]["cells"]["values"][0].as_f64().unwrap();
    assert_eq!((cell(0), cell(1), cell(6)), (1.0, all as f64 - 1.0, 20.0));
    let listed = table(&report, "line-listing").to_string();
    for day in ["2099", "9199", "1900", "0001"] {
        assert!(!listed.contains(&format!("{day}-")), "{day}: {listed}");
    }
}

#[tokio::test]
async fn a_criterion_without_the_mark_serious_is_remarked() {
    let mut records: Vec<Value> = (40..60).map(|id| record(id, |_| ())).collect();
    records.push(record(70, |one| {
        one.as_object_mut().unwrap().remove("serious");
        one["seriousnessdeath"] = json!("1");
    }));

    let report = report(records).await;

    assert_eq!(fact(&report, "criterion-unmarked-reports"), Some(1.0));
    let text = report.to_string();
    assert!(text.contains("read them as such: 70."), "{text}");
    assert!(text.contains("1 of them is not marked serious"), "{text}");
}

#[tokio::test]
async fn series_and_comparator_find_the_drug_by_the_same_names() {
    let with = |id, product: &str, substance: &str, has_code: bool| {
        record(id, |one| {
            let drug = one["patient"]["drug"][0].as_object_mut().unwrap();
            drug["medicinalproduct"] = json!(product);
            drug.insert(
                "activesubstance".to_owned(),
                json!({"activesubstancename": substance}),
            );
            if !has_code {
                drug.remove("openfda");
            }
        })
    };
    let both = "APIXABAN\\APIXABAN HYDRATE";
    let mut records: Vec<Value> = (30..50)
        .map(|id| with(id, "ELIQUIS", "APIXABAN", true))
        .collect();
    records.extend((50..60).map(|id| with(id, "ELIQUIS", both, true)));
    // A slip of one reporter lends the drug no other's reports.
    records.push(with(60, "ELIQUIS", "ASPIRIN", true));
    records.extend((61..66).map(|id| with(id, "ELIQUIS 5 TAB", both, false)));
    records.extend((66..70).map(|id| with(id, "ASS 100", "ASPIRIN", false)));

    let text = report(records).await.to_string();

    assert!(text.contains("N = 40, n = 36"), "{text}");
    let told = "the drug by its code, or by its substance as reports state it: APIXABAN, APIXABAN\\\\APIXABAN HYDRATE)";
    assert!(text.contains(told), "{text}");
}
