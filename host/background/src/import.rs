//! Imports files, from wherever an earlier attempt was stopped.

use std::path::Path;

use sqlx::{Row as _, SqlitePool};
use tokio::sync::mpsc;

use crate::{
    BackgroundError, ascii, bulk, count, database,
    part::{Content, Part},
    plan::Plan,
    prior,
    write::{self, Batch},
};

/// Batches that are read ahead of the one that is written: memory is bounded by a handful of them.
const AHEAD: usize = 2;

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Bytes of all files that are read so far; zip files count by their content.
    pub bytes: u64,
    /// Bytes of all files.
    pub of_bytes: u64,
}

/// What an import does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading a file, so many rows so far.
    Reading {
        /// Its name.
        file: String,
        /// Rows, or reports of a bulk file.
        rows: u64,
    },
    /// Counting reports of each drug and reaction.
    Counting,
    /// Fitting the prior of EBGM.
    Fitting,
}

/// Where a file stands.
struct Place {
    index: i64,
    rows_done: u64,
    done: bool,
}

/// Bring the import in `file` to its end.
///
/// # Errors
///
/// Whatever kept it from its end; the same call later goes on from there.
pub(crate) async fn run(
    file: &Path,
    name: &str,
    plan: &Plan,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), BackgroundError> {
    let pool = database::write(file, name, plan).await?;
    let result = run_in(&pool, name, plan, progress).await;
    pool.close().await;
    result
}

async fn run_in(
    pool: &SqlitePool,
    name: &str,
    plan: &Plan,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), BackgroundError> {
    let (fingerprint, state): (String, String) =
        sqlx::query_as("SELECT fingerprint, state FROM about")
            .fetch_one(pool)
            .await?;
    if fingerprint != plan.fingerprint.to_string() {
        let name = name.to_owned();
        return Err(BackgroundError::OtherFiles { name });
    }
    let of_bytes = plan.parts.iter().map(|part| part.bytes).sum();
    let at = |step, bytes| {
        progress(Progress {
            step,
            bytes,
            of_bytes,
        })
    };
    if state == "reading" {
        read_all(pool, name, plan, &at).await?;
        one_case_each(pool).await?;
        at(Step::Counting, of_bytes);
        count::count(pool).await?;
    }
    if state != "ready" {
        at(Step::Fitting, of_bytes);
        prior::fit(pool).await?;
    }
    // From now on it is only read, and a single file is all there is of it.
    sqlx::query("PRAGMA journal_mode = DELETE")
        .execute(pool)
        .await?;
    Ok(())
}

async fn read_all(
    pool: &SqlitePool,
    name: &str,
    plan: &Plan,
    at: &(dyn Fn(Step, u64) + Send + Sync),
) -> Result<(), BackgroundError> {
    let rows = sqlx::query("SELECT place, rows_done, sha256 IS NOT NULL FROM part ORDER BY place")
        .fetch_all(pool)
        .await?;
    let mut before = 0;
    for (row, part) in rows.iter().zip(&plan.parts) {
        let place = Place {
            index: row.try_get(0)?,
            rows_done: u64::try_from(row.try_get::<i64, _>(1)?).unwrap_or_default(),
            done: row.try_get(2)?,
        };
        if part.content > Content::Reports && part.content < Content::Bulk {
            one_case_each(pool).await?;
        }
        if !place.done {
            let shown = |rows, bytes: u64| {
                let file = part.shown.clone();
                at(Step::Reading { file, rows }, before + bytes);
            };
            read_part(pool, name, part.clone(), place, &shown).await?;
        }
        before += part.bytes;
    }
    Ok(())
}

/// A report version that stands under two cases is one report: it counts under the lower case number,
/// whichever was read first. Done once, between the reports and what names them.
async fn one_case_each(pool: &SqlitePool) -> Result<(), BackgroundError> {
    const COUNT: &str = "
        UPDATE about SET under_two_cases = (SELECT count(*) - count(DISTINCT number) FROM report)
        WHERE under_two_cases IS NULL";
    const REMOVE: &str = "
        DELETE FROM report WHERE EXISTS (
            SELECT 1 FROM report AS other WHERE other.number = report.number
               AND (length(other.case_id), other.case_id)
                 < (length(report.case_id), report.case_id))";
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let done = sqlx::query(COUNT).execute(&mut *transaction).await?;
    if done.rows_affected() > 0 {
        sqlx::query(REMOVE).execute(&mut *transaction).await?;
    }
    Ok(transaction.commit().await?)
}

/// Reads on a thread of its own, writes here; a batch is gone when it is written.
async fn read_part(
    pool: &SqlitePool,
    name: &str,
    part: Part,
    place: Place,
    shown: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<(), BackgroundError> {
    let (sender, mut batches) = mpsc::channel::<Batch>(AHEAD);
    let from = place.rows_done;
    let reading = tokio::task::spawn_blocking(move || {
        let gone = |_| BackgroundError::Broken("nobody writes what is read".to_owned());
        let emit = |batch| sender.blocking_send(batch).map_err(gone);
        match part.content {
            Content::Bulk => bulk::read(&part, from, emit),
            _ => ascii::read(&part, from, emit),
        }
    });
    let mut done = from;
    while let Some(batch) = batches.recv().await {
        write::write(pool, name, (place.index, done), &batch).await?;
        done = batch.rows_done;
        shown(done, batch.bytes);
    }
    let read = reading.await;
    read.map_err(|error| BackgroundError::Broken(error.to_string()))?
}
