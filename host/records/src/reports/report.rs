//! Where one report stands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use quire_model::{Digest, Problem, ReportId, ReportRequest};
use serde::{Deserialize, Serialize};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Actor, ArtifactRef, KeyId, Records, RecordsError,
    stored::{count, json, report_id, time, unreadable},
};

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Accepted; no worker has claimed it yet.
    Queued,
    /// A worker holds a lease on it.
    Running,
    /// An attempt failed; another follows.
    Retrying,
    /// The document is stored.
    Succeeded,
    /// It ended without a document.
    Failed,
    /// Someone called it off.
    Cancelled,
}

/// How far the running attempt has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done: `data`, a section's name, or `pdf`.
    pub section: String,
    /// Steps that are done.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
}

/// What a finished report left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    /// The document, drawn as a PDF.
    pub artifact: ArtifactRef,
    /// The same document as JSON, from which its other forms are made; none for a report of an
    /// earlier version of Quire.
    #[serde(default)]
    pub document: Option<ArtifactRef>,
    /// The document's own identifier, which derives from its arguments.
    pub document_id: String,
    /// The digest of the data it was made from.
    pub data_digest: Digest,
    /// How the cache served the data: `miss`, `hit` or `stale`.
    pub cache: String,
    /// How old the data were, in seconds.
    pub age_s: u64,
    /// How long each stage took, in milliseconds.
    pub timings_ms: BTreeMap<String, u64>,
    /// Sections that a placeholder stands in for.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// The manifest as canonical JSON, to be written with the settlement. It is kept apart, so that
    /// a look at the report does not read it: [`Records::manifest`] does.
    #[serde(skip)]
    pub manifest: Option<String>,
}

/// One row of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// Which report.
    pub id: ReportId,
    /// Where it stands.
    pub state: State,
    /// How many times a worker has begun it; 0 while it waits for the first.
    pub attempt: u32,
    /// What was asked for.
    pub request: ReportRequest,
    /// Who asked.
    pub owner: KeyId,
    /// How far it has come, while it runs.
    pub progress: Option<Progress>,
    /// Someone has called it off and the worker has not noticed yet.
    pub cancel_requested: bool,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When a worker first began it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The earliest time of the next attempt.
    pub retry_at: Option<Timestamp>,
    /// Why it failed, or why the last attempt did.
    pub problem: Option<Problem>,
    /// What it left behind.
    pub success: Option<Success>,
    /// Module digests by section name, fixed at the first claim.
    pub pins: BTreeMap<String, Digest>,
    /// The version of its definition, fixed at the first claim.
    pub definition_version: Option<u32>,
}

impl State {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl State {
    /// Every state, in the order a report may go through them.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Retrying,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// As stored and shown: one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, RecordsError> {
        let mut all = Self::ALL.into_iter();
        all.find(|state| state.as_str() == text)
            .ok_or_else(|| unreadable("state", text))
    }
}

impl Records {
    /// Where a report stands; none if there is no such report.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn report(&self, id: &ReportId) -> Result<Option<ReportRow>, RecordsError> {
        let ids = std::slice::from_ref(id);
        Ok(self.reports_named(ids).await?.pop())
    }

    /// The same for those who may see it: the key that asked for it, administrators and auditors.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn report_for(
        &self,
        actor: &Actor,
        id: &ReportId,
    ) -> Result<Option<ReportRow>, RecordsError> {
        let row = self.report(id).await?;
        Ok(row.filter(|row| actor.may_see(&row.owner)))
    }

    /// How many reports wait for a worker.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn waiting(&self) -> Result<u64, RecordsError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM report
             WHERE due IS NOT NULL AND state IN ('queued', 'retrying')",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(count.unsigned_abs())
    }
}

impl ReportRow {
    /// What [`read`](Self::read) reads.
    pub(crate) const SELECT: &str = "SELECT id, state, attempt, request, owner, cancel, pins,
        definition_version, section, done, total, accepted, started, finished, not_before, problem, success
        FROM report";

    pub(crate) fn read(row: &SqliteRow) -> Result<Self, RecordsError> {
        let text = |name| row.try_get::<Option<&str>, _>(name);
        let at = |name| -> Result<Option<Timestamp>, RecordsError> {
            row.try_get::<Option<i64>, _>(name)?.map(time).transpose()
        };
        let state = State::read(row.try_get("state")?)?;
        Ok(Self {
            id: report_id(row.try_get("id")?)?,
            state,
            attempt: count(row.try_get("attempt")?)?,
            request: json("request", row.try_get("request")?)?,
            owner: KeyId(row.try_get("owner")?),
            progress: read_progress(row)?,
            cancel_requested: !state.is_final() && row.try_get("cancel")?,
            accepted_at: time(row.try_get("accepted")?)?,
            started_at: at("started")?,
            finished_at: at("finished")?,
            retry_at: at("not_before")?.filter(|_| state == State::Retrying),
            problem: text("problem")?
                .map(|text| json("problem", text))
                .transpose()?,
            success: text("success")?
                .map(|text| json("success", text))
                .transpose()?,
            pins: text("pins")?
                .map(|text| json("set of pins", text))
                .transpose()?
                .unwrap_or_default(),
            definition_version: row
                .try_get::<Option<i64>, _>("definition_version")?
                .map(count)
                .transpose()?,
        })
    }
}

/// All three columns are set together.
fn read_progress(row: &SqliteRow) -> Result<Option<Progress>, RecordsError> {
    let Some(section) = row.try_get("section")? else {
        return Ok(None);
    };
    Ok(Some(Progress {
        section,
        done: count(row.try_get::<Option<i64>, _>("done")?.unwrap_or_default())?,
        total: count(row.try_get::<Option<i64>, _>("total")?.unwrap_or_default())?,
    }))
}
