//! The front door: a report is entered in the ledger, and its ticket pushed.

use std::{path::PathBuf, time::Duration};

use quire_model::{ReportId, ReportRequest};
use quire_records::{Accepted, Actor, IdempotencyKey, Records, RecordsError};

use crate::{
    JobsError, SubmitError, error::DeliveryError, redis_queue::RedisQueue,
    sqlite_queue::SqliteQueue, ticket::Ticket,
};

/// How long a caller waits for the push. The report is in the ledger by then, so giving up costs a
/// grace period, not the report.
const PUSH_PATIENCE: Duration = Duration::from_secs(1);

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
    pub(crate) transport: Transport,
    waiting_bound: u64,
}

/// What carries the tickets.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    Redis(RedisQueue),
    Sqlite(SqliteQueue),
}

impl Queue {
    /// Set up the queue. Redis need not answer yet: it is met when it is used.
    ///
    /// # Errors
    ///
    /// If the address cannot be read, or the embedded queue cannot be opened.
    pub async fn open(settings: QueueSettings, records: Records) -> Result<Self, JobsError> {
        let transport = match &settings.redis_url {
            Some(url) => Transport::Redis(
                RedisQueue::new(url, &settings.prefix).map_err(JobsError::RedisUrl)?,
            ),
            None => Transport::Sqlite(SqliteQueue::open(&settings.data_dir).await?),
        };
        Ok(Self {
            records,
            transport,
            waiting_bound: settings.waiting_bound,
        })
    }

    /// Accept a report. When this returns `Ok`, the report will end, whatever happens. A request
    /// that was accepted before is answered even when no new one is.
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
        if let Err(refusal) = self.has_room().await {
            return match idempotency {
                Some(key) => self.accepted_before(actor, key).await?.ok_or(refusal),
                None => Err(refusal),
            };
        }
        let accepted = self
            .records
            .accept(request, actor, request_id, idempotency)
            .await?;
        if accepted.created {
            self.announce(&accepted.id).await;
        }
        Ok(accepted)
    }

    /// Whether the queue answers, asked now and bounded by a second.
    pub async fn is_up(&self) -> bool {
        match &self.transport {
            Transport::Redis(queue) => queue.is_up().await,
            Transport::Sqlite(queue) => queue.is_up().await,
        }
    }

    /// Whether tickets travel through Redis.
    #[must_use]
    pub const fn uses_redis(&self) -> bool {
        matches!(self.transport, Transport::Redis(_))
    }

    /// Why no new report is accepted, if none is.
    async fn has_room(&self) -> Result<(), SubmitError> {
        if !self.is_up().await {
            return Err(SubmitError::Unavailable);
        }
        let waiting = self.records.waiting().await?;
        if waiting >= self.waiting_bound {
            return Err(SubmitError::Full { waiting });
        }
        Ok(())
    }

    async fn accepted_before(
        &self,
        actor: &Actor,
        key: &IdempotencyKey,
    ) -> Result<Option<Accepted>, RecordsError> {
        let id = self.records.accepted_before(actor, key).await?;
        Ok(id.map(|id| Accepted { id, created: false }))
    }

    /// Push the ticket of a new report. If that fails, the sweeper does it later.
    async fn announce(&self, id: &ReportId) {
        let ticket = Ticket { report: id.clone() };
        let error: Box<dyn std::error::Error> =
            match tokio::time::timeout(PUSH_PATIENCE, self.push(&ticket)).await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => Box::new(error),
                Err(elapsed) => Box::new(elapsed),
            };
        tracing::warn!(report.id = %id, error = &*error, "the ticket of report {id} was not pushed; the sweeper will do it");
    }

    pub(crate) async fn push(&self, ticket: &Ticket) -> Result<(), DeliveryError> {
        match &self.transport {
            Transport::Redis(queue) => queue.push(ticket).await.map_err(DeliveryError::from),
            Transport::Sqlite(queue) => queue.push(ticket).await.map_err(DeliveryError::from),
        }
    }

    /// How many tickets wait.
    pub(crate) async fn depth(&self) -> Result<u64, DeliveryError> {
        match &self.transport {
            Transport::Redis(queue) => queue.depth().await.map_err(DeliveryError::from),
            Transport::Sqlite(queue) => queue.depth().await.map_err(DeliveryError::from),
        }
    }

    /// Forget finished tickets.
    pub(crate) async fn clean(&self) -> Result<u64, DeliveryError> {
        match &self.transport {
            Transport::Redis(queue) => queue.clean().await.map_err(DeliveryError::from),
            Transport::Sqlite(queue) => queue.clean().await.map_err(DeliveryError::from),
        }
    }
}
