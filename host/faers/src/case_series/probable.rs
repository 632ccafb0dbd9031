//! Reports that are probably of one case, though nothing proves it: their number stands beside that of the
//! reports, and none is left out. What proves it is in [`duplicates`](super::duplicates), whose grounds for
//! leaving a report out stay strict.
//!
//! Two reports are probably one case if [hit-miss weights](super::hit_miss) make that at least
//! nineteen times as likely as not, where one report in twenty has another of its case, and nothing that they
//! state about the patient contradicts. Compared are pairs that share the day of the event and the country, or
//! sex, age and a reaction; what a crowd shares tells nobody apart.

use super::{dimension::Dimension, groups::Groups, hit_miss::HitMiss};
use crate::case::Case;

/// Reports that share what pairs are found by, beyond which it is no reason to compare them.
const CROWD: usize = 60;
/// Odds from which a pair is probably one case: 95 of 100 such pairs are.
const ODDS: f64 = 19.0;
/// Reports of which one has another report of its case.
const ONE_IN: f64 = 20.0;

/// For each case, the first one of its group; cases that nothing joins are their own. `columns` are those of
/// the same cases.
pub(super) fn find(cases: &[Case], columns: &[Dimension]) -> Vec<usize> {
    let reports = HitMiss::of(cases, columns);
    let least = least(cases.len());
    let mut found: Vec<(f64, usize, usize)> = Vec::new();
    each_pair(&reports, |one, other| {
        let score = reports.score(one, other, least);
        found.extend(score.map(|score| (score, one, other)));
    });
    // The strongest first, since what they state bounds whom else a group can take in.
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let pairs: Vec<(usize, usize)> = found.iter().map(|found| (found.1, found.2)).collect();
    let mut groups = Groups::new(cases);
    groups.join(&pairs);
    groups.firsts()
}

/// Bits from which a pair of so many reports is probably one case: with one report in twenty that has
/// another, the odds of any pair are 1 in 10(n - 1).
fn least(reports: usize) -> f64 {
    let pairs = reports.saturating_sub(1).max(1) as f64 / 2.0;
    (ODDS * ONE_IN * pairs).log2()
}

/// Pairs that have enough in common to be compared, the earlier report first; some more than once.
fn each_pair(reports: &HitMiss<'_>, mut compare: impl FnMut(usize, usize)) {
    let (mut days, mut patients) = (Vec::new(), Vec::new());
    for (index, said) in reports.said().iter().enumerate() {
        days.extend(said.day.map(|day| ((day, said.country), index)));
        let Some((sex, age)) = said.sex.zip(said.age) else {
            continue;
        };
        for reaction in said.reactions {
            // Two ages that a birthday tells apart meet in the older of both.
            patients.extend([age, age + 1].map(|age| ((*reaction, sex, age), index)));
        }
    }
    each_pair_of(days, &mut compare);
    each_pair_of(patients, &mut compare);
}

/// Pairs that share what they are found by, unless it is a crowd.
fn each_pair_of<Common: Copy + Ord>(
    mut holders: Vec<(Common, usize)>,
    mut compare: impl FnMut(usize, usize),
) {
    holders.sort_unstable();
    let together = holders.chunk_by(|one, other| one.0 == other.0);
    for holders in together.filter(|holders| holders.len() <= CROWD) {
        for (at, (_, one)) in holders.iter().enumerate() {
            for (_, other) in holders.iter().skip(at + 1) {
                compare(*one, *other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::columns::dimensions, *};
    use crate::case::{Drug, Reaction};

    fn case(id: &str, terms: &[&str]) -> Case {
        Case {
            id: id.to_owned(),
            countries: vec!["JP".to_owned()],
            sex: Some(2),
            age: Some(63.0),
            age_unit: Some(801),
            event: Some(20_140_301),
            receipt: Some(20_140_501),
            has_patient: true,
            reactions: terms
                .iter()
                .map(|term| Reaction {
                    term: (*term).to_owned(),
                    outcome: None,
                })
                .collect(),
            drugs: vec![Drug {
                matched: true,
                role: Some(1),
                product: "A".to_owned(),
                ..Drug::default()
            }],
            ..Case::default()
        }
    }

    /// As many cases that have nothing to do with each other.
    fn others(count: u32) -> Vec<Case> {
        let other = |number: u32| {
            let mut other = case(&format!("9{number}"), &["Nausea"]);
            other.event = Some(20_100_101 + number % 28 + 100 * (number % 12));
            other.age = Some(f64::from(20 + number % 61));
            other.sex = Some(u16::from(number.is_multiple_of(2)) + 1);
            other
        };
        (0..count).map(other).collect()
    }

    fn groups(cases: &[Case]) -> usize {
        let found = find(cases, &dimensions(cases));
        found.into_iter().collect::<BTreeSet<_>>().len()
    }

    #[test]
    fn a_case_told_at_different_length_is_probably_one() {
        let pair = [
            case("1", &["Hepatic failure", "Rash"]),
            case("2", &["Hepatic failure", "Rash", "Pyrexia"]),
        ];
        assert_eq!(groups(&pair), 1);

        let mut many = others(60);
        many.extend(pair.clone());
        assert_eq!(groups(&many), 61);
    }

    #[test]
    fn a_blank_costs_nothing_and_a_contradiction_everything() {
        let one = case("1", &["Hepatic failure", "Rash"]);
        type Change = fn(&mut Case);
        let blanks: [Change; 3] = [
            |case| case.event = None,
            |case| case.age = None,
            |case| case.countries.clear(),
        ];
        for (number, change) in blanks.iter().enumerate() {
            let mut other = one.clone();
            change(&mut other);
            // Without a country in common they meet by sex, age and reaction.
            assert_eq!(groups(&[one.clone(), other]), 1, "blank {number}");
        }
        let contradictions: [Change; 3] = [
            |case| case.sex = Some(1),
            |case| case.age = Some(70.0),
            |case| case.countries = vec!["FR".to_owned()],
        ];
        for (number, change) in contradictions.iter().enumerate() {
            let mut other = one.clone();
            change(&mut other);
            assert_eq!(groups(&[one.clone(), other]), 2, "contradiction {number}");
        }
    }

    #[test]
    fn what_everybody_reports_makes_nobody_the_same() {
        let mut cases = others(200);
        let (first, second) = (cases[0].age, cases[0].sex);
        cases[61].age = first;
        cases[61].sex = second;

        assert_eq!(groups(&cases), 200);
    }
}
