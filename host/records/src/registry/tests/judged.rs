//! Canaries and fresh versions, judged by how they fare.

use super::*;

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
