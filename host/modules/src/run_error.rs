//! Why a call of a module gave no blocks.

use std::time::Duration;

use quire_check::Fault;
use quire_model::{Digest, HostFault, Problem, ProblemKind};

/// Why a call of a module gave no blocks.
///
/// Cases are named by who has to act. [`NoData`](Self::NoData) is an answer;
/// [`InvalidParams`](Self::InvalidParams) is for whoever wrote the report definition;
/// [`Host`](Self::Host) is ours, [`Machine`](Self::Machine) the machine's; everything else is the module author's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is nothing to show; the module says why. Not a failure of the report.
    #[error("{0}")]
    NoData(String),
    /// The module refused its parameters, in its own words.
    #[error("the module refused its parameters: {0}")]
    InvalidParams(String),
    /// The module gave up, in its own words.
    #[error("the module {}", said(.0))]
    Failed(String),
    /// A trap: a defect of the module. The message holds what it wrote to standard error and where
    /// it stood.
    #[error("the module crashed: {message}")]
    Crashed {
        /// For the author.
        message: String,
    },
    /// It was still computing when its CPU time was used up.
    #[error("the module was stopped after {} ms of CPU time{place}", budget.as_millis())]
    CpuExceeded {
        /// What it was given.
        budget: Duration,
        /// Where it stood, after an empty line; empty if that is not known.
        place: String,
    },
    /// It was not done when its wall time was over.
    #[error("the module was stopped after {} ms{place}", budget.as_millis())]
    WallExceeded {
        /// What it was given.
        budget: Duration,
        /// Where it stood, after an empty line; empty if that is not known.
        place: String,
    },
    /// It asked for more memory than it may use, and did not survive the refusal.
    #[error("the module needs more than its {} MiB of memory", budget >> 20)]
    MemoryExceeded {
        /// What it may use, in bytes.
        budget: usize,
    },
    /// It asked for more table elements than it may have, and did not survive the refusal.
    #[error("the module needs tables of more than {limit} elements")]
    TableExceeded {
        /// How many it may have.
        limit: usize,
    },
    /// It held too many case series at a time.
    #[error("the module holds more than {limit} case series at a time; drop those not needed")]
    SeriesExceeded {
        /// How many it may hold.
        limit: usize,
    },
    /// The case series that it holds take too much of the host's memory.
    #[error(
        "the case series that the module holds take more than {} MiB; drop those not needed",
        limit_bytes >> 20
    )]
    SeriesTooLarge {
        /// How much they may take.
        limit_bytes: usize,
    },
    /// It returned more blocks than it may.
    #[error("the module returned {blocks} blocks; at most {limit} are allowed")]
    TooManyBlocks {
        /// How many it returned.
        blocks: usize,
        /// How many it may return.
        limit: usize,
    },
    /// It returned more table rows than it may.
    #[error("the module returned more than {limit} table rows")]
    TooManyRows {
        /// How many it may return.
        limit: usize,
    },
    /// The call was given more than any call may use.
    #[error("the limit {0} of this section is above what a module can be given; lower it")]
    LimitTooHigh(&'static str),
    /// It returned something that the contract forbids.
    #[error("the module returned something that is not allowed: {rule}")]
    OutputInvalid {
        /// Which rule was broken, and where, in words for the author.
        rule: String,
    },
    /// It returned too much, or passed too much to the host at once.
    #[error("the module returned more than {limit_bytes} bytes")]
    OutputTooLarge {
        /// How much it may return.
        limit_bytes: usize,
    },
    /// It ended itself instead of returning.
    #[error("the module ended itself with status {0}; it should return, with a failure if need be")]
    Exited(u8),
    /// It called something that modules do not get.
    #[error("the module called `{0}`, which modules do not get")]
    Forbidden(String),
    /// The module is of the other world than the call.
    #[error("the module is not a {0} module")]
    WrongKind(&'static str),
    /// The host itself failed.
    #[error("the module host failed: {0}")]
    Host(String),
    /// The machine could not give what the call needs; the same call succeeds once it can.
    #[error("the module could not be run: {0}")]
    Machine(HostFault),
}

/// A module's words for why it gave up, or that it had none.
fn said(words: &str) -> String {
    match words.trim() {
        "" => "gave up without saying why; its author should give `failed` a sentence".to_owned(),
        _ => format!("said: {words}"),
    }
}

impl From<Fault> for RunError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLarge { limit_bytes } => Self::OutputTooLarge { limit_bytes },
            Fault::Blocks { blocks, limit } => Self::TooManyBlocks { blocks, limit },
            Fault::Rows { limit } => Self::TooManyRows { limit },
            Fault::Rule(rule) => Self::OutputInvalid { rule },
        }
    }
}

