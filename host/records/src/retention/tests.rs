//! What rules remove and what they leave, with a clock that is moved by hand.

use std::time::Duration;

use quire_model::{Digest, ReportId};

use super::*;
use crate::{
    ArtifactRef, Outcome,
    fixture::{Fixture, actor, success},
};

const DAY: Duration = Duration::from_hours(24);

/// A report with a document of its own.
async fn made(records: &Fixture, pdf: &[u8]) -> (ReportId, ArtifactRef) {
    let id = records.enter().await;
    let claimed = records.take(&id).await;
    let pdf = records
        .put_artifact(pdf.to_vec(), "application/pdf")
        .await
        .unwrap();
    let mut success = success(pdf);
    success.manifest = Some("{}".to_owned());
    let settled = records
        .settle(&id, &claimed.token, &Outcome::Succeeded(success))
        .await;
    assert!(settled.unwrap());
    (id, pdf)
}

fn keep(rule: Rule, days: u32) -> Retention {
    let keep = Some(DAY * days);
    let mut rules = Retention::default();
    match rule {
        Rule::Reports => rules.reports = keep,
        Rule::Documents => rules.documents = keep,
        Rule::Data => rules.data = keep,
        Rule::Differences => rules.differences = keep,
        Rule::Quota => {}
    }
    rules
}

async fn apply(records: &Fixture, rules: &Retention) -> u64 {
    let done = records.apply_retention(rules, None).await.unwrap().unwrap();
    done.iter().map(|removal| removal.number).sum()
}

async fn is_stored(records: &Fixture, artifact: ArtifactRef) -> bool {
    let row = records.artifact(artifact.digest).await.is_ok();
    let file = crate::artifacts::path_of(&records.artifacts_dir(), artifact.digest).exists();
    assert_eq!(row, file);
    row
}

#[tokio::test]
async fn documents_go_by_age_and_what_is_younger_or_shared_stays() {
    let records = Fixture::new().await;
    let (old, alone) = made(&records, b"one").await;
    let (_, shared) = made(&records, b"two").await;
    records.clock.advance(DAY * 5);
    let (young, _) = made(&records, b"two").await;
    let rules = keep(Rule::Documents, 3);

    let seen = records.removable(&rules).await.unwrap();
    assert_eq!(seen.iter().map(|removal| removal.number).sum::<u64>(), 2);
    assert!(is_stored(&records, alone).await, "a look changes nothing");
    assert_eq!(apply(&records, &rules).await, 2);

    assert!(!is_stored(&records, alone).await);
    assert!(
        is_stored(&records, shared).await,
        "a younger report has it too"
    );
    assert!(
        records
            .report(&old)
            .await
            .unwrap()
            .unwrap()
            .success
            .is_some()
    );
    let removed = records.removed_document(&old).await.unwrap().unwrap();
    assert_eq!(removed.rule, "documents");
    assert_eq!(records.removed_document(&young).await.unwrap(), None);
    let events = records.audit(0, 100).await.unwrap();
    let told = events
        .iter()
        .find(|event| event.action == "retention.removed")
        .unwrap();
    assert!(
        told.reason
            .as_ref()
            .unwrap()
            .starts_with("2 documents, finished before"),
        "{told:?}"
    );
    assert!(records.verify_audit().await.unwrap().is_ok());
    assert_eq!(apply(&records, &rules).await, 0, "once");
}

