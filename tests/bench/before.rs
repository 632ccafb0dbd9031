//! An older binary against this one, in turns, on the same machine and the same reports.

use std::path::{Path, PathBuf};

use crate::{
    process,
    stack::{self, Cost},
    table::{Table, percentile},
};

/// How often each is measured.
const ROUNDS: usize = 5;

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

/// Measure the binary that `BEFORE` names, and ours, `ROUNDS` times each in both modes.
pub(crate) async fn measure(table: &mut Table) {
    let before = std::env::var("BEFORE").expect("BEFORE=PATH names the older binary");
    let binaries = [PathBuf::from(before), process::quire_binary()];
    let replay = stack::openfda().await;
    let redis = process::redis();
    mode(table, "embedded", &binaries, &replay.url(), None).await;
    mode(table, "redis", &binaries, &replay.url(), Some(&redis.base)).await;
}

async fn mode(
    table: &mut Table,
    name: &str,
    binaries: &[PathBuf; 2],
    openfda: &str,
    redis: Option<&str>,
) {
    let mut costs = [Vec::new(), Vec::new()];
    let folders = [0, 1].map(|which| {
        let folder = format!("quire-before-{}-{name}-{which}", std::process::id());
        std::env::temp_dir().join(folder)
    });
    for round in 0..ROUNDS {
        // Each goes first as often as second: a machine that grows slower or quicker favours neither.
        for which in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            costs[which].push(one(&binaries[which], &folders[which], openfda, redis).await);
            eprintln!("{name}: round {round}, binary {which} done");
        }
    }
    for (figure, unit, read, more_is_better) in FIGURES {
        let [before, after] = costs.each_ref().map(|costs| {
            let mut values: Vec<f64> = costs.iter().map(read).collect();
            percentile(&mut values, 0.5)
        });
        let ratio = match more_is_better {
            true => after / before,
            false => before / after,
        };
        table.row(
            &format!("{name}: {figure}"),
            format!("× {ratio:.2}"),
            &format!("before {before:.2} {unit}, now {after:.2} {unit}; above 1 is better; medians of {ROUNDS}"),
        );
    }
    for folder in folders {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// A binary on its own data directory, started twice the first time, so that its sections are compiled.
async fn one(binary: &Path, folder: &Path, openfda: &str, redis: Option<&str>) -> Cost {
    let first = !folder.exists();
    std::fs::create_dir_all(folder).unwrap();
    let data_dir = folder.to_string_lossy();
    let arguments = stack::arguments(&data_dir, openfda, redis);
    if first {
        drop(process::quire_of(binary, &arguments));
    }
    Cost::of(&process::quire_of(binary, &arguments)).await
}
