//! A report enters the ledger.

use quire_model::{Digest, ReportId, ReportRequest};

use crate::{Actor, Records, RecordsError};

/// A caller's own name for a request, so that sending it twice makes one report. Keys of different
/// API keys never meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// As the caller chose it.
    pub key: String,
    /// The digest of the request that it was first sent with.
    pub fingerprint: Digest,
}

/// A report that is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Which report.
    pub id: ReportId,
    /// False if an earlier request with the same idempotency key made it.
    pub created: bool,
}

impl Records {
    /// Enter a report, with its audit event. A ticket for it is due at once.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Conflict`] if the idempotency key was used for another request; otherwise if
    /// the records cannot be changed.
    pub async fn accept(
        &self,
        request: &ReportRequest,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Accepted, RecordsError> {
        let _ = (request, actor, request_id, idempotency);
        Err(RecordsError::Random)
    }

    /// The report that an idempotency key already belongs to.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub async fn accepted_before(
        &self,
        actor: &Actor,
        idempotency: &IdempotencyKey,
    ) -> Result<Option<ReportId>, RecordsError> {
        let _ = (actor, idempotency);
        Ok(None)
    }
}
