//! Looks that are computed over HTTP: two reports, two versions of a module, and a version on data of before.

use quire_model::Digest;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Quire};

const BACKTEST: &str = "/api/admin/modules/trend/backtest";
const VERSIONS: &str = "/api/admin/modules/trend/comparison";

async fn active(quire: &Quire) -> String {
    let module = quire.get("/api/admin/modules/trend").await.json();
    module["active"].as_str().unwrap().to_owned()
}

async fn made(quire: &Quire) -> String {
    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");
    task
}

/// The sections of a comparison that differ, by name.
fn differing(comparison: &Value) -> Vec<&str> {
    let sections = comparison["sections"].as_array().unwrap();
    let differs = |found: &Value| {
        !found["outcome"].is_null() || found["blocks"] != json!([]) || found["numbers"] != json!([])
    };
    let differ = sections.iter().filter(|one| differs(&one["difference"]));
    differ.map(|one| one["section"].as_str().unwrap()).collect()
}

fn assert_problem(answer: &Answer, status: StatusCode, slug: &str) {
    let body = answer.json();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(body["type"], format!("/problems/{slug}"), "{body}");
}

#[tokio::test]
async fn a_version_is_tried_on_reports_of_before_and_compared_with_the_active_one() {
    let mut quire = Quire::start().await;
    let (candidate, before) = (
        quire.add_version("trend", "hostile").await,
        active(&quire).await,
    );
    let versions = json!({"from": before, "to": candidate[..12]});
    let too_early = quire.post(VERSIONS, Some(versions.clone())).await;
    let task = made(&quire).await;
    let (auditor, author, consumer) = (
        Some(quire.make_key("auditor", "test").await),
        Some(quire.make_key("author", "test").await),
        Some(quire.make_key("consumer", "test").await),
    );
    let events = "SELECT count(*) FROM audit";
    let stored = quire.number(events).await;

    quire.set_key(auditor);
    let tried = quire
        .post(BACKTEST, Some(json!({"digest": candidate[..12]})))
        .await;
    let itself = quire
        .post(BACKTEST, Some(json!({"digest": before, "reports": 1})))
        .await;
    let compared = quire.post(VERSIONS, Some(versions.clone())).await;
    let of_task = json!({"from": candidate, "to": candidate, "task_id": task});
    let of_task = quire.post(VERSIONS, Some(of_task)).await;

    assert_problem(&too_early, StatusCode::NOT_FOUND, "not-found");
    let tried = tried.json();
    assert_eq!(tried["digest"], candidate, "{tried}");
    assert_eq!(
        [&tried["same"], &tried["differ"], &tried["unknown"]],
        [0, 1, 0]
    );
    assert_eq!(tried["reports"][0]["task_id"], task);
    assert_eq!(tried["reports"][0]["sections"][0]["section"], "trend");
    let itself = itself.json();
    assert_eq!([&itself["same"], &itself["differ"]], [1, 0], "{itself}");
    let compared = compared.json();
    // The narrative is made of what the sections found, and the provenance names their versions.
    let otherwise = ["narrative", "trend", "provenance"];
    assert_eq!(differing(&compared), otherwise, "{compared}");
    let sections = compared["sections"].as_array().unwrap();
    let trend = sections
        .iter()
        .find(|one| one["section"] == "trend")
        .unwrap();
    assert_eq!(trend["from"]["digest"], before, "{trend}");
    assert_eq!(trend["to"]["digest"], candidate, "{trend}");
    assert_eq!(compared["task_id"], task);
    let of_task = of_task.json();
    assert!(differing(&of_task).is_empty(), "{of_task}");

    let nothing = Digest::of(b"nothing").to_string();
    for (path, body, status, slug) in [
        (
            BACKTEST,
            json!({"digest": nothing}),
            StatusCode::NOT_FOUND,
            "unknown-version",
        ),
        (
            BACKTEST,
            json!({"digest": before, "reports": 51}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-request",
        ),
        (
            BACKTEST,
            json!({"digest": before, "reports": 0}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-request",
        ),
        (
            VERSIONS,
            json!({"from": before, "to": nothing}),
            StatusCode::NOT_FOUND,
            "unknown-version",
        ),
        (
            VERSIONS,
            json!({"from": before, "to": before, "task_id": "x"}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-request",
        ),
        (
            VERSIONS,
            json!({"from": before, "to": before, "task_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            StatusCode::NOT_FOUND,
            "not-found",
        ),
    ] {
        let answer = quire.post(path, Some(body)).await;
        assert_problem(&answer, status, slug);
    }
    // Who may look may not act, and who may do neither is refused before anything is looked at.
    let staged = "/api/admin/modules/trend/stage";
    let body = json!({"digest": candidate, "reason": "test"});
    let staged = quire
        .send(Method::POST, staged, &[("if-match", "\"1\"")], Some(body))
        .await;
    assert_problem(&staged, StatusCode::FORBIDDEN, "forbidden");
    for key in [author, consumer] {
        quire.set_key(key);
        for path in [BACKTEST, VERSIONS] {
            let answer = quire.post(path, Some(versions.clone())).await;
            assert_problem(&answer, StatusCode::FORBIDDEN, "forbidden");
        }
    }
    assert_eq!(quire.number(events).await, stored);
}

#[tokio::test]
async fn two_reports_are_compared_section_by_section() {
    let mut quire = Quire::start().await;
    let (one, same) = (made(&quire).await, made(&quire).await);
    let body = json!({"as_of": "2025-07-01", "paper": "a4", "role": "any"});
    let address = "/api/cer/61958-0802/enhanced-pdf";
    let other = quire.post(address, Some(body)).await.json();
    let other = other["task_id"].as_str().unwrap_or_default().to_owned();
    quire.finished(&other).await;
    let compare = |task: &str, from: &str| format!("/api/tasks/{task}/comparison?from={from}");

    let equal = quire.get(&compare(&same, &one)).await.json();
    let unlike = quire.get(&compare(&other, &one)).await.json();
    let stranger = Some(quire.make_key("consumer", "test").await);
    quire.set_key(stranger);
    let strange = quire.get(&compare(&same, &one)).await;

    assert!(differing(&equal).is_empty(), "{equal}");
    let sections = equal["sections"].as_array().unwrap();
    assert!(sections.len() > 10, "{equal}");
    for section in sections {
        assert!(section["from"]["page"].as_u64() >= Some(1), "{section}");
        assert_eq!(section["from"], section["to"]);
    }
    assert!(!differing(&unlike).is_empty(), "{unlike}");
    assert_problem(&strange, StatusCode::NOT_FOUND, "unknown-task");
}
