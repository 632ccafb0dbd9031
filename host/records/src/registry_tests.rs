//! Promises about versions of modules: the order of states, races, trials, and what is audited.

use std::time::Duration;

use quire_model::{
    BlockChange, Change, Digest, Kind, LimitOverrides, NumberChange, ReportId, SectionDifference,
};
use serde_json::json;

use crate::{
    Actor, CanaryBudget, Decision, ModuleRow, NewVersion, Records, RecordsError, Run, RunCost,
    ShadowRun, VersionOrigin, VersionState, fixture::Fixture,
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

fn run(digest: Digest, failed: bool, cpu_ms: u64) -> Run {
    let time = Duration::from_millis(cpu_ms);
    Run {
        digest,
        failed,
        cpu: time,
        wall: time,
    }
}

#[tokio::test]
async fn a_version_goes_from_checked_over_staged_to_active_and_back() {
    let records = Fixture::new().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"one", VersionOrigin::Upload).await;

    let entered = records
        .add_version(&new, &why(&actor, "new"))
        .await
        .unwrap();
    let again = records
        .add_version(&new, &why(&actor, "new"))
        .await
        .unwrap();
    assert!(entered.created && !again.created);
    assert_eq!(state(&records, new.digest).await, VersionState::Checked);
    let early = records
        .activate(TREND, new.digest, &why(&actor, "hurry"))
        .await
        .unwrap_err();
    assert_eq!(
        early.to_string(),
        format!(
            "version {} of module trend is checked and cannot be activated: it must be staged, \
             canary, shadow or retired",
            new.digest.short()
        )
    );
    let one = staged(&records, b"one").await;
    let row = records
        .activate(TREND, one, &why(&actor, "first"))
        .await
        .unwrap();
    assert_eq!((row.active, row.previous), (Some(one), None));
    assert_eq!(row.probation, None, "there is nothing to return to");
    let other = staged(&records, b"other").await;
    let row = records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();
    assert_eq!((row.active, row.previous), (Some(other), Some(one)));
    assert!(row.probation.is_some());
    assert_eq!(state(&records, one).await, VersionState::Retired);

    let row = records
        .roll_back(TREND, &why(&actor, "worse"))
        .await
        .unwrap();

    assert_eq!((row.active, row.previous), (Some(one), Some(other)));
    assert_eq!(state(&records, other).await, VersionState::Retired);
    let last = records.audit(0, 100).await.unwrap().pop().unwrap();
    assert_eq!(last.action, "module.rolled-back");
    assert_eq!((last.before, last.after), (Some(other), Some(one)));
    assert_eq!(last.reason.as_deref(), Some("worse"));
    assert_eq!(last.actor, "operator");
    assert_eq!(last.request_id.as_deref(), Some("request-1"));
    assert!(records.verify_audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn a_change_needs_a_reason_and_the_revision_it_was_decided_on() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    let before = records.change_counter().await.unwrap();
    let revision = module(&records).await.revision;

    let silent = records.activate(TREND, other, &why(&actor, "  ")).await;
    let stale = Decision {
        expected_revision: Some(revision - 1),
        ..why(&actor, "better")
    };
    let raced = records.activate(TREND, other, &stale).await;

    assert!(matches!(silent, Err(RecordsError::NoReason(_))));
    assert!(matches!(raced, Err(RecordsError::Changed { .. })));
    assert_eq!(records.change_counter().await.unwrap(), before);
    let fresh = Decision {
        expected_revision: Some(revision),
        ..why(&actor, "better")
    };
    let row = records.activate(TREND, other, &fresh).await.unwrap();
    assert_eq!(row.revision, revision + 1);
    assert_eq!(records.change_counter().await.unwrap(), before + 1);
}

#[tokio::test]
async fn what_there_is_not_is_named() {
    let (records, one, _) = two().await;
    let actor = Actor::operator();
    let gone = Digest::of(b"gone");

    let module = records.activate("map", one, &why(&actor, "x")).await;
    let version = records.activate(TREND, gone, &why(&actor, "x")).await;
    let before = records.roll_back(TREND, &why(&actor, "x")).await;
    let active = records.retire(TREND, one, &why(&actor, "x")).await;

    assert!(matches!(module, Err(RecordsError::UnknownModule(_))));
    assert!(matches!(version, Err(RecordsError::UnknownVersion { .. })));
    assert!(matches!(before, Err(RecordsError::NothingBefore(_))));
    assert!(matches!(active, Err(RecordsError::NotAllowed { .. })));
}

#[tokio::test]
async fn a_version_without_stored_bytes_of_another_world_or_with_a_bad_name_is_not_entered() {
    let (records, _, _) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"third", VersionOrigin::Upload).await;
    let bare = NewVersion {
        digest: Digest::of(b"nowhere"),
        ..new.clone()
    };
    let other_kind = NewVersion {
        kind: Kind::Narrative,
        ..new.clone()
    };
    let named = NewVersion {
        module: "../trend".to_owned(),
        ..new
    };

    let bare = records.add_version(&bare, &why(&actor, "x")).await;
    let other_kind = records.add_version(&other_kind, &why(&actor, "x")).await;
    let named = records.add_version(&named, &why(&actor, "x")).await;

    assert!(matches!(bare, Err(RecordsError::NoArtifact(_))));
    assert!(matches!(other_kind, Err(RecordsError::OtherKind { .. })));
    assert!(matches!(named, Err(RecordsError::InvalidName(_))));
    assert_eq!(records.versions(TREND).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_canary_that_fails_too_often_is_rolled_back_with_the_numbers() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let row = records
        .start_canary(
            TREND,
            other,
            20,
            CanaryBudget::default(),
            &why(&actor, "careful"),
        )
        .await
        .unwrap();
    assert_eq!(row.canary.unwrap().percent, 20);
    assert!(row.is_on_trial());
    let counter = records.change_counter().await.unwrap();

    for failed in [true, false, true] {
        let verdict = records.tally(TREND, run(other, failed, 1)).await.unwrap();
        assert_eq!(verdict, None);
    }
    assert_eq!(records.change_counter().await.unwrap(), counter);
    let verdict = records
        .tally(TREND, run(other, true, 1))
        .await
        .unwrap()
        .unwrap();

    assert_eq!((verdict.bad, verdict.good), (other, one));
    assert!(verdict.reason.contains("failed 3 times in 4 runs"));
    let row = module(&records).await;
    assert_eq!((row.active, row.canary), (Some(one), None));
    assert!(row.notice.unwrap().text.contains("3 times in 4 runs"));
    assert!(row.tallies.is_empty());
    assert_eq!(state(&records, other).await, VersionState::Retired);
    let last = records.audit(0, 100).await.unwrap().pop().unwrap();
    assert_eq!((last.actor.as_str(), last.role.as_str()), ("quire", "host"));
    assert_eq!(last.action, "module.canary-rolled-back");
    let late = records.tally(TREND, run(other, true, 1)).await.unwrap();
    assert_eq!(late, None, "a run that ends after the verdict is nothing");
}

#[tokio::test]
async fn a_canary_that_is_too_slow_is_rolled_back_once_both_have_run_enough() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let budget = CanaryBudget {
        timed_after: 3,
        ..CanaryBudget::default()
    };
    records
        .start_canary(TREND, other, 20, budget, &why(&actor, "careful"))
        .await
        .unwrap();

    for _ in 0..3 {
        assert_eq!(
            records.tally(TREND, run(other, false, 25)).await.unwrap(),
            None
        );
    }
    for _ in 0..2 {
        assert_eq!(
            records.tally(TREND, run(one, false, 10)).await.unwrap(),
            None
        );
    }
    let verdict = records
        .tally(TREND, run(one, false, 10))
        .await
        .unwrap()
        .unwrap();

    assert!(
        verdict.reason.contains("250 %") && verdict.reason.contains("CPU"),
        "{}",
        verdict.reason
    );
}