#[tokio::test]
async fn a_report_that_waits_or_is_made_keeps_everything_however_old_it_is() {
    let records = Fixture::new().await;
    let (waits, runs) = (records.enter().await, records.enter().await);
    let claimed = records.take(&runs).await;
    records.clock.advance(DAY * 400);
    let content = Digest::of(b"content");
    records
        .keep_snapshot(content, b"encoded", "application/octet-stream")
        .await
        .unwrap();
    let pdf = records
        .put_artifact(b"%PDF".to_vec(), "application/pdf")
        .await
        .unwrap();
    let rules = Retention {
        reports: Some(DAY),
        documents: Some(DAY),
        data: Some(DAY),
        differences: Some(DAY),
        quota_bytes: Some(0),
    };

    assert_eq!(apply(&records, &rules).await, 0);

    assert!(records.report(&waits).await.unwrap().is_some());
    assert!(records.snapshot(content).await.unwrap().is_some());
    assert!(
        is_stored(&records, pdf).await,
        "stored for a report that is not settled yet"
    );
    let outcome = Outcome::Succeeded(success(pdf));
    assert!(
        records
            .settle(&runs, &claimed.token, &outcome)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_removed_report_is_told_of_to_those_who_might_see_it_and_to_no_one_else() {
    let records = Fixture::new().await;
    let (id, pdf) = made(&records, b"one").await;
    records.clock.advance(DAY * 5);

    assert_eq!(apply(&records, &keep(Rule::Reports, 3)).await, 1);

    assert_eq!(records.report(&id).await.unwrap(), None);
    assert_eq!(records.manifest(&id).await.unwrap(), None);
    assert!(!is_stored(&records, pdf).await);
    let seen = records
        .removed_report(&actor(), &id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen.rule, "reports");
    let mut other = actor();
    other.key = crate::Actor::operator_named("other").key;
    other.role = crate::Role::Consumer;
    assert_eq!(records.removed_report(&other, &id).await.unwrap(), None);
    assert!(records.verify_audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn data_are_kept_for_as_long_as_reports_are_made_from_them() {
    let records = Fixture::new().await;
    let (used, unused) = (Digest::of(b"used"), Digest::of(b"unused"));
    for digest in [used, unused] {
        records
            .keep_snapshot(digest, digest.as_bytes(), "application/octet-stream")
            .await
            .unwrap();
    }
    for _ in 0..5 {
        records.clock.advance(DAY);
        records
            .keep_snapshot(used, used.as_bytes(), "application/octet-stream")
            .await
            .unwrap();
    }

    assert_eq!(apply(&records, &keep(Rule::Data, 3)).await, 1);

    assert!(records.snapshot(used).await.unwrap().is_some());
    assert_eq!(records.snapshot(unused).await.unwrap(), None);
    assert!(records.removed_data(unused).await.unwrap().is_some());
    // Made from again, they are kept again, by a process that knew them too.
    records
        .keep_snapshot(unused, unused.as_bytes(), "application/octet-stream")
        .await
        .unwrap();
    assert!(records.snapshot(unused).await.unwrap().is_some());
    assert_eq!(records.removed_data(unused).await.unwrap(), None);
}

#[tokio::test]
async fn beyond_the_quota_the_oldest_documents_go_first_and_then_data() {
    let records = Fixture::new().await;
    let data = Digest::of(b"data");
    records
        .keep_snapshot(data, &[1; 400], "application/octet-stream")
        .await
        .unwrap();
    let (_, first) = made(&records, &[2; 400]).await;
    records.clock.advance(DAY * 2);
    let (_, second) = made(&records, &[3; 400]).await;
    records.clock.advance(Duration::from_hours(2));
    let quota = |bytes| Retention {
        quota_bytes: Some(bytes),
        ..Retention::default()
    };

    assert_eq!(records.beyond_quota(&quota(900)).await.unwrap(), Some(300));
    assert_eq!(apply(&records, &quota(1_200)).await, 0);
    // A batch is taken at a time, and both fit into one.
    assert_eq!(apply(&records, &quota(900)).await, 2);
    assert!(!is_stored(&records, first).await && !is_stored(&records, second).await);
    assert!(records.snapshot(data).await.unwrap().is_some());
    assert_eq!(apply(&records, &quota(100)).await, 1);
    assert_eq!(records.snapshot(data).await.unwrap(), None);
    assert_eq!(records.sizes().await.unwrap().documents, 0);
}

#[tokio::test]
async fn nothing_is_removed_while_files_are_copied() {
    let records = Fixture::new().await;
    let held = records.another().await.hold_files().await.unwrap();

    assert_eq!(
        records
            .apply_retention(&Retention::default(), None)
            .await
            .unwrap(),
        None
    );
    drop(held);
    assert!(
        records
            .apply_retention(&Retention::default(), None)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn what_is_stored_again_while_its_file_goes_is_there_afterwards() {
    let records = Fixture::new().await;
    let (_, pdf) = made(&records, b"one").await;
    records.clock.advance(DAY * 5);
    let rules = keep(Rule::Documents, 3);
    for _ in 0..20 {
        let other = records.another().await;
        let (_, stored) = tokio::join!(
            records.apply_retention(&rules, None),
            other.put_artifact(b"one".to_vec(), "application/pdf")
        );
        stored.unwrap();
        assert!(is_stored(&records, pdf).await);
        records.clock.advance(DAY);
    }
}
