//! Guests that never come back are stopped, each budget by its own error, and others run on.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

use quire_model::ProblemKind;
use quire_modules::{Limits, RunError};

use crate::support::{Hostile, LIMITS};

#[tokio::test]
async fn a_guest_that_loops_is_stopped_when_its_cpu_time_is_over() {
    let hostile = Hostile::new();

    let error = hostile.commit("loop").await.unwrap_err();

    assert!(
        matches!(&error, RunError::CpuExceeded { budget, place } if *budget == LIMITS.cpu && place.contains("hostile::")),
        "{error}"
    );
    assert_eq!(
        error.problem("s", hostile.module.digest).kind,
        ProblemKind::ModuleCpuTime
    );
}

#[tokio::test]
async fn host_calls_do_not_hide_a_loop() {
    let hostile = Hostile::new();

    let error = hostile.commit("host-loop").await.unwrap_err();

    assert!(matches!(error, RunError::CpuExceeded { budget, .. } if budget == LIMITS.cpu));
}

#[tokio::test]
async fn wall_time_is_a_budget_of_its_own() {
    let wall = Duration::from_millis(100);
    let limits = Limits {
        cpu: Limits::MAXIMUM.cpu,
        wall,
        ..LIMITS
    };
    let hostile = Hostile::with(limits, 1);

    let start = Instant::now();
    let error = hostile.commit("loop").await.unwrap_err();

    assert!(matches!(error, RunError::WallExceeded { budget, .. } if budget == wall));
    // Generous: the machine may be busy, but nothing like the CPU budget passed.
    assert!(start.elapsed() < Duration::from_secs(60));
}

/// On one thread, so that anyone who holds it is noticed.
#[tokio::test(flavor = "current_thread")]
async fn a_looping_guest_leaves_room_for_others() {
    let hostile = Hostile::new();
    let turns = AtomicU32::new(0);
    let bystander = async {
        loop {
            turns.fetch_add(1, Relaxed);
            tokio::task::yield_now().await;
        }
    };

    tokio::select! {
        result = hostile.commit("loop") => assert!(result.is_err()),
        () = bystander => {}
    }

    // 500 ms of CPU time hold 50 ticks of 10 ms, each of which lets the bystander run.
    assert!(turns.load(Relaxed) > 10, "{turns:?}");
}

#[tokio::test]
async fn sleeping_takes_no_time() {
    let hostile = Hostile::new();

    let output = hostile.commit("sleep").await.unwrap();

    assert!(output.cpu < LIMITS.cpu);
}

#[tokio::test]
async fn a_call_that_is_dropped_gives_its_slot_back() {
    let hostile = Hostile::with(LIMITS, 1);

    for _ in 0..3 {
        let dropped = tokio::time::timeout(Duration::from_millis(30), hostile.commit("loop")).await;
        assert!(dropped.is_err());
    }

    assert!(hostile.commit("").await.is_ok());
}

#[tokio::test]
async fn more_calls_than_slots_wait_for_their_turn() {
    let hostile = Hostile::with(LIMITS, 2);

    let calls = (0..20).map(|_| hostile.commit(""));
    let results = futures::future::join_all(calls).await;

    assert!(results.iter().all(Result::is_ok));
}
