//! Pools of SQLite connections that throw away what cannot be used any more. Every pool of this
//! program is made here.

use sqlx::{Connection as _, sqlite::SqlitePoolOptions};

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
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            let is_free = !connection.is_in_transaction();
            if !is_free {
                tracing::warn!("a connection to a database was stuck and is replaced");
            }
            Box::pin(async move { Ok(is_free) })
        })
}
