//! Counts against an independent reading of the same records, and the rules one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use quire_model::{Date, epoch_days};

use super::*;

const SAMPLE: &[u8] =
    include_bytes!("../../../../tests/data/openfda/drug_event_ndc_61958-0802.json");

fn sample() -> CaseSeries {
    let ndc = "61958-0802".parse().unwrap();
    CaseSeries::build(Snapshot::from_page(SAMPLE, &ndc).unwrap())
}

fn series(records: Vec<Value>) -> CaseSeries {
    let page = json!({"meta": {"results": {"total": records.len()}}, "results": records});
    let ndc = "11111-222".parse().unwrap();
    CaseSeries::build(Snapshot::from_page(page.to_string().as_bytes(), &ndc).unwrap())
}

/// A valid report with whatever the test is about.
fn report(id: &str, with: &Value) -> Value {
    let mut report = json!({"safetyreportid": id, "patient": {"reaction": [], "drug": []}});
    let (target, source) = (report.as_object_mut().unwrap(), with.as_object().unwrap());
    target.extend(source.clone());
    report
}

fn reactions(terms: &[&str]) -> Value {
    let reactions: Vec<Value> = terms
        .iter()
        .map(|term| json!({"reactionmeddrapt": term}))
        .collect();
    json!({"patient": {"reaction": reactions}})
}

fn rows(counts: &Counts) -> Vec<(&str, u32)> {
    counts
        .rows
        .iter()
        .map(|row| (row.value.as_str(), row.reports))
        .collect()
}

/// Reports for each value, counted over the JSON itself: value → (reports, serious, fatal).
fn independently(values: impl Fn(&Value) -> BTreeSet<String>) -> BTreeMap<String, [u32; 3]> {
    let page: Value = serde_json::from_slice(SAMPLE).unwrap();
    let mut counts: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    for report in page["results"].as_array().unwrap() {
        for value in values(report) {
            let count = counts.entry(value).or_default();
            count[0] += 1;
            count[1] += u32::from(report["serious"] == "1");
            count[2] += u32::from(report["seriousnessdeath"] == "1");
        }
    }
    counts
}

fn texts(list: &Value, member: &str) -> BTreeSet<String> {
    let items = list.as_array().unwrap().iter();
    items
        .filter_map(|item| item[member].as_str())
        .map(str::to_owned)
        .collect()
}

fn assert_agrees(dimension: &str, expected: &BTreeMap<String, [u32; 3]>) {
    let counts = sample().count_by(None, dimension, None).unwrap();

    let own: BTreeMap<String, [u32; 3]> = counts
        .rows
        .iter()
        .map(|row| (row.value.clone(), [row.reports, row.serious, row.fatal]))
        .collect();
    assert_eq!(&own, expected, "{dimension}");
    assert_eq!(counts.distinct as usize, expected.len());
    let order = |row: &Count| (std::cmp::Reverse(row.reports), row.value.clone());
    assert!(counts.rows.is_sorted_by_key(order), "{dimension}");
}

#[test]
fn counts_of_the_sample_equal_an_independent_count() {
    assert_eq!(sample().len(), 61);
    assert_agrees(
        "reaction",
        &independently(|report| texts(&report["patient"]["reaction"], "reactionmeddrapt")),
    );
    let sexes = |report: &Value| {
        let word = if report["patient"]["patientsex"] == "1" {
            "male"
        } else {
            "female"
        };
        BTreeSet::from([word.to_owned()])
    };
    assert_agrees("sex", &independently(sexes));
    let drugs = |report: &Value| {
        let drugs = report["patient"]["drug"].as_array().unwrap().iter();
        drugs
            .map(|drug| {
                drug["activesubstance"]["activesubstancename"]
                    .as_str()
                    .unwrap()
            })
            .map(|name| name.trim_end_matches('.').replace('\\', " / "))
            .collect()
    };
    assert_agrees("drug", &independently(drugs));
    let years =
        |report: &Value| BTreeSet::from([report["receivedate"].as_str().unwrap()[..4].to_owned()]);
    assert_agrees("received-year", &independently(years));
    let outcomes = |report: &Value| {
        let words = [
            "recovered",
            "recovering",
            "not recovered",
            "recovered with sequelae",
            "fatal",
            "unknown",
        ];
        let codes = texts(&report["patient"]["reaction"], "reactionoutcome");
        codes
            .iter()
            .map(|code| words[code.parse::<usize>().unwrap() - 1].to_owned())
            .collect()
    };
    assert_agrees("reaction-outcome", &independently(outcomes));
}

