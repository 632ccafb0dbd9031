//! Reports that were taken for one case: a group grows as long as nothing that its reports state about the
//! patient contradicts.

use super::words;
use crate::case::Case;

/// Ages of one patient may differ by a birthday.
const YEARS: f64 = 1.0;
/// Weights of one patient may differ by clothes and rounding.
const KILOGRAMS: f64 = 2.0;

/// What a group states about its patient.
#[derive(Clone, Debug)]
pub(super) struct Patient {
    sex: Option<u16>,
    country: String,
    age: Option<(f64, f64)>,
    weight: Option<(f64, f64)>,
}

impl Patient {
    pub(super) fn of(case: &Case) -> Self {
        let known = |value: f64| (!value.is_nan()).then_some((value, value));
        Self {
            sex: case.known_sex(),
            country: case.known_country().unwrap_or_default(),
            age: known(case.age_years()),
            weight: known(words::weight_kg(case.weight)),
        }
    }

    /// Both as one patient; none if they cannot be.
    pub(super) fn with(&self, other: &Self) -> Option<Self> {
        let sexes_differ = self.sex.is_some() && other.sex.is_some() && self.sex != other.sex;
        let countries = (self.country.as_str(), other.country.as_str());
        let countries_differ =
            !countries.0.is_empty() && !countries.1.is_empty() && countries.0 != countries.1;
        if sexes_differ || countries_differ {
            return None;
        }
        let country = if self.country.is_empty() {
            &other.country
        } else {
            &self.country
        };
        Some(Self {
            sex: self.sex.or(other.sex),
            country: country.clone(),
            age: within(self.age, other.age, YEARS)?,
            weight: within(self.weight, other.weight, KILOGRAMS)?,
        })
    }
}

/// The range of both, none within if neither is known; none if it is wider than `most`.
fn within(
    one: Option<(f64, f64)>,
    other: Option<(f64, f64)>,
    most: f64,
) -> Option<Option<(f64, f64)>> {
    let (Some(one), Some(other)) = (one, other) else {
        return Some(one.or(other));
    };
    let range = (one.0.min(other.0), one.1.max(other.1));
    (range.1 - range.0 <= most).then_some(Some(range))
}

/// Cases that were joined: each points towards the first of its group.
pub(super) struct Groups {
    towards: Vec<usize>,
    patients: Vec<Patient>,
}

impl Groups {
    pub(super) fn new(cases: &[Case]) -> Self {
        Self {
            towards: (0..cases.len()).collect(),
            patients: cases.iter().map(Patient::of).collect(),
        }
    }

    /// Joins what does not contradict, and says how many groups vanished by it.
    pub(super) fn join(&mut self, pairs: &[(usize, usize)]) -> u64 {
        let mut joined = 0;
        for (one, other) in pairs {
            let (one, other) = (self.first(*one), self.first(*other));
            let (Some(patient), Some(second)) = (self.patients.get(one), self.patients.get(other))
            else {
                continue;
            };
            let both = patient.with(second).filter(|_| one != other);
            let (first, later) = (one.min(other), one.max(other));
            if let Some(both) = both
                && let Some(slot) = self.patients.get_mut(first)
                && let Some(towards) = self.towards.get_mut(later)
            {
                *slot = both;
                *towards = first;
                joined += 1;
            }
        }
        joined
    }

    /// For each case, the first one of its group.
    pub(super) fn firsts(&self) -> Vec<usize> {
        let mut firsts: Vec<usize> = Vec::with_capacity(self.towards.len());
        for (case, towards) in self.towards.iter().enumerate() {
            // Each points at an earlier one, or at itself.
            firsts.push(firsts.get(*towards).copied().unwrap_or(case));
        }
        firsts
    }

    /// The first case of the group so far; halves the way there for the next who asks.
    fn first(&mut self, case: usize) -> usize {
        let mut at = case;
        while let Some(next) = self.towards.get(at).copied().filter(|next| *next != at) {
            let after = self.towards.get(next).copied().unwrap_or(next);
            if let Some(towards) = self.towards.get_mut(at) {
                *towards = after;
            }
            at = after;
        }
        at
    }
}
