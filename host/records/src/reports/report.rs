//! Where one report stands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use quire_model::{Digest, Note, ObjectId, Problem, ReportId, ReportRequest, TraceParent};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    Actor, ArtifactRef, KeyId, Records, RecordsError, Right,
    stored::{Columns, StoredRow, stored_text},
};

/// Where a report stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
    /// Until when the same request gets the same data, in milliseconds since 1970-01-01 UTC; none if that is not
    /// known. To be written with the settlement, as the next.
    #[serde(skip)]
    pub fresh_until: Option<i64>,
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
    /// The report that an administrator had made in its place.
    pub remade_as: Option<ReportId>,
    /// The step of a trace that asked for it.
    pub trace: Option<TraceParent>,
    /// The report whose document it was given; none if it has its own.
    pub shared_from: Option<ReportId>,
    /// The key that asked for that one; none if it has its own document, or that report was removed.
    pub shared_owner: Option<KeyId>,
    /// The batch that it belongs to.
    pub batch: Option<ObjectId>,
    /// The schedule that it is a run of.
    pub schedule: Option<ObjectId>,
    /// Whether it was given the document of an earlier run of its schedule, since nothing had changed.
    pub unchanged: bool,
    /// What the caller said about it in words of their own.
    pub note: Note,
}

impl State {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// Every state, in the order a report may go through them.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// As stored and shown: one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

stored_text!(State);

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
        let count: i64 = sqlx::query_scalar("SELECT coalesce(sum(reports), 0) FROM waiting")
            .fetch_one(&self.readers)
            .await?;
        Ok(count.unsigned_abs())
    }
}

impl ReportRow {
    /// What a row is read from.
    pub(crate) const SELECT: &str = "SELECT id, state, attempt, request, owner, cancel, pins,
        definition_version, section, done, total, accepted, started, finished, not_before, problem, success,
        remade_as, trace, label, metadata, shared_from, of_batch, of_schedule,
        (SELECT given.owner FROM report AS given WHERE given.id = report.shared_from) AS shared_owner,
        coalesce(shared_from = unless_like
                 OR artifact = (SELECT last.artifact FROM report AS last WHERE last.id = report.unless_like), 0)
            AS unchanged FROM report";

    /// The report whose document it was given, for whoever may see that one too: its id tells that another key asked
    /// for the same.
    #[must_use]
    pub fn shared_from_for(&self, actor: &Actor) -> Option<&ReportId> {
        let seen = match &self.shared_owner {
            Some(owner) => actor.may_see(owner),
            None => actor.role.may(Right::ReadAll),
        };
        self.shared_from.as_ref().filter(|_| seen)
    }
}

impl FromRow<'_, StoredRow> for ReportRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        let state: State = row.read("state")?;
        let progress = |section| -> sqlx::Result<Progress> {
            // All three columns are set together.
            Ok(Progress {
                section,
                done: row.read("done")?,
                total: row.read("total")?,
            })
        };
        Ok(Self {
            id: row.read("id")?,
            state,
            attempt: row.read("attempt")?,
            request: row.json("request")?,
            owner: row.read("owner")?,
            progress: row.optional("section")?.map(progress).transpose()?,
            cancel_requested: !state.is_final() && row.read("cancel")?,
            accepted_at: row.read("accepted")?,
            started_at: row.optional("started")?,
            finished_at: row.optional("finished")?,
            retry_at: row
                .optional("not_before")?
                .filter(|_| state == State::Retrying),
            problem: row.optional_json("problem")?,
            success: row.optional_json("success")?,
            pins: row.optional_json("pins")?.unwrap_or_default(),
            definition_version: row.optional("definition_version")?,
            remade_as: row.optional("remade_as")?,
            trace: row.optional("trace")?,
            shared_from: row.optional("shared_from")?,
            shared_owner: row.optional("shared_owner")?,
            batch: row.optional("of_batch")?,
            schedule: row.optional("of_schedule")?,
            unchanged: row.read("unchanged")?,
            note: Note::kept(
                row.optional("label")?,
                row.optional_json("metadata")?.unwrap_or_default(),
            ),
        })
    }
}
