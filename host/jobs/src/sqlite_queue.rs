//! Tickets through SQLite, for a server without Redis.
//!
//! They live in a file of their own (`queue.db`), so that apalis' housekeeping never waits for the
//! ledger's lock, nor the ledger for it. Losing the file loses nothing: the sweeper pushes the
//! tickets again.

use std::{path::Path, sync::Arc, time::Duration};

use apalis::prelude::BackendExt;
use apalis_sqlite::{Config, SqliteStorage};
use futures::{Stream, stream};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;
use ulid::Ulid;

use crate::{
    delivery::Delivery,
    error::JobsError,
    tick::Tick,
    ticket::{Envelope, Ticket, TicketCodec},
};

/// The name of our queue in apalis' tables.
const QUEUE: &str = "quire:tickets";

/// A worker says that it lives so often; after six misses its tickets go back into the queue.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How often workers look for tickets that another process pushed; those of this process wake them.
const PERIOD: Duration = Duration::from_millis(250);

/// The queue in a file. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct SqliteQueue {
    pool: SqlitePool,
    pushed: Arc<Notify>,
}

impl SqliteQueue {
    /// Open the queue, and make it if there is none. Apalis' own set-up is not used: it switches
    /// `synchronous` off, and only on one connection.
    pub(crate) async fn open(data_dir: &Path) -> Result<Self, JobsError> {
        let options = SqliteConnectOptions::new()
            .filename(data_dir.join("queue.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        SqliteStorage::migrations().run(&pool).await?;
        Ok(Self {
            pool,
            pushed: Arc::default(),
        })
    }

    /// Whether the file can be read.
    pub(crate) async fn is_up(&self) -> bool {
        self.depth().await.is_ok()
    }

    /// Push a ticket and wake a worker of this process.
    pub(crate) async fn push(&self, ticket: &Ticket) -> Result<(), sqlx::Error> {
        self.push_bytes(&ticket.to_bytes()).await
    }

    /// Push any bytes. Apalis' own push takes a mutable storage, so all pushes would stand in line.
    pub(crate) async fn push_bytes(&self, bytes: &[u8]) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO Jobs (job, id, job_type, status, attempts, max_attempts, run_at, metadata)
             VALUES (?1, ?2, ?3, 'Pending', 0, 25, strftime('%s', 'now'), '{}')",
        )
        .bind(bytes)
        .bind(Ulid::generate().to_string())
        .bind(QUEUE)
        .execute(&self.pool)
        .await?;
        self.pushed.notify_one();
        Ok(())
    }

    /// How many tickets wait.
    pub(crate) async fn depth(&self) -> Result<u64, sqlx::Error> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM Jobs WHERE job_type = ?1 AND status = 'Pending'",
        )
        .bind(QUEUE)
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// Forget finished tickets and workers of yesterday, and let the planner know how large the
    /// rest is: without statistics each acknowledgement scans every row that its worker ever held.
    pub(crate) async fn clean(&self) -> Result<u64, sqlx::Error> {
        let done = sqlx::query(
            "DELETE FROM Jobs WHERE status IN ('Done', 'Killed')
                 OR (status = 'Failed' AND attempts >= max_attempts)",
        )
        .execute(&self.pool)
        .await?
        .rows_affected();
        sqlx::query(
            "DELETE FROM Workers WHERE last_seen < strftime('%s', 'now') - 86400
                 AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = Workers.id)",
        )
        .execute(&self.pool)
        .await?;
        if done > 0 {
            sqlx::raw_sql("PRAGMA analysis_limit = 400; ANALYZE Jobs")
                .execute(&self.pool)
                .await?;
        }
        Ok(done)
    }

    /// A backend for one worker life.
    pub(crate) fn delivery(&self) -> impl Delivery + use<> {
        let config = Config::default()
            .queue(QUEUE)
            // With more, heartbeats and acknowledgements stop while fetched tickets wait.
            .batch_size(1)
            .lock_tasks(false)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(6);
        SqliteStorage::<Envelope>::new(&self.pool)
            .with_config(config)
            .with_codec(TicketCodec)
            .poll_with_strategy(Tick::new(PERIOD, wake(Arc::clone(&self.pushed))))
    }
}

/// Yields whenever this process has pushed something.
fn wake(pushed: Arc<Notify>) -> impl Stream<Item = ()> + Send + Sync {
    stream::unfold(pushed, |pushed| async move {
        pushed.notified().await;
        Some(((), pushed))
    })
}
