//! Promises about delivery, tried over the embedded queue and over a real Redis.

mod process;
mod scripted_work;
mod turns;

use std::time::{Duration, Instant};

use quire_model::{HostFault, ProblemKind};
use quire_records::{Actor, Cancel, Claim, Clock, Manner, State, Timestamp};
use quire_testing::RedisServer;

use self::{
    process::{TestProcess, quick},
    scripted_work::request,
};
use crate::{SubmitError, WorkerSettings};

/// Wait for a condition, asked again and again, and say which one it was if it never comes.
async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !condition().await {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "waited in vain until {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_made_stored_and_audited() {
    for mut process in TestProcess::of_each_kind().await {
        process.start_workers(quick());

        let row = process.run("well").await;

        assert_eq!(row.state, State::Succeeded);
        assert_eq!(row.attempt, 1);
        assert_eq!(row.pins.len(), 1);
        let success = row.success.unwrap();
        assert_eq!((success.cache.as_str(), success.age_s), ("hit", 7));
        let artifact = process
            .records
            .artifact(success.artifact.digest)
            .await
            .unwrap();
        assert_eq!(artifact.bytes, b"%PDF well");
        assert_eq!(artifact.media_type, "application/pdf");
        let events = process.records.audit(0, 10).await.unwrap();
        let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
        let expected = [
            "report.accepted",
            "report.started",
            "report.pinned",
            "report.manifest",
            "report.succeeded",
        ];
        assert_eq!(actions, expected);
        assert_eq!(process.records.verify_audit().await.unwrap(), Ok(5));
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_may_pass_is_tried_again_and_not_for_ever() {
    for mut process in TestProcess::of_each_kind().await {
        process.start_workers(quick());

        let flaky = process.run("flaky").await;
        let broken = process.run("broken").await;
        let away = process.run("away").await;

        assert_eq!((flaky.state, flaky.attempt), (State::Succeeded, 2));
        assert_eq!((broken.state, broken.attempt), (State::Failed, 1));
        assert_eq!((away.state, away.attempt), (State::Failed, 4));
        assert_eq!(away.problem.unwrap().kind, ProblemKind::SourceUnavailable);
        assert_eq!(process.work.runs("away"), 4);
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_fails_its_report_and_nothing_else() {
    for mut process in TestProcess::of_each_kind().await {
        process.start_workers(quick());
        let beside = process.submit("gated").await.unwrap();

        let panicked = process.run("panics").await;
        process.work.gate.add_permits(1);

        assert_eq!((panicked.state, panicked.attempt), (State::Failed, 4));
        assert_eq!(panicked.problem.unwrap().kind, ProblemKind::Internal);
        let beside = process.reaches(&beside, State::Succeeded).await;
        assert_eq!(beside.attempt, 1);
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ticket_is_dropped_and_the_worker_lives() {
    for mut process in TestProcess::of_each_kind().await {
        process.push_bytes(b"\xff not a ticket").await;
        process.push_bytes(b"").await;
        let unknown = br#"{"report":"00000000000000000000000000"}"#;
        process.push_bytes(unknown).await;
        process.start_workers(quick());

        let row = process.run("well").await;

        assert_eq!(row.state, State::Succeeded);
        assert_eq!(process.queue.depth().await.unwrap(), 0);
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_comes_twice_makes_one_report() {
    for mut process in TestProcess::of_each_kind().await {
        let id = process.submit("gated").await.unwrap();
        for _ in 0..3 {
            process
                .push_bytes(format!(r#"{{"report":"{id}"}}"#).as_bytes())
                .await;
        }
        process.start_workers(quick());

        until("all tickets are taken", async || {
            process.queue.depth().await.unwrap() == 0
        })
        .await;
        process.work.gate.add_permits(4);
        let row = process.reaches(&id, State::Succeeded).await;

        assert_eq!(row.attempt, 1);
        assert_eq!(process.work.runs("gated"), 1);
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_report_shows_progress_and_can_be_called_off() {
    for mut process in TestProcess::of_each_kind().await {
        process.start_workers(quick());
        let id = process.submit("hangs").await.unwrap();

        until("progress shows", async || {
            process.row(&id).await.progress.is_some()
        })
        .await;
        let cancel = process
            .records
            .cancel(&id, &Actor::operator(), "r")
            .await
            .unwrap();

        assert_eq!(cancel, Cancel::Requested);
        process.reaches(&id, State::Cancelled).await;
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_hangs_runs_out_of_time() {
    let mut process = TestProcess::embedded().await;
    process.start_workers(WorkerSettings {
        timeout: Duration::from_millis(50),
        max_attempts: 2,
        ..quick()
    });

    let row = process.run("hangs").await;

    assert_eq!((row.state, row.attempt), (State::Failed, 2));
    assert!(row.problem.unwrap().detail.contains("not finished within"));
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_reports_finish_and_hands_back_those_that_do_not() {
    for mut process in TestProcess::of_each_kind().await {
        process.start_workers(WorkerSettings {
            drain: Duration::from_millis(500),
            ..quick()
        });
        let gated = process.submit("gated").await.unwrap();
        let hangs = process.submit("hangs").await.unwrap();
        process.reaches(&gated, State::Running).await;
        process.reaches(&hangs, State::Running).await;

        process.work.gate.add_permits(1);
        process.close().await;

        assert_eq!(process.row(&gated).await.state, State::Succeeded);
        let hangs = process.row(&hangs).await;
        assert_eq!((hangs.state, hangs.attempt), (State::Queued, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_worker_died_is_taken_up_by_another() {
    for mut process in TestProcess::of_each_kind().await {
        let id = process.submit("well").await.unwrap();
        let lease = Duration::from_millis(100);
        let claim = process
            .records
            .claim(&id, "a worker that dies", lease)
            .await
            .unwrap();
        assert!(matches!(claim, Claim::Go(_)));

        process.start_workers(quick());

        let row = process.reaches(&id, State::Succeeded).await;
        assert_eq!(row.attempt, 2);
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_strands_no_report() {
    let day = Duration::from_hours(24);
    for redis in [None, Some(RedisServer::start_forgetful())] {
        let clock = Clock::manual(Timestamp::now());
        let mut process = TestProcess::open_by(clock.clone(), redis, 10_000).await;
        clock.advance(day);
        let held = process.submit("well").await.unwrap();
        let lease = Duration::from_secs(30);
        let claim = process
            .records
            .claim(&held, "a worker that dies", lease)
            .await;
        assert!(matches!(claim, Ok(Claim::Go(_))));
        let (request, actor) = (request("well"), Actor::operator());
        let never_pushed = process.records.accept(&request, &actor, "r", None).await;
        clock.set_back(day);

        process.start_workers(quick());

        process.reaches(&held, State::Succeeded).await;
        process
            .reaches(&never_pushed.unwrap().id, State::Succeeded)
            .await;
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_kills_its_workers_is_given_up() {
    let mut process = TestProcess::embedded().await;
    let id = process.submit("well").await.unwrap();
    for _ in 0..quick().max_crashes {
        until("the report can be claimed", async || {
            let claim = process
                .records
                .claim(&id, "a worker that dies", Duration::ZERO)
                .await;
            matches!(claim.unwrap(), Claim::Go(_))
        })
        .await;
    }

    process.start_workers(quick());

    let row = process.reaches(&id, State::Failed).await;
    assert_eq!(row.problem.unwrap().kind, ProblemKind::TooManyAttempts);
    assert_eq!(process.work.runs("well"), 0);
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_never_pushed_is_made_up_for() {
    for mut process in TestProcess::of_each_kind().await {
        let accepted = process
            .records
            .accept(&request("well"), &Actor::operator(), "r", None)
            .await
            .unwrap();
        process.start_workers(quick());

        let row = process.reaches(&accepted.id, State::Succeeded).await;

        assert_eq!(row.attempt, 1);
        process.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sets_of_workers_share_the_load_and_clear_up_after_it() {
    for mut process in TestProcess::of_each_kind().await {
        let mut ids = Vec::new();
        for _ in 0..40 {
            ids.push(process.submit("well").await.unwrap());
        }
        process.start_workers(quick());
        process.start_workers(quick());

        for id in &ids {
            assert_eq!(process.reaches(id, State::Succeeded).await.attempt, 1);
        }

        assert_eq!(process.work.runs("well"), 40);
        // On a slow machine the sweeper may have pushed some twice.
        until("all tickets are taken", async || {
            process.queue.depth().await.unwrap() == 0
        })
        .await;
        process.close().await;
        process.queue.clean().await.unwrap();
        if let Some(redis) = &process.redis {
            let key = |name| format!("{{quire:{}}}:tickets:{name}", process.records.deployment());
            let left = redis.command::<i64>(&["HLEN", &key("data")]).await;
            let registered = redis.command::<i64>(&["ZCARD", &key("workers")]).await;
            let keys = redis.command::<i64>(&["DBSIZE"]).await;
            assert_eq!((left, registered), (0, 0));
            assert!(keys <= 2, "{keys} keys were left behind");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_idempotency_key_is_answered_even_when_nothing_new_is_accepted() {
    let process = TestProcess::open(None, 1).await;
    let actor = Actor::operator();
    let key = |fingerprint: &[u8]| quire_records::IdempotencyKey {
        key: "order-7".to_owned(),
        fingerprint: quire_model::Digest::of(fingerprint),
    };
    let submit = async |key| {
        let request = request("well");
        process
            .queue
            .submit(Manner::default(), &request, &actor, "r", Some(&key))
            .await
    };

    let first = submit(key(b"one")).await.unwrap();
    let again = submit(key(b"one")).await.unwrap();
    let other = submit(key(b"other")).await;
    let full = process.submit("well").await;

    assert!(first.created && !again.created);
    assert_eq!(first.id, again.id);
    assert!(
        matches!(other, Err(SubmitError::Conflict { report }) if report == Some(first.id.clone()))
    );
    assert!(matches!(full, Err(SubmitError::Full { waiting: 1 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_accepted_while_redis_is_away_and_nothing_accepted_is_lost() {
    let mut process = TestProcess::over_redis().await;
    process.start_workers(quick());
    assert_eq!(process.run("well").await.state, State::Succeeded);
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(process.submit("gated").await.unwrap());
    }
    until("work has begun", async || process.work.runs("gated") == 4).await;

    process.redis.as_mut().unwrap().kill();
    let refused = process.submit("well").await;
    process.work.gate.add_permits(ids.len() + 8);
    assert!(process.queue.try_push().await.is_err());
    process.redis.as_mut().unwrap().launch();

    assert!(matches!(refused, Err(SubmitError::Unavailable { .. })));
    for id in &ids {
        assert_eq!(process.reaches(id, State::Succeeded).await.attempt, 1);
    }
    until("the queue is up", async || {
        process.queue.try_push().await.is_ok()
    })
    .await;
    assert_eq!(process.run("well").await.state, State::Succeeded);
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_begin_before_redis_wait_for_it() {
    let mut process = TestProcess::over_redis().await;
    process.redis.as_mut().unwrap().kill();
    process.start_workers(quick());
    assert!(matches!(
        process.submit("well").await,
        Err(SubmitError::Unavailable { .. })
    ));

    process.redis.as_mut().unwrap().launch();
    until("the queue is up", async || {
        process.queue.try_push().await.is_ok()
    })
    .await;

    assert_eq!(process.run("well").await.state, State::Succeeded);
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_machine_costs_no_attempt_however_often_it_comes() {
    let mut process = TestProcess::embedded().await;
    process.start_workers(quick());

    let row = process.run("starved").await;

    assert_eq!((row.state, row.attempt), (State::Succeeded, 1));
    assert_eq!(process.work.runs("starved"), 6);
    let events = process.records.audit(0, 100).await.unwrap();
    let back = events
        .iter()
        .filter(|event| event.action == "report.handed-back");
    let reasons: Vec<_> = back.filter_map(|event| event.reason.as_deref()).collect();
    assert_eq!(reasons, ["memory"; 5]);
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_closes_for_all_and_opens_by_itself() {
    let mut process = TestProcess::embedded().await;
    process.start_workers(quick());
    let admission = process.queue.admission();

    admission.close(HostFault::DiskFull);
    let refused = process.submit("well").await;
    let tried = admission.try_machine().await;

    assert!(matches!(
        refused,
        Err(SubmitError::Host(HostFault::DiskFull))
    ));
    assert_eq!(tried, Err(HostFault::DiskFull));
    admission.opened().await;
    assert_eq!(process.run("well").await.state, State::Succeeded);
    process.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_ticket_cannot_be_pushed_is_withdrawn_and_its_key_is_free() {
    let mut process = TestProcess::over_redis().await;
    let (actor, request) = (Actor::operator(), request("well"));
    let key = quire_records::IdempotencyKey {
        key: "order-7".to_owned(),
        fingerprint: quire_model::Digest::of(b"body"),
    };
    let submit = async || {
        process.queue.trust().await;
        process
            .queue
            .submit(Manner::default(), &request, &actor, "r", Some(&key))
            .await
    };
    let redis = process.redis.as_ref().unwrap();

    redis
        .command::<()>(&["CONFIG", "SET", "maxmemory", "1"])
        .await;
    let refused = submit().await;
    redis
        .command::<()>(&["CONFIG", "SET", "maxmemory", "0"])
        .await;

    assert!(
        matches!(&refused, Err(SubmitError::Unavailable { reason }) if reason.contains("maxmemory")),
        "{refused:?}"
    );
    assert_eq!(process.records.waiting().await.unwrap(), 0);
    let accepted = submit().await.unwrap();
    assert!(accepted.created);
    process.start_workers(quick());
    let row = process.reaches(&accepted.id, State::Succeeded).await;
    assert_eq!(row.attempt, 1);
    assert_eq!(process.work.runs("well"), 1);
    let events = process.records.audit(0, 3).await.unwrap();
    let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(
        actions,
        ["report.accepted", "report.withdrawn", "report.accepted"]
    );
    process.close().await;
}
