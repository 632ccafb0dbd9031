//! One reaction against the background.

use std::cmp::Ordering;

use quire_sdk::Gravity;
use quire_statistics::{
    Estimate, Measures, Prior, Rule, TwoByTwo, Verdict, chi_squared, log_likelihood_ratio,
};

use crate::Order;

/// Suspect reports from which a signal is named in a summary: fewer are single cases, which the tables
/// show.
pub const SUSPECTED_FROM: u32 = 3;

/// One reaction of the drug with everything that is computed about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The preferred term, as a reader sees it.
    pub term: String,
    /// Analysed reports that name it; not the same as a, which is counted in the background.
    pub analysed: u32,
    /// a, b, c and d in the background.
    pub table: TwoByTwo,
    /// The measures that rules look at; none where one is not calculable.
    pub measures: Measures,
    /// Pearson's chi-squared, without correction.
    pub chi_squared: Option<f64>,
    /// Log-likelihood ratio, 0 unless a > E.
    pub log_likelihood_ratio: f64,
    /// What each rule says, in the order of the rules.
    pub verdicts: Vec<Verdict>,
    /// Of them, reports in which the drug is suspect or interacting.
    pub suspect: u32,
    /// How grave the analysed reports are that name it.
    pub gravity: Gravity,
    /// Whether the term is administrative.
    pub is_administrative: bool,
    /// Analysed reports in which the term is what the drug was given for.
    pub indicated: u32,
    /// Whether those are enough that the reaction may be the disease itself.
    pub is_indication: bool,
}

impl Pair {
    pub(crate) fn new(term: String, analysed: u32, table: TwoByTwo, prior: Option<&Prior>) -> Self {
        Self {
            term,
            analysed,
            suspect: 0,
            gravity: Gravity::default(),
            table,
            measures: Measures::of(table, prior),
            chi_squared: chi_squared(table).ok(),
            log_likelihood_ratio: log_likelihood_ratio(table),
            verdicts: Vec::new(),
            is_administrative: false,
            indicated: 0,
            is_indication: false,
        }
    }

    pub(crate) fn judge(&mut self, rules: &[Rule]) {
        let verdicts = rules.iter().map(|rule| rule.evaluate(&self.measures));
        self.verdicts = verdicts.collect();
    }

    /// Whether it can be named in a summary without a word on what else it may be.
    #[must_use]
    pub fn speaks_for_itself(&self) -> bool {
        !self.is_administrative && !self.is_indication
    }

    /// Whether enough analysed reports suspect the drug: a signal of reports in which the drug was only
    /// given beside others is no suspicion of anybody's.
    #[must_use]
    pub fn is_suspected(&self) -> bool {
        self.suspect >= SUSPECTED_FROM
    }

    /// How many rules are met.
    #[must_use]
    pub fn hits(&self) -> usize {
        self.verdicts
            .iter()
            .filter(|verdict| verdict.is_hit())
            .count()
    }

    /// The measure that an order looks at.
    #[must_use]
    pub fn estimate(&self, order: Order) -> Option<Estimate> {
        match order {
            Order::Ic => self.measures.ic,
            Order::Prr => self.measures.prr,
            Order::Ror => self.measures.ror,
            Order::Ebgm => self.measures.ebgm,
        }
    }

    /// Highest lower bound first; pairs without one last; then most reports, then the gravest, then by
    /// term.
    #[must_use]
    pub fn compare(&self, other: &Self, order: Order) -> Ordering {
        let lower = |pair: &Self| {
            let estimate = pair.estimate(order);
            estimate.map_or(f64::NEG_INFINITY, |estimate| estimate.lower)
        };
        lower(other)
            .total_cmp(&lower(self))
            .then(other.table.a().cmp(&self.table.a()))
            .then(other.gravity.cmp(&self.gravity))
            .then(self.term.cmp(&other.term))
    }
}
