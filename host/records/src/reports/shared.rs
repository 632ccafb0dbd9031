//! Equal requests are given one document: a report is settled with that of another, which was made of the same
//! arguments and of data that the same request would get now. Nothing is fetched or made for it.

use quire_model::{Digest, ReportId};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::{
    Pins, Records, RecordsError,
    audit::event::{NewEvent, append},
    reports::source::Source,
    stored::Columns,
};

/// What equal requests have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerKey {
    /// The digest of everything that determines the document, but its data.
    pub digest: Digest,
    /// The change of modules and definitions that this was worked out after. After a further one nothing is shared
    /// by it.
    pub change: u64,
}

/// What comes of fixing the versions of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinned {
    /// They are fixed: it is to be made.
    Fixed,
    /// It was given the document of an equal one, and has ended.
    Shared,
    /// An equal one is being made: wait for it, then ask again.
    Beside,
    /// The claim is void, or they are fixed already.
    Void,
}

impl Records {
    /// Fix the versions that a report is made with, or give it the document of an equal one, with its audit events.
    /// While an equal one is being made nothing is fixed, if `patient`. A report that is to be made anew is given
    /// no other's document, and `key` tells whom its own may be given to.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn pin_or_share(
        &self,
        id: &ReportId,
        token: &str,
        pins: &Pins,
        key: Option<&AnswerKey>,
        patient: bool,
    ) -> Result<Pinned, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let row = sqlx::query(
            "SELECT worker, anew FROM report
             WHERE id = $1 AND token = $2 AND state = 'running' AND pins IS NULL",
        )
        .bind(id.as_str())
        .bind(token)
        .fetch_optional(&mut *change)
        .await?;
        let Some(row) = row else {
            return Ok(Pinned::Void);
        };
        let worker: String = row.read("worker")?;
        if let Some(key) = key
            && !row.read::<bool>("anew")?
        {
            if let Some(source) = Source::find(&mut change, key, now).await? {
                source.give(&mut change, id, &worker, now).await?;
                change.commit().await?;
                self.told.notify_one();
                return Ok(Pinned::Shared);
            }
            if patient && is_made(&mut change, key, now).await? {
                return Ok(Pinned::Beside);
            }
        }
        fix(&mut change, id, pins, key).await?;
        let event = NewEvent {
            after: Some(Digest::of(&serde_json::to_vec(pins)?)),
            ..NewEvent::host(&worker, "report.pinned", format!("report {id}"))
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(Pinned::Fixed)
    }

    /// Whether a report of this key is being made.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn is_being_made(&self, key: &AnswerKey) -> Result<bool, RecordsError> {
        let mut reader = self.readers.acquire().await?;
        is_made(&mut reader, key, self.now()).await
    }
}

impl Records {
    /// Settle a claimed report with the document of another, if that is whole, has its document yet, and was made with
    /// the same versions; that the data are the same is the caller's to know. False, and nothing is written, if not, or
    /// the claim is void.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn settle_like(
        &self,
        id: &ReportId,
        token: &str,
        like: &ReportId,
    ) -> Result<bool, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let row = sqlx::query(
            "SELECT worker, pins, definition_version FROM report
             WHERE id = $1 AND token = $2 AND state = 'running' AND cancel = 0",
        )
        .bind(id.as_str())
        .bind(token)
        .fetch_optional(&mut *change)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let Some(source) = Source::called(&mut change, like).await? else {
            return Ok(false);
        };
        let same_versions = row.optional::<String>("pins")?.as_ref() == Some(&source.pins)
            && row.optional::<u32>("definition_version")? == source.definition_version;
        if !same_versions || !source.success.placeholders.is_empty() {
            return Ok(false);
        }
        let worker: String = row.read("worker")?;
        source.give(&mut change, id, &worker, now).await?;
        change.commit().await?;
        self.told.notify_one();
        Ok(true)
    }
}

async fn fix(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    pins: &Pins,
    key: Option<&AnswerKey>,
) -> Result<(), RecordsError> {
    sqlx::query(
        "UPDATE report SET pins = $2, definition_version = $3, answer_key = $4 WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(serde_json::to_string(&pins.modules)?)
    .bind(pins.definition_version)
    .bind(key.map(|key| key.digest.to_string()))
    .execute(&mut **change)
    .await?;
    Ok(())
}

async fn is_made(
    connection: &mut SqliteConnection,
    key: &AnswerKey,
    now: i64,
) -> Result<bool, RecordsError> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM report
                        WHERE answer_key = $1 AND state = 'running' AND cancel = 0 AND lease_until > $2)",
    );
    let found = found.bind(key.digest.to_string()).bind(now);
    Ok(found.fetch_one(connection).await?)
}

#[cfg(test)]
#[path = "shared/tests.rs"]
mod tests;