#[tokio::test]
async fn a_canary_that_does_well_can_be_activated_or_ended() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let start = async || {
        records
            .start_canary(
                TREND,
                other,
                50,
                CanaryBudget::default(),
                &why(&actor, "careful"),
            )
            .await
    };
    start().await.unwrap();
    for _ in 0..30 {
        records.tally(TREND, run(other, false, 4)).await.unwrap();
        records.tally(TREND, run(one, false, 1)).await.unwrap();
    }

    assert!(matches!(
        start().await,
        Err(RecordsError::NotAllowed { .. })
    ));
    let ended = records
        .end_trial(TREND, other, &why(&actor, "later"))
        .await
        .unwrap();
    assert_eq!(ended.canary, None);
    assert_eq!(state(&records, other).await, VersionState::Staged);
    start().await.unwrap();
    let row = records
        .activate(TREND, other, &why(&actor, "good"))
        .await
        .unwrap();

    assert_eq!((row.active, row.canary), (Some(other), None));
    for silly in [0, 100] {
        let budget = CanaryBudget::default();
        let refused = records
            .start_canary(TREND, one, silly, budget, &why(&actor, "x"))
            .await;
        assert!(matches!(refused, Err(RecordsError::InvalidTrial(_))));
    }
}

#[tokio::test]
async fn a_fresh_version_that_keeps_failing_gives_way_to_the_one_before() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    let mut verdict = None;
    for _ in 0..3 {
        verdict = records.tally(TREND, run(other, true, 1)).await.unwrap();
    }

    let verdict = verdict.unwrap();
    assert_eq!((verdict.bad, verdict.good), (other, one));
    let row = module(&records).await;
    assert_eq!((row.active, row.previous), (Some(one), None));
    assert!(
        row.notice
            .unwrap()
            .text
            .contains("failed 3 times in its first 3 runs")
    );
    assert_eq!(
        actions(&records).await.last().unwrap(),
        "module.rolled-back"
    );
}