#[test]
fn the_sample_says_what_it_is_about() {
    let series = sample();

    assert_eq!(series.origin().names, ["AMBRISENTAN", "LETAIRIS"]);
    assert_eq!(series.origin().matched, ["61958-0802"]);
    assert_eq!(
        rows(&series.count_by(None, "role", None).unwrap()),
        [("suspect", 61)]
    );
    assert_eq!(
        rows(&series.count_by(None, "product", None).unwrap()),
        [("LETAIRIS", 61)]
    );
    let remaining: Vec<u64> = series
        .analysis()
        .flow
        .iter()
        .map(|step| step.remaining)
        .collect();
    assert_eq!(remaining, [61; 6]);
}

#[test]
fn probable_cases_are_counted_for_each_value() {
    let series = sample();

    let counts = series.count_by(None, "reaction", None).unwrap();
    let cases = series
        .distinct_by(None, "reaction", "probable-case", None)
        .unwrap();
    assert_eq!(cases.len(), counts.rows.len());
    let reports = counts.rows.iter().map(|row| row.reports);
    assert!(
        reports
            .zip(&cases)
            .all(|(reports, cases)| (1..=reports).contains(cases))
    );
    let all = series.count_by(None, "probable-case", Some(0)).unwrap();
    // Each is of another patient: no two share sex, age and what makes them rare.
    assert_eq!((all.distinct, all.missing), (61, 0));
    // Each report is in one quarter, so that these tell the same.
    let quarters = series.count_by(None, "received-quarter", None).unwrap();
    let own = series
        .distinct_by(None, "received-quarter", "received-year", Some(2))
        .unwrap();
    assert_eq!(own, vec![1; quarters.rows.len().min(2)]);
}

#[test]
fn every_dimension_of_the_contract_is_there_and_answers() {
    let contract = include_str!("../../../../wit/data.wit");
    let series = sample();

    for dimension in series.dimensions() {
        assert!(contract.contains(&format!("`{dimension}`")), "{dimension}");
        let counts = series.count_by(None, dimension, None).unwrap();
        let values: u32 = counts.rows.iter().map(|row| row.reports).sum();
        assert!(values + counts.missing >= 61, "{dimension}");
        assert!(series.page(None, 0, 61, &[dimension.to_owned()]).is_ok());
    }
    assert_eq!(series.dimensions().len(), 32);
    for measure in [
        "age-years",
        "weight-kg",
        "onset-days",
        "drugs-per-report",
        "reactions-per-report",
    ] {
        let summary = series.summarise(None, measure).unwrap();
        assert_eq!(summary.n + summary.missing, 61);
    }
}

#[test]
fn a_reaction_counts_once_a_report_in_whatever_spelling() {
    let series = series(vec![
        report("1", &reactions(&["Nausea", "NAUSEA", "Crohn^s disease"])),
        report("2", &reactions(&["NAUSEA", "OVERDOSE"])),
        report("3", &reactions(&[])),
    ]);

    let counts = series.count_by(None, "reaction", None).unwrap();

    assert_eq!(
        rows(&counts),
        [("Nausea", 2), ("Crohn's disease", 1), ("Overdose", 1)]
    );
    assert_eq!((counts.distinct, counts.missing), (3, 1));
    assert_eq!(
        series
            .count_by(None, "reaction", Some(1))
            .unwrap()
            .rows
            .len(),
        1
    );
}

