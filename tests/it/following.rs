//! A caller who waits, or follows, learns of the end of a report without asking again and again.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Quire, Redis, Settings, eventually};

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

/// A server that accepts reports and makes none.
async fn idle(redis: &Redis) -> Quire {
    let settings = Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    };
    Quire::start_with(settings.without_workers()).await
}

/// Id and data of each event, until the stream closes.
async fn events(
    quire: &Quire,
    task: &str,
    seen: Option<&str>,
) -> (StatusCode, Vec<(String, Value)>) {
    let path = format!("/api/tasks/{task}/events");
    let seen = seen.map(|seen| ("last-event-id", seen));
    let headers: Vec<_> = seen.into_iter().collect();
    let answer = quire.send(Method::GET, &path, &headers, None).await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let events = text.split("\n\n").filter(|event| event.contains("data:"));
    let field = |event: &str, name: &str| {
        let line = event.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} in {event}"))
            .trim()
            .to_owned()
    };
    let events = events.map(|event| {
        assert_eq!(field(event, "event:"), "task");
        let data = serde_json::from_str(&field(event, "data:")).unwrap();
        (field(event, "id:"), data)
    });
    (answer.status, events.collect())
}

#[tokio::test]
async fn who_prefers_to_wait_is_answered_with_the_report() {
    let quire = Quire::start().await;
    let wait = [("prefer", "respond-async, wait=50")];

    let made = quire.send(Method::POST, REPORT, &wait, None).await;

    assert_eq!(made.status, StatusCode::OK, "{}", made.json());
    let task = made.json();
    assert_eq!(task["status"], "SUCCESS");
    let status = task["links"]["status"].as_str().unwrap();
    assert_eq!(made.header("location"), status);
    assert_eq!(made.header("preference-applied"), "wait=50");
    let pdf = quire.get(task["links"]["pdf"].as_str().unwrap()).await;
    assert!(pdf.body.starts_with(b"%PDF-"));
    // What has ended is answered at once.
    let again = quire.send(Method::GET, status, &wait, None).await;
    assert_eq!(again.json(), task);

    let other = [("prefer", "return=minimal")];
    let queued = quire.send(Method::POST, REPORT, &other, None).await;
    assert_eq!(queued.status, StatusCode::ACCEPTED);
    let status = queued.header("location").to_owned();
    let ended = quire.send(Method::GET, &status, &wait, None).await;
    assert_eq!(ended.json()["status"], "SUCCESS");
    assert_eq!(ended.header("preference-applied"), "wait=50");
}

#[tokio::test]
async fn who_waits_in_vain_is_told_how_it_stands_and_a_stop_lets_him_go() {
    let redis = Redis::start();
    let mut quire = idle(&redis).await;
    let second = [("prefer", "wait=1")];

    let queued = quire.send(Method::POST, REPORT, &second, None).await;

    assert_eq!(queued.status, StatusCode::ACCEPTED);
    assert_eq!(queued.header("preference-applied"), "wait=1");
    let status = queued.header("location").to_owned();
    let asked = quire.send(Method::GET, &status, &second, None).await;
    assert_eq!(asked.json()["status"], "PENDING");
    assert!(!asked.header("retry-after").is_empty());

    let (address, key) = (quire.address(REPORT), quire.key());
    let waiting = tokio::spawn(async move {
        let request = reqwest::Client::new().post(address).bearer_auth(key);
        request.header("prefer", "wait=50").send().await.unwrap()
    });
    eventually("the second to be accepted", || async {
        let listed = quire.get("/api/tasks").await.json();
        (listed["tasks"].as_array()?.len() == 2).then_some(())
    })
    .await;
    assert!(quire.stop().await.success());
    assert_eq!(waiting.await.unwrap().status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_task_is_followed_to_its_end_and_what_was_seen_is_not_told_again() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;

    let (status, told) = events(&quire, &task, None).await;

    assert_eq!(status, StatusCode::OK);
    let (last, end) = told.last().unwrap();
    assert_eq!(end["status"], "SUCCESS", "{told:?}");
    assert_eq!(*end, quire.get(&format!("/api/tasks/{task}")).await.json());
    let ids: std::collections::BTreeSet<_> = told.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), told.len(), "each is told once: {told:?}");

    let (status, nothing) = events(&quire, &task, Some(last)).await;
    assert_eq!((status, nothing.len()), (StatusCode::NO_CONTENT, 0));
    let (_, rest) = events(&quire, &task, Some("of-before")).await;
    assert_eq!(rest, [(last.clone(), end.clone())]);
}

#[tokio::test]
async fn a_follower_comes_back_after_a_restart_and_goes_on() {
    let redis = Redis::start();
    let mut quire = idle(&redis).await;
    let task = quire.request("61958-0802").await;
    let address = quire.address(&format!("/api/tasks/{task}/events"));
    let request = reqwest::Client::new().get(address).bearer_auth(quire.key());
    let mut stream = request.send().await.unwrap();
    let first = stream.chunk().await.unwrap().unwrap();
    let first = String::from_utf8_lossy(&first).into_owned();
    let id = first.lines().find_map(|line| line.strip_prefix("id: "));
    assert!(first.contains("PENDING"), "{first}");

    assert!(quire.stop().await.success());
    // The stream was closed, not cut.
    while stream.chunk().await.unwrap().is_some() {}
    let again = Quire::start_with(Settings {
        redis: Some(redis.url()),
        data_dir: Some(quire.data_dir().to_owned()),
        ..Settings::default()
    })
    .await;

    let (_, told) = events(&again, &task, id).await;
    assert_eq!(told.last().unwrap().1["status"], "SUCCESS");
    let again = told.iter().filter(|(_, data)| data["status"] == "PENDING");
    assert_eq!(
        again.count(),
        0,
        "what was seen is not told again: {told:?}"
    );
}

#[tokio::test]
async fn nobody_follows_the_reports_of_others() {
    let mut quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    let stranger = quire.make_key("consumer", "a stranger").await;
    quire.set_key(Some(stranger));

    let answer = quire.get(&format!("/api/tasks/{task}/events")).await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.json()["status"], json!(404));
}
