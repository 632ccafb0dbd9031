//! Where a case series came from, for the sections that must say so.

use serde::{Deserialize, Serialize};

use crate::{Digest, Period};

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

/// The provenance of data: what was asked, and what the source said. Every report that is made from
/// the data shares it; what one of them makes of the data is its [`Analysis`](crate::Analysis).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Product codes that were searched.
    pub candidates: Vec<String>,
    /// Those of them that the source knows.
    pub matched: Vec<String>,
    /// Drug names through which reports matched, such as `LETAIRIS` and `AMBRISENTAN`.
    pub names: Vec<String>,
    /// The days of first receipt that were asked for.
    pub received: Period,
    /// The source's name, such as `openFDA drug/event`.
    pub source: String,
    /// The source's own statement of its age, verbatim.
    pub last_updated: String,
    /// RFC 3339 time of the newest answer in the snapshot, by the source's clock.
    pub fetched_at: String,
    /// Matching reports in the source.
    pub total: u64,
    /// Matching reports of any day; none if every day was asked for, or none matches.
    pub any_day: Option<u64>,
    /// How many of the matching reports were fetched.
    pub fetched: u64,
    /// How they were chosen, in words: `all matching reports`, or `the 5000 most recently received`.
    pub selection: String,
    /// How many reports use the drug's name, counted where its code found few.
    pub by_name: Option<NamedReports>,
    /// Every request, in the order they were made.
    pub queries: Vec<SourceQuery>,
    /// The digest of the snapshot.
    pub digest: Digest,
    /// The source's disclaimer, verbatim.
    pub disclaimer: String,
}

/// Reports that use one of some names, with or without the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedReports {
    /// The names that were counted by.
    pub names: Vec<String>,
    /// How many reports use one of them.
    pub reports: u64,
}
