//! How much two reports tell of being one case: the hit-miss model of Norén, Orre, Bate and Edwards, Data
//! Mining and Knowledge Discovery 14 (2007) 305-328, by which vigiMatch finds duplicates (Tregunno et al.,
//! Drug Safety 37 (2014) 249-258).
//!
//! A field of a report shows what was true of the case (a hit), or by an error anything (a miss), or nothing
//! (a blank). Of two reports that show the same value, of which a share β of all others shows it too, that
//! speaks for one case by log₂((1 − c(1 − β)) / β) bits; different values speak against it by log₂ c; a blank
//! says nothing. Here c = a(2 − a) is the share of pairs of one case in which at least one of both is a miss,
//! and a the share of misses.
//!
//! Of FAERS no set of confirmed duplicates is public, so that shares of misses are set, not estimated, and
//! shares of values are those of the series, drawn towards what is usual in FAERS: a series of ten reports
//! does not tell how rare a day is.

use std::collections::{BTreeSet, HashMap};

use super::words;
use crate::case::{Case, Drug};

/// c for age, sex, country and day of the event: one report in twenty states a wrong one.
const FACT: f64 = 0.0975;
/// c for a drug or a reaction: one report in five leaves out what another of the case names.
const TERM: f64 = 0.36;
/// Terms of one report alone that count against a pair, of drugs and of reactions each. A case is told at
/// different length by different people.
const TERMS_AGAINST: usize = 3;
/// Ages that a birthday tells apart are the same.
const YEARS: i32 = 1;
/// As many reports weigh what is usual in FAERS.
const USUAL_WEIGHT: f64 = 50.0;
/// Usual share of reports of one sex.
const USUAL_SEX: f64 = 0.5;
/// Usual share of reports with an age of the same year or the next ones.
const USUAL_AGE: f64 = 0.0375;
/// Usual share of reports of one country.
const USUAL_COUNTRY: f64 = 0.05;
/// Usual share of reports with one day of the event, of those of ten years.
const USUAL_DAY: f64 = 1.0 / 3_650.0;
/// Usual share of reports that name a drug or a reaction.
const USUAL_TERM: f64 = 0.01;

/// What one report says of its case. Empty or none is a blank.
#[derive(Clone, Debug)]
pub(super) struct Said {
    sex: Option<u16>,
    /// In whole years.
    age: Option<i32>,
    country: String,
    day: Option<u32>,
    drugs: BTreeSet<String>,
    reactions: BTreeSet<String>,
}

/// Which field of a report a value is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Field {
    Drug,
    Reaction,
}

/// How often each value is said, of the reports that say one.
#[derive(Debug, Default)]
pub(super) struct Shares<'a> {
    /// All reports, and those that say a sex, an age, a country, a day.
    reports: usize,
    sexed: usize,
    aged: usize,
    placed: usize,
    dated: usize,
    sexes: HashMap<u16, usize>,
    ages: HashMap<i32, usize>,
    countries: HashMap<&'a str, usize>,
    days: HashMap<u32, usize>,
    terms: HashMap<(Field, &'a str), usize>,
}

impl Said {
    pub(super) fn of(case: &Case) -> Self {
        let years = case.age_years();
        let names = case.drugs.iter().flat_map(Drug::names);
        let terms = case.reactions.iter().map(|reaction| &reaction.term);
        Self {
            sex: case.sex.filter(|code| !words::sex(*code).is_empty()),
            age: (!years.is_nan()).then_some(years as i32),
            country: case.country(),
            day: case.plausible(case.event).and(case.event),
            drugs: names.map(str::to_owned).collect(),
            reactions: terms.filter(|term| !term.is_empty()).cloned().collect(),
        }
    }

    /// The day of the event, YYYYMMDD.
    pub(super) fn day(&self) -> Option<u32> {
        self.day
    }

    /// Sex and age, if both are said.
    pub(super) fn patient(&self) -> Option<(u16, i32)> {
        self.sex.zip(self.age)
    }

    /// The reactions that it names.
    pub(super) fn reactions(&self) -> &BTreeSet<String> {
        &self.reactions
    }
}

