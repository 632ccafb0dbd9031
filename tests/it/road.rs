//! The road of one report over HTTP, in each of the two modes.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, Quire, Redis, Settings};

async fn walk(quire: &Quire) -> Vec<u8> {
    let accepted = quire
        .post(
            "/api/cer/61958-0802/enhanced-pdf",
            Some(json!({"as_of": "2025-06-30"})),
        )
        .await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    let task = accepted.json()["task_id"].as_str().unwrap().to_owned();
    assert_eq!(accepted.header("location"), format!("/api/tasks/{task}"));
    assert!(accepted.json()["message"].is_string());

    let status = quire.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");
    assert_eq!(status["task_id"], task.as_str());

    let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await;
    assert_eq!(pdf.status, StatusCode::OK);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.body.starts_with(b"%PDF-"));
    pdf.body
}

#[tokio::test]
async fn a_report_comes_out_of_the_embedded_mode() {
    walk(&Quire::start().await).await;
}

#[tokio::test]
async fn a_report_comes_out_of_the_redis_mode_with_the_same_bytes() {
    let redis = Redis::start();
    let embedded = Quire::start().await;
    let with_redis = Quire::start_with(Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    })
    .await;

    assert!(walk(&embedded).await == walk(&with_redis).await);
}

#[tokio::test]
async fn the_older_address_works_and_says_that_it_is_old() {
    let quire = Quire::start().await;

    let answer = quire
        .post("/api/cer/61958-0802/enhanced-pdf-celery", None)
        .await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(!answer.header("deprecation").is_empty());
    assert_eq!(answer.header("sunset"), "Tue, 23 Nov 2027 00:00:00 GMT");
    let task = answer.json()["task_id"].as_str().unwrap().to_owned();
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
}

#[tokio::test]
async fn a_pdf_can_be_had_again_by_its_etag_and_in_parts() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let path = format!("/api/tasks/{task}/pdf");
    let whole = quire.get(&path).await;
    let etag = whole.header("etag").to_owned();

    let unchanged = quire
        .send(Method::GET, &path, &[("if-none-match", &etag)], None)
        .await;
    let part = quire
        .send(Method::GET, &path, &[("range", "bytes=0-99")], None)
        .await;
    let beyond = quire
        .send(Method::GET, &path, &[("range", "bytes=999999999-")], None)
        .await;

    assert!(etag.starts_with('"') && etag.len() > 60, "{etag}");
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, whole.body[..100]);
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
}

#[tokio::test]
async fn a_request_sent_twice_with_one_key_makes_one_report() {
    let quire = Quire::start().await;
    let send = |body| {
        quire.send(
            Method::POST,
            "/api/cer/61958-0802/enhanced-pdf",
            &[("idempotency-key", "\"once\"")],
            Some(body),
        )
    };

    let first = send(json!({"as_of": "2025-06-30"})).await;
    let second = send(json!({"as_of": "2025-06-30"})).await;
    let other = send(json!({"as_of": "2025-06-29"})).await;

    assert_eq!(first.json()["task_id"], second.json()["task_id"]);
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_request_sent_again_is_told_how_its_report_stands_by_then() {
    let quire = Quire::start_with(Settings {
        sharing: true,
        ..Settings::default()
    })
    .await;
    let send = async |drug: &str, key: &str| {
        let path = format!("/api/cer/{drug}/enhanced-pdf");
        let headers = [("idempotency-key", key)];
        quire.send(Method::POST, &path, &headers, None).await
    };
    let ended = async |answer: &Answer| {
        let path = answer.header("location").to_owned();
        let wait = [("prefer", "wait=30")];
        quire.send(Method::GET, &path, &wait, None).await
    };

    for (drug, key, status, said) in [
        ("61958-0802", "made", "SUCCESS", "is made"),
        // It was given the document of the one before.
        ("61958-0802", "shared", "SUCCESS", "is made"),
        ("99999-9999", "failed", "FAILURE", "failed"),
    ] {
        let first = send(drug, key).await;
        ended(&first).await;
        let again = send(drug, key).await;

        let told = again.json();
        assert_eq!(again.status, StatusCode::ACCEPTED, "{told}");
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(told["task_id"], first.json()["task_id"]);
        assert_eq!(told["status"], status);
        assert!(told["message"].as_str().unwrap().contains(said), "{told}");
        assert_eq!(again.header("retry-after"), "0");
    }
}

#[tokio::test]
async fn a_request_sent_again_says_that_its_report_was_called_off_or_waits() {
    let redis = Redis::start();
    let settings = Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    };
    let quire = Quire::start_with(settings.without_workers()).await;
    let send = async || {
        let headers = [("idempotency-key", "off")];
        let path = "/api/cer/61958-0802/enhanced-pdf";
        quire.send(Method::POST, path, &headers, None).await
    };

    let first = send().await;
    let waiting = send().await;
    quire
        .send(Method::DELETE, first.header("location"), &[], None)
        .await;
    let off = send().await;

    assert_eq!(waiting.json()["status"], "PENDING");
    assert_eq!(waiting.header("retry-after"), "1");
    assert_eq!(off.json()["status"], "REVOKED");
    assert!(
        off.json()["message"]
            .as_str()
            .unwrap()
            .contains("called off")
    );
}

#[tokio::test]
async fn every_address_of_the_description_is_listed_at_the_root() {
    let mut quire = Quire::start().await;
    quire.set_key(None);

    let listed = quire.get("/").await.json();
    let description = quire.get("/openapi.json").await.json();

    let mut described = BTreeSet::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let tags = listed["addresses"].as_object().unwrap().values();
    let lines = tags.flat_map(|tag| tag.as_object().unwrap().clone());
    let mut shown = BTreeSet::new();
    for (address, about) in lines {
        assert!(!about.as_str().unwrap().is_empty(), "{address}");
        shown.insert(address);
    }
    assert_eq!(shown, described);
    assert!(shown.contains("POST /api/schedules"), "{listed}");
}

#[tokio::test]
async fn the_narrative_can_be_had_alone() {
    let quire = Quire::start().await;

    let answer = quire.get("/api/cer/61958-0802/narrative").await;

    assert_eq!(answer.status, StatusCode::OK);
    let narrative = answer.json()["narrative"].as_str().unwrap().to_owned();
    assert!(narrative.contains("61"), "{narrative}");
}

#[tokio::test]
async fn health_metrics_and_the_description_need_no_key() {
    let mut quire = Quire::start().await;
    quire.set_key(None);

    for path in ["/livez", "/readyz", "/metrics", "/openapi.json"] {
        let answer = quire.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    let ready = quire.get("/readyz").await.json();
    assert!(ready.to_string().contains("records"), "{ready}");
    let openapi = quire.get("/openapi.json").await.json();
    assert!(
        openapi["paths"]["/api/tasks/{task_id}/pdf"].is_object(),
        "{}",
        openapi["paths"]
    );
}
