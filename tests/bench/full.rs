//! What a report costs where many wait and very many have ended, beside a ledger with none: round by round in one run,
//! so that a noisy machine harms both alike.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use quire_records::{Actor, Claim, Records, RecordsSettings};

use crate::{
    ledger::{self, request},
    process::{self, Running},
    stack::Client,
    table::{Table, percentile},
};

const ENDED: usize = 100_000;
const WAITING: usize = 20_000;

/// How often each thing is done.
const ROUNDS: usize = 300;

/// Measure it through the records and over HTTP.
pub(crate) async fn measure(table: &mut Table) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("quire-bench-full-{}", std::process::id()));
    let (empty, full) = (folder.join("empty"), folder.join("full"));
    let begun = Instant::now();
    ledger::fill(&full, ENDED).await;
    ledger::wait(&full, WAITING).await;
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!("{ENDED} reports entered and ended, {WAITING} entered in {seconds:.0} s");
    claims(table, [&empty, &full]).await;
    requests(table, [&empty, &full]).await;
    let _ = std::fs::remove_dir_all(&folder);
}

/// A claim of the report whose turn it is, each of a caller of its own.
async fn claims(table: &mut Table, folders: [&Path; 2]) {
    let [empty, full] = [open(folders[0]).await, open(folders[1]).await];
    let caller = Actor {
        key: "the-one".into(),
        ..Actor::operator()
    };
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (records, took) in [&empty, &full].into_iter().zip(&mut took) {
            let wanted = request(ledger::USUAL_DRUG);
            let accepted = records.accept(&wanted, &caller, "bench", None);
            let id = accepted.await.unwrap().id;
            let begun = Instant::now();
            let claim = records.claim_next(&id, "bench", Duration::from_secs(30));
            let claim = claim.await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1e3);
            assert!(matches!(claim, Claim::Go(_)));
        }
    }
    row(table, "a claim", took);
}

/// An acceptance and a look at a task, as callers meet them.
async fn requests(table: &mut Table, folders: [&Path; 2]) {
    let redis = [process::redis(), process::redis()];
    let server = |folder: &Path, redis: &Running| {
        let folder = folder.to_string_lossy().into_owned();
        let mut arguments = vec!["--data-dir", &folder, "--sample", "--workers", "0"];
        arguments.extend([
            "--max-waiting",
            "1000000",
            "--max-waiting-per-key",
            "1000000",
        ]);
        arguments.extend(["--requests-per-minute", "0", "--reports-per-minute", "0"]);
        arguments.extend(["--redis-url", &redis.base]);
        process::quire(&arguments)
    };
    let servers = [server(folders[0], &redis[0]), server(folders[1], &redis[1])];
    let clients = servers.each_ref().map(Client::new);
    let (mut accepted, mut looked) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for round in 0..ROUNDS {
        for (at, client) in clients.iter().enumerate() {
            let begun = Instant::now();
            let task = client.submit("cer", round).await;
            accepted[at].push(begun.elapsed().as_secs_f64() * 1e3);
            let begun = Instant::now();
            client.status(&task).await;
            looked[at].push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    row(table, "an acceptance over HTTP", accepted);
    row(table, "the status of a task over HTTP", looked);
}

async fn open(folder: &Path) -> Records {
    let settings = RecordsSettings {
        synced: false,
        ..RecordsSettings::new(folder)
    };
    Records::open(settings).await.unwrap()
}

fn row(table: &mut Table, what: &str, [mut empty, mut full]: [Vec<f64>; 2]) {
    let medians = [percentile(&mut empty, 0.5), percentile(&mut full, 0.5)];
    let slow = [percentile(&mut empty, 0.95), percentile(&mut full, 0.95)];
    table.row(
        &format!("{WAITING} waiting, {ENDED} ended: {what}"),
        format!("{:.2} ms", medians[1]),
        &format!(
            "{:.2} times that of an empty ledger ({:.2} ms); p95 {:.2} and {:.2} ms",
            medians[1] / medians[0],
            medians[0],
            slow[1],
            slow[0]
        ),
    );
}