impl<'a> Shares<'a> {
    pub(super) fn of(said: &'a [Said]) -> Self {
        let mut shares = Self {
            reports: said.len(),
            ..Self::default()
        };
        for one in said {
            if let Some(sex) = one.sex {
                shares.sexed += 1;
                *shares.sexes.entry(sex).or_default() += 1;
            }
            if let Some(age) = one.age {
                shares.aged += 1;
                *shares.ages.entry(age).or_default() += 1;
            }
            if !one.country.is_empty() {
                shares.placed += 1;
                *shares.countries.entry(&one.country).or_default() += 1;
            }
            if let Some(day) = one.day {
                shares.dated += 1;
                *shares.days.entry(day).or_default() += 1;
            }
            let drugs = one.drugs.iter().map(|drug| (Field::Drug, drug.as_str()));
            let reactions = one.reactions.iter();
            let reactions = reactions.map(|term| (Field::Reaction, term.as_str()));
            for term in drugs.chain(reactions) {
                *shares.terms.entry(term).or_default() += 1;
            }
        }
        shares
    }

    /// How much two reports speak for being one case, in bits.
    pub(super) fn score(&self, one: &Said, other: &Said) -> f64 {
        let sex = self.sex(one, other).unwrap_or_default();
        let age = self.age(one, other).unwrap_or_default();
        let day = self.day(one, other).unwrap_or_default();
        let drugs = self.terms(Field::Drug, &one.drugs, &other.drugs);
        let reactions = self.terms(Field::Reaction, &one.reactions, &other.reactions);
        sex + age + self.country(one, other) + day + drugs + reactions
    }

    fn sex(&self, one: &Said, other: &Said) -> Option<f64> {
        let sex = one.sex?;
        if sex != other.sex? {
            return Some(FACT.log2());
        }
        Some(hit(
            FACT,
            share(self.sexes.get(&sex), self.sexed, USUAL_SEX),
        ))
    }

    fn age(&self, one: &Said, other: &Said) -> Option<f64> {
        let age = one.age?;
        if (age - other.age?).abs() > YEARS {
            return Some(FACT.log2());
        }
        let near = (age - YEARS)..=(age + YEARS);
        let said: usize = near.filter_map(|age| self.ages.get(&age)).sum();
        Some(hit(FACT, share(Some(&said), self.aged, USUAL_AGE)))
    }

    fn country(&self, one: &Said, other: &Said) -> f64 {
        let country = one.country.as_str();
        if country.is_empty() || other.country.is_empty() {
            return 0.0;
        }
        if country != other.country {
            return FACT.log2();
        }
        hit(
            FACT,
            share(self.countries.get(country), self.placed, USUAL_COUNTRY),
        )
    }

    fn day(&self, one: &Said, other: &Said) -> Option<f64> {
        let day = one.day?;
        if day != other.day? {
            return Some(FACT.log2());
        }
        Some(hit(FACT, share(self.days.get(&day), self.dated, USUAL_DAY)))
    }

    /// Terms of both speak for one case, the rarer the more; those of one alone against it.
    fn terms(&self, field: Field, one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
        if one.is_empty() || other.is_empty() {
            return 0.0;
        }
        let weight = |term: &String| {
            let said = self.terms.get(&(field, term.as_str()));
            hit(TERM, share(said, self.reports, USUAL_TERM))
        };
        let common: f64 = one.intersection(other).map(weight).sum();
        let apart = one.symmetric_difference(other).count().min(TERMS_AGAINST);
        common + apart as f64 * TERM.log2()
    }
}

/// The weight of a value that both reports show.
fn hit(misses: f64, share: f64) -> f64 {
    ((1.0 - misses * (1.0 - share)) / share).log2()
}

/// The share of the other reports that show a value, drawn towards what is usual.
fn share(said: Option<&usize>, known: usize, usual: f64) -> f64 {
    // The two reports themselves are no evidence of how common it is.
    let others = |reports: usize| reports.saturating_sub(2) as f64;
    let said = others(said.copied().unwrap_or_default());
    (said + USUAL_WEIGHT * usual) / (others(known) + USUAL_WEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_value_tells_more_than_a_common_one() {
        assert!((hit(FACT, 0.5) - 0.927_896_f64).abs() < 1e-3);
        assert!(hit(FACT, 0.001) > 9.0);
        assert!(hit(FACT, 1.0).abs() < 1e-12);
    }

    #[test]
    fn few_reports_leave_a_day_as_rare_as_it_usually_is() {
        let day = share(Some(&2), 2, USUAL_DAY);
        assert!((day - USUAL_DAY).abs() < 1e-12, "{day}");
        let common = share(Some(&502), 1_002, USUAL_DAY);
        assert!(common > 0.47, "{common}");
    }
}
