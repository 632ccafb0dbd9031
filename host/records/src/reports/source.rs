//! A report whose document others are given.

use std::{collections::BTreeMap, time::Duration};

use quire_model::{Given, Manifest, ReportId};
use sqlx::{QueryBuilder, Sqlite, Transaction};

use crate::{
    AnswerKey, RecordsError, ReportRow, State, Success,
    audit::event::{NewEvent, append_all},
    clock::millis,
    reports::manifests,
    stored::{Columns, StoredRow},
    webhooks::outbox,
};

/// Nothing is fresh for longer: an end that lies further ahead was written by a clock that has been set back since,
/// and counts as past.
const LONGEST_FRESH: Duration = Duration::from_hours(24);

/// For so long what was noted of the use of data counts: when they were last used is known to twice this.
const USE: Duration = Duration::from_hours(1);

/// It is there, whole, and may be given away.
pub(crate) struct Source {
    pub(crate) id: ReportId,
    finished: i64,
    pub(crate) success: Success,
    pub(crate) pins: String,
    pub(crate) definition_version: Option<u32>,
    /// Canonical JSON.
    manifest: String,
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
    pub(crate) async fn called(
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
            manifest: row.read("json")?,
        })
    }

    /// What is said of its document where it is given away now, as JSON.
    pub(crate) fn success_at(&self, now: i64) -> Result<String, RecordsError> {
        let elapsed_ms = u64::try_from(now - self.finished).unwrap_or(0);
        Ok(serde_json::to_string(&Success {
            cache: "hit".to_owned(),
            age_s: self.success.age_s + elapsed_ms / 1_000,
            timings_ms: BTreeMap::new(),
            ..self.success.clone()
        })?)
    }

    /// Settle a claimed report with this one's document.
    pub(crate) async fn give(
        self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
        worker: &str,
        now: i64,
    ) -> Result<(), RecordsError> {
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
        .bind(self.success_at(now)?)
        .bind(self.success.artifact.digest.to_string())
        .bind(self.id.as_str())
        .execute(&mut **change)
        .await?;
        let mut query = QueryBuilder::new(format!("{} WHERE id = ", ReportRow::SELECT));
        query.push_bind(id.as_str());
        let row: ReportRow = query.build_query_as().fetch_one(&mut **change).await?;
        let given = Given {
            report: row.id,
            requested_by: row.owner.to_string(),
            accepted_at: row.accepted_at,
            started_at: row.started_at,
            trace_id: row.trace.map(|trace| trace.trace_id()),
            note: row.note,
            shared_from: self.id.clone(),
        };
        self.given_to(change, &given, worker, None, now).await
    }

    /// What is written beside the row of a report that was settled with this one's document: its manifest, the events
    /// of the audit trail, after the one that comes `before` them, and what webhooks are told.
    pub(crate) async fn given_to(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        given: &Given,
        worker: &str,
        before: Option<NewEvent<'_>>,
        now: i64,
    ) -> Result<(), RecordsError> {
        self.note_use(change, now).await?;
        let id = &given.report;
        let reason = format!("the document of report {}", self.id);
        let shared = NewEvent {
            after: Some(self.success.artifact.digest),
            reason: Some(&reason),
            ..NewEvent::host(worker, "report.shared", format!("report {id}"))
        };
        let manifest = given.manifest(&self.manifest)?;
        let manifest = manifests::write(change, id, worker, &manifest).await?;
        append_all(change, now, before.into_iter().chain([shared, manifest])).await?;
        outbox::note(change, id, State::Succeeded, now).await?;
        Ok(())
    }

    /// What the document was made from is kept for those who were given it, too. While it is new its making has said
    /// so.
    async fn note_use(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        now: i64,
    ) -> Result<(), RecordsError> {
        if (0..millis(USE)).contains(&(now - self.finished)) {
            return Ok(());
        }
        let manifest: Manifest = serde_json::from_str(&self.manifest)?;
        let recipe = &manifest.making.colophon.recipe;
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
}