impl RunError {
    /// The same in the form that callers read; `section` and `digest` are filled in.
    #[must_use]
    pub fn problem(&self, section: &str, digest: Digest) -> Problem {
        let mut problem = Problem::new(self.kind(), self.to_string());
        problem.section = Some(section.to_owned());
        problem.component_digest = Some(digest.to_string());
        problem
    }

    /// Whether the same call may succeed later: only a failure of the host, or a wall time that a
    /// busy machine used up, is worth another try.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Host(_) | Self::Machine(_) | Self::WallExceeded { .. }
        )
    }

    /// The kind of problem it is.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::NoData(_) | Self::InvalidParams(_) | Self::Failed(_) => ProblemKind::ModuleFailed,
            Self::Crashed { .. } => ProblemKind::ModuleCrashed,
            Self::Exited(_) => ProblemKind::ModuleExited,
            Self::Forbidden(_) => ProblemKind::ModuleForbidden,
            Self::CpuExceeded { .. } => ProblemKind::ModuleCpuTime,
            Self::WallExceeded { .. } => ProblemKind::ModuleWallTime,
            Self::MemoryExceeded { .. } | Self::TableExceeded { .. } => ProblemKind::ModuleMemory,
            Self::SeriesExceeded { .. } | Self::SeriesTooLarge { .. } => ProblemKind::ModuleHandles,
            Self::TooManyBlocks { .. } => ProblemKind::ModuleBlocks,
            Self::TooManyRows { .. } => ProblemKind::ModuleRows,
            Self::LimitTooHigh(_) => ProblemKind::InvalidDefinition,
            Self::OutputInvalid { .. } => ProblemKind::ModuleOutput,
            Self::OutputTooLarge { .. } => ProblemKind::ModuleOutputBytes,
            Self::WrongKind(_) | Self::Host(_) => ProblemKind::Internal,
            Self::Machine(_) => ProblemKind::HostFault,
        }
    }

    /// A stable word for counters, one for each breach.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::NoData(_) => "no-data",
            Self::InvalidParams(_) => "invalid-params",
            Self::Failed(_) => "failed",
            Self::Crashed { .. } => "crashed",
            Self::CpuExceeded { .. } => "cpu-exceeded",
            Self::WallExceeded { .. } => "wall-exceeded",
            Self::MemoryExceeded { .. } => "memory-exceeded",
            Self::TableExceeded { .. } => "table-exceeded",
            Self::SeriesExceeded { .. } => "series-exceeded",
            Self::SeriesTooLarge { .. } => "series-too-large",
            Self::TooManyBlocks { .. } => "blocks-exceeded",
            Self::TooManyRows { .. } => "rows-exceeded",
            Self::LimitTooHigh(_) => "limit-too-high",
            Self::OutputInvalid { .. } => "output-invalid",
            Self::OutputTooLarge { .. } => "output-too-large",
            Self::Exited(_) => "exited",
            Self::Forbidden(_) => "forbidden",
            Self::WrongKind(_) | Self::Host(_) | Self::Machine(_) => "host",
        }
    }
}
