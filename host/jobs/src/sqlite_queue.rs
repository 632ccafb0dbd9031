//! Tickets through SQLite, for a server without Redis.
//!
//! They live in a file of their own (`queue.db`), so that apalis' housekeeping never waits for the
//! ledger's lock, nor the ledger for it. Losing the file loses nothing: the sweeper pushes the
//! tickets again. For the same reason it is not synced at each commit, as the ledger is: a power cut
//! may take the tickets of the last seconds along, never a report.
//!
//! Tickets are due at once, and their time says so: 0. Apalis compares times with the clock of the
//! machine, and a ticket that a wrong clock dated would wait until the right one comes by there.

use std::{path::Path, sync::Arc, time::Duration};

use apalis::prelude::BackendExt;
use apalis_sqlite::{Config, SqliteStorage};
use futures::{Stream, stream};
use quire_records::connection::{pool, writing};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::Notify;
use ulid::Ulid;

use crate::{
    delivery::Delivery,
    error::JobsError,
    poll::SteadyPoll,
    ticket::{Envelope, Ticket, TicketCodec},
};

/// The name of our queue in apalis' tables.
const QUEUE: &str = "quire:tickets";

/// A worker says that it lives so often; after six misses its tickets go back into the queue.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A worker without a heartbeat for so long is taken for dead: two are missed, and one is late.
const SILENCE: Duration = Duration::from_secs(15);

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
        let pool = pool(4).connect_with(writing(options)).await?;
        SqliteStorage::migrations().run(&pool).await?;
        Ok(Self {
            pool,
            pushed: Arc::default(),
        })
    }

    /// Try whether a ticket could be pushed: everything that a push does, and undone before anyone sees
    /// it.
    pub(crate) async fn try_push(&self) -> Result<(), sqlx::Error> {
        let mut change = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let id = format!("try-{}", Ulid::generate());
        insert(&mut *change, &id, b"{}").await?;
        sqlx::query("DELETE FROM Jobs WHERE id = ?1")
            .bind(&id)
            .execute(&mut *change)
            .await?;
        change.commit().await
    }

    /// How many workers, of whatever process, gave a sign of life lately.
    pub(crate) async fn living_workers(&self) -> Result<u64, sqlx::Error> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM Workers
             WHERE worker_type = ?1 AND last_seen >= strftime('%s', 'now') - ?2",
        )
        .bind(QUEUE)
        .bind(i64::try_from(SILENCE.as_secs()).unwrap_or(i64::MAX))
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// Push a ticket and wake a worker of this process.
    pub(crate) async fn push(&self, ticket: &Ticket) -> Result<(), sqlx::Error> {
        self.push_bytes(&ticket.to_bytes()).await
    }

    /// Push any bytes. Apalis' own push takes a mutable storage, so all pushes would stand in line.
    pub(crate) async fn push_bytes(&self, bytes: &[u8]) -> Result<(), sqlx::Error> {
        insert(&self.pool, &Ulid::generate().to_string(), bytes).await?;
        self.pushed.notify_one();
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
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

    /// Mend what a clock that was set back left in the future, forget finished tickets and workers of
    /// yesterday, and let the planner know how large the
    /// rest is: without statistics each acknowledgement scans every row that its worker ever held.
    pub(crate) async fn clean(&self) -> Result<u64, sqlx::Error> {
        self.mend_times().await?;
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

    /// A ticket that an earlier version dated waits no longer. A worker that was last seen in the future
    /// is either alive, and says so again in a moment, or dead, and its tickets go back into the queue
    /// when its heartbeats have been missed from now on.
    async fn mend_times(&self) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE Jobs SET run_at = 0
             WHERE job_type = ?1 AND status = 'Pending' AND run_at > strftime('%s', 'now')",
        )
        .bind(QUEUE)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "UPDATE Workers SET last_seen = strftime('%s', 'now')
             WHERE last_seen > strftime('%s', 'now') + ?1",
        )
        .bind(HEARTBEAT.as_secs() as i64)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// A backend for one run of a worker.
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
            .poll_with_strategy(SteadyPoll::new(PERIOD, wake(Arc::clone(&self.pushed))))
    }
}

