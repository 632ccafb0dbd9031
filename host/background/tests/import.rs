//! Imports against an independent count of the same reports: whole, stopped at every place, from every
//! form that FDA gives its files in.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use quire_background::{BackgroundError, Import, ImportState, Progress, Store};
use quire_model::{Background, BackgroundRole, BackgroundTotals, ReactionTotals, reaction_key};
use quire_replay::{Quarter, QuarterReport};
use quire_statistics::{Prior, empirical_bayes};
use serde_json::{Value, json};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

const QUARTER: Quarter = Quarter {
    name: "22Q3",
    cases: 6_000,
    seed: 7,
};

/// A store, and folders for what is imported.
struct Bench {
    folder: TempDir,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("store"));
        Self { folder, store }
    }

    fn folder(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// The quarter's files.
    fn quarter(&self) -> PathBuf {
        let folder = self.folder("ASCII");
        QUARTER.write(&folder).unwrap();
        folder
    }

    async fn import(&self, path: &Path) -> Result<Import, BackgroundError> {
        self.store.import(&[path.to_owned()], None, &|_| ()).await
    }

    /// Imports until so many batches are done, then lets go in the middle.
    async fn import_until(&self, path: &Path, batches: usize) -> Option<Import> {
        let seen = AtomicUsize::new(0);
        let enough = tokio::sync::Notify::new();
        let progress = |_: Progress| {
            if seen.fetch_add(1, Ordering::Relaxed) + 1 >= batches {
                enough.notify_one();
            }
        };
        let paths = [path.to_owned()];
        tokio::select! {
            biased;
            () = enough.notified() => None,
            done = self.store.import(&paths, None, &progress) => Some(done.unwrap()),
        }
    }

    async fn totals(&self, names: &[&str]) -> BackgroundTotals {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        match self.store.background(&names).await.unwrap().unwrap() {
            Background::Totals(totals) => totals,
            Background::Unavailable(reason) => panic!("{reason}"),
        }
    }
}

/// What every import of the quarter must count: the latest version of each case that is not
/// withdrawn, by drug and reaction.
#[derive(Debug, Default, PartialEq)]
struct Expected {
    total: u64,
    drugs: BTreeMap<String, u64>,
    terms: BTreeMap<String, u64>,
    pairs: BTreeMap<(String, String), u64>,
}

/// A substance, or the product of those who gave no substance.
fn drug(report: &QuarterReport) -> String {
    let name = match report.substance.as_str() {
        "" => &report.product,
        substance => substance,
    };
    name.to_uppercase()
}

fn expected(reports: impl Iterator<Item = QuarterReport>) -> Expected {
    let withdrawn: BTreeSet<u64> = QUARTER.deleted().collect();
    let mut latest = BTreeMap::new();
    for report in reports {
        latest.insert(report.case, report);
    }
    let mut expected = Expected::default();
    for report in latest.into_values() {
        if withdrawn.contains(&report.case) {
            continue;
        }
        let drug = drug(&report);
        let terms: BTreeSet<String> = report.terms.iter().map(|term| reaction_key(term)).collect();
        expected.total += 1;
        *expected.drugs.entry(drug.clone()).or_default() += 1;
        for term in terms {
            *expected.terms.entry(term.clone()).or_default() += 1;
            *expected.pairs.entry((drug.clone(), term)).or_default() += 1;
        }
    }
    expected
}

/// A drug's totals against the independent count.
fn check(totals: &BackgroundTotals, expected: &Expected, drug: &str) {
    assert_eq!(totals.total, expected.total);
    assert_eq!(totals.drug, expected.drugs[drug], "{drug}");
    assert_eq!(totals.reactions.len(), expected.terms.len());
    for (term, all) in &expected.terms {
        let both = expected
            .pairs
            .get(&(drug.to_owned(), term.clone()))
            .copied()
            .unwrap_or(0);
        let expected = ReactionTotals { both, all: *all };
        assert_eq!(totals.reaction(term), Some(expected), "{drug}, {term}");
    }
}

