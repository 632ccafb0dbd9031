//! Equal requests are given one document, and whatever differs is made.

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};
use quire_model::Policy;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Changing, EDITION, Quire, Registry, Settings, eventually, run_quire_in};

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

async fn sharing(arguments: &[&str]) -> Quire {
    Quire::start_with(sharing_settings(arguments)).await
}

fn sharing_settings(arguments: &[&str]) -> Settings {
    Settings {
        sharing: true,
        arguments: arguments.iter().map(ToString::to_string).collect(),
        ..Settings::default()
    }
}

/// Ask, with a day unless the body has one; the task's id.
async fn ask(quire: &Quire, mut body: Value) -> String {
    if body.get("as_of").is_none() {
        body["as_of"] = json!("2025-06-30");
    }
    let answer = quire.post(REPORT, Some(body)).await;
    let accepted = answer.json();
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{accepted}");
    accepted["task_id"].as_str().unwrap().to_owned()
}

/// A report that is there.
async fn made(quire: &Quire, body: Value) -> Value {
    let task = ask(quire, body).await;
    let task = quire.finished(&task).await;
    assert_eq!(task["status"], "SUCCESS", "{task}");
    task
}

/// Whose document a report was given; empty if it has its own.
fn given_by(task: &Value) -> &str {
    task["shared_from"].as_str().unwrap_or_default()
}

