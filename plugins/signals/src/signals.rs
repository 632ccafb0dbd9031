//! Every reaction of the analysed reports, asked of the background.

use std::collections::BTreeMap;

use quire_sdk::{
    Count, Data, DesignatedEvents, Failure, Gravity, QueryError, Told, is_administrative,
    reports_by,
    wit::background::{Source, Totals},
};
use quire_statistics::{Measure, Prior, Rule, TwoByTwo, Verdict};

use crate::{Pair, Screening};

/// Most values that the host counts at once.
const MAX_VALUES: u32 = 100_000;
/// A reaction may be the disease itself if the drug was given for it in at least so many analysed
/// reports, and in at least this share of them: reporters also write a reaction as the indication, and
/// one such report must not make a signal look like the disease.
pub const INDICATION_REPORTS: u32 = 3;
/// See [`INDICATION_REPORTS`].
pub const INDICATION_PERCENT: u32 = 1;

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
    /// Reactions that are looked at whatever their number.
    pub designated: DesignatedEvents,
}

/// A reaction without a two-by-two table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untested {
    /// The preferred term, as a reader sees it.
    pub term: String,
    /// Analysed reports that name it.
    pub analysed: u32,
    /// How grave they are.
    pub gravity: Gravity,
    /// Whether it is a designated medical event.
    pub is_designated: bool,
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
        let indications = reports_by(data, "indication")?;
        let mut signals = Self {
            source,
            rules,
            prior,
            pairs: Vec::new(),
            untested: Vec::new(),
            minimum: screening.minimum,
            designated: screening.designated_events.clone(),
        };
        for (place, count) in asked.iter().enumerate() {
            let answer = answers.get(place).and_then(Option::as_ref);
            signals.take(count, answer, &indications);
        }
        let beyond = beyond
            .iter()
            .map(|count| untested(count, Reason::BeyondLimit));
        signals.untested.extend(beyond);
        signals.read(data)?;
        Ok(Some(signals))
    }

    /// What the analysed reports say of each reaction.
    fn read(&mut self, data: &impl Data) -> Result<(), QueryError> {
        let told = Told::by_reaction(data)?;
        let of = |term: &str| told.get(term).copied().unwrap_or_default();
        let analysed = data.reports();
        for pair in &mut self.pairs {
            let told = of(&pair.term);
            pair.cases = told.cases;
            pair.suspect = told.suspect;
            pair.suspect_cases = told.suspect_cases;
            pair.gravity.life_threatening = told.life_threatening;
            pair.is_indication = is_indication(pair.indicated, analysed);
            pair.is_designated = self.designated.is_listed(&pair.term);
        }
        for one in &mut self.untested {
            one.gravity.life_threatening = of(&one.term).life_threatening;
            one.is_designated = self.designated.is_listed(&one.term);
        }
        Ok(())
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
        let mut pair = Pair::new(
            count.value.clone(),
            count.reports,
            table,
            self.prior.as_ref(),
        );
        pair.judge(&self.rules);
        pair.is_administrative = is_administrative(&count.value);
        pair.indicated = indications.get(&count.value).copied().unwrap_or(0);
        pair.gravity.fatal = count.fatal;
        pair.gravity.serious = count.serious;
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

    /// Rules, by their place, that could be met: their measures are there, for at least one listed pair.
    pub fn applied(&self) -> impl Iterator<Item = (usize, &Rule)> {
        let rules = self.rules.iter().enumerate();
        rules.filter(|(place, rule)| self.is_applied(*place, rule))
    }

    fn is_applied(&self, place: usize, rule: &Rule) -> bool {
        let listed = self.listed().count();
        !self.lacks_prior(rule) && (listed == 0 || self.without_verdict(place) < listed)
    }

    /// Whether a rule looks at EBGM, and there is none.
    #[must_use]
    pub fn lacks_prior(&self, rule: &Rule) -> bool {
        let shrunk = |measure| matches!(measure, Measure::Ebgm | Measure::Eb05);
        self.prior.is_none()
            && rule
                .criteria
                .iter()
                .any(|criterion| shrunk(criterion.measure))
    }

    /// Listed pairs on which a rule gave no verdict, by its place: no criterion fails, but a measure is
    /// missing.
    #[must_use]
    pub fn without_verdict(&self, place: usize) -> usize {
        let verdicts = self.listed().filter_map(|pair| pair.verdicts.get(place));
        verdicts
            .filter(|verdict| matches!(verdict, Verdict::NotEvaluable { .. }))
            .count()
    }

    /// The statistics that the applied rules judge by, in printed order.
    #[must_use]
    pub fn grounds(&self) -> Vec<&'static str> {
        let mut grounds = Vec::new();
        for (_, rule) in self.applied() {
            if !grounds.contains(&rule.ground()) {
                grounds.push(rule.ground());
            }
        }
        grounds
    }

    /// By how many statistics a reaction has to stand out to be named: two, or the one where a single one
    /// was applied.
    #[must_use]
    pub fn named_from(&self) -> usize {
        self.grounds().len().clamp(1, 2)
    }

    /// Listed pairs that [stand out](Pair::stands_out) by so many statistics.
    #[must_use]
    pub fn meeting(&self, grounds: usize) -> usize {
        self.listed()
            .filter(|pair| pair.stands_out(grounds))
            .count()
    }
}

fn is_indication(indicated: u32, analysed: u32) -> bool {
    let share = u64::from(analysed) * u64::from(INDICATION_PERCENT);
    indicated >= INDICATION_REPORTS && u64::from(indicated) * 100 >= share
}

fn untested(count: &Count, reason: Reason) -> Untested {
    Untested {
        term: count.value.clone(),
        analysed: count.reports,
        gravity: Gravity {
            fatal: count.fatal,
            life_threatening: 0,
            serious: count.serious,
        },
        is_designated: false,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_reports_do_not_make_a_reaction_the_disease() {
        assert!(!is_indication(1, 61));
        assert!(!is_indication(2, 10));
        assert!(is_indication(3, 61));
        assert!(!is_indication(3, 5_000));
        assert!(is_indication(50, 5_000));
    }
}
