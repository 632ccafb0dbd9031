//! Why a component is not taken, and why a call gave nothing.

use quire_model::{Digest, Problem, ProblemKind};

/// Why a component was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The host itself failed.
    #[error("{0}")]
    Host(String),
}

/// Why a call of a module gave no blocks. Cases name who has to act; see the modules crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is nothing to show; the module says why. Not a failure of the report.
    #[error("{0}")]
    NoData(String),
}

impl RunError {
    /// The same in the form that callers read; `section` and `digest` are filled in.
    #[must_use]
    pub fn problem(&self, section: &str, digest: Digest) -> Problem {
        let mut problem = Problem::new(ProblemKind::Internal, self.to_string());
        problem.section = Some(section.to_owned());
        problem.component_digest = Some(digest.to_string());
        problem
    }

    /// Whether the same call may succeed later: only a failure of the host is worth another try.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        false
    }
}
