//! Promises about versions of modules: the order of states, races, trials, and what is audited.

use std::time::Duration;

use quire_model::{
    BlockChange, Change, Digest, Kind, LimitOverrides, NumberChange, OutcomeChange, ReportId,
    SectionDifference,
};
use serde_json::json;

use crate::{
    Act, Actor, CanaryBudget, Comparison, Cost, Decision, ModuleRow, NewVersion, Records,
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
        let verdict = records.tally(TREND, run(other, failed)).await.unwrap();
        assert_eq!(verdict, None);
    }
    assert_eq!(records.change_counter().await.unwrap(), counter);
    let verdict = records
        .tally(TREND, run(other, true))
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
    let late = records.tally(TREND, run(other, true)).await.unwrap();
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

    for _ in 0..2 {
        let costs = compared((other, 25), (one, 10));
        assert_eq!(records.compare_costs(TREND, costs).await.unwrap(), None);
    }
    let of_another = compared((other, 25), (other, 10));
    let ignored = records.compare_costs(TREND, of_another).await.unwrap();
    let verdict = records
        .compare_costs(TREND, compared((other, 25), (one, 10)))
        .await
        .unwrap()
        .unwrap();

    assert_eq!(ignored, None, "that version is not the one before it");
    assert_eq!((verdict.bad, verdict.good), (other, one));
    assert!(
        verdict
            .reason
            .contains("25.0 ms of CPU time, 250 % of the 10.0 ms"),
        "{}",
        verdict.reason
    );
    assert_eq!(module(&records).await.notice.unwrap().text, verdict.reason);
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
        records.tally(TREND, run(other, false)).await.unwrap();
        records
            .compare_costs(TREND, compared((other, 4), (one, 1)))
            .await
            .unwrap();
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
        verdict = records.tally(TREND, run(other, true)).await.unwrap();
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
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    for number in 0..20 {
        assert!(module(&records).await.is_on_trial());
        records.tally(TREND, run(other, number < 2)).await.unwrap();
        records
            .compare_costs(TREND, compared((other, 9), (one, 1)))
            .await
            .unwrap();
    }

    let row = module(&records).await;
    assert!(!row.is_on_trial());
    assert_eq!(row.active, Some(other));
    assert_eq!(records.tally(TREND, run(other, true)).await.unwrap(), None);
}

#[tokio::test]
async fn a_fresh_version_that_costs_too_much_gives_way_to_the_one_before() {
    for (cost, told) in [
        (
            Cost {
                cpu: Duration::from_millis(60),
                ..Cost::default()
            },
            "takes 60.0 ms of CPU time, 1200 % of the 5.0 ms",
        ),
        (
            Cost {
                wall: Duration::from_millis(600),
                ..Cost::default()
            },
            "takes 600.0 ms of wall time, 1200 % of the 50.0 ms",
        ),
        (
            Cost {
                memory_bytes: 160 << 20,
                ..Cost::default()
            },
            "takes 160.0 MiB of memory, 1000 % of the 16.0 MiB",
        ),
    ] {
        let (records, one, other) = two().await;
        let actor = Actor::operator();
        records
            .activate(TREND, other, &why(&actor, "better"))
            .await
            .unwrap();
        let comparison = Comparison {
            judged: other,
            before: one,
            cost,
            cost_before: Cost::default(),
        };

        for _ in 0..19 {
            records.tally(TREND, run(other, false)).await.unwrap();
            let verdict = records.compare_costs(TREND, comparison).await.unwrap();
            assert_eq!(verdict, None);
        }
        let verdict = records.compare_costs(TREND, comparison).await.unwrap();

        assert!(verdict.unwrap().reason.contains(told), "{told}");
        let row = module(&records).await;
        assert_eq!((row.active, row.previous), (Some(one), None));
        assert!(row.notice.unwrap().text.contains(told));
        assert_eq!(
            actions(&records).await.last().unwrap(),
            "module.rolled-back"
        );
    }
}

/// The version before it may fail, or the machine be too busy to run it beside.
#[tokio::test]
async fn a_fresh_version_that_cannot_be_compared_is_not_judged_for_ever() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    for number in 0..200 {
        assert!(module(&records).await.is_on_trial(), "{number}");
        // Failures after the runs by which it is judged are no verdict.
        let verdict = records.tally(TREND, run(other, number > 20)).await.unwrap();
        assert_eq!(verdict, None);
    }

    assert!(!module(&records).await.is_on_trial());
}