#[test]
fn only_the_latest_version_of_a_valid_case_is_analysed() {
    let version = |version: &str, serious: &str| {
        report(
            "7",
            &json!({"safetyreportversion": version, "serious": serious}),
        )
    };
    let series = series(vec![
        version("10", "1"),
        version("9", "2"),
        json!({"safetyreportid": "8"}),
        json!({"patient": {}}),
        json!(null),
        json!("nonsense"),
    ]);

    assert_eq!(
        rows(&series.count_by(None, "seriousness", None).unwrap()),
        [("serious", 1)]
    );
    let flow: Vec<(&str, u64, u64)> = series
        .analysis()
        .flow
        .iter()
        .map(|step| (step.label.as_str(), step.remaining, step.removed))
        .collect();
    assert_eq!(
        flow,
        [
            ("Matching reports in openFDA", 6, 0),
            ("Fetched", 6, 0),
            ("Valid", 2, 4),
            ("Latest versions", 1, 1),
            ("Duplicates removed", 1, 0),
            ("Analysed", 1, 0)
        ]
    );
}

#[test]
fn role_and_use_come_from_the_entries_of_the_drug_asked_for() {
    let entry = |role: &str, ndc: &str, route: &str| {
        json!({
            "drugcharacterization": role, "medicinalproduct": "Thing.", "drugindication": "PAIN",
            "drugadministrationroute": route, "actiondrug": 1, "openfda": {"product_ndc": [ndc]}
        })
    };
    let drugs = |entries: Vec<Value>| json!({"patient": {"drug": entries}});
    let series = series(vec![
        report(
            "1",
            &drugs(vec![
                entry("2", "11111-222", "048"),
                entry("3", "11111-222", "058"),
            ]),
        ),
        report(
            "2",
            &drugs(vec![
                entry("2", "11111-222", "048"),
                entry("1", "99999-999", "041"),
            ]),
        ),
        report(
            "3",
            &json!({"patient": {"drug": {"openfda": {}, "drugcharacterization": null}}}),
        ),
    ]);

    let count = |dimension| {
        let counts = series.count_by(None, dimension, None).unwrap();
        counts
            .rows
            .into_iter()
            .map(|row| (row.value, row.reports))
            .collect::<Vec<_>>()
    };
    let expected = |rows: &[(&str, u32)]| -> Vec<(String, u32)> {
        rows.iter()
            .map(|(value, reports)| ((*value).to_owned(), *reports))
            .collect()
    };
    assert_eq!(
        count("role"),
        expected(&[("concomitant", 1), ("interacting", 1)])
    );
    assert_eq!(
        count("route"),
        expected(&[("oral", 2), ("subcutaneous", 1)])
    );
    assert_eq!(count("product"), expected(&[("Thing", 2)]));
    assert_eq!(count("indication"), expected(&[("Pain", 2)]));
    assert_eq!(count("action-taken"), expected(&[("withdrawn", 2)]));
    assert_eq!(count("suspect-drug"), expected(&[("Thing", 2)]));
}

