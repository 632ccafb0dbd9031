//! Callers' own names for requests (`Idempotency-Key`): sent again, one makes nothing new. A name is one request's, be it
//! for a report, a batch, a schedule or a webhook.

use quire_model::{Digest, ReportId};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::{
    Actor, IdempotencyKey, RecordsError,
    stored::{Columns as _, StoredRow},
};

/// What a request with a name made.
pub(crate) enum Made<'a> {
    /// A report, or a batch that has it as its first.
    Report(&'a ReportId),
    /// A schedule or a webhook, by its id.
    Object(&'a str),
}

/// The report of an earlier request with this name, if the request was the same.
///
/// # Errors
///
/// [`RecordsError::Conflict`] if it was another request.
pub(crate) async fn report_before(
    connection: &mut SqliteConnection,
    actor: &Actor,
    name: &IdempotencyKey,
    oldest: i64,
) -> Result<Option<ReportId>, RecordsError> {
    let Some(row) = same(connection, actor, name, oldest).await? else {
        return Ok(None);
    };
    match row.optional("report")? {
        Some(report) => Ok(Some(report)),
        None => Err(RecordsError::Conflict { report: None }),
    }
}

/// The schedule or webhook of an earlier request with this name, by its id, if the request was the same. It may be gone
/// meanwhile.
///
/// # Errors
///
/// [`RecordsError::Conflict`] if it was another request.
pub(crate) async fn object_before(
    connection: &mut SqliteConnection,
    actor: &Actor,
    name: &IdempotencyKey,
    oldest: i64,
) -> Result<Option<String>, RecordsError> {
    let Some(row) = same(connection, actor, name, oldest).await? else {
        return Ok(None);
    };
    match row.optional("object")? {
        Some(object) => Ok(Some(object)),
        None => Err(conflict(&row)?),
    }
}

/// What is kept of a name that has not expired.
async fn same(
    connection: &mut SqliteConnection,
    actor: &Actor,
    name: &IdempotencyKey,
    oldest: i64,
) -> Result<Option<StoredRow>, RecordsError> {
    let row = sqlx::query(
        "SELECT report, object, fingerprint FROM idempotency
         WHERE owner = $1 AND key = $2 AND created > $3",
    )
    .bind(actor.key.as_str())
    .bind(&name.key)
    .bind(oldest)
    .fetch_optional(connection)
    .await?;
    match row {
        Some(row) if row.read::<Digest>("fingerprint")? != name.fingerprint => Err(conflict(&row)?),
        row => Ok(row),
    }
}

fn conflict(row: &StoredRow) -> Result<RecordsError, RecordsError> {
    let report = row.optional("report")?;
    Ok(RecordsError::Conflict { report })
}

/// Remember a name and what was made, and forget names that have expired.
pub(crate) async fn remember(
    change: &mut Transaction<'static, Sqlite>,
    actor: &Actor,
    name: &IdempotencyKey,
    made: Made<'_>,
    (now, oldest): (i64, i64),
) -> Result<(), RecordsError> {
    sqlx::query("DELETE FROM idempotency WHERE created <= $1")
        .bind(oldest)
        .execute(&mut **change)
        .await?;
    let (report, object) = match made {
        Made::Report(id) => (Some(id.as_str()), None),
        Made::Object(id) => (None, Some(id)),
    };
    sqlx::query(
        "INSERT INTO idempotency (owner, key, fingerprint, report, object, created)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(actor.key.as_str())
    .bind(&name.key)
    .bind(name.fingerprint.to_string())
    .bind(report)
    .bind(object)
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(())
}
