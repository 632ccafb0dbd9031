//! Promises about versions of modules: the order of states, races, trials, and what is audited.

mod acceptance;
mod enter;
mod judged;
mod shadow;
mod states;

use std::time::Duration;

use quire_model::{
    Act, BlockChange, Change, Definition, Digest, FieldError, Kind, LimitOverrides, NumberChange,
    OutcomeChange, ReportId, SectionDifference,
};
use serde_json::json;

use crate::{
    Actor, CanaryBudget, Comparison, Cost, Decision, KeyId, ModuleRow, NewVersion, Records,
    RecordsError, Run, RunCost, ShadowRun, ShadowVerdict, Standing, VersionOrigin, VersionState,
    fixture::Fixture,
};

/// The module of these tests.
const TREND: &str = "trend";

fn why<'a>(actor: &'a Actor, reason: &'a str) -> Decision<'a> {
    Decision {
        actor,
        reason,
        request_id: "request-1",
        expected_revision: None,
    }
}

async fn new_version(records: &Records, bytes: &[u8], origin: VersionOrigin) -> NewVersion {
    let artifact = records
        .put_artifact(bytes.to_vec(), "application/wasm")
        .await
        .unwrap();
    NewVersion {
        module: TREND.to_owned(),
        digest: artifact.digest,
        kind: Kind::Section,
        version: "1.0.0".to_owned(),
        title: "Trend".to_owned(),
        manifest: json!({"title": "Trend"}),
        size_bytes: artifact.size_bytes,
        origin,
    }
}

/// A version that may be activated.
async fn staged(records: &Records, bytes: &[u8]) -> Digest {
    let actor = Actor::operator();
    let new = new_version(records, bytes, VersionOrigin::Upload).await;
    records
        .add_version(&new, &why(&actor, "new"))
        .await
        .unwrap();
    records
        .stage(TREND, new.digest, &why(&actor, "looks good"))
        .await
        .unwrap();
    new.digest
}

/// A module with an active version and one that is staged.
async fn two() -> (Fixture, Digest, Digest) {
    let records = Fixture::new().await;
    let actor = Actor::operator();
    let one = staged(&records, b"one").await;
    records
        .activate(TREND, one, &why(&actor, "first"))
        .await
        .unwrap();
    let other = staged(&records, b"other").await;
    (records, one, other)
}

async fn state(records: &Records, digest: Digest) -> VersionState {
    records.version(TREND, digest).await.unwrap().unwrap().state
}

async fn module(records: &Records) -> ModuleRow {
    records.module(TREND).await.unwrap().unwrap()
}

async fn actions(records: &Records) -> Vec<String> {
    let events = records.audit(0, 100).await.unwrap();
    events.into_iter().map(|event| event.action).collect()
}

fn run(digest: Digest, failed: bool) -> Run {
    Run { digest, failed }
}

/// Both ran on the same report, the version on trial for so many milliseconds.
fn compared((judged, cpu_ms): (Digest, u64), (before, before_ms): (Digest, u64)) -> Comparison {
    let cost = |cpu_ms| Cost {
        cpu: Duration::from_millis(cpu_ms),
        wall: Duration::from_millis(cpu_ms),
        memory_bytes: 1 << 20,
    };
    Comparison {
        judged,
        before,
        cost: cost(cpu_ms),
        cost_before: cost(before_ms),
    }
}
