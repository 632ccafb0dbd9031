//! How often each reaction is reported, as far as one list of openFDA's says.

use std::collections::BTreeMap;

use quire_model::reaction_key;

/// Reports of each reaction, by key, and whether that is all there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) reports: BTreeMap<String, u64>,
    pub(super) whole: bool,
}

impl Counted {
    /// Rows that openFDA gives of a count; with fewer, the list is whole.
    pub(super) const ROWS: usize = 1_000;

    pub(super) fn by_reaction(rows: Vec<(String, u64)>) -> Self {
        let whole = rows.len() < Self::ROWS;
        let mut reports = BTreeMap::new();
        for (term, count) in rows {
            // Two spellings of one term. A report that uses both, which hardly any does, counts twice; where that
            // makes numbers that cannot belong to one table, the reaction is left out.
            let known = reports.entry(reaction_key(&term)).or_insert(0_u64);
            *known = known.saturating_add(count);
        }
        Self { reports, whole }
    }

    /// "Nothing to count" is an answer: there are none.
    pub(super) fn nothing() -> Self {
        Self {
            reports: BTreeMap::new(),
            whole: true,
        }
    }

    /// Reports of one; none if the list does not say.
    pub(super) fn of(&self, key: &str) -> Option<u64> {
        let known = self.reports.get(key).copied();
        known.or_else(|| self.whole.then_some(0))
    }
}