#[tokio::test]
async fn a_quarter_is_counted_as_an_independent_count_has_it() {
    let bench = Bench::new();
    let expected = expected(QUARTER.reports());

    let import = bench.import(&bench.quarter()).await.unwrap();

    assert_eq!(
        (import.name.as_str(), import.state),
        ("faers-2022q3", ImportState::Ready)
    );
    assert!(import.used, "the first one is used");
    assert_eq!(import.reports, expected.total);
    assert_eq!(import.left_out, QUARTER.deleted().count() as u64);
    assert_eq!(import.skipped, 1, "the torn row");
    assert_eq!(import.as_of.unwrap().to_string(), "2022-09-30");
    assert!(import.prior.is_some(), "a prior, or why there is none");
    let mut commonest: Vec<_> = expected.drugs.iter().collect();
    commonest.sort_by_key(|(_, reports)| std::cmp::Reverse(**reports));
    for (drug, _) in commonest
        .iter()
        .take(3)
        .chain(commonest.iter().rev().take(1))
    {
        let totals = bench.totals(&[drug]).await;
        check(&totals, &expected, drug);
        assert_eq!(totals.role, BackgroundRole::PrimarySuspect);
        assert_eq!(
            totals.reaction("Never reported"),
            Some(ReactionTotals::default())
        );
    }
}

/// The name of a report's stratum of sex and age.
fn stratum(report: &QuarterReport) -> String {
    let sex = match report.sex {
        "F" => "female",
        "M" => "male",
        _ => return "not reported".to_owned(),
    };
    let band = match report.age {
        None => return "not reported".to_owned(),
        Some(0..=1) => "0-1",
        Some(2..=11) => "2-11",
        Some(12..=17) => "12-17",
        Some(18..=64) => "18-64",
        Some(65..=74) => "65-74",
        Some(_) => "75+",
    };
    format!("{sex}, {band}")
}

