//! A request with a name of its caller's (`Idempotency-Key`) makes one thing however often it is sent: a schedule, a
//! webhook; names are shared with requests for reports.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Quire, Settings};

async fn sent(quire: &Quire, path: &str, name: &str, body: &Value) -> Answer {
    let name = [("idempotency-key", name)];
    let body = Some(body.clone());
    quire.send(Method::POST, path, &name, body).await
}

fn is_replay(answer: &Answer) -> bool {
    let marked = answer.headers.get("idempotency-replayed");
    marked.is_some_and(|value| value == "true")
}

/// One name is one request, of one key.
async fn hold(quire: &mut Quire, path: &str, id: &str, bodies: [Value; 2]) -> (Answer, Answer) {
    let [body, other] = bodies;

    let first = sent(quire, path, "order-7", &body).await;
    let again = sent(quire, path, "\"order-7\"", &body).await;
    let mismatch = sent(quire, path, "order-7", &other).await;
    let report = sent(
        quire,
        "/api/cer/61958-0802/enhanced-pdf",
        "order-7",
        &json!({}),
    )
    .await;
    let batch = json!({"items": [{"ndc": "61958-0802"}]});
    let batch = sent(quire, "/api/batches", "order-7", &batch).await;
    let unnamed = quire.post(path, Some(body.clone())).await;
    let admin = quire.key();
    let other_key = quire.make_key("consumer", "another").await;
    quire.set_key(Some(other_key));
    let of_another = sent(quire, path, "order-7", &body).await;
    quire.set_key(Some(admin));

    assert_eq!(first.status, StatusCode::CREATED, "{}", first.json());
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.json());
    assert!(!is_replay(&first) && is_replay(&again) && !is_replay(&of_another));
    assert_eq!(again.json()[id], first.json()[id]);
    assert_eq!(again.header("location"), first.header("location"));
    for new in [&unnamed, &of_another] {
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.json());
        assert_ne!(new.json()[id], first.json()[id]);
    }
    for refused in [mismatch, report, batch] {
        let problem = refused.json();
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{problem}"
        );
        assert_eq!(problem["type"], "/problems/idempotency-mismatch");
    }
    (first, again)
}

/// What a name made and is gone is not made again.
async fn hold_that_deleted_stays_deleted(quire: &Quire, path: &str, made: &Answer, body: &Value) {
    let place = made.header("location");
    let deleted = quire.send(Method::DELETE, place, &[], None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);

    let late = sent(quire, path, "order-7", body).await;

    let problem = late.json();
    assert_eq!(late.status, StatusCode::CONFLICT, "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("take a new key"), "{detail}");
}

#[tokio::test]
async fn a_schedule_that_is_sent_twice_with_its_name_is_one_as_it_stands_by_then() {
    let mut quire = Quire::start().await;
    let plan = |cron: &str, paused: bool| json!({"cron": cron, "paused": paused, "request": {"ndc": "61958-0802", "definition": "plain"}});
    let (body, path) = (plan("0 6 * * MON", false), "/api/schedules");
    let bodies = [body.clone(), plan("0 7 * * MON", false)];

    let (first, again) = hold(&mut quire, path, "schedule_id", bodies).await;
    let at = [("if-match", first.header("etag"))];
    let rests = Some(plan("0 6 * * MON", true));
    let rests = quire
        .send(Method::PUT, first.header("location"), &at, rests)
        .await;
    let since = sent(&quire, path, "order-7", &body).await;

    assert_eq!(again.json(), first.json());
    assert_eq!(rests.status, StatusCode::OK, "{}", rests.json());
    assert!(is_replay(&since));
    assert_eq!(since.json()["paused"], true);
    assert_eq!(since.header("etag"), rests.header("etag"));
    hold_that_deleted_stays_deleted(&quire, path, &first, &body).await;
    let left = quire.get(path).await.json();
    assert_eq!(left["schedules"].as_array().unwrap().len(), 2, "{left}");
}

#[tokio::test]
async fn a_webhook_that_is_sent_twice_with_its_name_is_one_whose_secret_was_shown_once() {
    let mut quire = Quire::start_with(Settings::sending_here()).await;
    let path = "/api/webhooks";
    let body = json!({"url": "http://127.0.0.1:9/one"});
    let bodies = [body.clone(), json!({"url": "http://127.0.0.1:9/two"})];

    let (first, again) = hold(&mut quire, path, "id", bodies).await;
    let rotate = format!("{}/rotate", first.header("location"));
    let rotated = quire.post(&rotate, None).await.json();

    let secret = first.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"));
    assert!(again.json().get("secret").is_none(), "{}", again.json());
    assert!(!String::from_utf8_lossy(&again.body).contains("whsec_"));
    let mut shown = first.json();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(again.json(), shown);
    let other = rotated["secret"].as_str().unwrap();
    assert!(other.starts_with("whsec_") && other != secret);
    hold_that_deleted_stays_deleted(&quire, path, &first, &body).await;
}

#[tokio::test]
async fn the_name_of_a_report_makes_no_schedule() {
    let quire = Quire::start().await;
    let report = "/api/cer/61958-0802/enhanced-pdf";
    let plan = json!({"cron": "0 6 * * MON", "request": {"ndc": "61958-0802"}});

    let asked = sent(&quire, report, "order-7", &json!({})).await;
    let refused = sent(&quire, "/api/schedules", "order-7", &plan).await;

    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.json());
    assert_eq!(refused.json()["type"], "/problems/idempotency-mismatch");
    let none = quire.get("/api/schedules").await.json();
    assert_eq!(none["schedules"], json!([]));
}
