//! Workers: as many as there are slots, started again until they are told to stop.

use std::{sync::Arc, time::SystemTime};

use quire_records::Records;
use quire_reports::Maker;
use tokio::sync::watch;

use crate::{
    Presence, Queue, Work, WorkerSettings, consumer::Consumer, supervisor::supervise,
    sweeper::sweep,
};

/// Names this process among all that ever were, on whatever machine: its host, its number there and when it
/// began, in seconds since 1970-01-01 UTC.
fn worker_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    // The trail shows it, and a machine may be called anything.
    let host: String = host
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "-.".contains(*letter))
        .take(63)
        .collect();
    let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let began = began.map_or(0, |since| since.as_secs());
    format!("worker-{host}-{}-{began}", std::process::id())
}

/// The workers of one process.
#[derive(Debug)]
pub struct Workers<W = Maker> {
    /// How they work.
    pub settings: WorkerSettings,
    /// Where tickets come from.
    pub queue: Queue,
    /// Where reports stand.
    pub records: Records,
    /// What makes reports.
    pub work: W,
    /// Where it can be seen whether they work.
    pub presence: Presence,
}

impl<W: Work> Workers<W> {
    /// Work until `stop` holds true; then let running reports finish, or hand them back.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let sweeper = sweep(
            self.queue.clone(),
            self.records.clone(),
            self.settings.sweep_every,
            stop.clone(),
        );
        let consumer = Consumer {
            settings: Arc::new(self.settings),
            queue: self.queue,
            records: self.records,
            work: Arc::new(self.work),
            name: worker_name(),
            stop: stop.clone(),
            company: Arc::default(),
        };
        tokio::join!(supervise(consumer, self.presence, stop), sweeper);
    }
}
