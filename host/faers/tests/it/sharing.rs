//! Processes that share a Redis share answers, fetches and the budget; and do without it when it
//! is away.

use std::time::Duration;

use futures::future::join_all;
use quire_faers::{CacheState, Faers, FaersError, FaersSettings, Tuning};
use quire_replay::{Fault, FaultRule, Replay, RunningReplay};

use crate::support::{Bench, EVENTS, Redis, impatient, letairis, settings};

/// Another process, as far as Redis can tell.
fn process(replay: &RunningReplay, redis: &Redis) -> Faers {
    process_with(replay, redis, |_, _| ())
}

fn process_with(
    replay: &RunningReplay,
    redis: &Redis,
    change: impl FnOnce(&mut FaersSettings, &mut Tuning),
) -> Faers {
    let (mut settings, mut tuning) = (settings(replay), impatient());
    settings.redis_url = Some(redis.url());
    change(&mut settings, &mut tuning);
    Faers::tuned(settings, tuning).unwrap()
}

#[tokio::test]
async fn what_one_process_fetched_the_other_has() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    let (one, other) = (process(&replay, &redis), process(&replay, &redis));

    let first = one.case_series(&letairis()).await.unwrap();
    let second = other.case_series(&letairis()).await.unwrap();

    assert_eq!(
        (first.cache, second.cache),
        (CacheState::Miss, CacheState::Hit)
    );
    assert_eq!(first.series.origin(), second.series.origin());
    assert_eq!(replay.requests(EVENTS), 2);
    assert!(other.cache_is_up().await);
}

#[tokio::test]
async fn a_warm_process_reads_no_snapshot() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    let faers = process(&replay, &redis);
    faers.case_series(&letairis()).await.unwrap();
    let bodies = redis.keys("quire:faers:v1:body:*").await;
    assert_eq!(bodies.len(), 1);
    let mut connection = redis.connect().await;
    redis::cmd("DEL")
        .arg(&bodies)
        .query_async::<()>(&mut connection)
        .await
        .unwrap();

    let again = faers.case_series(&letairis()).await.unwrap();

    assert_eq!((again.cache, again.series.len()), (CacheState::Hit, 61));
}

#[tokio::test]
async fn ten_processes_at_once_cause_one_fetch() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    let processes: Vec<Faers> = (0..10).map(|_| process(&replay, &redis)).collect();
    let ndc = letairis();

    let all = join_all(processes.iter().map(|faers| faers.case_series(&ndc))).await;

    assert!(
        all.iter()
            .all(|one| one.as_ref().unwrap().series.len() == 61)
    );
    assert_eq!(replay.requests(EVENTS), 2);
    assert!(
        redis.keys("quire:faers:v1:lock:*").await.is_empty(),
        "the lock is given back"
    );
}

#[tokio::test]
async fn a_lock_that_nobody_gives_back_costs_time_only() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    let patience = |_: &mut FaersSettings, tuning: &mut Tuning| {
        tuning.lock_for = Duration::from_millis(50);
    };
    process(&replay, &redis)
        .case_series(&letairis())
        .await
        .unwrap();
    let entry = redis.keys("quire:faers:v1:entry:*").await.remove(0);
    let lock = entry.replace(":entry:", ":lock:");
    let mut connection = redis.connect().await;
    redis::cmd("FLUSHALL")
        .query_async::<()>(&mut connection)
        .await
        .unwrap();
    redis::cmd("SET")
        .arg(&lock)
        .arg("dead")
        .query_async::<()>(&mut connection)
        .await
        .unwrap();

    let fetched = process_with(&replay, &redis, patience)
        .case_series(&letairis())
        .await
        .unwrap();

    assert_eq!(fetched.series.len(), 61);
}