#[tokio::test]
async fn a_fresh_version_that_comes_through_is_judged_no_longer() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    for number in 0..20 {
        records
            .tally(TREND, run(other, number < 2, 1))
            .await
            .unwrap();
    }

    let row = module(&records).await;
    assert!(!row.is_on_trial());
    assert_eq!(row.active, Some(other));
    assert_eq!(
        records.tally(TREND, run(other, true, 1)).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_canary_is_judged_on_when_the_active_version_has_come_through() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    let third = staged(&records, b"third").await;
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();
    records
        .start_canary(TREND, third, 10, CanaryBudget::default(), &why(&actor, "x"))
        .await
        .unwrap();
    for _ in 0..2 {
        let verdict = records.tally(TREND, run(third, true, 1)).await.unwrap();
        assert_eq!(verdict, None);
    }
    for _ in 0..20 {
        records.tally(TREND, run(other, false, 1)).await.unwrap();
    }
    assert!(module(&records).await.probation.is_none());

    let verdict = records.tally(TREND, run(third, true, 1)).await.unwrap();

    assert_eq!(verdict.unwrap().bad, third, "the third failure of three");
    let actions = actions(&records).await;
    assert!(
        actions.contains(&"module.probation-passed".to_owned()),
        "{actions:?}"
    );
}

fn shadow_run(active: Digest, candidate: Digest, difference: SectionDifference) -> ShadowRun {
    ShadowRun {
        module: TREND.to_owned(),
        section: "trend".to_owned(),
        report: "01J00000000000000000000000".parse::<ReportId>().unwrap(),
        active,
        candidate,
        difference,
        active_cost: RunCost {
            cpu: Duration::from_millis(2),
            memory_bytes: 1 << 20,
        },
        candidate_cost: RunCost::default(),
    }
}

fn a_difference() -> SectionDifference {
    SectionDifference {
        blocks: vec![BlockChange {
            change: Change::Changed,
            kind: "table".to_owned(),
            name: "by-year".to_owned(),
            active_at: Some(1),
            candidate_at: Some(1),
            details: vec!["1 cell".to_owned()],
        }],
        numbers: vec![NumberChange {
            place: "by-year".to_owned(),
            kind: "table".to_owned(),
            row: Some("2024".to_owned()),
            column: Some("reports".to_owned()),
            active: Some(12.into()),
            candidate: Some(13.into()),
        }],
        ..SectionDifference::default()
    }
}

