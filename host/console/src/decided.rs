//! What the form of a change to a module says, and why nothing came of it.

use quire_model::{FieldError, LimitOverrides};
use quire_records::{CanaryBudget, RecordsError};
use serde::Deserialize;

use crate::form::filled;

/// What a form says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decided {
    pub(crate) reason: String,
    pub(crate) revision: u64,
    pub(crate) seen: u64,
    #[serde(default)]
    pub(crate) digest: String,
    #[serde(default)]
    pub(crate) percent: Option<u8>,
    #[serde(default)]
    pub(crate) runs: Option<u32>,
    #[serde(default)]
    pub(crate) up_to: Option<u64>,
    // What ends a canary.
    #[serde(default)]
    pub(crate) failures: Option<u32>,
    #[serde(default)]
    pub(crate) cpu_percent: Option<u32>,
    #[serde(default)]
    pub(crate) wall_percent: Option<u32>,
    #[serde(default)]
    pub(crate) memory_percent: Option<u32>,
    #[serde(default)]
    pub(crate) timed_after: Option<u32>,
    // Limits; what is left empty is as usual.
    #[serde(default, deserialize_with = "filled")]
    pub(crate) cpu_ms: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) wall_ms: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) memory_bytes: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) output_bytes: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) blocks: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) rows: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) log_bytes: Option<u64>,
    #[serde(default, deserialize_with = "filled")]
    pub(crate) handles: Option<u64>,
}

/// Why nothing was done.
#[derive(Debug)]
pub(crate) enum Undone {
    /// The records refuse it.
    Records(RecordsError),
    /// Limits that cannot be granted.
    Limits(Vec<FieldError>),
}

impl From<RecordsError> for Undone {
    fn from(error: RecordsError) -> Self {
        Self::Records(error)
    }
}

impl Decided {
    /// What ends a canary, as it was filled in.
    pub(crate) fn budget(&self) -> CanaryBudget {
        let usual = CanaryBudget::default();
        CanaryBudget {
            failures: self.failures.unwrap_or(usual.failures),
            cpu_percent: self.cpu_percent.unwrap_or(usual.cpu_percent),
            wall_percent: self.wall_percent.unwrap_or(usual.wall_percent),
            memory_percent: self.memory_percent.unwrap_or(usual.memory_percent),
            timed_after: self.timed_after.unwrap_or(usual.timed_after),
        }
    }

    /// Limits, as they were filled in.
    pub(crate) const fn limits(&self) -> LimitOverrides {
        LimitOverrides {
            cpu_ms: self.cpu_ms,
            wall_ms: self.wall_ms,
            memory_bytes: self.memory_bytes,
            output_bytes: self.output_bytes,
            blocks: self.blocks,
            rows: self.rows,
            log_bytes: self.log_bytes,
            handles: self.handles,
        }
    }
}
