//! What it costs that a 202 survives a power cut: acceptances with a sync at each commit, and without,
//! round by round in one run, so that a noisy disk harms both alike.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use futures::future::join_all;
use quire_model::{Date, ReportRequest};
use quire_records::{Actor, Records, RecordsSettings};

use crate::table::{Table, percentile};

/// Rounds of each kind.
const ROUNDS: usize = 5;

/// Acceptances of a round that come one after another.
const ALONE: usize = 100;

/// Callers of a round that come at once, and how often each comes.
const CALLERS: usize = 64;
const TIMES: usize = 10;

/// Rounds of one kind, added up.
#[derive(Default)]
struct Figures {
    alone_ms: Vec<f64>,
    together: Duration,
}

/// On the disk that holds `target/`: a directory in memory would sync for nothing.
pub(crate) async fn measure(table: &mut Table) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("quire-bench-durability-{}", std::process::id()));
    let (mut synced, mut unsynced) = (Figures::default(), Figures::default());
    for round in 0..ROUNDS {
        unsynced
            .round(&folder.join(format!("{round}-unsynced")), false)
            .await;
        synced
            .round(&folder.join(format!("{round}-synced")), true)
            .await;
    }
    let _ = std::fs::remove_dir_all(&folder);
    synced.print(table, "synced", &unsynced);
    unsynced.print(table, "not synced", &unsynced);
}

impl Figures {
    async fn round(&mut self, data_dir: &std::path::Path, synced: bool) {
        let settings = RecordsSettings {
            synced,
            ..RecordsSettings::new(data_dir)
        };
        let records = Records::open(settings).await.unwrap();
        let accept = async || {
            let start = Instant::now();
            records
                .accept(&request(), &Actor::operator(), "bench", None)
                .await
                .unwrap();
            start.elapsed().as_secs_f64() * 1e3
        };
        accept().await;
        for _ in 0..ALONE {
            self.alone_ms.push(accept().await);
        }
        let start = Instant::now();
        join_all((0..CALLERS).map(async |_| {
            for _ in 0..TIMES {
                accept().await;
            }
        }))
        .await;
        self.together += start.elapsed();
    }

    fn per_second(&self) -> f64 {
        (ROUNDS * CALLERS * TIMES) as f64 / self.together.as_secs_f64()
    }

    fn alone_ms(&self, share: f64) -> f64 {
        percentile(&mut self.alone_ms.clone(), share)
    }

    fn print(&self, table: &mut Table, kind: &str, reference: &Self) {
        let median = self.alone_ms(0.5);
        table.row(
            &format!("an acceptance alone, {kind}"),
            format!("{median:.2} ms"),
            &format!(
                "p99 {:.2} ms; {:.2} of not synced",
                self.alone_ms(0.99),
                median / reference.alone_ms(0.5)
            ),
        );
        table.row(
            &format!("acceptances of {CALLERS} callers at once, {kind}"),
            format!("{:.0} /s", self.per_second()),
            &format!(
                "{:.2} of not synced",
                self.per_second() / reference.per_second()
            ),
        );
    }
}

fn request() -> ReportRequest {
    ReportRequest {
        ndc: "61958-0802".parse().unwrap(),
        definition: "cer".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        locale: "en".to_owned(),
        paper: None,
        selection: None,
    }
}