#[tokio::test]
async fn a_shadow_is_activated_only_after_so_many_clean_runs_in_a_row() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .start_shadow(TREND, other, 2, &why(&actor, "compare"))
        .await
        .unwrap();
    let clean = shadow_run(one, other, SectionDifference::default());
    let unclean = shadow_run(one, other, a_difference());

    assert!(records.add_shadow_run(&clean).await.unwrap());
    assert!(records.add_shadow_run(&unclean).await.unwrap());
    assert!(records.add_shadow_run(&clean).await.unwrap());
    let refused = records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("has shown 1 of 2 clean shadow runs"),
        "{refused}"
    );
    assert!(records.add_shadow_run(&clean).await.unwrap());
    let row = records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    assert_eq!((row.active, row.shadow), (Some(other), None));
    let stored = records.differences(TREND, 0, 10).await.unwrap();
    let cleans: Vec<bool> = stored.iter().map(|row| row.clean).collect();
    assert_eq!(cleans, [true, false, true, true]);
    assert_eq!(stored[1].run, unclean);
    let actions = actions(&records).await;
    for action in [
        "module.shadow-started",
        "module.shadow-differed",
        "module.shadow-proven",
    ] {
        assert_eq!(
            actions.iter().filter(|at| *at == action).count(),
            1,
            "{action}"
        );
    }
    assert!(
        !records.add_shadow_run(&clean).await.unwrap(),
        "it is no shadow any more"
    );
}

#[tokio::test]
async fn what_a_shadow_has_to_show_outlives_its_trial() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    records
        .start_shadow(TREND, other, 5, &why(&actor, "compare"))
        .await
        .unwrap();

    records
        .end_trial(TREND, other, &why(&actor, "enough"))
        .await
        .unwrap();
    let evasion = records.activate(TREND, other, &why(&actor, "now")).await;

    assert!(matches!(
        evasion,
        Err(RecordsError::NotProven {
            clean: 0,
            required: 5,
            ..
        })
    ));
}

#[tokio::test]
async fn a_module_can_ask_every_version_for_clean_runs() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .set_required_clean(TREND, 1, &why(&actor, "four eyes"))
        .await
        .unwrap();

    let refused = records.activate(TREND, other, &why(&actor, "now")).await;
    let canary = records
        .start_canary(TREND, other, 10, CanaryBudget::default(), &why(&actor, "x"))
        .await;
    assert!(matches!(refused, Err(RecordsError::NotProven { .. })));
    assert!(matches!(canary, Err(RecordsError::NotProven { .. })));
    records
        .start_shadow(TREND, other, 0, &why(&actor, "compare"))
        .await
        .unwrap();
    let clean = shadow_run(one, other, SectionDifference::default());
    records.add_shadow_run(&clean).await.unwrap();

    records
        .activate(TREND, other, &why(&actor, "proven"))
        .await
        .unwrap();
    records
        .roll_back(TREND, &why(&actor, "going back asks for nothing"))
        .await
        .unwrap();
}

/// Clean runs were clean beside another version than the one that is active now.
#[tokio::test]
async fn clean_runs_do_not_outlive_the_version_they_were_compared_with() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let third = staged(&records, b"third").await;
    records
        .start_shadow(TREND, other, 1, &why(&actor, "compare"))
        .await
        .unwrap();
    let clean = shadow_run(one, other, SectionDifference::default());
    records.add_shadow_run(&clean).await.unwrap();

    records
        .activate(TREND, third, &why(&actor, "another first"))
        .await
        .unwrap();
    let refused = records.activate(TREND, other, &why(&actor, "now")).await;

    assert!(matches!(
        refused,
        Err(RecordsError::NotProven {
            clean: 0,
            required: 1,
            ..
        })
    ));
}

#[tokio::test]
async fn only_what_someone_staged_may_be_named_by_a_definition() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"new", VersionOrigin::Upload).await;
    let checked = records
        .add_version(&new, &why(&actor, "try"))
        .await
        .unwrap();
    let pinned = async |digest| {
        let version = records.version(TREND, digest).await.unwrap().unwrap();
        version.may_be_pinned()
    };

    assert!(!checked.version.may_be_pinned());
    assert!(pinned(one).await);
    assert!(pinned(other).await);
    records
        .retire(TREND, other, &why(&actor, "never used"))
        .await
        .unwrap();
    assert!(!pinned(other).await);
}

