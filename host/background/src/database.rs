//! Opens the database of one import.

use std::{path::Path, time::Duration};

use quire_records::connection::pool;
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{BackgroundError, plan::Plan};

/// How long a writer waits for another.
const BUSY: Duration = Duration::from_secs(10);
/// Pages that SQLite may keep in memory while it counts, in KiB (its own unit is negative): larger
/// sorts go to temporary files.
const CACHE: &str = "-65536";

/// Open what is there. Able to write all the same: after a crash, the log of the last batches has to be
/// read into the file before anything else can be.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn read(file: &Path) -> Result<SqlitePool, BackgroundError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(BUSY);
    Ok(pool(1).connect_with(options).await?)
}

/// Open for writing; a new file becomes an empty import of `plan`.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn write(
    file: &Path,
    name: &str,
    plan: &Plan,
) -> Result<SqlitePool, BackgroundError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        // What was committed survives the process; a power cut may cost the last batches, whole.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", CACHE)
        .busy_timeout(BUSY);
    let pool = pool(1).connect_with(options).await?;
    begin(&pool, name, plan).await?;
    Ok(pool)
}

/// Whether this is an import that an earlier version of Quire began and did not end: its tables lack what
/// rows are measured by now, and it cannot be gone on with.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn is_an_earlier_beginning(file: &Path) -> Result<bool, BackgroundError> {
    if !file.exists() {
        return Ok(false);
    }
    let pool = read(file).await?;
    let known = "SELECT
        (SELECT count(*) FROM pragma_table_info('about')) > 0
        AND (SELECT count(*) FROM pragma_table_info('about') WHERE name = 'outcomes') = 0";
    let earlier: bool = sqlx::query_scalar(known).fetch_one(&pool).await?;
    let state = match earlier {
        true => {
            sqlx::query_scalar("SELECT state FROM about")
                .fetch_optional(&pool)
                .await?
        }
        false => None::<String>,
    };
    pool.close().await;
    Ok(state.as_deref() == Some("reading"))
}

/// Writes the schema and the list of files, both or neither.
async fn begin(pool: &SqlitePool, name: &str, plan: &Plan) -> Result<(), BackgroundError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'about'";
    let begun: i64 = sqlx::query_scalar(tables)
        .fetch_one(&mut *transaction)
        .await?;
    if begun > 0 {
        return Ok(());
    }
    sqlx::raw_sql(include_str!("schema.sql"))
        .execute(&mut *transaction)
        .await?;
    let about = "INSERT INTO about (name, kind, fingerprint, label, as_of, outcomes)
        VALUES (?, ?, ?, ?, ?, ?)";
    sqlx::query(about)
        .bind(name)
        .bind(plan.kind.name())
        .bind(plan.fingerprint.to_string())
        .bind(&plan.label)
        .bind(plan.as_of.map(|day| day.to_string()))
        .bind(i64::from(plan.outcomes))
        .execute(&mut *transaction)
        .await?;
    for (name, reason) in &plan.aside {
        let row = "INSERT INTO aside (name, reason) VALUES (?, ?)";
        sqlx::query(row)
            .bind(name)
            .bind(reason)
            .execute(&mut *transaction)
            .await?;
    }
    for (place, part) in (0_i64..).zip(&plan.parts) {
        let row = "INSERT INTO part (place, name) VALUES (?, ?)";
        sqlx::query(row)
            .bind(place)
            .bind(&part.shown)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use quire_model::Digest;

    use super::*;
    use crate::plan::Kind;

    #[tokio::test]
    async fn after_a_batch_that_failed_the_next_is_written() {
        const LARGE: &str = "INSERT INTO part (place, name) VALUES (1, hex(zeroblob(1000000)))";
        let dir = tempfile::tempdir().unwrap();
        let plan = Plan {
            name: "made-up".to_owned(),
            kind: Kind::Ascii,
            label: "made up".to_owned(),
            as_of: None,
            outcomes: false,
            fingerprint: Digest::of(b"made up"),
            parts: Vec::new(),
            aside: Vec::new(),
        };
        let pool = write(&dir.path().join("made-up.db"), "made-up", &plan)
            .await
            .unwrap();
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&pool)
            .await
            .unwrap();

        let mut batch = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let full = sqlx::query(LARGE).execute(&mut *batch).await;
        drop(batch);

        assert!(full.is_err());
        let mut batch = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        sqlx::query(LARGE).execute(&mut *batch).await.unwrap();
        batch.commit().await.unwrap();
    }
}
