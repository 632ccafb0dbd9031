//! Reports of one reaction of a background, and what it is known by.

use serde::{Deserialize, Serialize};

use crate::fold;

/// Reports of one reaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionTotals {
    /// With the drug (a).
    pub both: u64,
    /// With or without it (a + c).
    pub all: u64,
}

impl ReactionTotals {
    /// Whether they belong to one table with so many reports of the drug, of all: counts of a source may be
    /// approximate, or of different days.
    #[must_use]
    pub fn fit(self, drug: u64, total: u64) -> bool {
        self.both <= self.all.min(drug)
            && drug.saturating_add(self.all) <= total.saturating_add(self.both)
    }
}

/// One spelling for every way in which a preferred term is written.
#[must_use]
pub fn reaction_key(term: &str) -> String {
    fold(term)
}
