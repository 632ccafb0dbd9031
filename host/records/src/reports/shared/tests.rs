//! Whom a document is given to, and whom not.

use std::{collections::BTreeMap, time::Duration};

use quire_model::Manifest;
use serde_json::json;

use super::*;
use crate::{
    Accepted, IdempotencyKey, Manner, Outcome, State, Success,
    clock::millis,
    fixture::{Fixture, actor, request, success},
};

fn key() -> AnswerKey {
    AnswerKey {
        digest: Digest::of(b"answer"),
        change: 0,
    }
}

fn pins() -> Pins {
    Pins {
        definition_version: Some(3),
        modules: BTreeMap::from([("trend".to_owned(), Digest::of(b"trend"))]),
    }
}

/// A manifest with nothing in it that is looked at but the data.
fn manifest(id: &ReportId) -> String {
    let digest = Digest::of(b"data");
    let recipe = json!({
        "request": request("61958-0802"),
        "definition": {"name": "cer", "version": 3, "title": "", "paper": "a4", "front_matter": false, "sections": []},
        "definition_digest": digest,
        "data": {"digest": digest, "candidates": [], "matched": [], "source": "", "last_updated": ""},
        "modules": [], "producer": "", "fonts": [], "conformance": "",
    });
    let manifest = json!({
        "schema": Manifest::SCHEMA, "report": id, "requested_by": "first", "accepted_at": "2025-06-15T15:06:40Z",
        "made_at": "2025-06-15T15:06:41Z", "attempt": 1, "worker": "worker 1",
        "colophon": {"schema": "", "document_id": "", "recipe": recipe, "sections": []},
        "data": {"cache": "miss", "age_s": 0, "fetched_at": "", "last_updated": "", "queries": []},
        "usage": [], "outputs": [],
    });
    manifest.to_string()
}

impl Fixture {
    async fn pin_shared(&self, id: &ReportId, token: &str, patient: bool) -> Pinned {
        let (pins, key) = (pins(), key());
        let pinned = self.pin_or_share(id, token, &pins, Some(&key), patient);
        pinned.await.unwrap()
    }

    /// A report that was made, of data that are fresh for so long.
    async fn made(&self, fresh_for: Duration, placeholders: Vec<String>) -> ReportId {
        let id = self.ask(Manner {
            anew: true,
            ..Manner::default()
        });
        let id = id.await.id;
        let claimed = self.take(&id).await;
        let pinned = self.pin_shared(&id, &claimed.token, true).await;
        assert_eq!(pinned, Pinned::Fixed);
        let pdf = self.put_artifact(b"%PDF".to_vec(), "application/pdf");
        let success = Success {
            placeholders,
            fresh_until: Some(self.now() + millis(fresh_for)),
            manifest: Some(manifest(&id)),
            ..*success(pdf.await.unwrap())
        };
        let outcome = Outcome::Succeeded(Box::new(success));
        assert!(self.settle(&id, &claimed.token, &outcome).await.unwrap());
        id
    }

    async fn ask(&self, manner: Manner) -> Accepted {
        let request = request("61958-0802");
        let actor = actor();
        let accepted = self.accept_as(manner, &request, &actor, "r", None);
        accepted.await.unwrap()
    }

    async fn ask_equal(&self) -> Option<ReportId> {
        let manner = Manner {
            answer: Some(key()),
            ..Manner::default()
        };
        self.ask(manner).await.shared_from
    }
}

const FRESH: Duration = Duration::from_mins(5);

