//! Why a queue cannot be had, and why a report is not accepted.

use quire_model::{HostFault, ReportId};
use quire_records::RecordsError;

use crate::redis_link;

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
    /// No ticket can be pushed; worth another try in some seconds.
    #[error("the queue cannot be used: {reason}")]
    Unavailable {
        /// What is wrong with it, for the administrator.
        reason: String,
    },
    /// This machine cannot do what a report needs; worth another try in some seconds.
    #[error("{0}")]
    Host(HostFault),
    /// So many reports wait that no more are taken; worth another try later.
    #[error("{waiting} reports are waiting already")]
    Full {
        /// How many wait.
        waiting: u64,
    },
    /// So many of this caller's reports wait that no more are taken; worth another try once some are made.
    #[error("{waiting} reports of this key are waiting already")]
    OwnFull {
        /// How many of theirs wait.
        waiting: u64,
    },
    /// The caller has had all reports of a day.
    #[error("this key has asked for {today} reports since midnight UTC, which is all for a day")]
    DayUsedUp {
        /// How many they asked for.
        today: u64,
    },
    /// The idempotency key was used for another request; the caller's to fix.
    #[error("the idempotency key was already used for another request")]
    Conflict {
        /// The report that the key belongs to; none where it made something else.
        report: Option<ReportId>,
    },
    /// The ledger could not be changed.
    #[error("the report could not be entered")]
    Records(#[source] RecordsError),
}

impl From<RecordsError> for SubmitError {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Conflict { report } => Self::Conflict { report },
            other => match other.host_fault() {
                Some(fault) => Self::Host(fault),
                None => Self::Records(other),
            },
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
    #[error("nothing came of it in time")]
    Late,
}

impl DeliveryError {
    /// What is wrong, for the administrator who has to mend it.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Redis(error) => redis_link::why(error),
            Self::Sqlite(error) => quire_records::database_fault(error).map_or_else(
                || "its database does not do as asked; the log says why".to_owned(),
                |fault| fault.to_string(),
            ),
            Self::Worker(_) => "its worker ended; the log says why".to_owned(),
            Self::Late => "it does not answer in time".to_owned(),
        }
    }
}
