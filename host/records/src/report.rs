//! Where one report stands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use quire_model::{Digest, Problem, ReportId, ReportRequest};
use serde::{Deserialize, Serialize};

use crate::{ArtifactRef, KeyId, Records, RecordsError};

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
    /// The document.
    pub artifact: ArtifactRef,
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
}

impl State {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl Records {
    /// Where a report stands; none if there is no such report.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn report(&self, id: &ReportId) -> Result<Option<ReportRow>, RecordsError> {
        let _ = id;
        Ok(None)
    }

    /// How many reports wait for a worker.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn waiting(&self) -> Result<u64, RecordsError> {
        Ok(0)
    }
}
