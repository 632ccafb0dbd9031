//! `make swap-proof`: 100 swaps between two visibly different versions of a section, while eight
//! reports are in flight without pause. No report may fail or mix versions, and each must name the
//! version that made it. The swaps are made by a second process on the same records.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use quire_model::{
    CaseSelection, Definition, Digest, Kind, LimitOverrides, Paper, Policy, SectionSpec,
};
use quire_records::{Actor, Decision, NewVersion, Records, RecordsSettings, VersionOrigin};
use serde_json::{Value, json};

use crate::{process, stack::KEY, table::percentile};

/// Reports in flight at any time.
const IN_FLIGHT: usize = 8;
/// Swaps in all.
const SWAPS: usize = 100;
/// The module that is swapped, and the definition that uses it twice.
const EDITION: &str = "edition";

/// One report that came back.
struct Made {
    status: Value,
    pdf: Vec<u8>,
}

/// Run the proof, print the figures, and end the process with 1 if anything is wrong.
pub(crate) async fn prove() {
    let folder = std::env::temp_dir().join(format!("quire-swap-proof-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let data_dir = folder.to_string_lossy().into_owned();
    let server = process::quire(&[
        "--data-dir",
        &data_dir,
        "--sample",
        "--cache-ttl",
        "1h",
        "--share-answers",
        "off",
    ]);
    let records = Records::open(RecordsSettings::new(&folder)).await.unwrap();
    let one = stage(&records, "edition-one").await;
    let two = stage(&records, "edition-two").await;
    activate(&records, one).await;
    define(&records).await;
    until_known(&server.base).await;

    let (swapping, made) = (
        Arc::new(AtomicBool::new(true)),
        Arc::new(AtomicUsize::new(0)),
    );
    let began = Instant::now();
    let loads: Vec<_> = (0..IN_FLIGHT)
        .map(|lane| {
            let (base, swapping, made) = (server.base.clone(), swapping.clone(), made.clone());
            tokio::spawn(async move { lane_of(&base, lane, &swapping, &made).await })
        })
        .collect();
    let mut decided = Vec::with_capacity(SWAPS);
    let mut used = Vec::with_capacity(SWAPS);
    for number in 0..SWAPS {
        let begin = Instant::now();
        activate(&records, if number % 2 == 0 { two } else { one }).await;
        decided.push(begin.elapsed().as_secs_f64() * 1000.0);
        until_followed(&server.base, records.change_counter().await.unwrap()).await;
        used.push(begin.elapsed().as_secs_f64() * 1000.0);
        // Reports are made with each version before the next swap.
        let before = made.load(Ordering::Relaxed);
        while made.load(Ordering::Relaxed) < before + 2 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    swapping.store(false, Ordering::Relaxed);
    let mut reports = Vec::new();
    for load in loads {
        reports.extend(load.await.unwrap());
    }
    let took = began.elapsed();
    drop(server);
    let verdict = Verdict::of(&reports, &folder, &BTreeMap::from([(1, one), (2, two)]));
    println!("reports              {}", reports.len());
    println!(
        "  made by edition 1  {}",
        verdict.by_edition.get(&1).unwrap_or(&0)
    );
    println!(
        "  made by edition 2  {}",
        verdict.by_edition.get(&2).unwrap_or(&0)
    );
    println!(
        "swaps                {SWAPS} in {:.1} s, {IN_FLIGHT} reports in flight",
        took.as_secs_f64()
    );
    let line = |name: &str, times: &mut [f64]| {
        let (median, slow) = (percentile(times, 0.5), percentile(times, 0.99));
        println!("{name} p50 {median:.1} ms, p99 {slow:.1} ms");
    };
    line("swap, decided       ", &mut decided);
    line("swap, in use there  ", &mut used);
    println!("failed reports       {}", verdict.failed);
    println!("mixed reports        {}", verdict.mixed);
    println!("misnamed reports     {}", verdict.misnamed);
    let _ = std::fs::remove_dir_all(&folder);
    if verdict.failed + verdict.mixed + verdict.misnamed > 0 || verdict.by_edition.len() != 2 {
        std::process::exit(1);
    }
}

/// What is wrong with the reports.
#[derive(Default)]
struct Verdict {
    failed: usize,
    /// More than one version in one report.
    mixed: usize,
    /// Made by another version than the one that it names.
    misnamed: usize,
    by_edition: BTreeMap<u32, usize>,
}

impl Verdict {
    fn of(reports: &[Made], folder: &Path, digests: &BTreeMap<u32, Digest>) -> Self {
        let mut verdict = Self::default();
        for report in reports {
            if report.status["status"] != "SUCCESS" {
                verdict.failed += 1;
                eprintln!("failed: {}", report.status);
                continue;
            }
            let named: BTreeSet<String> = report.status["result"]["modules"]
                .as_object()
                .unwrap()
                .values()
                .map(|digest| digest.as_str().unwrap().to_owned())
                .collect();
            let shown = editions(folder, &report.pdf);
            let distinct: BTreeSet<u32> = shown.iter().copied().collect();
            if named.len() != 1 || distinct.len() != 1 || shown.len() != 2 {
                verdict.mixed += 1;
                continue;
            }
            let edition = shown[0];
            *verdict.by_edition.entry(edition).or_default() += 1;
            let made_it = digests.get(&edition).map(ToString::to_string);
            if made_it.as_ref() != named.first() {
                verdict.misnamed += 1;
            }
        }
        verdict
    }
}

/// The editions that a document's pages name.
fn editions(folder: &Path, pdf: &[u8]) -> Vec<u32> {
    let file = folder.join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext")
        .args([&*file.to_string_lossy(), "-"])
        .output()
        .expect("pdftotext is missing; `make test` installs it");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .windows(4)
        .filter(|words| words[..3] == ["made", "by", "edition"])
        .filter_map(|words| words[3].parse().ok())
        .collect()
}

/// One report after another until the swaps are over. Each has a date of its own, so that none is
/// the copy of another.
async fn lane_of(base: &str, lane: usize, swapping: &AtomicBool, made: &AtomicUsize) -> Vec<Made> {
    let http = reqwest::Client::new();
    let mut reports = Vec::new();
    let mut number = 0;
    while swapping.load(Ordering::Relaxed) {
        let (year, month, day) = (2010 + lane, number / 28 % 12 + 1, number % 28 + 1);
        number += 1;
        let body = json!({"definition": EDITION, "as_of": format!("{year}-{month:02}-{day:02}")});
        let answer = http
            .post(format!("{base}/api/cer/61958-0802/enhanced-pdf"))
            .bearer_auth(KEY)
            .json(&body)
            .send()
            .await
            .unwrap();
        let task: Value = answer.json().await.unwrap();
        let path = format!("{base}/api/tasks/{}", task["task_id"].as_str().unwrap());
        let status = loop {
            let answer = http.get(&path).bearer_auth(KEY).send().await.unwrap();
            let status: Value = answer.json().await.unwrap();
            if matches!(status["status"].as_str(), Some("SUCCESS" | "FAILURE")) {
                break status;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let answer = http
            .get(format!("{path}/pdf"))
            .bearer_auth(KEY)
            .send()
            .await
            .unwrap();
        let pdf = answer.bytes().await.unwrap().to_vec();
        reports.push(Made { status, pdf });
        made.fetch_add(1, Ordering::Relaxed);
    }
    reports
}

/// Wait until the server uses what was decided.
async fn until_followed(base: &str, change: u64) {
    let http = reqwest::Client::new();
    loop {
        let answer = http.get(format!("{base}/metrics")).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let seen = text
            .lines()
            .find_map(|line| line.strip_prefix("quire_registry_change "))
            .and_then(|figure| figure.trim().parse::<f64>().ok())
            .unwrap_or(0.0);
        if seen >= change as f64 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn until_known(base: &str) {
    let records_follow = Duration::from_millis(20);
    let http = reqwest::Client::new();
    loop {
        let answer = http
            .post(format!("{base}/api/cer/61958-0802/enhanced-pdf"))
            .bearer_auth(KEY)
            .json(&json!({"definition": EDITION}))
            .send()
            .await
            .unwrap();
        if answer.status() == 202 {
            return;
        }
        tokio::time::sleep(records_follow).await;
    }
}

async fn stage(records: &Records, guest: &str) -> Digest {
    let wasm = std::fs::read(process::guest(guest)).unwrap();
    let artifact = records
        .put_artifact(wasm, "application/wasm")
        .await
        .unwrap();
    let new = NewVersion {
        module: EDITION.to_owned(),
        digest: artifact.digest,
        kind: Kind::Section,
        version: "1.0.0".to_owned(),
        title: guest.to_owned(),
        manifest: json!({}),
        size_bytes: artifact.size_bytes,
        origin: VersionOrigin::Upload,
    };
    let operator = Actor::operator();
    records.add_version(&new, &why(&operator)).await.unwrap();
    records
        .stage(EDITION, new.digest, &why(&operator))
        .await
        .unwrap();
    new.digest
}

async fn activate(records: &Records, digest: Digest) {
    let operator = Actor::operator();
    records
        .activate(EDITION, digest, &why(&operator))
        .await
        .unwrap();
}

async fn define(records: &Records) {
    let section = |name: &str| SectionSpec {
        name: name.to_owned(),
        module: EDITION.to_owned(),
        kind: Kind::Section,
        policy: Policy::Required,
        params: json!({}),
        digest: None,
        limits: LimitOverrides::default(),
    };
    let definition = Definition {
        name: EDITION.to_owned(),
        version: 1,
        title: "Editions".to_owned(),
        paper: Paper::A4,
        front_matter: false,
        selection: CaseSelection::default(),
        sections: vec![section("first"), section("second")],
    };
    let operator = Actor::operator();
    records
        .put_definition(&definition, &why(&operator))
        .await
        .unwrap();
}

fn why(actor: &Actor) -> Decision<'_> {
    Decision {
        actor,
        reason: "swap proof",
        request_id: "swap-proof",
        expected_revision: None,
    }
}
