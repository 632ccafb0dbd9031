//! Many reports that are asked for together.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Quire, Redis, Settings, eventually};

fn items(drugs: &[&str]) -> Vec<Value> {
    let item = |drug: &&str| json!({"ndc": drug, "as_of": "2025-06-30", "definition": "plain"});
    drugs.iter().map(item).collect()
}

/// A server that makes nothing, so that what it accepts waits.
async fn without_workers(redis: &Redis, more: &[&str]) -> Quire {
    let mut settings = Settings {
        redis: Some(redis.url()),
        arguments: more.iter().map(ToString::to_string).collect(),
        ..Settings::default()
    };
    settings = settings.without_workers();
    Quire::start_with(settings).await
}

#[tokio::test]
async fn a_batch_is_accepted_followed_and_listed_by_pages() {
    let mut quire = Quire::start().await;
    let body = json!({
        "items": items(&["61958-0802", "61958-0802-1", "6195808021", "61958080201"]),
        "label": "all of Letairis",
        "metadata": {"order": "A-17"},
    });
    let headers = [("idempotency-key", "batch-1")];
    let ask = |body: Value| quire.send(Method::POST, "/api/batches", &headers, Some(body));

    let accepted = ask(body.clone()).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.json());
    let again = ask(body).await;
    let other = ask(json!({"items": items(&["61958-0802"])})).await;

    let batch = accepted.json();
    assert_eq!(batch["reports"], 4);
    assert_eq!(batch["label"], "all of Letairis");
    assert_eq!(again.json()["batch_id"], batch["batch_id"]);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    let path = accepted.header("location").to_owned();
    let ended = eventually("the batch to end", || async {
        let batch = quire.get(&path).await.json();
        (batch["ended"] == true).then_some(batch)
    })
    .await;
    assert_eq!(ended["tasks"]["SUCCESS"], 4, "{ended}");

    let labelled = quire.get("/api/tasks?label=all+of+Letairis").await.json();
    assert_eq!(labelled["tasks"].as_array().unwrap().len(), 4, "{labelled}");

    let tasks = ended["links"]["tasks"].as_str().unwrap().to_owned();
    let first = quire.get(&format!("{tasks}&limit=3")).await.json();
    assert_eq!(first["tasks"].as_array().unwrap().len(), 3);
    assert_eq!(first["tasks"][0]["batch_id"], batch["batch_id"]);
    let next = first["next_before"].as_str().unwrap();
    let rest = quire.get(&format!("{tasks}&limit=3&before={next}")).await;
    assert_eq!(rest.json()["tasks"].as_array().unwrap().len(), 1);

    let stranger = quire.make_key("consumer", "other").await;
    quire.set_key(Some(stranger));
    assert_eq!(quire.get(&path).await.status, StatusCode::NOT_FOUND);
    let called_off = quire.send(Method::DELETE, &path, &[], None).await;
    assert_eq!(called_off.status, StatusCode::NOT_FOUND);
    assert_eq!(quire.get(&tasks).await.json()["tasks"], json!([]));
}

#[tokio::test]
async fn one_bad_item_keeps_all_of_them_out_and_each_is_pointed_at() {
    let quire = Quire::start().await;
    let body = json!({"items": [
        {"ndc": "61958-0802"},
        {"ndc": "nonsense"},
        {"as_of": "2025-06-30"},
        {"ndc": "61958-0802", "as_of": "30.6.2025"},
        {"ndc": "61958-0802", "paper": "napkin"},
        {"ndc": "61958-0802", "colour": "red"},
        {"ndc": "61958-0802", "metadata": {"a": "v".repeat(201)}},
        ["61958-0802"],
    ]});

    let refused = quire.post("/api/batches", Some(body)).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = refused.json();
    let errors = problem["errors"].as_array().unwrap().iter();
    let pointers: Vec<&str> = errors
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        [
            "/items/1/ndc",
            "/items/2/ndc",
            "/items/3/as_of",
            "/items/4/paper",
            "/items/5/colour",
            "/items/6/metadata/a",
            "/items/7"
        ],
        "{problem}"
    );
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .starts_with("7 of 8 items"),
        "{problem}"
    );
    let many = items(&vec!["61958-0802"; 1_001]);
    for wrong in [json!([]), Value::from(many)] {
        let refused = quire
            .post("/api/batches", Some(json!({"items": wrong})))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(quire.number("SELECT count(*) FROM report").await, 0);
    assert_eq!(quire.number("SELECT count(*) FROM batch").await, 0);
}

#[tokio::test]
async fn a_batch_that_no_minute_has_room_for_is_refused_for_good() {
    let quire = Quire::start_with(Settings {
        environment: vec![("QUIRE_REPORTS_PER_MINUTE".to_owned(), "3".to_owned())],
        ..Settings::default()
    })
    .await;
    let body = json!({"items": items(&["61958-0802"; 4])});

    let refused = quire.post("/api/batches", Some(body)).await;

    let problem = refused.json();
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{problem}"
    );
    assert!(refused.headers.get("retry-after").is_none(), "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("3 reports a minute") && detail.contains("several batches"));
}

#[tokio::test]
async fn a_batch_is_called_off_and_bounds_hold_for_the_whole() {
    let redis = Redis::start_forgetful();
    let quire = without_workers(&redis, &["--max-waiting-per-key", "5"]).await;
    let ask = async |number: usize| {
        let body = json!({"items": items(&vec!["61958-0802"; number])});
        quire.post("/api/batches", Some(body)).await
    };

    let refused = ask(6).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(quire.number("SELECT count(*) FROM report").await, 0);
    let accepted = ask(4).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.json());
    assert_eq!(accepted.json()["tasks"]["PENDING"], 4);
    assert_eq!(ask(2).await.status, StatusCode::TOO_MANY_REQUESTS);

    let path = accepted.header("location");
    for _ in 0..2 {
        let called_off = quire.send(Method::DELETE, path, &[], None).await;
        assert_eq!(called_off.status, StatusCode::ACCEPTED);
        let batch = called_off.json();
        assert_eq!(batch["tasks"]["REVOKED"], 4, "{batch}");
        assert!(
            batch["ended"] == true && batch["cancelled_at"].is_string(),
            "{batch}"
        );
    }
    let events = "SELECT count(*) FROM audit WHERE action = 'batch.cancelled'";
    assert_eq!(quire.number(events).await, 1);
}