#[tokio::test]
async fn a_canary_is_judged_on_when_the_active_version_has_come_through() {
    let (records, one, other) = two().await;
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
        let verdict = records.tally(TREND, run(third, true)).await.unwrap();
        assert_eq!(verdict, None);
    }
    for _ in 0..20 {
        records.tally(TREND, run(other, false)).await.unwrap();
        records
            .compare_costs(TREND, compared((other, 1), (one, 1)))
            .await
            .unwrap();
    }
    assert!(module(&records).await.probation.is_none());

    let verdict = records.tally(TREND, run(third, true)).await.unwrap();

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
    let known = stored[1].run.difference.clone();
    assert_eq!(known.places, unclean.difference.listed_places());
    assert_eq!(
        SectionDifference {
            places: std::collections::BTreeSet::new(),
            ..known
        },
        unclean.difference
    );
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

/// What a refused version has shown, and what it has to.
fn shown(refused: Result<ModuleRow, RecordsError>) -> (u32, u32) {
    match refused {
        Err(RecordsError::NotProven(standing)) => (standing.clean_runs, standing.required_clean),
        other => panic!("{other:?}"),
    }
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

    assert_eq!(shown(evasion), (0, 5));
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
    assert!(matches!(refused, Err(RecordsError::NotProven(_))));
    assert!(matches!(canary, Err(RecordsError::NotProven(_))));
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

    assert_eq!(shown(refused), (0, 1));
}

/// As [`a_difference`], in another report and perhaps elsewhere.
fn a_difference_in(column: &str, row: &str) -> SectionDifference {
    let mut difference = a_difference();
    difference.numbers[0].column = Some(column.to_owned());
    difference.numbers[0].row = Some(row.to_owned());
    difference
}

fn a_failure(active: &str) -> SectionDifference {
    SectionDifference {
        outcome: Some(OutcomeChange {
            active: active.to_owned(),
            candidate: "module-crashed".to_owned(),
        }),
        ..SectionDifference::default()
    }
}

async fn standing(records: &Records, digest: Digest) -> Standing {
    let versions = records.versions(TREND).await.unwrap();
    let module = module(records).await;
    let standings = records.standings(&module, &versions).await.unwrap();
    let mut found = standings.into_iter().filter(|one| one.digest == digest);
    found.next().unwrap()
}

