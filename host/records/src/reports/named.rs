//! A caller's own names for requests that make a schedule or a webhook (`Idempotency-Key`): sent again, one makes nothing
//! new. Names are shared with requests for reports, which [`accept`](crate::reports::accept) remembers.

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::{Actor, IdempotencyKey, RecordsError, stored::Columns as _};

/// What an earlier request with this name made, by its id, if the request was the same.
///
/// # Errors
///
/// [`RecordsError::Conflict`] if it was another request.
pub(crate) async fn made_before(
    connection: &mut SqliteConnection,
    actor: &Actor,
    name: &IdempotencyKey,
    oldest: i64,
) -> Result<Option<String>, RecordsError> {
    let row = sqlx::query(
        "SELECT report, object, fingerprint FROM idempotency
         WHERE owner = $1 AND key = $2 AND created > $3",
    )
    .bind(actor.key.as_str())
    .bind(&name.key)
    .bind(oldest)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let object: Option<String> = row.optional("object")?;
    if object.is_some() && row.read::<quire_model::Digest>("fingerprint")? == name.fingerprint {
        return Ok(object);
    }
    let report = row.optional("report")?;
    Err(RecordsError::Conflict { report })
}

/// Remember a name and what was made, and forget names that have expired.
pub(crate) async fn remember_made(
    change: &mut Transaction<'static, Sqlite>,
    actor: &Actor,
    name: &IdempotencyKey,
    object: &str,
    (now, oldest): (i64, i64),
) -> Result<(), RecordsError> {
    sqlx::query("DELETE FROM idempotency WHERE created <= $1")
        .bind(oldest)
        .execute(&mut **change)
        .await?;
    sqlx::query(
        "INSERT INTO idempotency (owner, key, fingerprint, object, created)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(actor.key.as_str())
    .bind(&name.key)
    .bind(name.fingerprint.to_string())
    .bind(object)
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(())
}
