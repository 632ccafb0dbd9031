//! The front door: a report is entered in the ledger, and its ticket pushed.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use quire_model::{Problem, ProblemKind, ReportId, ReportRequest};
use quire_records::{Accepted, Actor, Asked, IdempotencyKey, Manner, Records, RecordsError};

use crate::{
    Admission, JobsError, SubmitError, error::DeliveryError, recent::Recent,
    redis_queue::RedisQueue, sqlite_queue::SqliteQueue, ticket::Ticket, trace,
};

/// How long a caller waits for the push; then the report is withdrawn.
const PUSH_PATIENCE: Duration = Duration::from_secs(1);

/// Where the queue is and how long it may grow.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// Directory of `queue.db`, used when there is no Redis.
    pub data_dir: PathBuf,
    /// `redis://host:port/db`; absent means embedded.
    pub redis_url: Option<String>,
    /// What bounds callers.
    pub bounds: Bounds,
}

/// How many reports are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// None is accepted while so many wait.
    pub waiting: u64,
    /// Nor of one caller while so many of theirs wait.
    pub waiting_of_one: u64,
    /// Nor of one caller beyond so many a day; 0: without end.
    pub a_day_of_one: u64,
}

impl Default for Bounds {
    /// A day's worth is some 4 GB of documents and data.
    fn default() -> Self {
        Self {
            waiting: 10_000,
            waiting_of_one: 2_500,
            a_day_of_one: 20_000,
        }
    }
}

impl QueueSettings {
    /// What a server should use.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>, redis_url: Option<String>) -> Self {
        Self {
            data_dir: data_dir.into(),
            redis_url,
            bounds: Bounds::default(),
        }
    }
}

