//! Every reaction of the analysed reports, asked of the background.

use std::collections::BTreeMap;

use quire_sdk::{
    Count, Data, Failure, QueryError, display_term, is_uninformative,
    wit::background::{Source, Totals},
};
use quire_statistics::{Prior, Rule, TwoByTwo};

use crate::{Pair, Screening};

/// Most values that the host counts at once.
const MAX_VALUES: u32 = 100_000;

/// The reactions of the drug against the background.
#[derive(Clone, Debug)]
pub struct Signals {
    /// The background.
    pub source: Source,
    /// The rules with the thresholds that were used.
    pub rules: Vec<Rule>,
    /// The prior of EBGM, or none.
    pub prior: Option<Prior>,
    /// Every reaction with a two-by-two table, in no promised order.
    pub pairs: Vec<Pair>,
    /// Every other reaction.
    pub untested: Vec<Untested>,
    /// The smallest a that is listed.
    pub minimum: u32,
}

/// A reaction without a two-by-two table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untested {
    /// The preferred term, as a reader sees it.
    pub term: String,
    /// Analysed reports that name it.
    pub analysed: u32,
    /// Why.
    pub reason: Reason,
}

/// Why a reaction was not tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// More reactions than the parameters allow.
    BeyondLimit,
    /// The background does not know it.
    NoBackground,
    /// Its totals contradict each other.
    Inconsistent,
}

impl Reason {
    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::BeyondLimit => "not asked: more reactions than the report tests",
            Self::NoBackground => "no background: the source was not asked or could not answer",
            Self::Inconsistent => "the source's totals contradict each other",
        }
    }
}

impl Signals {
    /// Ask the background about the reactions; none if there is no background.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidParams`] for thresholds that change nothing; [`Failure::Failed`] for a
    /// query that the host refuses.
    pub fn of(data: &impl Data, screening: &Screening) -> Result<Option<Self>, Failure> {
        let rules = screening.rules()?;
        let Some(source) = data.background() else {
            return Ok(None);
        };
        let counts = data.count_by("reaction", Some(MAX_VALUES))?.rows;
        let prior = data.prior().and_then(|mixture| {
            Prior::new(
                mixture.alpha1,
                mixture.beta1,
                mixture.alpha2,
                mixture.beta2,
                mixture.weight,
            )
            .ok()
        });
        let (asked, beyond) = counts.split_at(counts.len().min(screening.tested as usize));
        let names: Vec<String> = asked.iter().map(|count| count.value.clone()).collect();
        let answers = data.background_counts(&names);
        let indications = indications(data)?;
        let mut signals = Self {
            source,
            rules,
            prior,
            pairs: Vec::new(),
            untested: Vec::new(),
            minimum: screening.minimum,
        };
        for (place, count) in asked.iter().enumerate() {
            let answer = answers.get(place).and_then(Option::as_ref);
            signals.take(count, answer, &indications);
        }
        let beyond = beyond
            .iter()
            .map(|count| untested(count, Reason::BeyondLimit));
        signals.untested.extend(beyond);
        Ok(Some(signals))
    }

    fn take(
        &mut self,
        count: &Count,
        answer: Option<&Totals>,
        indications: &BTreeMap<String, u32>,
    ) {
        let Some(totals) = answer else {
            self.untested.push(untested(count, Reason::NoBackground));
            return;
        };
        let source = &self.source;
        let table = TwoByTwo::from_margins(totals.both, source.drug, totals.all, source.total);
        let Ok(table) = table else {
            self.untested.push(untested(count, Reason::Inconsistent));
            return;
        };
        let term = display_term(&count.value);
        let mut pair = Pair::new(term, count.reports, table, self.prior.as_ref());
        pair.judge(&self.rules);
        pair.is_uninformative = is_uninformative(&count.value);
        let key = count.value.to_lowercase();
        pair.indicated = indications.get(&key).copied().unwrap_or(0);
        self.pairs.push(pair);
    }

    /// Pairs with at least the smallest count.
    pub fn listed(&self) -> impl Iterator<Item = &Pair> {
        let minimum = u64::from(self.minimum);
        self.pairs
            .iter()
            .filter(move |pair| pair.table.a() >= minimum)
    }

    /// Pairs with fewer reports; never dropped silently.
    pub fn rare(&self) -> impl Iterator<Item = &Pair> {
        let minimum = u64::from(self.minimum);
        self.pairs
            .iter()
            .filter(move |pair| pair.table.a() < minimum)
    }

    /// Listed pairs that meet at least so many rules.
    #[must_use]
    pub fn meeting(&self, rules: usize) -> usize {
        self.listed().filter(|pair| pair.hits() >= rules).count()
    }
}

fn untested(count: &Count, reason: Reason) -> Untested {
    Untested {
        term: display_term(&count.value),
        analysed: count.reports,
        reason,
    }
}

/// Analysed reports for each indication of the drug, by term in lower case.
fn indications(data: &impl Data) -> Result<BTreeMap<String, u32>, QueryError> {
    let counts = data.count_by("indication", Some(MAX_VALUES))?;
    let rows = counts.rows.into_iter();
    Ok(rows
        .map(|row| (row.value.to_lowercase(), row.reports))
        .collect())
}