#[tokio::test]
async fn an_equal_request_has_ended_when_it_is_accepted() {
    let records = Fixture::new().await;
    let first = records.made(FRESH, Vec::new()).await;
    records.clock.advance(Duration::from_secs(60));
    let key_of_caller = IdempotencyKey {
        key: "once".to_owned(),
        fingerprint: Digest::of(b"body"),
    };
    let manner = || Manner {
        answer: Some(key()),
        ..Manner::default()
    };
    let (request, actor) = (request("61958-0802"), actor());
    let ask = || records.accept_as(manner(), &request, &actor, "r", Some(&key_of_caller));

    let given = ask().await.unwrap();
    let again = ask().await.unwrap();

    assert_eq!(given.shared_from, Some(first.clone()));
    assert_eq!((again.id.clone(), again.created), (given.id.clone(), false));
    let row = records.report(&given.id).await.unwrap().unwrap();
    let before = records.report(&first).await.unwrap().unwrap();
    assert_eq!((row.state, row.attempt), (State::Succeeded, 0));
    assert_eq!(row.shared_from, Some(first.clone()));
    assert_eq!(row.pins, before.pins);
    let (success, source) = (row.success.unwrap(), before.success.unwrap());
    assert_eq!(success.artifact, source.artifact);
    assert_eq!((&*success.cache, success.age_s), ("hit", 60));
    let manifest = records.manifest(&given.id).await.unwrap().unwrap();
    let manifest: Manifest = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest.report, given.id);
    assert_eq!(manifest.requested_by, actor.key.to_string());
    assert_eq!(manifest.shared_from, Some(first));
    let asked = records.asked(&actor.key).await.unwrap();
    assert_eq!((asked.all_waiting, asked.waiting, asked.today), (0, 0, 2));
    assert!(records.overdue(10).await.unwrap().is_empty());
    assert!(records.verify_audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn a_document_that_is_given_stands_in_the_trail_in_order_whatever_the_clock_does() {
    let records = Fixture::new().await;
    records.made(FRESH, Vec::new()).await;
    let before = records.verify_audit().await.unwrap().unwrap();
    records.clock.set_back(Duration::from_secs(60));

    assert!(records.ask_equal().await.is_some());

    let events = records.audit(before, 10).await.unwrap();
    let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "clock.went-back",
            "report.accepted",
            "report.shared",
            "report.manifest"
        ]
    );
    assert!(records.verify_audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn it_is_given_as_long_as_the_data_are_fresh() {
    let records = Fixture::new().await;
    let first = records.made(FRESH, Vec::new()).await;

    records.clock.advance(FRESH - Duration::from_millis(1));
    assert_eq!(records.ask_equal().await, Some(first));
    records.clock.advance(Duration::from_millis(1));
    assert_eq!(records.ask_equal().await, None);

    // As a clock leaves it that was set back since.
    records.made(Duration::from_hours(48), Vec::new()).await;
    assert_eq!(records.ask_equal().await, None);
}

#[tokio::test]
async fn what_is_not_whole_removed_or_of_another_change_is_given_to_nobody() {
    let records = Fixture::new().await;
    records.made(FRESH, vec!["trend".to_owned()]).await;
    assert_eq!(records.ask_equal().await, None);

    let whole = records.made(FRESH, Vec::new()).await;
    let of_a_change = |change| Manner {
        answer: Some(AnswerKey { change, ..key() }),
        ..Manner::default()
    };
    assert_eq!(records.ask(of_a_change(1)).await.shared_from, None);
    let anew = Manner {
        anew: true,
        ..of_a_change(0)
    };
    assert_eq!(records.ask(anew).await.shared_from, None);
    assert_eq!(records.ask_equal().await, Some(whole));
    sqlx::query("UPDATE report SET artifact = NULL")
        .execute(&records.writer)
        .await
        .unwrap();
    assert_eq!(records.ask_equal().await, None);
}

#[tokio::test]
async fn one_that_is_claimed_waits_for_its_equal_and_is_given_its_document() {
    let records = Fixture::new().await;
    let (first, second) = (records.enter().await, records.enter().await);
    let (one, two) = (records.take(&first).await, records.take(&second).await);
    let fixed = records.pin_shared(&first, &one.token, true).await;
    assert_eq!(fixed, Pinned::Fixed);
    assert!(records.is_being_made(&key()).await.unwrap());

    let beside = records.pin_shared(&second, &two.token, true).await;
    assert_eq!(beside, Pinned::Beside);
    let pdf = records.put_artifact(b"%PDF".to_vec(), "application/pdf");
    let success = Success {
        fresh_until: Some(records.now() + millis(FRESH)),
        manifest: Some(manifest(&first)),
        ..*success(pdf.await.unwrap())
    };
    let outcome = Outcome::Succeeded(Box::new(success));
    assert!(records.settle(&first, &one.token, &outcome).await.unwrap());
    let shared = records.pin_shared(&second, &two.token, true).await;

    assert_eq!(shared, Pinned::Shared);
    assert!(!records.is_being_made(&key()).await.unwrap());
    let row = records.report(&second).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.shared_from),
        (State::Succeeded, Some(first))
    );
    let void = records.pin_shared(&second, &two.token, true).await;
    assert_eq!(void, Pinned::Void);
}

#[tokio::test]
async fn who_has_waited_long_enough_is_made_beside_its_equal() {
    let records = Fixture::new().await;
    let (first, second) = (records.enter().await, records.enter().await);
    let (one, two) = (records.take(&first).await, records.take(&second).await);
    records.pin_shared(&first, &one.token, true).await;

    let fixed = records.pin_shared(&second, &two.token, false).await;

    assert_eq!(fixed, Pinned::Fixed);
}
