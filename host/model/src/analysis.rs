//! What one report makes of its data.

use jiff::Timestamp;

use crate::DrugRole;

/// Which of the fetched reports are analysed, and what is said on top of the data: nothing of it is
/// part of their digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// The code in the caller's spelling; the first reading of it until a report is made.
    pub ndc: String,
    /// In which role of the drug a report is analysed.
    pub role: DrugRole,
    /// Reports that were left out since another report tells of the same case.
    pub duplicates: Duplicates,
    /// Since when and why the data are out of date; none while they are not.
    pub stale: Option<Stale>,
    /// From all matching reports to the analysed ones.
    pub flow: Vec<FlowStep>,
}

/// How many reports were taken for another report of the same case, by what showed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// A shared control number.
    pub by_number: u64,
    /// Equal facts.
    pub by_facts: u64,
}

/// That an answer of the source is past its time, since a newer one was not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// When its time to live ended, by our clock; not when it was fetched.
    pub since: Timestamp,
    /// Why there is no newer one.
    pub reason: String,
}

/// One step from all matching reports to the analysed ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStep {
    /// What the step is called, such as `fetched`.
    pub label: String,
    /// Reports left after it.
    pub remaining: u64,
    /// Reports that it took away.
    pub removed: u64,
    /// Why; empty when nothing was removed.
    pub reason: String,
}