#[test]
fn records_in_odd_shapes_are_read_as_far_as_they_go() {
    let series = series(vec![report(
        "5801206-7",
        &json!({
            "receiver": null, "serious": 1, "receivedate": 20140312,
            "primarysource": [{"reportercountry": "CANADA", "qualification": "3"}],
            "reportduplicate": [{"duplicatesource": "A"}, {"duplicatesource": "B"}],
            "patient": {
                "patientonsetage": null, "patientonsetageunit": "801", "patientsex": "0",
                "reaction": {"reactionmeddrapt": "Fall\u{7}", "reactionoutcome": ["6"]},
                "drug": [
                    {"medicinalproduct": "A", "openfda": {}},
                    {"medicinalproduct": "B", "activesubstance": [
                        {"activesubstancename": "X"}, {"activesubstancename": "Y"}]}
                ],
                "unknown": {"nested": [1, 2, {"deep": true}]}
            }
        }),
    )]);

    let one = |dimension| {
        rows(&series.count_by(None, dimension, None).unwrap())
            .first()
            .map(|row| row.0.to_owned())
    };
    assert_eq!(one("country").as_deref(), Some("CA"));
    assert_eq!(one("reaction").as_deref(), Some("Fall"));
    assert_eq!(one("reaction-outcome").as_deref(), Some("unknown"));
    assert_eq!(one("received-quarter").as_deref(), Some("2014-Q1"));
    assert_eq!((one("sex"), one("age-group")), (None, None));
    assert_eq!(
        rows(&series.count_by(None, "drug", None).unwrap()),
        [("A", 1), ("X", 1), ("Y", 1)]
    );
    assert_eq!(
        series.summarise(None, "drugs-per-report").unwrap().mean,
        3.0
    );
}

#[test]
fn filters_narrow_and_combine() {
    let series = sample();
    let filter = |on: &str, is: Condition| Filter {
        on: on.to_owned(),
        is,
    };
    let women = series
        .select(
            None,
            &[filter("sex", Condition::OneOf(vec!["female".to_owned()]))],
        )
        .unwrap();
    let old = filter("age-years", Condition::Between(65.0, 200.0));

    let old_women = series
        .select(Some(&women), std::slice::from_ref(&old))
        .unwrap();

    assert_eq!(women.len(), 45);
    let bands = series.count_by(Some(&women), "age-group", None).unwrap();
    let expected: u32 = bands
        .rows
        .iter()
        .filter(|row| matches!(row.value.as_str(), "65-74" | "75+"))
        .map(|row| row.reports)
        .sum();
    assert_eq!(old_women.len(), expected);
    let men = series
        .select(
            None,
            &[filter("sex", Condition::NoneOf(vec!["female".to_owned()]))],
        )
        .unwrap();
    assert_eq!(men.len(), 16);
    let weighed = series
        .select(None, &[filter("weight-kg", Condition::Known)])
        .unwrap();
    assert_eq!(
        weighed.len(),
        series.summarise(None, "weight-kg").unwrap().n
    );
    let since = filter("received", Condition::Between(16_070.0, f64::MAX));
    assert_eq!(series.select(None, &[since]).unwrap().len(), 61);
}

#[test]
fn questions_without_an_answer_say_why() {
    let series = sample();
    let filter = |on: &str, is: Condition| {
        [Filter {
            on: on.to_owned(),
            is,
        }]
    };

    let unknown = series
        .count_by(None, "colour", None)
        .unwrap_err()
        .to_string();
    assert!(
        unknown.contains("colour") && unknown.contains("reaction-outcome"),
        "{unknown}"
    );
    let ranges = series.select(None, &filter("sex", Condition::Between(0.0, 1.0)));
    assert!(matches!(ranges, Err(QueryError::UnknownName(_))));
    let many = vec![String::new(); 1_001];
    let many = series.select(None, &filter("sex", Condition::OneOf(many)));
    assert_eq!(many.unwrap_err(), QueryError::TooLarge);
    let wide = series.cross_tab(None, "reaction", "sex", 1_001, 2);
    assert_eq!(wide.unwrap_err(), QueryError::TooLarge);
    let names = ["report-id".to_owned()];
    assert_eq!(
        series.page(None, 61, 1, &names).unwrap_err(),
        QueryError::OutOfRange
    );
    assert_eq!(
        series.page(None, 0, 1_001, &names).unwrap_err(),
        QueryError::TooLarge
    );
}

#[test]
fn a_cross_table_has_the_counts_of_its_margins() {
    let series = sample();

    let table = series.cross_tab(None, "reaction", "sex", 5, 2).unwrap();

    assert_eq!(table.columns, ["female", "male"]);
    let reactions = series.count_by(None, "reaction", Some(5)).unwrap();
    for (row, cells) in reactions.rows.iter().zip(table.cells.chunks(2)) {
        assert_eq!(cells.iter().sum::<u32>(), row.reports, "{}", row.value);
    }
}

