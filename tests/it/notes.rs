//! What a caller says about a request in words of their own.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::Quire;

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

#[tokio::test]
async fn a_callers_own_words_come_back_and_are_no_part_of_the_document() {
    let mut quire = Quire::start().await;
    let day = "2025-06-30";
    let plain = quire.request("61958-0802").await;
    let noted = quire
        .post(
            REPORT,
            Some(json!({
                "as_of": day,
                "label": " Weekly \u{202e}signals,\ndesk 4 ",
                "metadata": {"order": "ÄB-17", "desk": ""},
            })),
        )
        .await;
    assert_eq!(noted.status, StatusCode::ACCEPTED, "{}", noted.json());
    let noted = noted.json()["task_id"].as_str().unwrap().to_owned();

    let with = quire.finished(&noted).await;
    let without = quire.finished(&plain).await;
    assert_eq!(with["label"], "Weekly signals, desk 4");
    assert_eq!(with["metadata"], json!({"order": "ÄB-17", "desk": ""}));
    assert!(without.get("label").is_none() && without.get("metadata").is_none());
    assert_eq!(with["result"]["digest"], without["result"]["digest"]);
    let manifest = quire.get(&format!("/api/tasks/{noted}/manifest")).await;
    let manifest = manifest.json();
    assert_eq!(manifest["label"], with["label"]);
    assert_eq!(manifest["metadata"], with["metadata"]);
    assert!(!quire.log().contains("desk 4") && !quire.log().contains("B-17"));

    let found = quire.get("/api/tasks?label=weekly%20%20SIGNALS").await;
    let tasks = found.json()["tasks"].clone();
    assert_eq!(tasks.as_array().unwrap().len(), 1, "{tasks}");
    assert_eq!(tasks[0]["task_id"], noted);
    let none = quire.get("/api/tasks?label=desk%205").await;
    assert_eq!(none.json()["tasks"], json!([]));
    let other = quire.make_key("consumer", "other").await;
    quire.set_key(Some(other));
    let others = quire.get("/api/tasks?label=signals").await;
    assert_eq!(others.json()["tasks"], json!([]));
}

#[tokio::test]
async fn words_that_are_too_long_or_too_many_are_named_and_nothing_is_accepted() {
    let quire = Quire::start().await;
    let many: serde_json::Map<_, _> = (0..17)
        .map(|number| (format!("name {number}"), json!("")))
        .collect();
    for (body, pointer) in [
        (json!({"label": "é".repeat(121)}), "/label"),
        (json!({"metadata": many}), "/metadata"),
        (
            json!({"metadata": {"a/b": "v".repeat(201)}}),
            "/metadata/a~1b",
        ),
        (json!({"metadata": {" ": "1"}}), "/metadata/ "),
    ] {
        let refused = quire.post(REPORT, Some(body)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let problem = refused.json();
        assert_eq!(problem["type"], "/problems/invalid-request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let refused = quire
        .post(REPORT, Some(json!({"metadata": {"a": 1}})))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let tasks = quire.get("/api/tasks").await.json();
    assert_eq!(tasks["tasks"], json!([]));
}
