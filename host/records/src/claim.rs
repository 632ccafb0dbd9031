//! A worker takes a report, holds it by a lease, and says how far it has come.

use std::{collections::BTreeMap, time::Duration};

use quire_model::{Digest, ReportId, ReportRequest};

use crate::{Progress, Records, RecordsError};

/// A report in the hands of one worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Counts every claim: 1 for the first.
    pub attempt: u32,
    /// How many attempts ended in a retry. `attempt - failures - 1` is how often a worker died.
    pub failures: u32,
    /// Proves the claim; a later claim makes it void.
    pub token: String,
    /// What was asked for.
    pub request: ReportRequest,
    /// Module digests by section name; none before the first claim [pinned](Records::pin) them.
    pub pins: Option<BTreeMap<String, Digest>>,
}

/// What comes of asking for a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is yours.
    Go(Box<Claimed>),
    /// Another worker has it, or its next attempt is not due; ask again after so long.
    Busy(Duration),
    /// Nothing is left to do.
    Finished,
    /// There is no such report.
    Missing,
}

/// What comes of holding on to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renew {
    /// The lease runs anew.
    Ok,
    /// Someone called the report off: stop and settle.
    Cancel,
    /// The claim is void: stop and write nothing.
    Lost,
}

impl Records {
    /// Take a report for `lease`, with its audit event. The attempt counts from here on, whatever
    /// becomes of the worker.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn claim(
        &self,
        id: &ReportId,
        owner: &str,
        lease: Duration,
    ) -> Result<Claim, RecordsError> {
        let _ = (id, owner, lease);
        Ok(Claim::Missing)
    }

    /// Fix the module digests of a report. False if the claim is void or they are fixed already.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn pin(
        &self,
        id: &ReportId,
        token: &str,
        digests: &BTreeMap<String, Digest>,
    ) -> Result<bool, RecordsError> {
        let _ = (id, token, digests);
        Ok(false)
    }

    /// Hold on to a claim for another `lease`.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn renew(
        &self,
        id: &ReportId,
        token: &str,
        lease: Duration,
    ) -> Result<Renew, RecordsError> {
        let _ = (id, token, lease);
        Ok(Renew::Lost)
    }

    /// Say how far the attempt has come; nothing happens if the claim is void.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn progress(
        &self,
        id: &ReportId,
        token: &str,
        progress: &Progress,
    ) -> Result<(), RecordsError> {
        let _ = (id, token, progress);
        Ok(())
    }
}
