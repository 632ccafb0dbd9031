//! Why there is no report, and whether asking again may help.

use crate::Problem;

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Failure {
    /// In the form that callers read.
    pub problem: Problem,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Failure {
    /// A failure that another attempt would meet again.
    #[must_use]
    pub const fn lasting(problem: Problem) -> Self {
        Self {
            problem,
            retryable: false,
        }
    }

    /// A failure that another attempt may not meet.
    #[must_use]
    pub const fn passing(problem: Problem) -> Self {
        Self {
            problem,
            retryable: true,
        }
    }
}