#[tokio::test]
async fn a_lock_is_renewed_as_long_as_its_owner_fetches() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    replay.fail(FaultRule::always(Fault::Hang));
    let owner = process_with(&replay, &redis, |_, tuning| {
        tuning.lock_for = Duration::from_secs(3);
    });
    let fetch = tokio::spawn(async move { owner.case_series(&letairis()).await.map(|_| ()) });
    let mut connection = redis.connect().await;

    // Whoever renews the lock sets it back to what it is good for.
    let far = 1_000_000;
    let mut lock = None;
    let renewed = loop {
        if let Some(name) = redis.keys("quire:faers:v1:lock:*").await.pop() {
            let mut command = redis::cmd(if lock.is_none() { "PEXPIRE" } else { "PTTL" });
            command.arg(&name);
            if lock.is_none() {
                command.arg(far);
            }
            let answer: i64 = command.query_async(&mut connection).await.unwrap();
            match lock {
                None if answer == 1 => lock = Some(name),
                Some(_) if answer <= 3_000 => break answer,
                _ => (),
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };

    assert!(renewed > 0, "{renewed}");
    fetch.abort();
}

#[tokio::test]
async fn whoever_gets_the_right_to_ask_finds_the_answer_kept() {
    let Some(redis) = Redis::start() else { return };
    let mut connection = redis.connect().await;
    // Every command is slow, so that the server lists all of them.
    let mut list_all = redis::cmd("CONFIG");
    list_all.arg("SET").arg("slowlog-log-slower-than").arg(0);
    list_all.query_async::<()>(&mut connection).await.unwrap();
    let replay = Replay::sample().await.unwrap();
    // Long enough that nobody has to renew it.
    let faers = process_with(&replay, &redis, |_, tuning| {
        tuning.lock_for = Duration::from_secs(600);
    });
    let ndc = letairis();

    let fetched = faers.case_series(&ndc).await.unwrap();
    faers.background(&ndc, &fetched.series).await.unwrap();

    let mut list = redis::cmd("SLOWLOG");
    list.arg("GET").arg(1_000);
    let commands: redis::Value = list.query_async(&mut connection).await.unwrap();
    let redis::Value::Array(commands) = commands else {
        panic!("{commands:?}")
    };
    // The latest comes first.
    let mut order: Vec<&str> = commands
        .iter()
        .rev()
        .map(|command| format!("{command:?}"))
        .filter_map(|command| {
            let keeps = command.contains("PSETEX") && command.contains(":entry:");
            let gives_back = command.contains("EVALSHA") && command.contains(":lock:");
            keeps
                .then_some("kept")
                .or(gives_back.then_some("given back"))
        })
        .collect();
    // A script that the server does not know yet is sent twice.
    order.dedup();
    assert_eq!(order, ["kept", "given back", "kept", "given back"]);
}

/// Fetch, overwrite all keys of a kind, and fetch again in another process; how it was served.
async fn after_garbage(kind: &str, garbage: &[u8]) -> Option<CacheState> {
    let redis = Redis::start()?;
    let replay = Replay::sample().await.unwrap();
    let first = process(&replay, &redis)
        .case_series(&letairis())
        .await
        .unwrap();
    let mut connection = redis.connect().await;
    let keys = redis.keys(&format!("quire:faers:v1:{kind}")).await;
    assert!(!keys.is_empty());
    for key in keys {
        let mut set = redis::cmd("SET");
        set.arg(key)
            .arg(garbage)
            .query_async::<()>(&mut connection)
            .await
            .unwrap();
    }

    let second = process(&replay, &redis)
        .case_series(&letairis())
        .await
        .unwrap();

    assert_eq!(first.series.digest(), second.series.digest());
    let healed = process(&replay, &redis)
        .case_series(&letairis())
        .await
        .unwrap();
    assert_eq!(healed.cache, CacheState::Hit, "garbage is replaced");
    Some(second.cache)
}

#[tokio::test]
async fn garbage_is_as_good_as_nothing() {
    for (kind, garbage, expected) in [
        ("entry:*", &b"{\"schema\":"[..], CacheState::Miss),
        ("body:*", b"\x00\x00\xff\xffgarbage", CacheState::Miss),
        ("budget:*", b"garbage", CacheState::Hit),
        ("*", b"garbage", CacheState::Miss),
    ] {
        let Some(served) = after_garbage(kind, garbage).await else {
            return;
        };

        assert_eq!(served, expected, "{kind}");
    }
}

#[tokio::test]
async fn without_redis_there_are_still_answers_and_it_comes_back_by_itself() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let replay = Replay::sample().await.unwrap();
    let faers = process(&replay, &redis);
    redis.kill();

    let fetched = faers.case_series(&letairis()).await.unwrap();
    let kept = faers.case_series(&letairis()).await.unwrap();

    assert_eq!(
        (fetched.cache, kept.cache),
        (CacheState::Miss, CacheState::Hit)
    );
    assert!(!faers.cache_is_up().await);
    redis.launch();
    while !faers.cache_is_up().await {
        tokio::task::yield_now().await;
    }
    let other: quire_model::Ndc = "0054-4742".parse().unwrap();
    faers.case_series(&other).await.unwrap();
    assert!(
        !redis.keys("quire:faers:v1:entry:*").await.is_empty(),
        "it is used again"
    );
}

#[tokio::test]
async fn a_redis_that_hangs_is_not_waited_for() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = silent.local_addr().unwrap();
    let bench = Bench::with(|settings, tuning| {
        settings.redis_url = Some(format!("redis://{address}/0"));
        tuning.cache_timeout = Duration::from_millis(20);
        tuning.cache_cool_down = Duration::from_secs(600);
    })
    .await;

    let fetched = bench.faers.case_series(&letairis()).await.unwrap();

    assert_eq!(fetched.series.len(), 61);
    assert!(!bench.faers.cache_is_up().await);
}

#[tokio::test]
async fn the_budget_is_everyones() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    let two_a_day = |settings: &mut FaersSettings, _: &mut Tuning| settings.requests_per_day = 2;
    let one = process_with(&replay, &redis, two_a_day);
    let other = process_with(&replay, &redis, two_a_day);
    one.case_series(&letairis()).await.unwrap();

    let error = other
        .case_series(&"0054-4742".parse().unwrap())
        .await
        .unwrap_err();

    assert!(
        matches!(error, FaersError::BudgetExhausted { .. }),
        "{error}"
    );
    assert_eq!(replay.requests(EVENTS), 2);
}

#[tokio::test]
async fn the_pace_is_everyones() {
    let Some(redis) = Redis::start() else { return };
    let replay = Replay::sample().await.unwrap();
    let slow = |settings: &mut FaersSettings, tuning: &mut Tuning| {
        settings.requests_per_minute = 24;
        tuning.longest_wait = Duration::ZERO;
    };
    let one = process_with(&replay, &redis, slow);
    let other = process_with(&replay, &redis, slow);
    one.case_series(&letairis()).await.unwrap();

    let error = other
        .case_series(&"0054-4742".parse().unwrap())
        .await
        .unwrap_err();

    assert!(matches!(error, FaersError::Throttled { .. }), "{error}");
    assert_eq!(
        replay.requests(EVENTS),
        2,
        "a burst of two is one minute's twelfth part"
    );
}