#[tokio::test]
async fn accepted_differences_count_as_clean_and_new_ones_need_a_new_acceptance() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .start_shadow(TREND, other, 3, &why(&actor, "compare"))
        .await
        .unwrap();
    let add = async |difference| {
        let run = shadow_run(one, other, difference);
        assert!(records.add_shadow_run(&run).await.unwrap());
    };
    add(a_difference_in("reports", "2024")).await;
    add(a_difference_in("reports", "2023")).await;
    let refused = records.activate(TREND, other, &why(&actor, "now")).await;
    let refused = refused.unwrap_err();
    let next = refused.next_step().unwrap();
    let Act::Accept { up_to } = next.act else {
        panic!("{next:?}");
    };

    // Nobody has looked at what comes meanwhile.
    add(a_difference_in("serious", "2024")).await;
    records
        .accept_differences(TREND, other, Some(up_to), &why(&actor, "as agreed"))
        .await
        .unwrap();

    let after = standing(&records, other).await;
    let open: Vec<&str> = after.open_places().collect();
    assert_eq!(open, [r#"number in table "by-year", "serious" changed"#]);
    assert_eq!((after.accepted, after.differing), (2, 1));
    assert_eq!(after.clean_runs, 0, "the last run differs elsewhere");
    assert_eq!(after.acceptances[0].reason, "as agreed");
    assert_eq!(after.acceptances[0].accepted_by, "operator");
    records
        .accept_differences(TREND, other, None, &why(&actor, "that too"))
        .await
        .unwrap();
    assert_eq!(standing(&records, other).await.clean_runs, 3);
    add(a_difference_in("serious", "1999")).await;
    assert_eq!(standing(&records, other).await.clean_runs, 4);
    records
        .start_canary(TREND, other, 10, CanaryBudget::default(), &why(&actor, "x"))
        .await
        .unwrap();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    let events = records.audit(0, 100).await.unwrap();
    let accepted: Vec<_> = events
        .iter()
        .filter(|event| event.action == "module.differences-accepted")
        .collect();
    let reason = accepted[0].reason.as_deref().unwrap();
    assert!(
        reason.starts_with("up to run 2, 2 places (") && reason.ends_with("): as agreed"),
        "{reason}"
    );
    assert_eq!(
        (accepted[0].before, accepted[0].after),
        (Some(one), Some(other))
    );
    let differed = actions(&records).await;
    let differed = differed
        .iter()
        .filter(|action| *action == "module.shadow-differed");
    assert_eq!(differed.count(), 3, "what was accepted is no news");
}

#[tokio::test]
async fn a_failure_is_never_accepted_and_begins_the_count_anew() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .start_shadow(TREND, other, 2, &why(&actor, "compare"))
        .await
        .unwrap();
    let add = async |difference| {
        let run = shadow_run(one, other, difference);
        assert!(records.add_shadow_run(&run).await.unwrap());
    };
    let accept = async || {
        records
            .accept_differences(TREND, other, None, &why(&actor, "I want it"))
            .await
    };
    for alike in ["made", "module-crashed"] {
        add(a_failure(alike)).await;
        let refused = accept().await.unwrap_err();
        assert!(matches!(refused, RecordsError::NothingToAccept(_)));
        assert_eq!(refused.next_step().unwrap().act, Act::Mend);
        assert!(refused.to_string().contains("module-crashed"), "{refused}");
    }

    add(a_difference()).await;
    accept().await.unwrap();
    let before = standing(&records, other).await;
    add(a_failure("made")).await;
    let after = standing(&records, other).await;
    let refused = records.activate(TREND, other, &why(&actor, "now")).await;

    assert_eq!((before.clean_runs, before.failed), (1, 2));
    assert_eq!((after.clean_runs, after.failed), (0, 3));
    assert_eq!(shown(refused), (0, 2));
}

/// What is not made where the active version makes it, or the other way round, is no failure of its own.
#[tokio::test]
async fn a_section_that_is_empty_on_purpose_can_be_accepted() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .start_shadow(TREND, other, 1, &why(&actor, "compare"))
        .await
        .unwrap();
    let empty = SectionDifference {
        outcome: Some(OutcomeChange {
            active: "made".to_owned(),
            candidate: "nothing to show".to_owned(),
        }),
        ..SectionDifference::default()
    };
    records
        .add_shadow_run(&shadow_run(one, other, empty))
        .await
        .unwrap();

    records
        .accept_differences(TREND, other, None, &why(&actor, "too few reports"))
        .await
        .unwrap();

    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_acceptance_belongs_to_its_trial() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let third = staged(&records, b"third").await;
    let differ = async |active| {
        let run = shadow_run(active, other, a_difference());
        assert!(records.add_shadow_run(&run).await.unwrap());
        standing(&records, other).await.clean_runs
    };
    let accept = async || {
        records
            .accept_differences(TREND, other, None, &why(&actor, "I want it"))
            .await
    };
    let begin = async || {
        records
            .start_shadow(TREND, other, 1, &why(&actor, "compare"))
            .await
            .unwrap();
    };

    assert!(matches!(
        accept().await,
        Err(RecordsError::NothingToAccept(_))
    ));
    begin().await;
    differ(one).await;
    accept().await.unwrap();
    assert_eq!(differ(one).await, 2);
    assert!(matches!(
        accept().await,
        Err(RecordsError::NothingToAccept(_))
    ));

    // Another trial.
    records
        .end_trial(TREND, other, &why(&actor, "again"))
        .await
        .unwrap();
    assert_eq!(standing(&records, other).await.acceptances.len(), 1);
    begin().await;
    assert_eq!(standing(&records, other).await.shadow_runs, 0);
    assert_eq!(differ(one).await, 0);
    accept().await.unwrap();

    // Another version to compare with.
    records
        .activate(TREND, third, &why(&actor, "another first"))
        .await
        .unwrap();
    assert!(standing(&records, other).await.acceptances.is_empty());
    assert_eq!(differ(third).await, 0);
}

