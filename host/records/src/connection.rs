//! Pools of SQLite connections that throw away what cannot be used any more. Every pool of this
//! program is made here.

use std::time::Duration;

use sqlx::{
    Connection as _,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

/// How long to wait for a connection that others use. Who waits for the writer then hears that the records are
/// held, instead of standing in line behind everyone who waits too.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A pool whose connections live as long as the process: opening one costs a thread and a schema
/// parse. One that is stuck in a transaction is closed, and replaced by a fresh one, before anyone
/// gets it.
///
/// SQLite ends a transaction by itself when the disk is full, an input or output fails, or memory
/// runs out. The ROLLBACK that sqlx-sqlite 0.9 sends then fails, and its count of open transactions
/// stays up: each later `BEGIN` on that connection is refused, for ever. By the time a connection is
/// acquired again, the rollback of its last user has been carried out: the pool asks the connection
/// for a sign of life when it comes back. This can go when sqlx counts such a transaction as ended.
#[must_use]
pub fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(LONGEST_WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            let is_free = !connection.is_in_transaction();
            if !is_free {
                // Whoever met the failure says so.
                tracing::debug!("a connection to a database was stuck and is replaced");
            }
            Box::pin(async move { Ok(is_free) })
        })
}

/// A connection with these options is one that can write, or there is none. SQLite opens a file for reading where it
/// cannot be opened for more, as on a disk that is read-only for a moment, and such a connection would refuse all writes
/// for as long as the process lives. BEGIN IMMEDIATE does not tell; setting a number that nobody uses does.
#[must_use]
pub fn writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma("user_version", "0")
}

#[cfg(test)]
pub(crate) mod tests {
    use sqlx::SqlitePool;

    use super::*;

    /// Insert a row in a transaction. If there is no room for it, SQLite ends the transaction: it does
    /// so where one row is all that a statement writes, and undoes only the statement elsewhere.
    pub(crate) async fn insert(pool: &SqlitePool, row: &'static str) -> Result<(), sqlx::Error> {
        let mut change = pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(row).execute(&mut *change).await?;
        change.commit().await
    }

    async fn limit(pool: &SqlitePool, pages: &'static str) {
        sqlx::query(pages).execute(pool).await.unwrap();
    }

    #[tokio::test]
    async fn a_connection_that_can_only_read_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new().filename(dir.path().join("a.db"));
        let able = writing(options.clone().create_if_missing(true));
        pool(1).connect_with(able).await.unwrap().close().await;

        let unable = writing(options.read_only(true));
        let refused = pool(1).connect_with(unable).await.unwrap_err();

        assert_eq!(
            crate::database_fault(&refused),
            Some(crate::HostFault::ReadOnly)
        );
    }

    /// `.cargo/config.toml` says why.
    #[tokio::test]
    async fn statements_keep_their_plans() {
        let dir = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(dir.path().join("a.db"))
            .create_if_missing(true);
        let pool = pool(1).connect_with(options).await.unwrap();

        let options = sqlx::query_scalar("PRAGMA compile_options").fetch_all(&pool);
        let options: Vec<String> = options.await.unwrap();

        assert!(
            options.iter().any(|option| option == "ENABLE_QPSG"),
            "{options:?}"
        );
    }

    #[tokio::test]
    async fn a_connection_that_is_stuck_is_replaced_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(dir.path().join("a.db"))
            .create_if_missing(true)
            .pragma("cache_size", "77");
        let cache = async |pool: &SqlitePool| -> i64 {
            let cache = sqlx::query_scalar("PRAGMA cache_size").fetch_one(pool);
            cache.await.unwrap()
        };
        const LARGE: &str = "INSERT INTO filling (filling) VALUES (zeroblob(1000000))";
        let pool = pool(1).connect_with(options).await.unwrap();
        sqlx::query("CREATE TABLE filling (filling BLOB)")
            .execute(&pool)
            .await
            .unwrap();
        // Marks the connection: a fresh one has 77 again.
        limit(&pool, "PRAGMA cache_size = 99").await;

        drop(pool.begin_with("BEGIN IMMEDIATE").await.unwrap());
        let error = sqlx::query("no such thing").execute(&pool).await;
        assert!(error.is_err());
        assert_eq!(cache(&pool).await, 99);

        limit(&pool, "PRAGMA max_page_count = 1").await;
        let full = insert(&pool, LARGE).await.unwrap_err();
        assert_eq!(
            crate::database_fault(&full),
            Some(crate::HostFault::DiskFull)
        );
        assert_eq!(cache(&pool).await, 77);
        insert(&pool, LARGE).await.unwrap();
    }
}
