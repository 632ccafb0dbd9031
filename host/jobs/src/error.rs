//! Why a queue cannot be had, and why a report is not accepted.

use quire_model::ReportId;
use quire_records::RecordsError;

/// Why the queue could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobsError {
    /// The address of Redis cannot be read.
    #[error("the Redis address cannot be read; write redis://host:port/db")]
    RedisUrl(#[source] redis::RedisError),
    /// The queue's own database could not be opened.
    #[error("the queue in the data directory could not be opened")]
    Sqlite(#[from] sqlx::Error),
    /// The queue's own database has another form than this version expects.
    #[error("the queue in the data directory could not be brought to this version's form")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Why a report was not accepted. Nothing was entered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// Redis is configured but away; worth another try in some seconds.
    #[error("the queue cannot be reached")]
    Unavailable,
    /// So many reports wait that no more are taken; worth another try later.
    #[error("{waiting} reports are waiting already")]
    Full {
        /// How many wait.
        waiting: u64,
    },
    /// The idempotency key was used for another request; the caller's to fix.
    #[error("the idempotency key was already used for another request, report {report}")]
    Conflict {
        /// The report that the key belongs to.
        report: ReportId,
    },
    /// The ledger could not be changed.
    #[error("the report could not be entered")]
    Records(#[source] RecordsError),
}

impl From<RecordsError> for SubmitError {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Conflict { report } => Self::Conflict { report },
            other => Self::Records(other),
        }
    }
}

/// Why tickets do not travel just now. Passes by itself; nobody outside hears of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    #[error("redis did not do as asked")]
    Redis(#[from] redis::RedisError),
    #[error("the queue's database did not do as asked")]
    Sqlite(#[from] sqlx::Error),
    #[error("apalis ended the worker")]
    Worker(#[from] apalis::prelude::WorkerError),
}
