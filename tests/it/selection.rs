//! Which reports a document is about, and that it never passes off a part as the whole.

use quire_replay::{Replay, ReplaySettings};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Folder, Quire, Settings, run_quire, tool};

/// The words of a report, on one line.
fn words_of(arguments: &[&str]) -> String {
    words_as_of("2025-06-30", arguments)
}

fn words_as_of(day: &str, arguments: &[&str]) -> String {
    let folder = Folder::new();
    let fixed = ["report", "--as-of", day, "--output", "out.pdf"];
    let output = run_quire(&folder, &[&fixed[..], arguments].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = folder.file("out.pdf").to_string_lossy().into_owned();
    let text = tool("pdftotext", &["-layout", &file, "-"]);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_says(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "{line:?} is not in: {text}");
    }
}

#[test]
fn all_61_of_61_reports_are_called_all() {
    let text = words_of(&["61958-0802", "--sample"]);

    assert_says(
        &text,
        &[
            "Reports matching 61, found by code",
            "Reports fetched 61 (all matching reports)",
            "Role of the drug suspect or interacting",
            "Reports analysed 61",
            "all 61 matching reports",
        ],
    );
    assert!(!text.contains("most recently received"), "{text}");
}

#[tokio::test]
async fn a_hundred_of_7300_reports_are_called_the_newest_hundred() {
    let replay = Replay::start(ReplaySettings::synthetic(7_300, 1, "61958-0802"))
        .await
        .unwrap();
    let url = replay.url();
    let making = tokio::task::spawn_blocking(move || {
        words_of(&["61958-0802", "--openfda-url", &url, "--max-reports", "100"])
    });

    let text = making.await.unwrap();

    assert_says(
        &text,
        &[
            "Reports matching 7300, found by code",
            "the 100 most recently received of 7,300 matching reports",
            "100 of 7,300 matching reports were fetched.",
            "Fetched 100 7,200 fetched are only the 100 most recently received of 7300",
            "the drug is only concomitant, or its role is not stated",
            "synthetic reports, not real",
        ],
    );
    for wrong in [
        "all 7,300",
        "all 100 matching reports",
        "all of them were analysed",
        "all matching reports)",
        "Reports analysed 7",
    ] {
        assert!(!text.contains(wrong), "{wrong:?} is in: {text}");
    }
}

#[test]
fn a_drug_without_reports_is_said_to_have_none() {
    let text = words_of(&["0003-0894", "--sample"]);

    assert_says(
        &text,
        &[
            "Reports matching 0",
            "Reports analysed 0",
            "no reports carry the code 0003-0894",
            "whether or not they carry the code, the source found none",
        ],
    );
    for wrong in ["all 0", "NaN", "0.0%", "100.0%"] {
        assert!(!text.contains(wrong), "{wrong:?} is in: {text}");
    }
}

#[test]
fn a_period_without_reports_is_said_to_be_the_reason() {
    let text = words_of(&["61958-0802", "--sample", "--from", "2020-01-01"]);

    assert_says(
        &text,
        &[
            "Reports matching 0",
            "First received 2020-01-01 or later",
            "Reports analysed 0",
            "Matching reports in openFDA 61",
            "Received in the period 0 61 first received outside the period",
        ],
    );
    for wrong in ["holds no reports", "NaN"] {
        assert!(!text.contains(wrong), "{wrong:?} is in: {text}");
    }
}

#[tokio::test]
async fn an_old_period_is_whole_though_newer_reports_would_fill_the_limit() {
    let replay = Replay::start(ReplaySettings::synthetic(7_300, 1, "61958-0802"))
        .await
        .unwrap();
    let early = |record: &serde_json::Value| record["receivedate"].as_str().unwrap() <= "20041231";
    let records = quire_replay::synthetic(7_300, 1, "61958-0802");
    let expected = records.filter(early).count();
    assert!((10..500).contains(&expected), "{expected}");
    let url = replay.url();
    let making = tokio::task::spawn_blocking(move || {
        let limit = ["--openfda-url", &url, "--max-reports", "500"];
        words_of(&[&["61958-0802", "--to", "2004-12-31"][..], &limit[..]].concat())
    });

    let text = making.await.unwrap();

    assert_says(
        &text,
        &[
            &format!("Reports matching {expected}"),
            &format!("Reports fetched {expected} (all matching reports)"),
            "Matching reports in openFDA 7,300",
        ],
    );
}