/// The queue of accepted reports. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue {
    pub(crate) records: Records,
    pub(crate) admission: Admission,
    pub(crate) transport: Transport,
    /// What is wrong with the transport, if anything is.
    tried: Arc<Recent<Result<(), String>>>,
    /// Whether the log knows that something is.
    reported: Arc<AtomicBool>,
    bounds: Bounds,
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
                RedisQueue::new(url, records.deployment()).map_err(JobsError::RedisUrl)?,
            ),
            None => Transport::Sqlite(SqliteQueue::open(&settings.data_dir).await?),
        };
        Ok(Self {
            admission: Admission::new(records.clone()),
            records,
            transport,
            tried: Arc::default(),
            reported: Arc::default(),
            bounds: settings.bounds,
        })
    }

    /// Accept a report. When this returns `Ok`, the report will end, whatever happens. A request
    /// that was accepted before is answered even when no new one is.
    ///
    /// A report whose ticket cannot be pushed is withdrawn, unless somebody knows of it by then or the
    /// records fail too: it is in the ledger, so it will be made, and is accepted.
    ///
    /// # Errors
    ///
    /// [`SubmitError`]; nothing will be made then.
    pub async fn submit(
        &self,
        manner: Manner,
        request: &ReportRequest,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Accepted, SubmitError> {
        if let Err(refusal) = self.has_room(actor, 1).await {
            return match idempotency {
                Some(key) => self.accepted_before(actor, key).await?.ok_or(refusal),
                None => Err(refusal),
            };
        }
        let manner = Manner {
            trace: trace::here(),
            ..manner
        };
        let accepted = self
            .records
            .accept_as(manner, request, actor, request_id, idempotency)
            .await
            .inspect_err(|error| {
                self.admission.note(error);
            })?;
        if accepted.shared_from.is_some() {
            metrics::counter!("quire_answers_shared_total", "at" => "acceptance").increment(1);
        } else if accepted.created
            && let Err(reason) = self.announce(&accepted.id).await
        {
            let problem = Problem::new(ProblemKind::QueueUnavailable, &reason);
            let withdrawn = self
                .records
                .withdraw(&accepted.id, actor, request_id, idempotency, &problem)
                .await;
            if withdrawn.unwrap_or_else(|error| self.stays(&accepted.id, &error)) {
                return Err(SubmitError::Unavailable { reason });
            }
        }
        Ok(accepted)
    }

    /// How many reports are taken.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The door that reports pass. Closed, nothing is accepted.
    #[must_use]
    pub const fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Try whether a ticket could be pushed, at most once a second and bounded by a second.
    ///
    /// # Errors
    ///
    /// What is wrong, for the administrator.
    pub async fn try_push(&self) -> Result<(), String> {
        let tried = self.tried.get(async {
            let tried = match &self.transport {
                Transport::Redis(queue) => queue.try_push().await.map_err(DeliveryError::from),
                Transport::Sqlite(queue) => queue.try_push().await.map_err(DeliveryError::from),
            };
            tried.map_err(|error| self.found_wrong(&error))
        });
        let tried = tried.await;
        if tried.is_ok() && self.reported.swap(false, Ordering::Relaxed) {
            tracing::info!("tickets can be pushed again");
        }
        tried
    }

    /// How many workers, of whatever process, gave a sign of life within the last quarter of a minute;
    /// none if that cannot be told.
    pub async fn living_workers(&self) -> Option<u64> {
        match &self.transport {
            Transport::Redis(queue) => queue.living_workers().await.ok(),
            Transport::Sqlite(queue) => queue.living_workers().await.ok(),
        }
    }

    /// Whether tickets travel through Redis.
    #[must_use]
    pub const fn uses_redis(&self) -> bool {
        matches!(self.transport, Transport::Redis(_))
    }

    /// Why so many more reports are not accepted, if they are not.
    pub(crate) async fn has_room(&self, actor: &Actor, more: u64) -> Result<(), SubmitError> {
        self.admission.pass().map_err(SubmitError::Host)?;
        self.try_push()
            .await
            .map_err(|reason| SubmitError::Unavailable { reason })?;
        let Asked {
            all_waiting,
            waiting,
            today,
        } = self.records.asked(&actor.key).await?;
        if all_waiting + more > self.bounds.waiting {
            return Err(SubmitError::Full {
                waiting: all_waiting,
            });
        }
        let Bounds {
            waiting_of_one,
            a_day_of_one,
            ..
        } = self.bounds;
        if waiting + more > waiting_of_one {
            return Err(SubmitError::OwnFull { waiting });
        }
        if a_day_of_one > 0 && today + more > a_day_of_one {
            return Err(SubmitError::DayUsedUp { today });
        }
        Ok(())
    }

    async fn accepted_before(
        &self,
        actor: &Actor,
        key: &IdempotencyKey,
    ) -> Result<Option<Accepted>, RecordsError> {
        let id = self.records.accepted_before(actor, key).await?;
        Ok(id.map(Accepted::before))
    }

    /// Push the ticket of a new report.
    ///
    /// # Errors
    ///
    /// What is wrong, for the administrator.
    async fn announce(&self, id: &ReportId) -> Result<(), String> {
        let ticket = Ticket { report: id.clone() };
        let pushed = tokio::time::timeout(PUSH_PATIENCE, self.push(&ticket)).await;
        let Err(error) = pushed.unwrap_or(Err(DeliveryError::Late)) else {
            return Ok(());
        };
        let reason = self.found_wrong(&error);
        self.tried.set(Err(reason.clone())).await;
        Err(reason)
    }

    /// A push failed: by the machine's fault, or the queue's.
    fn found_wrong(&self, error: &DeliveryError) -> String {
        self.admission.note(error);
        let reason = error.reason();
        if !self.reported.swap(true, Ordering::Relaxed) {
            let error = error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "no ticket can be pushed, so no report is accepted: {reason}"
            );
        }
        reason
    }

    /// A report could not be withdrawn, so it stays accepted: the sweeper pushes its ticket.
    fn stays(&self, id: &ReportId, error: &RecordsError) -> bool {
        self.admission.note(error);
        let error = error as &dyn std::error::Error;
        tracing::warn!(report.id = %id, error, "the ticket of report {id} was not pushed; the sweeper will do it");
        false
    }

    /// Let go of its files, so that they are complete without their log. Nothing works afterwards.
    pub async fn close(&self) {
        if let Transport::Sqlite(queue) = &self.transport {
            queue.close().await;
        }
    }

    /// Take it that tickets can be pushed, as it could have been found out a moment ago.
    #[cfg(test)]
    pub(crate) async fn trust(&self) {
        self.tried.set(Ok(())).await;
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
