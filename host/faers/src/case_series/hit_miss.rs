//! How much two reports tell of being one case: the hit-miss model of Norén, Orre, Bate and Edwards, Data
//! Mining and Knowledge Discovery 14 (2007) 305-328, by which vigiMatch finds duplicates (Tregunno et al.,
//! Drug Safety 37 (2014) 249-258).
//!
//! A field of a report shows what was true of the case (a hit), or by an error anything (a miss), or nothing
//! (a blank). Of two reports that show the same value, of which a share β of all others shows it too, that
//! speaks for one case by log₂((1 − c(1 − β)) / β) bits; different values speak against it by log₂ c; a blank
//! says nothing. Different sexes, countries or ages are not weighed: no pair of them is taken for one case. Here c = a(2 − a) is the share of pairs of one case in which at least one of both is a miss,
//! and a the share of misses.
//!
//! Of FAERS no set of confirmed duplicates is public, so that shares of misses are set, not estimated, and
//! shares of values are those of the series, drawn towards what is usual in FAERS: a series of ten reports
//! does not tell how rare a day is.

use std::collections::HashMap;

use super::{dimension::Dimension, words::OTHER};
use crate::case::Case;

/// c for age, sex, country and day of the event: one report in twenty states a wrong one.
const FACT: f64 = 0.0975;
/// c for a drug or a reaction: one report in five leaves out what another of the case names.
const TERM: f64 = 0.36;
/// Terms of one report alone that count against a pair, of drugs and of reactions each. A case is told at
/// different length by different people.
const TERMS_AGAINST: usize = 3;
/// Ages that a birthday tells apart are the same.
const YEARS: u32 = 1;
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
/// Bits that sums of the same weights in another order may differ by, and far more.
const ROUNDING: f64 = 1e-6;

/// What one report says of its case, by the codes of its columns. None, or no code, is a blank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) sex: Option<u32>,
    /// In whole years.
    pub(super) age: Option<u32>,
    pub(super) country: Option<u32>,
    /// The day of the event, YYYYMMDD.
    pub(super) day: Option<u32>,
    drugs: &'a [u32],
    pub(super) reactions: &'a [u32],
}

/// What each value of a field weighs where two reports say it, by its code.
type Bits = Vec<f64>;

/// What reports say, and how much of it two of them must have in common.
#[derive(Debug)]
pub(super) struct HitMiss<'a> {
    said: Vec<Said<'a>>,
    /// For each report, what its drugs and reactions weigh if another one names them all.
    terms: Vec<f64>,
    sexes: Bits,
    ages: Bits,
    countries: Bits,
    days: HashMap<u32, f64>,
    drugs: Bits,
    reactions: Bits,
}

impl<'a> HitMiss<'a> {
    /// Of cases and the columns of the same cases.
    pub(super) fn of(cases: &[Case], columns: &'a [Dimension]) -> Self {
        let said = said(cases, columns);
        let reports = said.len();
        let facts = |value: fn(&Said<'_>) -> Option<u32>| counted(said.iter().filter_map(value));
        let terms = |codes: fn(&Said<'a>) -> &'a [u32]| {
            let codes = said.iter().flat_map(codes).copied();
            bits(&counted(codes), reports, TERM, USUAL_TERM)
        };
        let (sexes, countries) = (facts(|one| one.sex), facts(|one| one.country));
        let sexes = bits(&sexes, sexes.iter().sum(), FACT, USUAL_SEX);
        let countries = bits(&countries, countries.iter().sum(), FACT, USUAL_COUNTRY);
        let (drugs, reactions) = (terms(|one| one.drugs), terms(|one| one.reactions));
        let ages = facts(|one| one.age);
        let all = |one: &Said<'_>| -> f64 {
            let drugs = one.drugs.iter().filter_map(|code| at(&drugs, *code));
            let reactions = one
                .reactions
                .iter()
                .filter_map(|code| at(&reactions, *code));
            drugs.chain(reactions).sum()
        };
        Self {
            terms: said.iter().map(all).collect(),
            sexes,
            ages: bits(&near(&ages), ages.iter().sum(), FACT, USUAL_AGE),
            countries,
            days: days(&said),
            drugs,
            reactions,
            said,
        }
    }

    /// What each report says, in their order.
    pub(super) fn said(&self) -> &[Said<'a>] {
        &self.said
    }

    /// How much two reports speak for being one case, in bits; none if that is less than `least`, or if they say
    /// another sex, age or country.
    pub(super) fn score(&self, one: usize, other: usize, least: f64) -> Option<f64> {
        let most = self.terms.get(one)?.min(*self.terms.get(other)?);
        let (one, other) = (self.said.get(one)?, self.said.get(other)?);
        let sex = fact(one.sex, other.sex, &self.sexes, 0)?;
        let age = fact(one.age, other.age, &self.ages, YEARS)?;
        let country = fact(one.country, other.country, &self.countries, 0)?;
        let facts = sex + age + country + self.day(one, other);
        // Nearly every pair ends here, before what is long is compared.
        if facts + most < least - ROUNDING {
            return None;
        }
        let drugs = terms(one.drugs, other.drugs, &self.drugs);
        let score = facts + drugs + terms(one.reactions, other.reactions, &self.reactions);
        (score >= least).then_some(score)
    }

    fn day(&self, one: &Said<'_>, other: &Said<'_>) -> f64 {
        match (one.day, other.day) {
            (Some(day), Some(same)) if day == same => {
                self.days.get(&day).copied().unwrap_or_default()
            }
            (Some(_), Some(_)) => FACT.log2(),
            _ => 0.0,
        }
    }
}

fn said<'a>(cases: &[Case], columns: &'a [Dimension]) -> Vec<Said<'a>> {
    let column = |name: &str| columns.iter().find(|column| column.name() == name);
    let [sexes, countries, drugs, reactions] = ["sex", "country", "drug", "reaction"].map(column);
    let of = |(row, case): (u32, &Case)| {
        let codes = |column: Option<&'a Dimension>| column.map_or(&[][..], |it| it.codes(row));
        // What was not understood may be anything.
        let understood = |column: Option<&'a Dimension>| {
            let code = codes(column).first().copied()?;
            column.filter(|it| it.value(code) != OTHER).map(|_| code)
        };
        let years = case.age_years();
        Said {
            sex: understood(sexes),
            age: (!years.is_nan()).then_some(years as u32),
            country: understood(countries),
            day: case.plausible(case.event).and(case.event),
            drugs: codes(drugs),
            reactions: codes(reactions),
        }
    };
    (0..).zip(cases).map(of).collect()
}