#[test]
fn no_report_is_younger_than_the_document() {
    let text = words_as_of("2014-01-01", &["61958-0802", "--sample"]);

    // All reports of the sample were received in March 2014.
    assert_says(&text, &["Reports analysed 0", "Reports matching 0"]);
}

#[tokio::test]
async fn the_role_is_decided_on_the_entry_of_the_drug_that_was_asked_for() {
    let replay = Replay::start(ReplaySettings::synthetic(400, 1, "61958-0802"))
        .await
        .unwrap();
    let quire = Quire::start_with(Settings {
        openfda: Some(replay.url()),
        ..Settings::default()
    })
    .await;
    // One entry in forty names the drug as concomitant, beside others that are suspect.
    let records: Vec<_> = quire_replay::synthetic(400, 1, "61958-0802").collect();
    let suspected =
        |record: &&serde_json::Value| record["patient"]["drug"][0]["drugcharacterization"] == "1";
    let expected = records.iter().filter(suspected).count();
    let analysed = |query: &'static str| {
        let quire = &quire;
        async move {
            let path = format!("/api/cer/normalize/61958-0802?limit=1{query}");
            quire.get(&path).await.json()["analysed"].as_u64().unwrap() as usize
        }
    };

    assert!((350..400).contains(&expected), "{expected}");
    assert_eq!(analysed("").await, 400);
    assert_eq!(analysed("&role=any").await, 400);
    assert_eq!(analysed("&role=suspect").await, expected);
    let early = |record: &&serde_json::Value| {
        suspected(record) && record["receivedate"].as_str().unwrap() <= "20101231"
    };
    assert_eq!(
        analysed("&role=suspect&received_to=2010-12-31").await,
        records.iter().filter(early).count()
    );
}

#[tokio::test]
async fn a_request_overrides_what_the_definition_selects() {
    let quire = Quire::start().await;
    let narrative = |query: &'static str| {
        let quire = &quire;
        async move {
            let path = format!("/api/cer/61958-0802/narrative?as_of=2025-06-30{query}");
            let answer = quire.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK);
            answer.json()["document_id"].as_str().unwrap().to_owned()
        }
    };

    let usual = narrative("").await;

    assert_eq!(narrative("").await, usual);
    assert_ne!(narrative("&role=any").await, usual);
    assert_ne!(narrative("&received_from=2014-03-12").await, usual);
}

#[tokio::test]
async fn a_selection_that_cannot_be_read_is_refused_with_its_field() {
    let quire = Quire::start().await;

    for (body, field) in [
        (json!({"role": "guilty"}), "suspect"),
        (json!({"received_from": "1.1.2014"}), "received_from"),
        (json!({"received_to": "2014-02-30"}), "received_to"),
        (
            json!({"received_from": "2014-02-01", "received_to": "2014-01-01"}),
            "received_from",
        ),
    ] {
        let answer = quire
            .post("/api/cer/61958-0802/enhanced-pdf", Some(body.clone()))
            .await;

        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(field), "{body}: {detail}");
    }
    let query = quire.get("/api/cer/normalize/61958-0802?role=guilty").await;
    assert_eq!(query.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn a_period_that_ends_before_it_begins_is_wrong_usage() {
    let folder = Folder::new();

    let output = run_quire(
        &folder,
        &[
            "report",
            "61958-0802",
            "--sample",
            "--output",
            "out.pdf",
            "--from",
            "2014-02-01",
            "--to",
            "2014-01-01",
        ],
    );

    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--to"), "{said}");
}