#[test]
fn a_page_lists_reports_in_numeric_order() {
    let series = series(vec![
        report("10", &reactions(&["B", "A"])),
        report("9", &json!({"receivedate": "20140312", "serious": "1"})),
        report("5801206-7", &reactions(&["A"])),
    ]);

    let names = ["report-id", "reaction", "received", "serious", "version"].map(str::to_owned);
    let page = series.page(None, 0, 3, &names).unwrap();

    let Column::Text(ids) = &page[0] else {
        panic!("{page:?}")
    };
    assert_eq!(ids.values, ["9", "10", "5801206-7"]);
    let Column::Lists(lists) = &page[1] else {
        panic!("{page:?}")
    };
    assert_eq!(
        (&lists.offsets[..], &lists.codes[..]),
        (&[0, 0, 2, 3][..], &[0, 1, 0][..])
    );
    assert_eq!(page[2], Column::Dates(vec![16_141, i32::MIN, i32::MIN]));
    assert_eq!(page[3], Column::Booleans(vec![true, false, false]));
    let empty = series
        .select(
            None,
            &[Filter {
                on: "sex".to_owned(),
                is: Condition::Known,
            }],
        )
        .unwrap();
    assert!(series.page(Some(&empty), 0, 10, &names).is_ok());
}

#[test]
fn a_snapshot_survives_the_cache_and_nothing_else_does() {
    let ndc = "61958-0802".parse().unwrap();
    let snapshot = Snapshot::from_page(SAMPLE, &ndc).unwrap();
    let bytes = snapshot.encode().unwrap();

    assert_eq!(Snapshot::decode(&bytes).unwrap(), snapshot);
    assert!(Snapshot::decode(&bytes[..bytes.len() / 2]).is_err());
    assert!(Snapshot::decode(b"garbage").is_err());
    assert!(Snapshot::decode(&[0xff; 64]).is_err());
    let mut altered = snapshot.clone();
    altered.cases[0].serious = Some(2);
    altered.cases[1].serious = Some(2);
    altered.cases[2].serious = Some(1);
    assert!(Snapshot::decode(&altered.encode().unwrap()).is_err());
    let again = Snapshot::from_page(SAMPLE, &ndc).unwrap();
    assert_eq!(again.digest(), snapshot.digest());
}

/// A report of the drug in a role, first received on a day.
fn in_role(id: &str, role: &str, received: &str) -> Value {
    report(
        id,
        &json!({"receivedate": received, "patient": {"drug": [
            {"drugcharacterization": role, "medicinalproduct": "Thing",
             "openfda": {"product_ndc": ["11111-222"]}},
            {"drugcharacterization": "1", "medicinalproduct": "Other"}]}}),
    )
}

fn suspected(series: &CaseSeries) -> CaseSeries {
    let ndc = "11111-222".parse().unwrap();
    series.analysed(&ndc, DrugRole::Suspect, None)
}

fn steps(series: &CaseSeries) -> Vec<(&str, u64, u64)> {
    let steps = series.analysis().flow.iter().skip(4);
    steps
        .map(|step| (step.label.as_str(), step.remaining, step.removed))
        .collect()
}

#[test]
fn a_role_is_that_of_the_drug_that_was_asked_for() {
    let series = series(vec![
        in_role("1", "1", "20140101"),
        in_role("2", "2", "20140601"),
        in_role("3", "3", "20141231"),
        in_role("6", "", "20140601"),
    ]);

    let selected = suspected(&series);

    let ids = ["report-id".to_owned()];
    let Column::Text(ids) = &selected.page(None, 0, 10, &ids).unwrap()[0] else {
        panic!("report ids are texts")
    };
    assert_eq!(ids.values, ["1", "3"]);
    assert_eq!(
        steps(&selected),
        [
            ("Duplicates removed", 4, 0),
            ("Drug is suspect or interacting", 2, 2),
            ("Analysed", 2, 0),
        ]
    );
    let roles = selected.count_by(None, "role", None).unwrap();
    assert_eq!(rows(&roles), [("interacting", 1), ("suspect", 1)]);
    assert_eq!((roles.distinct, roles.missing), (2, 0));
    assert_eq!(selected.digest(), series.digest());
}

