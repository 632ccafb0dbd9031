//! Why there is no report, and whether asking again may help.

use crate::{HostFault, Problem, ProblemKind};

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Failure {
    /// In the form that callers read.
    pub problem: Problem,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What this machine lacked, if nothing else is to blame: then the attempt does not count.
    pub fault: Option<HostFault>,
}

impl Failure {
    /// A failure that another attempt would meet again.
    #[must_use]
    pub const fn lasting(problem: Problem) -> Self {
        Self {
            problem,
            retryable: false,
            fault: None,
        }
    }

    /// A failure that another attempt may not meet.
    #[must_use]
    pub const fn passing(problem: Problem) -> Self {
        Self {
            problem,
            retryable: true,
            fault: None,
        }
    }

    /// This machine could not; another attempt may succeed once it can.
    #[must_use]
    pub fn of_host(fault: HostFault) -> Self {
        let detail = format!("This server could not make the report: {fault}.");
        Self {
            fault: Some(fault),
            ..Self::passing(Problem::new(ProblemKind::HostFault, detail))
        }
    }
}
