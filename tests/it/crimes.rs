//! The promise, while crimes are committed: a report that was answered `202` ends in exactly one result, whatever
//! dies in between.
//!
//! The long form is `make faults`: thousands of reports and every crime, in both modes, with a scoreboard. The short
//! one runs with the other tests.

mod board;
mod load;
pub(crate) mod machine;
mod offence;
mod scene;
mod watch;

use std::time::{Duration, Instant};

use self::{
    board::{Board, Borne},
    offence::Offence,
    scene::{Mode, Scene},
    watch::Watch,
};
use crate::support::run_quire_in;

/// How long a service may take to be itself again, and how long reports may take to end.
const RECOVERY: Duration = Duration::from_secs(150);
const END: Duration = Duration::from_secs(600);

/// Commit these crimes while so many reports are asked for and made, with or without a Prometheus that says which alerts
/// that meets; the scoreboard, also as text.
async fn committed(
    mode: Mode,
    reports: usize,
    offences: &[Offence],
    alerts: bool,
) -> (Board, String) {
    let began = Instant::now();
    let mut scene = Scene::set(mode).await;
    let watch = Watch::begin(scene.api.data_dir(), scene.address(), alerts).await;
    let window = (reports / 4).clamp(20, 2_500);
    let caller = (scene.address(), scene.api.key());
    let (told, mut lanes) = load::begin(reports, window, caller, &watch.ended);

    let mut borne = Vec::new();
    for (at, offence) in offences.iter().enumerate() {
        // Spread over the load, so that each meets reports of every state.
        let due = reports * (at + 1) / (offences.len() + 2);
        let mut ended = watch.ended.clone();
        let _ = tokio::time::timeout(END, ended.wait_for(|ended| *ended >= due)).await;
        let _ = watch.said();
        let crime = Instant::now();
        offence.commit(&mut scene, &watch).await;
        borne.push(Borne {
            offence: *offence,
            recovery: watch.recovery(reports, RECOVERY).await,
            said: watch.said(),
            alerts: watch.alerts(crime).await,
        });
    }
    let rest = async {
        while lanes.join_next().await.is_some() {}
        watch.nothing_open().await;
    };
    let _ = tokio::time::timeout(END, rest).await;

    let board = Board::of(&told, &watch).await;
    let shown = board.shown(&borne, &told, began.elapsed());
    let verified = run_quire_in(scene.api.data_dir(), &["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    (board, shown)
}

#[tokio::test]
async fn what_was_accepted_ends_once_whatever_dies_beside_a_redis() {
    let offences = [
        Offence::Poison,
        Offence::KillWorker,
        Offence::ReplaceRedis,
        Offence::KillServer,
        Offence::StopWorker,
    ];
    let (board, shown) = committed(Mode::Redis, 200, &offences, false).await;
    println!("{shown}");
    board.assert_kept();
}

#[tokio::test]
async fn what_was_accepted_ends_once_whatever_dies_in_one_process() {
    let offences = [
        Offence::Poison,
        Offence::FlushQueue,
        Offence::KillServer,
        Offence::Disk(machine::Disk::ReadOnly, "/quire.db"),
        Offence::ClockForth,
    ];
    let (board, shown) = committed(Mode::Embedded, 200, &offences, false).await;
    println!("{shown}");
    board.assert_kept();
}

/// `make faults REPORTS=10000`.
#[tokio::test]
#[ignore = "takes half an hour: make faults"]
async fn scoreboard() {
    let reports = std::env::var("QUIRE_TEST_REPORTS").ok();
    let reports = reports.and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let mut boards = Vec::new();
    for mode in [Mode::Embedded, Mode::Redis] {
        let (board, shown) = committed(mode, reports, &Offence::all(mode), true).await;
        println!("{mode:?}: {shown}");
        boards.push(board);
    }
    for board in boards {
        board.assert_kept();
    }
}