#[test]
fn nothing_asked_for_leaves_everything_in() {
    let series = sample();

    let ndc = "61958-0802-1".parse().unwrap();
    let selected = series.analysed(&ndc, DrugRole::Any, None);

    assert_eq!(selected.len(), 61);
    assert_eq!(
        steps(&selected),
        [("Duplicates removed", 61, 0), ("Analysed", 61, 0)]
    );
    assert_eq!(selected.analysis().role, DrugRole::Any);
    assert_eq!(selected.analysis().ndc, "61958-0802-1");
    assert_eq!(series.analysis().ndc, "61958-0802");
}

#[test]
fn a_role_can_leave_nothing() {
    let selected = suspected(&series(vec![in_role("2", "2", "20140601")]));

    assert!(selected.is_empty());
    assert_eq!(selected.count_by(None, "reaction", None).unwrap().rows, []);
    assert_eq!(
        selected.summarise(None, "age-years").unwrap(),
        Summary::default()
    );
    assert_eq!(
        steps(&selected)[1],
        ("Drug is suspect or interacting", 0, 1)
    );
}

#[test]
fn a_duplicate_is_left_out_and_named_by_the_report_that_stays() {
    let numbered = |id: &str, receipt: &str| {
        report(
            id,
            &json!({"companynumb": "US-ACME-2012-0057858", "receiptdate": receipt}),
        )
    };
    let series = series(vec![
        numbered("7", "20150101"),
        numbered("8", "20140101"),
        report("9", &json!({"duplicate": "1"})),
    ]);

    assert_eq!(series.len(), 2);
    assert_eq!(
        steps(&series),
        [("Duplicates removed", 2, 1), ("Analysed", 2, 0)]
    );
    let reason = &series.analysis().flow[4].reason;
    assert!(
        reason.contains("1 by a shared number, 0 by equal facts"),
        "{reason}"
    );
    let counts = series.count_by(None, "duplicate", None).unwrap();
    assert_eq!(rows(&counts), [("8", 1)]);
}

#[test]
fn the_sample_holds_no_duplicate() {
    // Checked by hand: 61 control numbers, and no two reports share country, sex, age and reactions.
    assert_eq!(steps(&sample())[0], ("Duplicates removed", 61, 0));
}

#[test]
fn a_reaction_is_counted_with_its_outcome_in_the_spelling_of_the_reaction() {
    let reaction =
        |term: &str, outcome: &str| json!({"reactionmeddrapt": term, "reactionoutcome": outcome});
    let of = |reactions: Vec<Value>| json!({"patient": {"reaction": reactions}});
    let series = series(vec![
        report(
            "1",
            &of(vec![
                reaction("NAUSEA", "1"),
                reaction("NAUSEA", "1"),
                reaction("Fall", "9"),
            ]),
        ),
        report(
            "2",
            &of(vec![reaction("Nausea", "1"), reaction("Nausea", "5")]),
        ),
    ]);

    let counts = series
        .count_by(None, "reaction-with-outcome", None)
        .unwrap();

    assert_eq!(
        rows(&counts),
        [
            ("Nausea: recovered", 2),
            ("Fall: other", 1),
            ("Nausea: fatal", 1)
        ]
    );
}

