//! Where a case series came from, for the sections that must say so.

use serde::{Deserialize, Serialize};

use crate::{Attribute, Digest};

/// One request that was made to the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceQuery {
    /// The address without any key.
    pub url: String,
    /// RFC 3339, as the source's own clock said.
    pub fetched_at: String,
    /// How many reports the answer held.
    pub reports: u64,
}

/// One step from all matching reports to the analysed ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The provenance of a case series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What the caller asked for.
    pub ndc: String,
    /// Product codes that were searched.
    pub candidates: Vec<String>,
    /// Those of them that the source knows.
    pub matched: Vec<String>,
    /// Drug names through which reports matched, such as `LETAIRIS` and `AMBRISENTAN`.
    pub names: Vec<String>,
    /// The source's name, such as `openFDA drug/event`.
    pub source: String,
    /// The source's own statement of its age, verbatim.
    pub last_updated: String,
    /// RFC 3339 time of the newest answer in the snapshot, by the source's clock.
    pub fetched_at: String,
    /// Matching reports in the source.
    pub total: u64,
    /// How many of them were fetched.
    pub fetched: u64,
    /// How they were chosen, in words: `all matching reports`, or `the 5000 most recently received`.
    pub selection: String,
    /// From all matching reports to the analysed ones.
    pub flow: Vec<FlowStep>,
    /// Every request, in the order they were made.
    pub queries: Vec<SourceQuery>,
    /// The digest of the snapshot.
    pub digest: Digest,
    /// The source's disclaimer, verbatim.
    pub disclaimer: String,
    /// Anything else, such as `stale-since` when the source could not be reached.
    pub attributes: Vec<Attribute>,
}