#[tokio::test]
async fn limits_are_kept_and_audited() {
    let (records, _, _) = two().await;
    let actor = Actor::operator();
    let limits = LimitOverrides {
        cpu_ms: Some(500),
        ..LimitOverrides::default()
    };

    records
        .set_limits(TREND, limits, &why(&actor, "too slow"))
        .await
        .unwrap();

    assert_eq!(module(&records).await.limits, limits);
    assert_eq!(actions(&records).await.last().unwrap(), "module.limits");
}

#[tokio::test]
async fn a_newer_binary_brings_its_sections_along_but_leaves_an_upload_in_place() {
    let records = Fixture::new().await;
    let actor = Actor::operator();
    let first = new_version(&records, b"embedded 1", VersionOrigin::Embedded).await;
    let second = new_version(&records, b"embedded 2", VersionOrigin::Embedded).await;
    let third = new_version(&records, b"embedded 3", VersionOrigin::Embedded).await;

    let row = records.enter_embedded(&first).await.unwrap();
    assert_eq!(row.active, Some(first.digest));
    let row = records.enter_embedded(&second).await.unwrap();
    assert_eq!(row.active, Some(second.digest));
    let before = records.change_counter().await.unwrap();
    let row = records.enter_embedded(&first).await.unwrap();
    assert_eq!(row.active, Some(second.digest), "the older binary again");
    assert_eq!(records.change_counter().await.unwrap(), before);
    records
        .roll_back(TREND, &why(&actor, "worse"))
        .await
        .unwrap();
    let row = records.enter_embedded(&second).await.unwrap();
    assert_eq!(
        row.active,
        Some(first.digest),
        "a roll back outlives a restart"
    );
    let upload = staged(&records, b"upload").await;
    records
        .activate(TREND, upload, &why(&actor, "ours"))
        .await
        .unwrap();

    let row = records.enter_embedded(&third).await.unwrap();

    assert_eq!(row.active, Some(upload));
    assert_eq!(state(&records, third.digest).await, VersionState::Staged);
}

#[tokio::test]
async fn a_component_from_the_command_line_is_entered_and_activated_once() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"other", VersionOrigin::File).await;

    let row = records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();
    assert_eq!(row.active, Some(other));
    let before = records.change_counter().await.unwrap();
    records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();

    assert_eq!(records.change_counter().await.unwrap(), before);
}

/// A restart with the same command line must not undo a roll back.
#[tokio::test]
async fn a_component_from_the_command_line_that_was_taken_back_stays_out() {
    let (records, one, _) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"from a file", VersionOrigin::File).await;
    records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();
    records
        .roll_back(TREND, &why(&actor, "it is cut off"))
        .await
        .unwrap();

    let row = records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();

    assert_eq!(row.active, Some(one));
}

#[tokio::test]
async fn the_database_itself_holds_the_order_of_states() {
    let (records, one, _) = two().await;

    for sql in [
        "UPDATE module_version SET state = 'checked'",
        "UPDATE module_version SET state = 'canary' WHERE state = 'active'",
        "UPDATE module_version SET state = 'active'",
        "UPDATE module_version SET title = 'other'",
        "DELETE FROM module_version",
        "UPDATE change SET revision = 0",
    ] {
        let mut change = records.write().await.unwrap();
        let result = sqlx::query(sql).execute(&mut *change).await;
        assert!(result.is_err(), "{sql}");
    }
    assert_eq!(state(&records, one).await, VersionState::Active);
}

#[tokio::test]
async fn another_process_sees_what_was_changed() {
    let (records, one, _) = two().await;
    let another = records.another().await;

    assert_eq!(
        another.change_counter().await.unwrap(),
        records.change_counter().await.unwrap()
    );
    assert_eq!(module(&another).await.active, Some(one));
    assert_eq!(another.artifact(one).await.unwrap().bytes, b"one");
}