#[test]
fn an_age_group_stands_in_for_an_age_that_is_not_given() {
    let patient = |patient: Value| json!({ "patient": patient });
    let series = series(vec![
        report("1", &patient(json!({"patientagegroup": "6"}))),
        report(
            "2",
            &patient(
                json!({"patientagegroup": "6", "patientonsetage": "40", "patientonsetageunit": "801"}),
            ),
        ),
        report(
            "3",
            &patient(json!({"patientagegroup": "3", "patientonsetage": "40"})),
        ),
        report("4", &patient(json!({"patientagegroup": "0"}))),
    ]);

    let counts = series.count_by(None, "age-group", None).unwrap();

    assert_eq!(rows(&counts), [("18-64", 1), ("2-11", 1), ("65+", 1)]);
    assert_eq!(counts.missing, 1);
    assert_eq!(series.summarise(None, "age-years").unwrap().n, 1);
}

#[test]
fn a_listing_has_dates_numbers_and_the_publication() {
    let series = series(vec![
        report(
            "1",
            &json!({
                "receivedate": "20140312", "receiptdate": "20150812", "companynumb": "US-ACME-1",
                "primarysource": {"literaturereference": "Lancet 2014; 1: 2", "qualification": "3"},
                "patient": {
                    "patientdeath": {"patientdeathdate": "20140301"},
                    "summary": {"narrativeincludeclinical": "CASE EVENT DATE: 20140228"},
                    "drug": [{"drugcharacterization": 1, "drugstartdate": "20140218",
                              "drugdosageform": "TABLET", "openfda": {"product_ndc": ["11111-222"]}},
                             {"drugcharacterization": 3, "medicinalproduct": "Other."}]
                },
            }),
        ),
        report(
            "2",
            &json!({"patient": {"summary": {"narrativeincludeclinical": "CASE EVENT DATE: 201402"}}}),
        ),
    ]);

    let names = [
        "company-number",
        "publication",
        "receipt",
        "event",
        "death",
        "onset-days",
    ];
    let page = series.page(None, 0, 2, &names.map(str::to_owned)).unwrap();

    let text = |text: &str| {
        Column::Text(Coded {
            values: vec![text.to_owned()],
            codes: vec![0, u32::MAX],
        })
    };
    let date = |day: Date| Column::Dates(vec![epoch_days(day), i32::MIN]);
    assert_eq!(page[0], text("US-ACME-1"));
    assert_eq!(page[1], text("Lancet 2014; 1: 2"));
    assert_eq!(page[2], date(Date::constant(2015, 8, 12)));
    assert_eq!(page[3], date(Date::constant(2014, 2, 28)));
    assert_eq!(page[4], date(Date::constant(2014, 3, 1)));
    let Column::Numbers(days) = &page[5] else {
        panic!("days are numbers")
    };
    assert_eq!(days[0], 10.0);
    assert!(days[1].is_nan());
    let first = |dimension| {
        let counts = series.count_by(None, dimension, None).unwrap();
        rows(&counts)
            .into_iter()
            .map(|row| (row.0.to_owned(), row.1))
            .collect::<Vec<_>>()
    };
    let one = |text: &str, reports| (text.to_owned(), reports);
    assert_eq!(first("literature"), [one("no", 1), one("yes", 1)]);
    assert_eq!(first("health-professional"), [one("yes", 1)]);
    assert_eq!(first("co-suspect-drug"), [one("Other", 1)]);
    assert_eq!(first("dosage-form"), [one("TABLET", 1)]);
}

