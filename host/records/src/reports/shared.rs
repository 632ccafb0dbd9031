//! Equal requests are given one document: a report is settled with that of another, which was made of the same
//! arguments and of data that the same request would get now. Nothing is fetched or made for it.

use std::{collections::BTreeMap, time::Duration};

use quire_model::{Digest, Manifest, ReportId};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use crate::{
    Pins, Records, RecordsError, ReportRow, State, Success,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::manifests,
    stored::{Columns, StoredRow},
    webhooks::outbox,
};

/// Nothing is fresh for longer: an end that lies further ahead was written by a clock that has been set back since,
/// and counts as past.
const LONGEST_FRESH: Duration = Duration::from_hours(24);

/// How exactly it is known when data were last used.
const USE: Duration = Duration::from_hours(1);

/// Who is said to have shared a report that no worker had.
pub(crate) const HOST: &str = "quire";

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

/// A report whose document others are given.
pub(crate) struct Source {
    id: ReportId,
    finished: i64,
    success: Success,
    pins: String,
    definition_version: Option<u32>,
    manifest: Manifest,
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

impl Source {
    /// The newest report that was made of the same arguments, whole, of data that are fresh yet. None if modules or
    /// definitions were changed since the key was worked out.
    pub(crate) async fn find(
        change: &mut Transaction<'static, Sqlite>,
        key: &AnswerKey,
        now: i64,
    ) -> Result<Option<Self>, RecordsError> {
        let row = sqlx::query(
            "SELECT report.id, finished, success, pins, definition_version, json
             FROM report JOIN manifest ON manifest.report = report.id
             WHERE answer_key = $1 AND state = 'succeeded' AND artifact IS NOT NULL
                 AND fresh_until > $2 AND fresh_until <= $3
                 AND EXISTS (SELECT 1 FROM change WHERE revision = $4)
             ORDER BY report.id DESC LIMIT 1",
        )
        .bind(key.digest.to_string())
        .bind(now)
        .bind(now + millis(LONGEST_FRESH))
        .bind(i64::try_from(key.change).unwrap_or(i64::MAX))
        .fetch_optional(&mut **change)
        .await?;
        row.map(|row| Self::read(&row)).transpose()
    }

    /// A report that has its document, whatever became of its data since.
    async fn called(
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
    ) -> Result<Option<Self>, RecordsError> {
        let row = sqlx::query(
            "SELECT report.id, finished, success, pins, definition_version, json
             FROM report JOIN manifest ON manifest.report = report.id
             WHERE report.id = $1 AND state = 'succeeded' AND artifact IS NOT NULL AND pins IS NOT NULL",
        )
        .bind(id.as_str())
        .fetch_optional(&mut **change)
        .await?;
        row.map(|row| Self::read(&row)).transpose()
    }

    fn read(row: &StoredRow) -> Result<Self, RecordsError> {
        Ok(Self {
            id: row.read("id")?,
            finished: row.read("finished")?,
            success: row.json("success")?,
            pins: row.read("pins")?,
            definition_version: row.optional("definition_version")?,
            manifest: row.json("json")?,
        })
    }

    /// Settle a report that was just accepted or claimed with this one's document; gives which one this is.
    pub(crate) async fn give(
        self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
        worker: &str,
        now: i64,
    ) -> Result<ReportId, RecordsError> {
        let (artifact, from) = (self.success.artifact.digest, self.id.clone());
        self.settle(change, id, now).await?;
        self.note_use(change, now).await?;
        let reason = format!("the document of report {from}");
        let event = NewEvent {
            after: Some(artifact),
            reason: Some(&reason),
            ..NewEvent::host(worker, "report.shared", format!("report {id}"))
        };
        append(change, now, event).await?;
        let manifest = self.manifest_for(change, id).await?;
        manifests::write(change, id, worker, &manifest, now).await?;
        outbox::note(change, id, State::Succeeded, now).await?;
        Ok(from)
    }

    async fn settle(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
        now: i64,
    ) -> Result<(), RecordsError> {
        let elapsed_ms = u64::try_from(now - self.finished).unwrap_or(0);
        let success = Success {
            cache: "hit".to_owned(),
            age_s: self.success.age_s + elapsed_ms / 1_000,
            timings_ms: BTreeMap::new(),
            ..self.success.clone()
        };
        sqlx::query(
            "UPDATE report SET state = 'succeeded', finished = $2, due = NULL, not_before = NULL,
                    lease_until = NULL, problem = NULL, section = NULL, done = NULL, total = NULL,
                    pins = $3, definition_version = $4, success = $5, artifact = $6, shared_from = $7
             WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(now)
        .bind(&self.pins)
        .bind(self.definition_version)
        .bind(serde_json::to_string(&success)?)
        .bind(success.artifact.digest.to_string())
        .bind(self.id.as_str())
        .execute(&mut **change)
        .await?;
        Ok(())
    }

    /// What the document was made from is kept for those who were given it, too.
    async fn note_use(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        now: i64,
    ) -> Result<(), RecordsError> {
        let recipe = &self.manifest.making.colophon.recipe;
        let [data, background, label] = [Some(recipe.data.digest), recipe.background, recipe.label]
            .map(|digest| digest.map(|digest| digest.to_string()));
        sqlx::query("UPDATE snapshot SET used = $4 WHERE digest IN ($1, $2, $3) AND used < $5")
            .bind(data)
            .bind(background)
            .bind(label)
            .bind(now)
            .bind(now - millis(USE))
            .execute(&mut **change)
            .await?;
        Ok(())
    }

    /// How the document was made, and who was given it.
    async fn manifest_for(
        self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
    ) -> Result<String, RecordsError> {
        let mut query = QueryBuilder::new(format!("{} WHERE id = ", ReportRow::SELECT));
        query.push_bind(id.as_str());
        let row: ReportRow = query.build_query_as().fetch_one(&mut **change).await?;
        let manifest = Manifest {
            report: id.clone(),
            requested_by: row.owner.to_string(),
            accepted_at: row.accepted_at,
            started_at: row.started_at,
            trace_id: row.trace.map(|trace| trace.trace_id()),
            note: row.note,
            shared_from: Some(self.id),
            ..self.manifest
        };
        Ok(String::from_utf8_lossy(&manifest.to_bytes()).into_owned())
    }
}

#[cfg(test)]
#[path = "shared/tests.rs"]
mod tests;