/// Records of before tell no places; what is stored of their differences does.
#[tokio::test]
async fn runs_of_an_earlier_version_of_quire_can_be_accepted() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .start_shadow(TREND, other, 1, &why(&actor, "compare"))
        .await
        .unwrap();
    records
        .add_shadow_run(&shadow_run(one, other, a_difference()))
        .await
        .unwrap();
    let mut old = records.write().await.unwrap();
    sqlx::query("UPDATE difference SET places = NULL")
        .execute(&mut *old)
        .await
        .unwrap();
    old.commit().await.unwrap();

    assert_eq!(standing(&records, other).await.places.len(), 2);
    records
        .accept_differences(TREND, other, None, &why(&actor, "fine"))
        .await
        .unwrap();

    let runs = records.last_differences(TREND, 0, 10).await.unwrap();
    assert_eq!(runs[0].verdict, ShadowVerdict::Accepted);
}

#[tokio::test]
async fn every_refusal_on_the_road_names_the_way_out() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"third", VersionOrigin::Upload).await;
    records
        .add_version(&new, &why(&actor, "new"))
        .await
        .unwrap();
    let act = |refused: Result<ModuleRow, RecordsError>| {
        let refused = refused.unwrap_err();
        refused
            .next_step()
            .unwrap_or_else(|| panic!("{refused}"))
            .act
    };
    let reason = why(&actor, "now");
    let budget = CanaryBudget::default();
    let canary = async |digest| {
        records
            .start_canary(TREND, digest, 10, budget, &reason)
            .await
    };
    let stale = Decision {
        expected_revision: Some(1),
        ..reason
    };

    assert_eq!(act(records.activate("gone", one, &reason).await), Act::List);
    assert_eq!(
        act(records.activate(TREND, Digest::of(b"gone"), &reason).await),
        Act::Show
    );
    assert_eq!(act(records.activate(TREND, other, &stale).await), Act::Show);
    assert_eq!(act(records.roll_back(TREND, &reason).await), Act::Show);
    for checked in [
        records.activate(TREND, new.digest, &reason).await,
        canary(new.digest).await,
        records.start_shadow(TREND, new.digest, 1, &reason).await,
    ] {
        assert_eq!(act(checked), Act::Stage);
    }
    records.set_required_clean(TREND, 2, &reason).await.unwrap();
    let unseen = Act::Shadow { required_clean: 2 };
    assert_eq!(act(canary(other).await), unseen);
    records
        .start_shadow(TREND, other, 0, &reason)
        .await
        .unwrap();
    assert_eq!(act(canary(other).await), Act::MakeReports { runs: 2 });
    records.stage(TREND, new.digest, &reason).await.unwrap();
    assert_eq!(
        act(records.start_shadow(TREND, new.digest, 1, &reason).await),
        Act::EndTrial
    );
    records
        .add_shadow_run(&shadow_run(one, other, a_difference()))
        .await
        .unwrap();
    assert_eq!(act(canary(other).await), Act::Accept { up_to: 1 });
}

/// Two people see the same fault, and both want to go back.
#[tokio::test]
async fn a_second_roll_back_does_not_undo_the_first() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    let row = records
        .roll_back(TREND, &why(&actor, "it is cut off"))
        .await
        .unwrap();
    let second = records
        .roll_back(TREND, &why(&actor, "it is cut off"))
        .await
        .unwrap_err();
    assert_eq!(module(&records).await.active, Some(one));
    let informed = Decision {
        expected_revision: Some(row.revision),
        ..why(&actor, "it was not that")
    };
    let forth = records.roll_back(TREND, &informed).await.unwrap();

    assert!(matches!(second, RecordsError::RolledBackAlready { .. }));
    assert_eq!(second.next_step().unwrap().act, Act::Activate);
    assert_eq!(forth.active, Some(other));
}

#[tokio::test]
async fn a_version_is_named_by_its_first_digits() {
    let (records, one, _) = two().await;
    let digits = one.to_string();

    for name in [&digits, &digits[..12], &digits.to_uppercase()[..8]] {
        assert_eq!(records.version_named(TREND, name).await.unwrap(), one);
    }
    let none = records.version_named(TREND, "").await.unwrap_err();
    let gone = records.version_named("gone", &digits).await.unwrap_err();

    assert!(matches!(none, RecordsError::UnknownVersion { .. }));
    assert!(matches!(gone, RecordsError::UnknownModule(_)));
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