/// How many reports say each value, by its code.
fn counted(values: impl Iterator<Item = u32>) -> Vec<usize> {
    let mut counts = Vec::new();
    for value in values {
        let value = value as usize;
        if counts.len() <= value {
            counts.resize(value + 1, 0);
        }
        if let Some(count) = counts.get_mut(value) {
            *count += 1;
        }
    }
    counts
}

/// How many reports say an age or one that a birthday tells apart from it, by the age.
fn near(ages: &[usize]) -> Vec<usize> {
    let around = |age: usize| {
        let from = age.saturating_sub(YEARS as usize);
        ages.iter()
            .skip(from)
            .take(age + 1 + YEARS as usize - from)
            .sum()
    };
    (0..ages.len()).map(around).collect()
}

/// What values weigh that so many of the reports say.
fn bits(counts: &[usize], known: usize, misses: f64, usual: f64) -> Bits {
    let bits = |said: &usize| hit(misses, share(*said, known, usual));
    counts.iter().map(bits).collect()
}

fn days(said: &[Said<'_>]) -> HashMap<u32, f64> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for day in said.iter().filter_map(|one| one.day) {
        *counts.entry(day).or_default() += 1;
    }
    let known = counts.values().sum();
    let bits = |(day, said)| (day, hit(FACT, share(said, known, USUAL_DAY)));
    counts.into_iter().map(bits).collect()
}

/// What a fact of two reports weighs: nothing where one is silent, none where they are further apart than
/// `apart`.
fn fact(one: Option<u32>, other: Option<u32>, bits: &Bits, apart: u32) -> Option<f64> {
    let (Some(one), Some(other)) = (one, other) else {
        return Some(0.0);
    };
    (one.abs_diff(other) <= apart).then(|| at(bits, one).unwrap_or_default())
}

/// Terms of both speak for one case, the rarer the more; those of one alone against it.
fn terms(one: &[u32], other: &[u32], bits: &Bits) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let (mut common, mut shared) = (0.0, 0);
    let mut rest = other.iter().peekable();
    for code in one {
        while rest.next_if(|next| *next < code).is_some() {}
        if rest.next_if_eq(&code).is_some() {
            common += at(bits, *code).unwrap_or_default();
            shared += 1;
        }
    }
    let apart = one.len() + other.len() - 2 * shared;
    common + apart.min(TERMS_AGAINST) as f64 * TERM.log2()
}

fn at(bits: &Bits, code: u32) -> Option<f64> {
    bits.get(code as usize).copied()
}

/// The weight of a value that both reports show.
fn hit(misses: f64, share: f64) -> f64 {
    ((1.0 - misses * (1.0 - share)) / share).log2()
}

/// The share of the other reports that show a value, drawn towards what is usual.
fn share(said: usize, known: usize, usual: f64) -> f64 {
    // The two reports themselves are no evidence of how common it is.
    let others = |reports: usize| reports.saturating_sub(2) as f64;
    (others(said) + USUAL_WEIGHT * usual) / (others(known) + USUAL_WEIGHT)
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
        let day = share(2, 2, USUAL_DAY);
        assert!((day - USUAL_DAY).abs() < 1e-12, "{day}");
        let common = share(502, 1_002, USUAL_DAY);
        assert!(common > 0.47, "{common}");
    }
}
