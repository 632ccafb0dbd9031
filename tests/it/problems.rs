//! What is refused, and in what words.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, Quire, Redis, Settings, eventually};

/// A problem by RFC 9457 that says what to do.
fn assert_problem(answer: &Answer, status: StatusCode, slug: &str) {
    let body = answer.json();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(body["type"].as_str().unwrap().ends_with(slug), "{body}");
    assert_eq!(body["status"], status.as_u16());
    for member in ["title", "detail"] {
        assert!(
            body[member].as_str().is_some_and(|text| text.len() > 10),
            "{body}"
        );
    }
}

async fn consumer(quire: &Quire) -> String {
    let body = json!({"role": "consumer", "label": "test"});
    let made = quire.post("/api/admin/keys", Some(body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    made.json()["key"]
        .as_str()
        .or(made.json()["secret"].as_str())
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn requests_without_a_known_key_are_refused() {
    let mut quire = Quire::start().await;

    for key in [None, Some("qk_wrong".to_owned())] {
        quire.set_key(key);
        let answer = quire.post("/api/cer/61958-0802/enhanced-pdf", None).await;

        assert_problem(&answer, StatusCode::UNAUTHORIZED, "unauthenticated");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
}

#[tokio::test]
async fn a_consumer_reaches_reports_but_not_the_administration() {
    let mut quire = Quire::start().await;
    let key = consumer(&quire).await;
    let foreign = quire.request("61958-0802").await;
    quire.set_key(Some(key));

    let admin = quire.get("/api/admin/keys").await;
    let own = quire.post("/api/cer/61958-0802/enhanced-pdf", None).await;
    let others = quire.get(&format!("/api/tasks/{foreign}")).await;

    assert_problem(&admin, StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(own.status, StatusCode::ACCEPTED);
    assert_problem(&others, StatusCode::NOT_FOUND, "unknown-task");
}

#[tokio::test]
async fn a_revoked_key_stops_at_once() {
    let mut quire = Quire::start().await;
    let made = quire
        .post(
            "/api/admin/keys",
            Some(json!({"role": "consumer", "label": "short-lived"})),
        )
        .await
        .json();
    let id = made["id"].as_str().unwrap().to_owned();

    let revoked = quire
        .send(
            Method::DELETE,
            &format!("/api/admin/keys/{id}"),
            &[],
            Some(json!({"reason": "the test is over"})),
        )
        .await;

    assert!(revoked.status.is_success(), "{revoked:?}");
    quire.set_key(Some(
        made["key"]
            .as_str()
            .or(made["secret"].as_str())
            .unwrap()
            .to_owned(),
    ));
    let answer = quire.get("/api/cer/normalize/61958-0802").await;
    assert_problem(&answer, StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let quire = Quire::start().await;

    let path = quire.get("/api/nowhere").await;
    let task = quire.get("/api/tasks/01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
    let unreadable = quire.get("/api/tasks/nonsense").await;
    let unknown = quire.get("/api/cer/normalize/99999-9999").await;

    assert_problem(&path, StatusCode::NOT_FOUND, "not-found");
    assert_problem(&task, StatusCode::NOT_FOUND, "unknown-task");
    assert_problem(&unreadable, StatusCode::NOT_FOUND, "unknown-task");
    assert_problem(&unknown, StatusCode::NOT_FOUND, "unknown-ndc");
    assert_eq!(unknown.json()["candidates"], json!(["99999-9999"]));
    // Nobody asked openFDA.
    let detail = unknown.json()["detail"].to_string();
    assert!(detail.contains("bundled sample"), "{detail}");
}

#[tokio::test]
async fn what_cannot_be_read_says_how_to_write_it() {
    let quire = Quire::start().await;

    let code = quire.post("/api/cer/aspirin/enhanced-pdf", None).await;
    let date = quire
        .post(
            "/api/cer/61958-0802/enhanced-pdf",
            Some(json!({"as_of": "yesterday"})),
        )
        .await;
    let member = quire
        .post(
            "/api/cer/61958-0802/enhanced-pdf",
            Some(json!({"colour": "red"})),
        )
        .await;
    let limit = quire.get("/api/cer/normalize/61958-0802?limit=many").await;

    assert_problem(&code, StatusCode::UNPROCESSABLE_ENTITY, "invalid-ndc");
    assert!(
        code.json()["detail"]
            .as_str()
            .unwrap()
            .contains("61958-0802")
    );
    assert_problem(&date, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
    assert_eq!(date.json()["errors"][0]["pointer"], "/as_of");
    assert_problem(&member, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
    assert!(member.json()["detail"].as_str().unwrap().contains("colour"));
    assert_problem(&limit, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
}

#[tokio::test]
async fn a_task_for_a_code_that_no_product_has_fails_with_its_readings() {
    let quire = Quire::start().await;

    let task = quire.request("9999912341").await;
    let status = quire.finished(&task).await;
    let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await;

    assert_eq!(status["status"], "FAILURE");
    assert!(status.to_string().contains("99999-123"), "{status}");
    assert!(pdf.status.is_client_error(), "{}", pdf.status);
    assert_eq!(pdf.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn nothing_is_accepted_while_redis_is_away() {
    let mut redis = Redis::start();
    let quire = Quire::start_with(Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    })
    .await;
    redis.kill();

    let refused = eventually("a refusal", || async {
        let answer = quire.post("/api/cer/61958-0802/enhanced-pdf", None).await;
        (answer.status != StatusCode::ACCEPTED).then_some(answer)
    })
    .await;
    assert_problem(
        &refused,
        StatusCode::SERVICE_UNAVAILABLE,
        "queue-unavailable",
    );
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    assert_eq!(
        quire.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );

    redis.launch();
    let accepted = eventually("Quire to recover by itself", || async {
        let answer = quire.post("/api/cer/61958-0802/enhanced-pdf", None).await;
        (answer.status == StatusCode::ACCEPTED).then_some(answer)
    })
    .await;
    let task = accepted.json()["task_id"].as_str().unwrap().to_owned();
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
}