/// Which strata a report is in, by the name of the stratification.
fn strata_of(by: &str, report: &QuarterReport) -> Option<String> {
    match by {
        "serious" => report.serious.then(|| by.to_owned()),
        "health-professional" => ["MD", "PH", "HP"]
            .contains(&report.reporter)
            .then(|| by.to_owned()),
        "sex-and-age" => Some(stratum(report)),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn every_part_of_a_quarter_is_what_an_independent_count_has() {
    let bench = Bench::new();
    bench.import(&bench.quarter()).await.unwrap();
    let withdrawn: BTreeSet<u64> = QUARTER.deleted().collect();
    let latest: BTreeMap<u64, QuarterReport> = QUARTER
        .reports()
        .map(|report| (report.case, report))
        .collect();
    let counted: Vec<QuarterReport> = latest
        .into_values()
        .filter(|report| !withdrawn.contains(&report.case))
        .collect();

    let totals = bench.totals(&["SUBSTANCE 0"]).await;

    // One quarter has no course over time.
    assert_eq!(totals.strata.gaps.len(), 1);
    assert_eq!(totals.strata.gaps[0].0.name(), "received-quarter");
    assert_eq!(totals.strata.stratifications.len(), 3);
    for found in &totals.strata.stratifications {
        let by = found.by.name();
        let count = |part: &str, holds: &dyn Fn(&QuarterReport) -> bool| {
            let reports = counted.iter().filter(|report| holds(report));
            reports
                .filter(|report| strata_of(by, report).as_deref() == Some(part))
                .count() as u64
        };
        let ours = |report: &QuarterReport| drug(report) == "SUBSTANCE 0";
        for stratum in &found.strata {
            assert_eq!(
                stratum.total,
                count(&stratum.name, &|_| true),
                "{by} {}",
                stratum.name
            );
            assert_eq!(
                stratum.drug,
                count(&stratum.name, &ours),
                "{by} {}",
                stratum.name
            );
        }
        assert!(
            found.reactions.len() > 3,
            "{by}: {:?}",
            found.reactions.keys()
        );
        for (key, cells) in &found.reactions {
            let names =
                |report: &QuarterReport| report.terms.iter().any(|term| reaction_key(term) == *key);
            assert_eq!(cells.len(), found.strata.len());
            for (stratum, cell) in found.strata.iter().zip(cells) {
                let wanted = ReactionTotals {
                    both: count(&stratum.name, &|report| ours(report) && names(report)),
                    all: count(&stratum.name, &names),
                };
                assert_eq!(*cell, wanted, "{by}, {}, {key}", stratum.name);
            }
        }
    }
}

#[tokio::test]
async fn the_course_over_time_begins_with_the_first_quarter_that_is_whole() {
    let bench = Bench::new();
    let folder = bench.folder("year");
    let mut cases = 0;
    for (name, seed) in [("21Q4", 1), ("22Q1", 2), ("22Q2", 3), ("22Q3", 4)] {
        let quarter = Quarter {
            name,
            cases: 500,
            seed,
        };
        quarter.write(&folder).unwrap();
        cases += 500 - quarter.deleted().count() as u64;
    }
    bench.import(&folder).await.unwrap();

    let totals = bench.totals(&["SUBSTANCE 0"]).await;

    let found = totals.strata.stratifications.last().unwrap();
    assert_eq!(found.by.name(), "received-quarter");
    // The made-up reports were first received from April to September of 2022.
    let names: Vec<&str> = found
        .strata
        .iter()
        .map(|stratum| stratum.name.as_str())
        .collect();
    assert_eq!(names, ["2022-Q2", "2022-Q3"]);
    assert_eq!(
        found
            .strata
            .iter()
            .map(|stratum| stratum.total)
            .sum::<u64>(),
        cases
    );
    let ours = found.strata.iter().map(|stratum| stratum.drug).sum::<u64>();
    assert_eq!(ours, totals.drug);
}

#[tokio::test]
async fn what_an_import_does_not_hold_is_said_with_what_helps() {
    let bench = Bench::new();
    let folder = bench.quarter();
    fs::remove_file(folder.join("OUTC22Q3.txt")).unwrap();
    bench.import(&folder).await.unwrap();

    let strata = bench.totals(&["SUBSTANCE 0"]).await.strata;

    assert_eq!(strata.stratifications.len(), 2);
    assert_eq!(strata.gaps[0].0.name(), "serious");
    assert!(strata.gaps[0].1.contains("OUTC"), "{:?}", strata.gaps);

    // As an import of before is: its totals have no parts.
    let file = bench.folder.path().join("store/faers-2022q3.db");
    let pool = sqlx::SqlitePool::connect(file.to_str().unwrap())
        .await
        .unwrap();
    for column in ["serious", "professional", "sex_age", "quarters"] {
        for table in ["pair", "drug_total", "term_total"] {
            let statement = format!("ALTER TABLE {table} DROP COLUMN {column}");
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .execute(&pool)
                .await
                .unwrap();
        }
    }
    pool.close().await;
    let totals = bench.totals(&["SUBSTANCE 0"]).await;
    assert!(totals.drug > 0 && totals.strata.stratifications.is_empty());
    let again = |(_, reason): &(_, String)| reason.contains("import its files again");
    assert!(totals.strata.gaps.len() == 4 && totals.strata.gaps.iter().all(again));
}

#[tokio::test]
async fn a_drug_goes_by_all_its_names_and_counts_each_report_once() {
    let bench = Bench::new();
    bench.import(&bench.quarter()).await.unwrap();
    // A later version may name another drug, so the latest of each case is found first.
    let latest: BTreeMap<u64, QuarterReport> = QUARTER
        .reports()
        .map(|report| (report.case, report))
        .collect();
    let reports = latest.into_values();
    let by_name = expected(reports.filter(|report| report.product.contains("ct 3-")));
    let names = [
        "substance 3.",
        "Prod\u{fc}ct 3-0",
        "PROD\u{dc}CT 3-1",
        "PROD\u{dc}CT  3-2",
    ];

    let totals = bench.totals(&names).await;

    assert_eq!(totals.drug, by_name.total);
    assert!(by_name.drugs.len() > 1, "some reports name a product only");
}

#[tokio::test]
async fn a_drug_that_nobody_suspects_is_said_to_be_absent() {
    let bench = Bench::new();
    bench.import(&bench.quarter()).await.unwrap();

    let background = bench
        .store
        .background(&["CONCOMITANT 5".to_owned()])
        .await
        .unwrap();

    let Some(Background::Unavailable(reason)) = background else {
        panic!("{background:?}")
    };
    assert!(
        reason.contains("primary suspect called CONCOMITANT 5"),
        "{reason}"
    );
}

#[tokio::test]
async fn stopped_after_any_batch_it_ends_with_the_same_totals() {
    let whole = Bench::new();
    let wanted = whole.import(&whole.quarter()).await.unwrap();

    let bench = Bench::new();
    let folder = bench.quarter();
    let mut stops = 0;
    // Each attempt goes one batch further than the one before, so every place is a place to stop; the
    // last ones are stopped while they count.
    let import = loop {
        let batches = if stops < 18 { 1 } else { usize::MAX };
        match bench.import_until(&folder, batches).await {
            Some(import) => break import,
            None => stops += 1,
        }
        let so_far = bench.store.show("faers-2022q3").await.unwrap();
        assert!(!so_far.used, "what is not whole is not used");
    };

    assert_eq!(stops, 18);
    assert_eq!(import.digest, wanted.digest);
    assert_eq!(
        (import.reports, import.drugs, import.reactions),
        (wanted.reports, wanted.drugs, wanted.reactions)
    );
    assert_eq!(import.files, wanted.files, "the digests of the whole files");
    assert_eq!(import.prior, wanted.prior);
}

#[tokio::test]
async fn a_zip_file_is_as_good_as_a_folder() {
    let bench = Bench::new();
    let folder = bench.quarter();
    let zipped = bench.folder.path().join("faers_ascii_2022q3.zip");
    zip(&zipped, "ASCII/", &folder);
    let from_folder = bench.import(&folder).await.unwrap();

    let other = Bench::new();
    let from_zip = other.import(&zipped).await.unwrap();

    assert_eq!(from_zip.digest, from_folder.digest);
    assert_eq!(from_zip.files, from_folder.files);
}

fn zip(path: &Path, inside: &str, folder: &Path) {
    let mut archive = ZipWriter::new(File::create(path).unwrap());
    let deflated = SimpleFileOptions::default();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{inside}{}", entry.file_name().to_string_lossy());
        archive.start_file(name, deflated).unwrap();
        archive.write_all(&fs::read(entry.path()).unwrap()).unwrap();
    }
    archive.finish().unwrap();
}

#[tokio::test]
async fn a_case_of_two_quarters_counts_in_its_latest_version() {
    let bench = Bench::new();
    let folder = bench.folder("two");
    let quarter = |name: &str, version: u32, term: &str| {
        let write = |stem: &str, text: String| {
            fs::write(folder.join(format!("{stem}{name}.txt")), text).unwrap();
        };
        write(
            "DEMO",
            format!("primaryid$caseid$caseversion\n55{version}$55${version}\n"),
        );
        write(
            "DRUG",
            format!(
                "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai\n55{version}$55$1$PS$Letairis$AMBRISENTAN\n"
            ),
        );
        write(
            "REAC",
            format!("primaryid$caseid$pt\n55{version}$55${term}\n"),
        );
    };
    // The later version stands in the earlier quarter: order must not matter.
    quarter("22Q1", 2, "Nausea");
    quarter("22Q2", 1, "Cough");

    let import = bench.import(&folder).await.unwrap();

    assert_eq!(
        (import.name.as_str(), import.reports),
        ("faers-2022q1-2022q2", 1)
    );
    let totals = bench.totals(&["AMBRISENTAN"]).await;
    assert_eq!(
        totals.reaction("nausea"),
        Some(ReactionTotals { both: 1, all: 1 })
    );
    assert_eq!(totals.reaction("cough"), Some(ReactionTotals::default()));
}

/// openFDA's form of a report version.
fn bulk(report: &QuarterReport) -> Value {
    let term = |term: &String| json!({"reactionmeddrapt": term, "reactionmeddraversionpt": "25.0"});
    let reactions: Vec<Value> = report.terms.iter().map(term).collect();
    let mut suspect = json!({"drugcharacterization": "1", "medicinalproduct": report.product,
        "openfda": {"product_ndc": ["0001-0001"]}});
    if !report.substance.is_empty() {
        suspect["activesubstance"] = json!({"activesubstancename": report.substance});
    }
    let second = json!({"drugcharacterization": "1", "medicinalproduct": "SECOND SUSPECT"});
    let other = json!({"drugcharacterization": "2", "medicinalproduct": "CONCOMITANT"});
    json!({
        "safetyreportid": report.case.to_string(),
        "safetyreportversion": report.version.to_string(),
        "patient": {"drug": [other, suspect, second], "reaction": reactions},
    })
}

fn write_bulk(path: &Path, reports: &[Value]) {
    let meta =
        json!({"last_updated": "2022-10-05", "results": {"skip": 0, "limit": 1, "total": 1}});
    let file = json!({"meta": meta, "results": reports});
    fs::write(path, serde_json::to_string_pretty(&file).unwrap()).unwrap();
}

/// Two files; cases with two versions have the later one in the first.
fn bulk_files(folder: &Path) {
    let (later, earlier): (Vec<_>, Vec<_>) = QUARTER
        .reports()
        .partition(|report| report.version == 2 || report.case.is_multiple_of(2));
    for (name, reports) in [("0001", later), ("0002", earlier)] {
        let reports: Vec<Value> = reports.iter().map(bulk).collect();
        write_bulk(
            &folder.join(format!("drug-event-{name}-of-0002.json")),
            &reports,
        );
    }
}

#[tokio::test]
async fn download_files_are_counted_alike_wherever_they_are_stopped() {
    let bench = Bench::new();
    let folder = bench.folder("bulk");
    bulk_files(&folder);
    // The download has no list of withdrawn cases: their reports are simply not in it.
    let mut expected = Expected::default();
    for report in latest() {
        let drug = drug(&report);
        expected.total += 1;
        *expected.drugs.entry(drug.clone()).or_default() += 1;
        for term in report
            .terms
            .iter()
            .map(|term| reaction_key(term))
            .collect::<BTreeSet<_>>()
        {
            *expected.terms.entry(term.clone()).or_default() += 1;
            *expected.pairs.entry((drug.clone(), term)).or_default() += 1;
        }
    }

    let import = bench.import(&folder).await.unwrap();

    assert_eq!(import.reports, expected.total);
    assert_eq!(import.as_of.unwrap().to_string(), "2022-10-05");
    assert!(
        import.label.contains("first suspect drug"),
        "{}",
        import.label
    );
    let totals = bench.totals(&["SUBSTANCE 0"]).await;
    check(&totals, &expected, "SUBSTANCE 0");

    let other = Bench::new();
    let folder = other.folder("bulk");
    bulk_files(&folder);
    let mut stops = 0;
    let stopped = loop {
        let batches = if stops < 8 { 1 } else { usize::MAX };
        match other.import_until(&folder, batches).await {
            Some(import) => break import,
            None => stops += 1,
        }
    };
    assert_eq!(
        (stopped.digest, stopped.files),
        (import.digest, import.files)
    );
}

/// The latest version of each case.
fn latest() -> Vec<QuarterReport> {
    let mut latest = BTreeMap::new();
    for report in QUARTER.reports() {
        latest.insert(report.case, report);
    }
    latest.into_values().collect()
}

#[tokio::test]
async fn odd_reports_of_a_download_are_left_out_and_counted() {
    let bench = Bench::new();
    let folder = bench.folder("odd");
    let good = json!({"safetyreportid": 7, "patient": {"drug": {"drugcharacterization": 1,
        "medicinalproduct": "X"}, "reaction": {"reactionmeddrapt": "Nausea"}}});
    let reports = [
        good,
        json!({"safetyreportid": "8", "patient": {"drug": [], "reaction": [{"reactionmeddrapt": "Cough"}]}}),
        json!({"safetyreportid": "9", "patient": {"drug": [{"drugcharacterization": "1", "medicinalproduct": "X"}]}}),
        json!({"patient": null}),
        json!("no report at all"),
    ];
    write_bulk(&folder.join("drug-event-0001-of-0001.json"), &reports);

    let import = bench.import(&folder).await.unwrap();

    assert_eq!((import.reports, import.left_out, import.skipped), (1, 2, 2));
    let totals = bench.totals(&["x"]).await;
    assert_eq!(
        totals.reaction("Nausea"),
        Some(ReactionTotals { both: 1, all: 1 })
    );
}

#[tokio::test]
async fn a_torn_download_is_refused_with_its_place_and_can_be_mended() {
    let bench = Bench::new();
    let folder = bench.folder("torn");
    let path = folder.join("drug-event-0001-of-0001.json");
    write_bulk(&path, &[json!({"safetyreportid": "7"})]);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, whole.get(..whole.len() - 9).unwrap()).unwrap();

    let error = bench.import(&folder).await.unwrap_err();

    assert!(matches!(error, BackgroundError::Form { .. }), "{error}");
    assert!(
        error.to_string().contains("drug-event-0001-of-0001.json"),
        "{error}"
    );
    assert_eq!(bench.store.used(), None);
}