async fn insert(
    database: impl sqlx::SqliteExecutor<'_>,
    id: &str,
    bytes: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO Jobs (job, id, job_type, status, attempts, max_attempts, run_at, metadata)
         VALUES (?1, ?2, ?3, 'Pending', 0, 25, 0, '{}')",
    )
    .bind(bytes)
    .bind(id)
    .bind(QUEUE)
    .execute(database)
    .await?;
    Ok(())
}

/// Yields whenever this process has pushed something.
fn wake(pushed: Arc<Notify>) -> impl Stream<Item = ()> + Send + Sync {
    stream::unfold(pushed, |pushed| async move {
        pushed.notified().await;
        Some(((), pushed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn queue(dir: &tempfile::TempDir) -> SqliteQueue {
        SqliteQueue::open(dir.path()).await.unwrap()
    }

    async fn number(queue: &SqliteQueue, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&queue.pool)
            .await
            .unwrap()
    }

    async fn run(queue: &SqliteQueue, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&queue.pool).await.unwrap();
    }

    #[tokio::test]
    async fn no_ticket_waits_for_a_clock_that_was_set_back() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(&dir).await;
        queue.push_bytes(b"new").await.unwrap();
        // As an earlier version pushed it, a day ahead.
        queue.push_bytes(b"old").await.unwrap();
        run(
            &queue,
            "UPDATE Jobs SET run_at = strftime('%s', 'now') + 86400 WHERE job = CAST('old' AS BLOB)",
        )
        .await;
        let due = "SELECT count(*) FROM Jobs WHERE run_at <= 0";
        assert_eq!(number(&queue, due).await, 1);

        queue.clean().await.unwrap();

        assert_eq!(number(&queue, due).await, 2);
    }

    #[tokio::test]
    async fn a_worker_that_was_last_seen_in_the_future_can_be_missed() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(&dir).await;
        run(
            &queue,
            "INSERT INTO Workers (id, worker_type, storage_name, layers, last_seen, started_at)
             VALUES ('ahead', 'quire:tickets', 's', '', strftime('%s', 'now') + 86400, 0),
                    ('alive', 'quire:tickets', 's', '', strftime('%s', 'now') - 1, 0)",
        )
        .await;

        queue.clean().await.unwrap();

        let ahead = "SELECT count(*) FROM Workers WHERE last_seen > strftime('%s', 'now')";
        let seen = "SELECT count(*) FROM Workers WHERE last_seen < strftime('%s', 'now') - 60";
        assert_eq!(number(&queue, ahead).await, 0);
        assert_eq!(number(&queue, seen).await, 0);
    }

    #[tokio::test]
    async fn after_a_push_that_failed_the_next_succeeds() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(&dir).await;
        // Each connection of the pool meets a full disk, and one is stuck in a transaction.
        let mut all = Vec::new();
        for _ in 0..4 {
            all.push(queue.pool.begin_with("BEGIN IMMEDIATE").await.unwrap());
            let change = all.last_mut().unwrap();
            sqlx::query("PRAGMA max_page_count = 1")
                .execute(&mut **change)
                .await
                .unwrap();
            let full = sqlx::query("INSERT INTO Workers (id, worker_type, storage_name) VALUES (hex(zeroblob(1000000)), 't', 's')")
                .execute(&mut **change)
                .await;
            assert!(full.is_err());
        }
        drop(all);

        for _ in 0..8 {
            let change = queue.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
            change.commit().await.unwrap();
        }
        queue.push_bytes(&[0; 100_000]).await.unwrap();
        assert_eq!(queue.depth().await.unwrap(), 1);
    }
}
