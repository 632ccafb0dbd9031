//! An older binary against this one, in turns, on the same machine and the same reports.

use std::path::{Path, PathBuf};

use crate::{
    process::{self, Running},
    stack::{self, Cost, Size},
    table::{Table, percentile},
};

/// How often each is measured.
const ROUNDS: usize = 10;

/// What each is asked for in a round: little, so that a machine whose speed changes by the minute changes for both.
const ROUND: Size = Size {
    idle: 10,
    batch: 40,
    status: 2,
};

/// More reports than a round asks for.
const NUMBERS: usize = 100;

/// A figure: its name, its unit, how it is read, and whether more is better.
type Figure = (&'static str, &'static str, fn(&Cost) -> f64, bool);

const FIGURES: &[Figure] = &[
    ("request to result, idle", "ms", |cost| cost.idle_ms, false),
    ("the same, p95", "ms", |cost| cost.idle_slow_ms, false),
    (
        "request to acceptance, idle",
        "ms",
        |cost| cost.accepted_ms,
        false,
    ),
    (
        "warm `plain` reports",
        "/s",
        |cost| cost.plain.per_second,
        true,
    ),
    ("CPU of one", "ms", |cost| cost.plain.cpu * 1e3, false),
    ("warm `cer` reports", "/s", |cost| cost.cer.per_second, true),
    ("CPU of one `cer`", "ms", |cost| cost.cer.cpu * 1e3, false),
    ("memory after load", "MiB", |cost| cost.memory_mib, false),
    ("status requests", "/s", |cost| cost.status_per_second, true),
    (
        "those that may be compressed",
        "/s",
        |cost| cost.status_compressed_per_second,
        true,
    ),
];

/// Measure the binary that `BEFORE` names, and ours, in both modes: both run all the time, and are asked in turns.
pub(crate) async fn measure(table: &mut Table) {
    let before = std::env::var("BEFORE").expect("BEFORE=PATH names the older binary");
    let binaries = [PathBuf::from(before), process::quire_binary()];
    let replay = stack::openfda().await;
    let redis = [process::redis(), process::redis()];
    mode(table, "embedded", &binaries, &replay.url(), [None, None]).await;
    let redis = redis.each_ref().map(|redis| Some(redis.base.as_str()));
    mode(table, "redis", &binaries, &replay.url(), redis).await;
}

async fn mode(
    table: &mut Table,
    name: &str,
    binaries: &[PathBuf; 2],
    openfda: &str,
    redis: [Option<&str>; 2],
) {
    let folders = [0, 1].map(|which| {
        let folder = format!("quire-before-{}-{name}-{which}", std::process::id());
        std::env::temp_dir().join(folder)
    });
    let servers =
        [0, 1].map(|which| started(&binaries[which], &folders[which], openfda, redis[which]));
    let mut costs = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        // Each goes first as often as second.
        for which in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            costs[which].push(Cost::of(&servers[which], ROUND, round * NUMBERS).await);
        }
        eprintln!("{name}: round {} of {ROUNDS}", round + 1);
    }
    for figure in FIGURES {
        tell(table, name, figure, &costs);
    }
    drop(servers);
    for folder in folders {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// A figure's ratio, the median of what each round gives, with the least and the most; above 1 is better.
fn tell(table: &mut Table, name: &str, figure: &Figure, costs: &[Vec<Cost>; 2]) {
    let (figure, unit, read, more_is_better) = *figure;
    let [before, after] = costs
        .each_ref()
        .map(|costs| costs.iter().map(read).collect::<Vec<f64>>());
    let pairs = before.iter().zip(&after);
    let mut ratios: Vec<f64> = pairs
        .map(|(before, after)| match more_is_better {
            true => after / before,
            false => before / after,
        })
        .collect();
    let [before, after] = [before, after].map(|mut values| percentile(&mut values, 0.5));
    let ratio = percentile(&mut ratios, 0.5);
    let (least, most) = (percentile(&mut ratios, 0.0), percentile(&mut ratios, 1.0));
    table.row(
        &format!("{name}: {figure}"),
        format!("× {ratio:.2}"),
        &format!(
            "{least:.2} to {most:.2} in {ROUNDS} rounds, above 1 is better; before {before:.2} {unit}, now {after:.2} {unit}"
        ),
    );
}

/// A binary on its own data directory, started twice, so that its sections are compiled.
fn started(binary: &Path, folder: &Path, openfda: &str, redis: Option<&str>) -> Running {
    std::fs::create_dir_all(folder).unwrap();
    let data_dir = folder.to_string_lossy();
    let arguments = stack::arguments(&data_dir, openfda, redis);
    drop(process::quire_of(binary, &arguments));
    process::quire_of(binary, &arguments)
}
