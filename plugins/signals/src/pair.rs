//! One reaction against the background.

use std::{cmp::Ordering, collections::BTreeSet};

use quire_sdk::Gravity;
use quire_statistics::{
    Estimate, Measures, Prior, Rule, TwoByTwo, Verdict, chi_squared, log_likelihood_ratio,
};

use crate::Order;

/// Probable cases from which a signal is named in a summary, counted over reports that suspect the drug:
/// fewer are single cases, which the tables show.
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
    /// What the rules that are met judge by, each once.
    pub grounds: BTreeSet<&'static str>,
    /// What the rules judge by, as far as it is calculable.
    pub judged_by: BTreeSet<&'static str>,
    /// Probable cases of the analysed reports.
    pub cases: u32,
    /// Of these reports, those in which the drug is suspect or interacting.
    pub suspect: u32,
    /// Their probable cases.
    pub suspect_cases: u32,
    /// How grave the analysed reports are that name it.
    pub gravity: Gravity,
    /// Whether the reaction is a designated medical event.
    pub is_designated: bool,
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
            cases: 0,
            suspect: 0,
            suspect_cases: 0,
            grounds: BTreeSet::new(),
            judged_by: BTreeSet::new(),
            is_designated: false,
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
        for (rule, verdict) in rules.iter().zip(&self.verdicts) {
            if rule.can_judge(&self.measures) {
                self.judged_by.insert(rule.ground());
            }
            if verdict.is_hit() {
                self.grounds.insert(rule.ground());
            }
        }
    }

    /// Whether it can be named in a summary without a word on what else it may be.
    #[must_use]
    pub fn speaks_for_itself(&self) -> bool {
        !self.is_administrative && !self.is_indication
    }

    /// Whether enough probable cases suspect the drug: a signal of reports in which the drug was only
    /// given beside others is no suspicion of anybody's.
    #[must_use]
    pub fn is_suspected(&self) -> bool {
        self.suspect_cases >= SUSPECTED_FROM
    }

    /// Whether its analysed reports are probably of fewer patients than a signal should rest on.
    #[must_use]
    pub fn rests_on_few(&self) -> bool {
        self.cases < SUSPECTED_FROM
    }

    /// Whether rules are met that judge by so many statistics, or by all that could judge the pair: where
    /// nobody else reports a reaction (c = 0) there is no ratio, and a pair must not vanish for it.
    #[must_use]
    pub fn stands_out(&self, grounds: usize) -> bool {
        !self.grounds.is_empty() && self.grounds.len() >= grounds.min(self.judged_by.len())
    }

    /// Whether a summary names it: it stands out by so many statistics, enough probable cases suspect the drug,
    /// and it is neither the disease nor administrative.
    #[must_use]
    pub fn is_named(&self, grounds: usize) -> bool {
        self.stands_out(grounds) && self.speaks_for_itself() && self.is_suspected()
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
