//! Shadows: what they have to show, and for how long it holds.

use super::*;

pub(super) fn shadow_run(
    active: Digest,
    candidate: Digest,
    difference: SectionDifference,
) -> ShadowRun {
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

pub(super) fn a_difference() -> SectionDifference {
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
pub(super) fn shown(refused: Result<ModuleRow, RecordsError>) -> (u32, u32) {
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

#[tokio::test]
async fn what_was_active_before_comes_back_at_once_unless_a_trial_asks_for_clean_runs() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "new"))
        .await
        .unwrap();
    records
        .activate(TREND, one, &why(&actor, "back"))
        .await
        .unwrap();
    records
        .stage(TREND, other, &why(&actor, "again"))
        .await
        .unwrap();

    records
        .start_shadow(TREND, other, 2, &why(&actor, "compare first"))
        .await
        .unwrap();
    let refused = records.activate(TREND, other, &why(&actor, "now")).await;
    assert_eq!(shown(refused), (0, 2));
    records
        .end_trial(TREND, other, &why(&actor, "enough"))
        .await
        .unwrap();
    records
        .start_shadow(TREND, other, 0, &why(&actor, "only looked at"))
        .await
        .unwrap();
    records
        .activate(TREND, other, &why(&actor, "as it was"))
        .await
        .unwrap();
}
