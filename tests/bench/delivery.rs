//! How soon an idle worker begins what was accepted: from the moment at which its ticket is pushed and the caller could
//! be answered, until the claim is written down and work begins.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use quire_jobs::{Presence, ProgressSink, Queue, QueueSettings, Work, WorkerSettings, Workers};
use quire_model::{Failure, Problem, ProblemKind, ReportId, ReportRequest};
use quire_records::{Actor, Manner, Pins, Records, RecordsSettings};
use quire_reports::Generated;
use tokio::sync::{mpsc, watch};

use crate::{
    ledger::{USUAL_DRUG, request},
    process,
    table::{Table, percentile},
};

/// Reports that come one by one.
const ALONE: usize = 300;

/// Measure both modes.
pub(crate) async fn measure(table: &mut Table) {
    let redis = process::redis();
    mode(table, "embedded", None).await;
    mode(table, "redis", Some(redis.base.clone())).await;
}

async fn mode(table: &mut Table, name: &str, redis: Option<String>) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "quire-bench-delivery-{}-{name}",
        std::process::id()
    ));
    let records = Records::open(RecordsSettings::new(&folder)).await.unwrap();
    let queue = Queue::open(QueueSettings::new(&folder, redis), records.clone());
    let queue = queue.await.unwrap();
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let workers = Workers {
        settings: WorkerSettings::default(),
        queue: queue.clone(),
        records,
        work: Beginning(begun),
        presence: Presence::default(),
    };
    let workers = tokio::spawn(workers.run(stopped));

    let (mut accepted, mut waited) = (Vec::new(), Vec::new());
    for number in 0..=ALONE {
        let (wanted, actor) = (request(USUAL_DRUG), Actor::operator());
        let asked = Instant::now();
        let accepting = queue.submit(Manner::default(), &wanted, &actor, "bench", None);
        accepting.await.unwrap();
        let pushed = Instant::now();
        let begun: Instant = begins.recv().await.unwrap();
        // The first finds a worker that is still setting up.
        if number > 0 {
            accepted.push((pushed - asked).as_secs_f64() * 1e3);
            waited.push(begun.saturating_duration_since(pushed).as_secs_f64() * 1e3);
        }
        // As idle as it was: whatever the end of the last one left to do is done.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    table.row(
        &format!("{name}: from push to start, idle"),
        format!("{:.2} ms", percentile(&mut waited, 0.5)),
        &format!(
            "p95 {:.2} ms of {ALONE}; the acceptance before it, synced, took {:.2} ms",
            percentile(&mut waited, 0.95),
            percentile(&mut accepted, 0.5)
        ),
    );
    stop.send_replace(true);
    workers.await.unwrap();
    queue.close().await;
    let _ = std::fs::remove_dir_all(folder);
}

/// Work that says when it begins, and fails.
struct Beginning(mpsc::UnboundedSender<Instant>);

impl Work for Beginning {
    async fn pins(&self, _: &ReportId, _: &ReportRequest) -> Pins {
        let _ = self.0.send(Instant::now());
        Pins::default()
    }

    async fn make(
        &self,
        _: ReportId,
        _: ReportRequest,
        _: Pins,
        _: ProgressSink,
    ) -> Result<Generated, Failure> {
        let problem = Problem::new(ProblemKind::Internal, "made to be measured");
        Err(Failure::lasting(problem))
    }
}
