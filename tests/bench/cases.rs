//! What a whole report costs as cases grow: made-up reports from a replaying openFDA to a PDF, by
//! `quire report`, each size in a process of its own.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use quire_replay::{Replay, ReplaySettings};

use crate::{
    process::{cpu_seconds_of_children, memory_mib, quire_binary},
    table::Table,
};

/// Cases of each report; the last is openFDA's limit for one query without `search_after`.
const SIZES: [usize; 4] = [1_000, 5_000, 10_000, 25_000];
const NDC: &str = "61958-0802";

/// One row for each size.
pub(crate) async fn measure(table: &mut Table) {
    let folder = std::env::temp_dir().join(format!("quire-bench-cases-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // The first run compiles the sections into the data directory; it is not counted.
    report(&folder, 10).await;
    for cases in SIZES {
        let cost = report(&folder, cases).await;
        table.row(
            &format!("a report of {cases} synthetic cases, openFDA's pages to PDF"),
            format!("{:.2} s", cost.cpu_s),
            &format!(
                "CPU, {:.2} ms a case; peak {:.0} MiB, {} KiB of PDF",
                cost.cpu_s * 1e3 / cases as f64,
                cost.peak_mib,
                cost.pdf_bytes / 1024
            ),
        );
    }
    let _ = std::fs::remove_dir_all(&folder);
}

struct Cost {
    cpu_s: f64,
    peak_mib: f64,
    pdf_bytes: u64,
}

async fn report(folder: &Path, cases: usize) -> Cost {
    let replay = Replay::start(ReplaySettings::synthetic(cases, 1, NDC))
        .await
        .unwrap();
    let output = folder.join(format!("{cases}.pdf"));
    let mut command = Command::new(quire_binary());
    command
        .args(["report", NDC, "--as-of", "2025-06-30", "--role", "any"])
        .args(["--openfda-url", &replay.url(), "--max-reports", "25000"])
        .arg("--data-dir")
        .arg(folder)
        .arg("--output")
        .arg(&output)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let watched = tokio::task::spawn_blocking(move || {
        let before = cpu_seconds_of_children();
        let mut child = command.spawn().unwrap();
        let mut peak_mib = 0f64;
        // The peak only grows, so that the last look before the end is near it.
        let ended = loop {
            peak_mib = peak_mib.max(memory_mib(child.id(), "VmHWM"));
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        assert!(ended.success(), "quire report failed for {cases} cases");
        (cpu_seconds_of_children() - before, peak_mib)
    });
    let (cpu_s, peak_mib) = watched.await.unwrap();
    Cost {
        cpu_s,
        peak_mib,
        pdf_bytes: std::fs::metadata(output).unwrap().len(),
    }
}