async fn none_is_open(quire: &Quire) {
    eventually("all reports to end", || async {
        let open = quire
            .number("SELECT count(*) FROM report WHERE state IN ('queued', 'running', 'retrying')");
        (open.await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_thousand_equal_requests_make_one_document() {
    let quire = sharing(&["--reports-per-minute", "0"]).await;
    let asked = stream::iter(0..1_000).map(|number| {
        let quire = &quire;
        async move { ask(quire, json!({"label": format!("number {number}")})).await }
    });
    let tasks: Vec<String> = asked.buffer_unordered(32).collect().await;

    none_is_open(&quire).await;

    let succeeded = quire.number("SELECT count(*) FROM report WHERE state = 'succeeded'");
    assert_eq!(succeeded.await, 1_000);
    let documents = "SELECT count(DISTINCT artifact) FROM report";
    assert_eq!(quire.number(documents).await, 1);
    assert_eq!(quire.number("SELECT count(*) FROM manifest").await, 1_000);
    let made = quire.number("SELECT count(*) FROM audit WHERE action = 'report.pinned'");
    let made = made.await;
    assert!((1..=4).contains(&made), "{made} were made");
    let shared = quire.number("SELECT count(*) FROM audit WHERE action = 'report.shared'");
    assert_eq!(shared.await, 1_000 - made);

    let looks = tasks.iter().take(20).map(|task| quire.finished(task));
    let looked_at = futures::future::join_all(looks).await;
    let mut documents = BTreeSet::new();
    for task in &looked_at {
        let pdf = quire.get(task["result"]["pdf"].as_str().unwrap()).await;
        assert_eq!(pdf.status, StatusCode::OK);
        documents.insert(pdf.body);
        let manifest = quire.get(task["links"]["manifest"].as_str().unwrap()).await;
        let manifest = manifest.json();
        assert_eq!(manifest["report"], task["task_id"]);
        assert_eq!(manifest["shared_from"], task["shared_from"]);
        assert_eq!(manifest["label"], task["label"]);
    }
    assert_eq!(documents.len(), 1);
    let given = looked_at.iter().find(|task| !given_by(task).is_empty());
    let given = given.unwrap()["task_id"].as_str().unwrap();
    let verified = quire
        .post(&format!("/api/tasks/{given}/verify"), None)
        .await;
    assert_eq!(verified.json()["verdict"], "match");
    let trail = run_quire_in(quire.data_dir(), &["audit", "verify"]);
    assert!(trail.status.success(), "{trail:?}");
}

#[tokio::test]
async fn what_is_there_is_given_at_once_and_every_difference_is_made() {
    let quire = sharing(&[]).await;
    let first = made(&quire, json!({})).await;
    let id = first["task_id"].as_str().unwrap();
    assert_eq!(given_by(&first), "");

    let answer = quire
        .post(REPORT, Some(json!({"as_of": "2025-06-30"})))
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.json()["status"], "SUCCESS");
    assert_eq!(answer.header("retry-after"), "0");
    let task = quire.get(answer.header("location")).await.json();
    assert_eq!(task["status"], "SUCCESS");
    assert_eq!(given_by(&task), id);
    assert_eq!(task["result"]["digest"], first["result"]["digest"]);
    let waited = quire
        .send(
            reqwest::Method::POST,
            REPORT,
            &[("prefer", "wait=30"), ("idempotency-key", "once")],
            Some(json!({"as_of": "2025-06-30"})),
        )
        .await;
    assert_eq!(waited.status, StatusCode::OK);
    assert_eq!(waited.header("preference-applied"), "wait=30");
    assert_eq!(given_by(&waited.json()), id);

    for other in [
        json!({"paper": "letter"}),
        json!({"role": "any"}),
        json!({"as_of": "2025-06-29"}),
        json!({"definition": "plain"}),
        json!({"received_from": "2014-01-01"}),
    ] {
        let task = made(&quire, other.clone()).await;
        assert_eq!(given_by(&task), "", "{other}");
        let again = made(&quire, other).await;
        assert_eq!(given_by(&again), task["task_id"]);
    }

    let forced = made(&quire, json!({"force": true})).await;
    assert_eq!(given_by(&forced), "");
    assert_eq!(forced["result"]["digest"], first["result"]["digest"]);
    let after = made(&quire, json!({"label": "mine"})).await;
    assert_eq!(given_by(&after), forced["task_id"]);
    assert_eq!(after["label"], "mine");
}

#[tokio::test]
async fn another_version_or_definition_makes_another_and_a_trial_has_its_runs() {
    let quire = sharing(&["--probation-runs", "0"]).await;
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    registry.activate(one).await;
    registry.define(Policy::Placeholder).await;
    let edition = || json!({"definition": EDITION});
    eventually("the definition", || async {
        let asked = quire.post(REPORT, Some(edition())).await;
        (asked.status == StatusCode::ACCEPTED).then_some(())
    })
    .await;
    none_is_open(&quire).await;
    let first = made(&quire, edition()).await;
    assert!(!given_by(&made(&quire, edition()).await).is_empty());

    let two = quire.put_in_use(EDITION, "edition-two").await;
    let second = made(&quire, edition()).await;
    assert_eq!(given_by(&second), "");
    assert_eq!(second["result"]["modules"]["first"], two.as_str());
    assert_ne!(second["result"]["digest"], first["result"]["digest"]);
    let again = made(&quire, edition()).await;
    assert_eq!(given_by(&again), second["task_id"]);

    registry.define(Policy::Required).await;
    // Until the server has taken the change over, reports are made as before and given to nobody.
    let third = eventually("the new definition to be shared", || async {
        let task = made(&quire, edition()).await;
        let is_new = task["result"]["document_id"] != second["result"]["document_id"];
        (is_new && !given_by(&task).is_empty()).then_some(task)
    })
    .await;
    assert_ne!(given_by(&third), second["task_id"]);

    let one = one.to_string();
    for (step, body) in [
        ("stage", json!({"digest": one, "reason": "again"})),
        ("shadow", json!({"digest": one, "reason": "again"})),
    ] {
        let answer = quire.step(EDITION, step, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    }
    for _ in 0..2 {
        assert_eq!(given_by(&made(&quire, edition()).await), "");
    }
}

#[tokio::test]
async fn a_document_that_lacks_a_section_is_given_to_nobody() {
    let quire = sharing(&[]).await;
    let registry = Registry::open(quire.data_dir()).await;
    let broken = registry.stage("edition-broken").await;
    registry.activate(broken).await;
    registry.define(Policy::Placeholder).await;
    let edition = json!({"definition": EDITION});
    eventually("the definition", || async {
        let asked = quire.post(REPORT, Some(edition.clone())).await;
        (asked.status == StatusCode::ACCEPTED).then_some(())
    })
    .await;

    for _ in 0..2 {
        let task = made(&quire, edition.clone()).await;
        assert_eq!(given_by(&task), "", "{task}");
        assert!(task["warning"].is_string(), "{task}");
    }
}

#[tokio::test]
async fn other_data_make_another_once_the_answers_are_past_their_time() {
    let openfda = Changing::sample().await;
    let quire = Quire::start_with(Settings {
        openfda: Some(openfda.url()),
        ..sharing_settings(&["--cache-ttl", "2s"])
    })
    .await;
    let first = made(&quire, json!({})).await;
    let _newer = openfda.lose_a_report("61958-0802").await;

    let second = eventually("the newer data", || async {
        let task = ask(&quire, json!({})).await;
        let task = quire.finished(&task).await;
        let differs = task["status"] == "SUCCESS"
            && task["result"]["data_digest"] != first["result"]["data_digest"];
        differs.then_some(task)
    })
    .await;

    assert_eq!(given_by(&second), "");
    assert_ne!(second["result"]["digest"], first["result"]["digest"]);
}

#[tokio::test]
async fn each_owner_sees_their_own_and_the_trail_tells_who_asked() {
    let mut quire = sharing(&[]).await;
    let admin = quire.key();
    let first = made(&quire, json!({})).await;
    let first = first["task_id"].as_str().unwrap();
    let auditor = quire.make_key("auditor", "quality").await;
    let other = quire.make_key("consumer", "pharmacy").await;
    quire.set_key(Some(other));

    let theirs = made(&quire, json!({})).await;

    // That somebody else asked for the same is nobody's business, wherever the task is told.
    let path = format!("/api/tasks/{}", theirs["task_id"].as_str().unwrap());
    let waited = quire
        .send(
            reqwest::Method::POST,
            REPORT,
            &[("prefer", "wait=30")],
            Some(json!({"as_of": "2025-06-30"})),
        )
        .await;
    assert_eq!(waited.status, StatusCode::OK);
    let tasks = quire.get("/api/tasks").await.json();
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 2);
    let events = quire.get(&format!("{path}/events")).await;
    let events = String::from_utf8(events.body).unwrap();
    for told in [
        theirs.to_string(),
        waited.json().to_string(),
        tasks.to_string(),
        events,
    ] {
        assert!(told.contains("SUCCESS"), "{told}");
        assert!(
            !told.contains(first) && !told.contains("shared_from"),
            "{told}"
        );
    }
    let hidden = format!("/api/tasks/{first}");
    assert_eq!(quire.get(&hidden).await.status, StatusCode::NOT_FOUND);
    let pdf = quire.get(theirs["result"]["pdf"].as_str().unwrap()).await;
    assert_eq!(pdf.status, StatusCode::OK);

    for all in [auditor, admin] {
        quire.set_key(Some(all));
        assert_eq!(given_by(&quire.get(&path).await.json()), first);
    }
    let task = theirs["task_id"].as_str().unwrap();
    let trail = quire.get(&format!("/api/admin/audit?object={task}")).await;
    let events = trail.json()["events"].as_array().unwrap().clone();
    let event = |action: &str| events.iter().find(|event| event["action"] == action);
    let accepted = event("report.accepted").unwrap();
    let shared = event("report.shared").unwrap();
    assert!(shared["reason"].as_str().unwrap().contains(first));
    assert_eq!(shared["after"], theirs["result"]["digest"]);
    let manifest = quire
        .get(theirs["links"]["manifest"].as_str().unwrap())
        .await;
    assert_eq!(manifest.json()["requested_by"], accepted["actor"]);
}

#[tokio::test]
async fn kill_9_in_the_middle_of_equal_requests_loses_none() {
    let folder = crate::support::Folder::new();
    let settings = || Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..sharing_settings(&["--reports-per-minute", "0"])
    };
    let mut quire = Quire::start_with(settings()).await;
    let mut tasks = Vec::new();
    for _ in 0..3 {
        for _ in 0..40 {
            tasks.push(ask(&quire, json!({})).await);
        }
        quire.kill();
        quire = Quire::start_with(settings()).await;
    }

    none_is_open(&quire).await;

    for task in &tasks {
        assert_eq!(quire.finished(task).await["status"], "SUCCESS");
    }
    let documents = "SELECT count(DISTINCT artifact) FROM report";
    assert_eq!(quire.number(documents).await, 1);
    let trail = run_quire_in(quire.data_dir(), &["audit", "verify"]);
    assert!(trail.status.success(), "{trail:?}");
}
