//! Workers: as many as there are slots, started again until they are told to stop.

use std::sync::Arc;

use quire_records::Records;
use quire_reports::Maker;
use tokio::sync::watch;

use crate::{
    Presence, Queue, Work, WorkerSettings, consumer::Consumer, supervisor::supervise,
    sweeper::sweep,
};

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
            name: format!("worker-{}", std::process::id()),
            stop: stop.clone(),
        };
        tokio::join!(supervise(consumer, self.presence, stop), sweeper);
    }
}
