//! Differences that an administrator has accepted.

use super::{
    shadow::{a_difference, shadow_run, shown},
    *,
};

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
