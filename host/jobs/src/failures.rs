//! Failures whose cause is Quire's own.

use quire_model::{Failure, Problem, ProblemKind, ReportId};
use quire_records::{Claimed, RecordsError};
use tokio::task::JoinError;

pub(crate) fn panicked(id: &ReportId, panic: &JoinError) -> Failure {
    tracing::error!(report.id = %id, error = panic as &dyn std::error::Error, "the work on report {id} panicked");
    internal(
        "Quire crashed while it made the report; its log says where.".to_owned(),
        true,
    )
}

/// How often the process that had claimed a report died without a word.
pub(crate) const fn deaths(claimed: &Claimed) -> u32 {
    claimed.attempt.saturating_sub(claimed.failures + 1)
}

pub(crate) fn too_many_crashes(claimed: &Claimed) -> Failure {
    let deaths = deaths(claimed);
    Failure {
        problem: Problem::new(
            ProblemKind::TooManyAttempts,
            format!(
                "The process that made the report died {deaths} times without a word, at last while it \
                 made nothing else. An administrator can have it made again."
            ),
        ),
        retryable: false,
        fault: None,
    }
}

pub(crate) fn unstored(error: &RecordsError) -> Failure {
    if let Some(fault) = error.host_fault() {
        return Failure::of_host(fault);
    }
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "a document could not be stored");
    internal(
        "The finished document could not be stored.".to_owned(),
        true,
    )
}

pub(crate) fn internal(detail: String, retryable: bool) -> Failure {
    Failure {
        problem: Problem::new(ProblemKind::Internal, detail),
        retryable,
        fault: None,
    }
}
