//! A ledger, a queue and workers, as in a small process.

use std::{path::Path, time::Duration};

use quire_model::ReportId;
use quire_records::{Actor, Clock, Manner, Records, RecordsSettings, ReportRow, State};
use quire_testing::RedisServer;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    scripted_work::{ScriptedWork, request},
    until,
};
use crate::{
    Bounds, Presence, Queue, QueueSettings, SubmitError, WorkerSettings, Workers, queue::Transport,
};

/// Everything is quicker than in earnest, but for the grace period: no ticket may be pushed twice
/// by a sweeper on a slow machine where a test counts.
pub(super) fn quick() -> WorkerSettings {
    WorkerSettings {
        slots: 4,
        lease: Duration::from_secs(3),
        renew_every: Duration::from_millis(50),
        progress_every: Duration::from_millis(20),
        timeout: Duration::from_secs(20),
        spared_for: Duration::from_millis(20),
        backoff: Duration::from_millis(20),
        sweep_every: Duration::from_millis(50),
        drain: Duration::from_millis(100),
        ..WorkerSettings::default()
    }
}

/// A small process. What it started ends with it.
pub(super) struct TestProcess {
    pub(super) records: Records,
    pub(super) queue: Queue,
    pub(super) work: ScriptedWork,
    pub(super) redis: Option<RedisServer>,
    _dir: tempfile::TempDir,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
}

impl TestProcess {
    /// One with the embedded queue.
    pub(super) async fn embedded() -> Self {
        Self::open(None, 10_000).await
    }

    /// One with a Redis of its own, which keeps nothing.
    pub(super) async fn over_redis() -> Self {
        Self::open(Some(RedisServer::start_forgetful()), 10_000).await
    }

    /// One of each, for promises that hold over both.
    pub(super) async fn of_each_kind() -> Vec<Self> {
        vec![Self::embedded().await, Self::over_redis().await]
    }

    pub(super) async fn open(redis: Option<RedisServer>, waiting_bound: u64) -> Self {
        Self::open_by(Clock::system(), redis, waiting_bound).await
    }

    /// One whose ledger goes by this clock.
    pub(super) async fn open_by(
        clock: Clock,
        redis: Option<RedisServer>,
        waiting_bound: u64,
    ) -> Self {
        let bounds = Bounds {
            waiting: waiting_bound,
            ..Bounds::default()
        };
        let url = redis.as_ref().map(RedisServer::url);
        let mut process = Self::set_up(clock, url, bounds, SHORT_GRACE).await;
        process.redis = redis;
        process
    }

    /// One with other bounds of callers.
    pub(super) async fn bounded(bounds: Bounds) -> Self {
        Self::set_up(Clock::system(), None, bounds, SHORT_GRACE).await
    }

    /// Another data directory on a Redis that is somebody else's.
    pub(super) async fn beside(url: String) -> Self {
        Self::set_up(Clock::system(), Some(url), Bounds::default(), SHORT_GRACE).await
    }

    /// One with a Redis of its own, that waits for lost tickets for as long as in earnest.
    pub(super) async fn patient() -> Self {
        let redis = RedisServer::start_forgetful();
        let grace = RecordsSettings::new("").grace;
        let url = Some(redis.url());
        let mut process = Self::set_up(Clock::system(), url, Bounds::default(), grace).await;
        process.redis = Some(redis);
        process
    }

    async fn set_up(clock: Clock, url: Option<String>, bounds: Bounds, grace: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let records = open_records(dir.path(), clock, grace).await;
        let settings = QueueSettings {
            bounds,
            ..QueueSettings::new(dir.path(), url)
        };
        let queue = Queue::open(settings, records.clone()).await.unwrap();
        Self {
            records,
            queue,
            work: ScriptedWork::new(),
            redis: None,
            _dir: dir,
            stop: watch::channel(false).0,
            workers: Vec::new(),
        }
    }

    /// Let workers begin.
    pub(super) fn start_workers(&mut self, settings: WorkerSettings) {
        let workers = Workers {
            settings,
            queue: self.queue.clone(),
            records: self.records.clone(),
            work: self.work.clone(),
            presence: Presence::default(),
        };
        self.workers
            .push(tokio::spawn(workers.run(self.stop.subscribe())));
    }

    /// Stop all workers and wait until they are gone.
    pub(super) async fn close(&mut self) {
        self.stop.send_replace(true);
        for workers in self.workers.drain(..) {
            workers.await.unwrap();
        }
    }

    pub(super) async fn submit(&self, definition: &str) -> Result<ReportId, SubmitError> {
        let actor = Actor::operator();
        let accepted = self
            .queue
            .submit(Manner::default(), &request(definition), &actor, "r", None)
            .await?;
        Ok(accepted.id)
    }

    pub(super) async fn row(&self, id: &ReportId) -> ReportRow {
        self.records.report(id).await.unwrap().unwrap()
    }

    pub(super) async fn reaches(&self, id: &ReportId, state: State) -> ReportRow {
        until(&format!("{id} is {state:?}"), async || {
            self.row(id).await.state == state
        })
        .await;
        self.row(id).await
    }

    /// Submit and wait for the end.
    pub(super) async fn run(&self, definition: &str) -> ReportRow {
        let id = self.submit(definition).await.unwrap();
        until(&format!("{id} ({definition}) ends"), async || {
            self.row(&id).await.state.is_final()
        })
        .await;
        self.row(&id).await
    }

    pub(super) async fn push_bytes(&self, bytes: &[u8]) {
        match &self.queue.transport {
            Transport::Redis(queue) => queue.push_bytes(bytes).await.unwrap(),
            Transport::Sqlite(queue) => queue.push_bytes(bytes).await.unwrap(),
        }
    }
}

/// How long a ticket may be on its way in most tests.
const SHORT_GRACE: Duration = Duration::from_millis(500);

async fn open_records(dir: &Path, clock: Clock, grace: Duration) -> Records {
    let settings = RecordsSettings {
        clock,
        grace,
        isolation: Duration::from_millis(20),
        ..RecordsSettings::new(dir)
    };
    Records::open(settings).await.unwrap()
}
