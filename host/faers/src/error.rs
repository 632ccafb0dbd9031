//! Why there is no case series.

use quire_model::{Problem, ProblemKind};

/// Why openFDA's reports could not be had, by who has to act.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaersError {
    /// No product has the code; the caller's to fix.
    #[error("no product has the code {ndc}; tried {}", candidates.join(", "))]
    UnknownNdc {
        /// As written.
        ndc: String,
        /// The readings that were tried.
        candidates: Vec<String>,
    },
}

impl FaersError {
    /// The same in the form that callers read.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem::new(ProblemKind::Internal, self.to_string())
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        false
    }
}
