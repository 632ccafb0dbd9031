//! What reaches openFDA and what the cache answers.

use quire_replay::Replay;
use reqwest::StatusCode;

use crate::support::{Quire, Redis, Settings};

async fn quire_over(replay: &str, redis: Option<&Redis>, more: &[&str]) -> Quire {
    Quire::start_with(Settings {
        openfda: Some(replay.to_owned()),
        redis: redis.map(Redis::url),
        arguments: more.iter().map(|word| (*word).to_owned()).collect(),
        ..Settings::default()
    })
    .await
}

/// 50 requests at once: one fetch. One more: none.
async fn one_fetch(redis: Option<&Redis>) {
    let replay = Replay::sample().await.unwrap();
    let quire = quire_over(&replay.url(), redis, &[]).await;
    let path = "/api/cer/normalize/61958-0802?limit=5";

    let mut answers = Vec::new();
    let requests = (0..50).map(|_| quire.get(path));
    for answer in futures::future::join_all(requests).await {
        assert_eq!(answer.status, StatusCode::OK);
        answers.push(answer);
    }
    let fetched = replay.requests("/drug/event.json");
    let again = quire.get(path).await;

    // One search and one count by day make a fetch.
    assert!(fetched <= 3, "{fetched} requests reached openFDA");
    assert_eq!(
        replay.requests("/drug/event.json"),
        fetched,
        "the second request made none"
    );
    assert_eq!(again.header("x-cache"), "HIT");
    assert!(again.header("age").parse::<u64>().is_ok());
    assert!(
        answers
            .iter()
            .any(|answer| answer.header("x-cache") == "MISS")
    );
}

#[tokio::test]
async fn fifty_requests_at_once_cause_one_fetch() {
    one_fetch(None).await;
}

#[tokio::test]
async fn fifty_requests_at_once_cause_one_fetch_with_redis() {
    one_fetch(Some(&Redis::start())).await;
}

#[tokio::test]
async fn two_processes_on_one_redis_share_a_fetch() {
    let replay = Replay::sample().await.unwrap();
    let redis = Redis::start();
    let [first, second] = [
        quire_over(&replay.url(), Some(&redis), &[]).await,
        quire_over(&replay.url(), Some(&redis), &[]).await,
    ];

    let miss = first.get("/api/cer/normalize/61958-0802").await;
    let fetched = replay.requests("/drug/event.json");
    let hit = second.get("/api/cer/normalize/61958-0802").await;

    assert_eq!(miss.header("x-cache"), "MISS");
    assert_eq!(hit.header("x-cache"), "HIT");
    assert_eq!(replay.requests("/drug/event.json"), fetched);
    assert_eq!(miss.json(), hit.json());
}

#[tokio::test]
async fn a_code_without_reports_is_remembered_too() {
    let replay = Replay::sample().await.unwrap();
    let quire = quire_over(&replay.url(), None, &[]).await;

    let first = quire.get("/api/cer/normalize/99999-9999").await;
    let asked = replay.requests("/drug/event.json");
    let second = quire.get("/api/cer/normalize/99999-9999").await;

    assert_eq!([first.status, second.status], [StatusCode::NOT_FOUND; 2]);
    assert_eq!(replay.requests("/drug/event.json"), asked);
}

#[tokio::test]
async fn garbage_in_the_cache_costs_time_and_no_answer() {
    let replay = Replay::sample().await.unwrap();
    let redis = Redis::start();
    let before = {
        let quire = quire_over(&replay.url(), Some(&redis), &[]).await;
        quire.get("/api/cer/normalize/61958-0802").await.json()
    };
    let redis::Value::Array(keys) = redis
        .command::<redis::Value>(&["KEYS", "quire:faers:*"])
        .await
    else {
        panic!("no keys")
    };
    assert!(!keys.is_empty());
    for key in keys {
        let redis::Value::BulkString(key) = key else {
            panic!("no key")
        };
        let key = String::from_utf8(key).unwrap();
        redis.command::<()>(&["SET", &key, "garbage"]).await;
    }

    let quire = quire_over(&replay.url(), Some(&redis), &[]).await;
    let after = quire.get("/api/cer/normalize/61958-0802").await;

    assert_eq!(after.header("x-cache"), "MISS");
    assert_eq!(after.json(), before);
}