#[tokio::test]
async fn a_report_without_end_is_refused_before_it_is_read() {
    let bench = Bench::new();
    let folder = bench.folder("bomb");
    let name = "drug-event-0001-of-0001.json";
    let endless = json!({"safetyreportid": "7", "patient": "x".repeat(32 << 20)});
    write_bulk(&folder.join(name), &[endless]);
    let zipped = bench.folder("zipped").join(format!("{name}.zip"));
    zip(&zipped, "", &folder);
    assert!(fs::metadata(&zipped).unwrap().len() < 256 << 10);

    let error = bench.import(&zipped).await.unwrap_err();

    assert!(matches!(error, BackgroundError::Form { .. }), "{error:?}");
    assert!(error.to_string().contains("longer than"), "{error}");
    assert_eq!(bench.store.used(), None);
}

#[tokio::test]
async fn other_files_under_the_same_name_are_refused() {
    let bench = Bench::new();
    let folder = bench.quarter();
    bench.import(&folder).await.unwrap();
    fs::write(folder.join("REAC22Q3.txt"), "primaryid$caseid$pt\n").unwrap();

    let error = bench.import(&folder).await.unwrap_err();

    assert!(
        matches!(error, BackgroundError::OtherFiles { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn imports_are_listed_used_and_removed() {
    let bench = Bench::new();
    let (one, two) = (bench.folder("one"), bench.folder("two"));
    for folder in [&one, &two] {
        let report = json!({"safetyreportid": folder.display().to_string(), "patient": {
            "drug": [{"drugcharacterization": "1", "medicinalproduct": "X"}],
            "reaction": [{"reactionmeddrapt": "Nausea"}]}});
        write_bulk(&folder.join("drug-event-0001-of-0001.json"), &[report]);
    }
    let store = &bench.store;
    assert!(store.list().await.unwrap().is_empty());
    assert_eq!(store.background(&["X".to_owned()]).await.unwrap(), None);

    store
        .import(std::slice::from_ref(&one), Some("one"), &|_| ())
        .await
        .unwrap();
    let second = store
        .import(std::slice::from_ref(&two), Some("two"), &|_| ())
        .await
        .unwrap();
    assert!(!second.used, "the one before goes on being used");
    store.use_import("two").await.unwrap();
    assert_eq!(store.used().as_deref(), Some("two"));
    let names: Vec<_> = store
        .list()
        .await
        .unwrap()
        .into_iter()
        .map(|import| import.name)
        .collect();
    assert_eq!(names, ["one", "two"]);

    store.remove("two").unwrap();
    assert_eq!(store.used(), None);
    let error = store.remove("two").unwrap_err().to_string();
    assert_eq!(error, "there is no import two; there is only one");
    for name in ["../one", "", "One", "-x", "a/b"] {
        let error = store
            .import(std::slice::from_ref(&one), Some(name), &|_| ())
            .await;
        assert!(matches!(error, Err(BackgroundError::Name(_))), "{name}");
    }
}

/// What `data/prior.py` made of the same files, with scipy and without squashing.
fn assert_agrees(import: &Import, scipy: &str) {
    let prior = import.prior.clone().unwrap().unwrap();
    let fitted = [
        prior.alpha1,
        prior.beta1,
        prior.alpha2,
        prior.beta2,
        prior.weight,
    ];
    let prior = Prior::new(
        prior.alpha1,
        prior.beta1,
        prior.alpha2,
        prior.beta2,
        prior.weight,
    );
    let prior = prior.unwrap();
    for line in scipy.lines().filter(|line| !line.starts_with('#')) {
        let (kind, numbers) = line.split_once(',').unwrap();
        let numbers: Vec<f64> = numbers.split(',').map(|n| n.parse().unwrap()).collect();
        let near = |found: f64, wanted: f64, share: f64| {
            assert!((found / wanted - 1.0).abs() < share, "{found} for {line}");
        };
        if kind == "fit" {
            // α₂ and β₂ are loose together; P and the first component are not.
            for (found, (wanted, share)) in fitted
                .into_iter()
                .zip(numbers[1..].iter().zip([0.02, 0.02, 0.1, 0.1, 0.02]))
            {
                near(found, *wanted, share);
            }
        } else {
            let found = empirical_bayes(numbers[0] as u64, numbers[1], &prior).unwrap();
            near(found.value, numbers[2], 0.01);
            near(found.lower, numbers[3], 0.01);
            near(found.upper, numbers[4], 0.02);
        }
    }
}

#[tokio::test]
async fn the_prior_of_a_quarter_is_the_one_that_scipy_finds_over_all_pairs() {
    let bench = Bench::new();

    let import = bench.import(&bench.quarter()).await.unwrap();

    assert_agrees(&import, include_str!("data/prior_one.csv"));
    let over = import.fitted_over.unwrap();
    // 1,346 × 4,106 pairs, of which 13,376 are reported.
    assert_eq!(
        over,
        "all 5526676 pairs of 1346 drugs and 4106 reactions; the 5513300 that nobody reported count as 0"
    );
}

#[tokio::test]
async fn the_prior_of_two_quarters_is_the_one_that_scipy_finds_over_all_pairs() {
    let bench = Bench::new();
    let second = Quarter {
        name: "22Q4",
        seed: 8,
        ..QUARTER
    };
    let folder = bench.quarter();
    second.write(&folder).unwrap();

    let import = bench.import(&folder).await.unwrap();

    assert_eq!(import.name, "faers-2022q3-2022q4");
    assert_agrees(&import, include_str!("data/prior_two.csv"));
    let totals = bench.totals(&["SUBSTANCE 0"]).await;
    assert_eq!(totals.prior, import.prior.unwrap().ok());
    let told = totals.attributes.iter();
    let told: BTreeMap<_, _> = told.map(|one| (one.name.as_str(), &one.value)).collect();
    assert_eq!(told["prior-fitted-over"], &import.fitted_over.unwrap());
    assert!(!told.contains_key("prior-reason"), "{told:?}");
}

#[tokio::test]
async fn too_few_reports_for_a_prior_say_so() {
    let bench = Bench::new();
    let folder = bench.folder("few");
    let report = json!({"safetyreportid": "7", "patient": {
        "drug": [{"drugcharacterization": "1", "medicinalproduct": "X"}],
        "reaction": [{"reactionmeddrapt": "Nausea"}]}});
    write_bulk(&folder.join("drug-event-0001-of-0001.json"), &[report]);

    let import = bench.import(&folder).await.unwrap();

    let reason = import.prior.unwrap().unwrap_err();
    assert!(
        reason.starts_with("no prior: 1 cells are too few"),
        "{reason}"
    );
    let totals = bench.totals(&["X"]).await;
    assert_eq!(totals.prior, None);
    let told = |name: &str| totals.attributes.iter().find(|one| one.name == name);
    assert_eq!(told("prior-reason").unwrap().value, reason);
}

/// What the version before wrote: a fit over reported pairs, in columns of `about`.
async fn as_the_version_before_left_it(file: &Path) {
    let address = format!("sqlite://{}", file.display());
    let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
    for statement in [
        "DROP TABLE fit",
        "ALTER TABLE about ADD COLUMN prior TEXT",
        "ALTER TABLE about ADD COLUMN prior_reason TEXT",
        "UPDATE about SET prior_reason = 'no prior: the likelihood is highest at the boundary'",
        "ALTER TABLE about DROP COLUMN under_two_cases",
        "ALTER TABLE about DROP COLUMN withdrawn",
        "ALTER TABLE part DROP COLUMN joined",
        "DROP TABLE aside",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

#[tokio::test]
async fn an_import_of_the_version_before_is_fitted_anew_when_it_is_used() {
    let bench = Bench::new();
    let import = bench.import(&bench.quarter()).await.unwrap();
    let file = bench.folder.path().join("store/faers-2022q3.db");
    as_the_version_before_left_it(&file).await;

    let totals = bench.totals(&["SUBSTANCE 0"]).await;
    let shown = bench.store.show("faers-2022q3").await.unwrap();

    assert_eq!(totals.prior, import.prior.clone().unwrap().ok());
    assert_eq!(
        (shown.prior, shown.fitted_over),
        (import.prior, import.fitted_over)
    );
    assert_eq!((shown.skipped, shown.files.len()), (import.skipped, 5));
}
