//! Promises about whose report is made next, and where.

use std::time::{Duration, Instant};

use quire_records::{Actor, Claim, State, Urgency};

use super::{
    process::{TestProcess, quick},
    scripted_work::request,
    until,
};
use crate::SubmitError;

fn caller(key: &str) -> Actor {
    Actor {
        key: key.into(),
        ..Actor::operator()
    }
}

async fn submit(
    process: &TestProcess,
    urgency: Urgency,
    owner: &str,
) -> Result<quire_model::ReportId, SubmitError> {
    let (request, actor) = (request("gated"), caller(owner));
    let accepted = process
        .queue
        .submit(urgency.into(), &request, &actor, "r", None)
        .await?;
    Ok(accepted.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_asks_for_many_keeps_nobody_else_waiting() {
    for mut process in TestProcess::of_each_kind().await {
        for _ in 0..40 {
            submit(&process, Urgency::Interactive, "many")
                .await
                .unwrap();
        }
        for _ in 0..10 {
            submit(&process, Urgency::Batch, "batch").await.unwrap();
        }
        let single = submit(&process, Urgency::Interactive, "single")
            .await
            .unwrap();

        process.start_workers(quick());

        // It is among the first four, of which none ends.
        process.reaches(&single, State::Running).await;
        process.work.gate.add_permits(51);
        until("all are made", async || {
            process.records.waiting().await.unwrap() == 0
        })
        .await;
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_fills_a_share_of_the_queue_and_no_more() {
    let mut settings = crate::Bounds {
        waiting_of_one: 2,
        ..crate::Bounds::default()
    };
    let process = TestProcess::bounded(settings).await;
    for _ in 0..2 {
        submit(&process, Urgency::Batch, "many").await.unwrap();
    }
    let refused = submit(&process, Urgency::Interactive, "many").await;
    assert!(matches!(refused, Err(SubmitError::OwnFull { waiting: 2 })));
    submit(&process, Urgency::Batch, "other").await.unwrap();

    settings.waiting_of_one = 100;
    settings.a_day_of_one = 3;
    let process = TestProcess::bounded(settings).await;
    for _ in 0..3 {
        submit(&process, Urgency::Batch, "many").await.unwrap();
    }
    let refused = submit(&process, Urgency::Interactive, "many").await;
    assert!(matches!(refused, Err(SubmitError::DayUsedUp { today: 3 })));
    submit(&process, Urgency::Batch, "other").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_are_lost_all_at_once_are_made_up_for_at_once() {
    let mut process = TestProcess::patient().await;
    for _ in 0..700 {
        submit(&process, Urgency::Batch, "many").await.unwrap();
    }
    let redis = process.redis.as_ref().unwrap();
    redis.command::<()>(&["FLUSHALL"]).await;
    process.work.gate.add_permits(700);

    let began = Instant::now();
    process.start_workers(quick());
    until("all are made", async || {
        process.records.waiting().await.unwrap() == 0
    })
    .await;

    assert!(
        began.elapsed() < Duration::from_secs(25),
        "nobody waited for a grace period: {:?}",
        began.elapsed()
    );
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deployments_on_one_redis_leave_each_other_alone() {
    let mut process = TestProcess::over_redis().await;
    let url = process.redis.as_ref().unwrap().url();
    let mut other = TestProcess::beside(url).await;
    other.start_workers(quick());
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(process.submit("well").await.unwrap());
    }
    assert_eq!(other.run("well").await.state, State::Succeeded);
    assert_eq!(process.queue.depth().await.unwrap(), 12);

    process.start_workers(quick());
    for id in &ids {
        assert_eq!(process.reaches(id, State::Succeeded).await.attempt, 1);
    }
    other.close().await;
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_there_when_two_workers_died_is_made_alone() {
    let mut process = TestProcess::embedded().await;
    process.start_workers(quick());
    let beside = process.submit("gated").await.unwrap();
    process.reaches(&beside, State::Running).await;
    let accepted = process
        .records
        .accept(&request("well"), &Actor::operator(), "r", None)
        .await;
    let suspect = accepted.unwrap().id;
    for _ in 0..2 {
        let claim = process
            .records
            .claim(&suspect, "a worker that dies", Duration::ZERO)
            .await;
        assert!(matches!(claim, Ok(Claim::Go(_))));
    }

    until("a worker has it", async || {
        process.row(&suspect).await.attempt == 3
    })
    .await;
    assert_eq!(process.work.runs("well"), 0, "another is being made here");
    let later = process.submit("well").await.unwrap();
    until("a worker has its ticket", async || {
        process.queue.depth().await.unwrap() == 0
    })
    .await;
    // Were it claimed, the death of this process would be laid to its charge too.
    assert_eq!(process.row(&later).await.state, State::Queued);
    process.work.gate.add_permits(1);

    let row = process.reaches(&suspect, State::Succeeded).await;
    assert_eq!(row.attempt, 3);
    process.reaches(&later, State::Succeeded).await;
    process.close().await;
}