/// A death counts once, by whatever way it is stated, wherever reports are counted.
#[test]
fn deaths_are_the_union_of_criterion_outcome_and_reaction() {
    let with = |id: &str, term: &str, outcome: Value, criterion: Value| {
        report(
            id,
            &json!({
                "seriousnessdeath": criterion,
                "patient": {
                    "reaction": [{"reactionmeddrapt": term, "reactionoutcome": outcome}],
                    "drug": {"openfda": {"product_ndc": ["11111-222"]}},
                },
            }),
        )
    };
    let series = series(vec![
        with("1", "Nausea", json!("6"), json!("1")),
        with("2", "Nausea", json!("5"), json!(null)),
        with("3", "SUDDEN DEATH", json!(null), json!(null)),
        with("4", "Completed suicide", json!("5"), json!("1")),
        with("5", "Nausea", json!("1"), json!(null)),
    ]);

    let fatal = |dimension: &str| {
        let counts = series.count_by(None, dimension, None).unwrap();
        let rows = counts.rows.into_iter();
        rows.map(|row| (row.value, row.reports, row.fatal))
            .collect::<Vec<_>>()
    };
    let row = |text: &str, reports, fatal| (text.to_owned(), reports, fatal);
    assert_eq!(
        fatal("reaction"),
        [
            row("Nausea", 3, 2),
            row("Completed suicide", 1, 1),
            row("Sudden death", 1, 1)
        ]
    );
    assert_eq!(
        fatal("death-stated"),
        [
            row("criterion", 2, 2),
            row("outcome", 2, 2),
            row("reaction", 2, 2)
        ]
    );
    let flags = series.page(None, 0, 5, &["fatal".to_owned()]).unwrap();
    assert_eq!(
        flags,
        [Column::Booleans(vec![true, true, true, true, false])]
    );
}

#[test]
fn what_is_shown_is_what_was_written() {
    let entry = |product: &str, ours: bool| {
        let code = if ours { "11111-222" } else { "99999-999" };
        json!({
            "medicinalproduct": product, "drugcharacterization": "1",
            "openfda": {"product_ndc": [code]}
        })
    };
    let with = |id: &str, reaction: &str, product: &str| {
        let drugs = [entry("OURS", true), entry(product, false)];
        let patient = json!({"reaction": {"reactionmeddrapt": reaction}, "drug": drugs});
        report(id, &json!({"patient": patient}))
    };
    let series = series(vec![
        with("1", "Crohn's disease", "FENTANYL 25 \u{b5}g/h"),
        with("2", "Crohn\u{2019}s disease", "Fentanyl 25 \u{3bc}g/h"),
        with("3", "CROHN^S DISEASE", "FENTANYL 25 \u{b5}g/h\u{8}"),
        with(
            "4",
            "Sj\u{fffd}gren's syndrome",
            "FENTANYL\u{a0}25 \u{b5}g/h",
        ),
    ]);

    let shown = |dimension: &str| {
        let counts = series.count_by(None, dimension, None).unwrap();
        let rows = counts.rows.into_iter();
        rows.map(|row| (row.value, row.reports)).collect::<Vec<_>>()
    };
    assert_eq!(
        shown("co-suspect-drug"),
        [("FENTANYL 25 \u{b5}g/h".to_owned(), 4)]
    );
    assert_eq!(
        shown("reaction"),
        [
            ("Crohn's disease".to_owned(), 3),
            ("Sj\u{fffd}gren's syndrome".to_owned(), 1)
        ]
    );
}

#[test]
fn what_may_be_younger_than_a_day_is_told_by_reports_and_by_the_source() {
    let of = |updated: &str, received: &str, to: Option<Date>| {
        let records = [report("1", &json!({"receivedate": received}))];
        let page =
            json!({"meta": {"last_updated": updated, "results": {"total": 1}}, "results": records});
        let ndc = "11111-222".parse().unwrap();
        let mut snapshot = Snapshot::from_page(page.to_string().as_bytes(), &ndc).unwrap();
        snapshot.origin.received.to = to;
        CaseSeries::build(snapshot).may_be_younger_than(Date::constant(2025, 6, 30))
    };
    let lock = Some(Date::constant(2025, 6, 30));

    assert!(!of("2025-06-30", "20250630", None));
    assert!(of("2025-06-30", "20250701", None));
    assert!(of("2025-07-01", "20200101", None));
    // What the source says of its age cannot be read, so it may be anything.
    assert!(of("soon", "20200101", None));
    assert!(!of("2025-12-01", "20200101", lock));
}
