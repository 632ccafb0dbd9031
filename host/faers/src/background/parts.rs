//! Reports by sex and age, and by quarter of receipt, out of openFDA's counts of ages and days.

use std::collections::BTreeMap;

use quire_model::{AGE_BANDS, SEXES, age_band};

/// Reports of each sex in each age band.
#[derive(Debug, Default)]
pub(super) struct SexAndAge {
    counts: [[u64; AGE_BANDS.len()]; SEXES.len()],
}

impl SexAndAge {
    /// What is searched for each sex, in the order of [`SEXES`]. Ages in months or decades are few, and count
    /// as not stated.
    pub(super) const CLAUSES: [&str; SEXES.len()] = [
        "patient.patientsex:2 AND patient.patientonsetageunit:801",
        "patient.patientsex:1 AND patient.patientonsetageunit:801",
    ];

    /// Adds what openFDA counted for the sex at this place: reports of each age in years.
    pub(super) fn add(&mut self, place: usize, ages: Vec<(String, u64)>) {
        for (age, reports) in ages {
            let band = age.parse().ok().and_then(age_band);
            let count = band.and_then(|band| self.counts.get_mut(place)?.get_mut(band));
            if let Some(count) = count {
                *count = count.saturating_add(reports);
            }
        }
    }

    /// Every stratum of `total` reports, and what is left of them behind; none if they are fewer.
    pub(super) fn of(&self, total: u64) -> Option<Vec<u64>> {
        let stated: Vec<u64> = self.counts.iter().flatten().copied().collect();
        let rest = total.checked_sub(stated.iter().sum())?;
        Some(stated.into_iter().chain([rest]).collect())
    }
}

/// Reports of each quarter.
#[derive(Debug, Default)]
pub(super) struct Quarters(BTreeMap<String, u64>);

impl Quarters {
    /// Of days as YYYYMMDD with their reports.
    pub(super) fn of(days: &[(u32, u32)]) -> Self {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (day, reports) in days {
            let (year, month) = (day / 10_000, day / 100 % 100);
            let quarter = format!("{year:04}-Q{}", month.saturating_sub(1) / 3 + 1);
            *counts.entry(quarter).or_default() += u64::from(*reports);
        }
        Self(counts)
    }

    /// Their names, oldest first.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Their reports, in the same order.
    pub(super) fn counts(&self) -> Vec<u64> {
        self.0.values().copied().collect()
    }

    /// Reports of the named quarters.
    pub(super) fn along(&self, names: &[String]) -> Vec<u64> {
        let of = |name: &String| self.0.get(name).copied().unwrap_or_default();
        names.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_states_no_age_that_anybody_has_is_in_the_rest() {
        let mut counted = SexAndAge::default();
        let ages = [("64", 3), ("65", 2), ("0.5", 1), ("999", 4), ("?", 1)];
        counted.add(
            0,
            ages.map(|(age, reports)| (age.to_owned(), reports))
                .to_vec(),
        );

        let parts = counted.of(20).unwrap();

        assert_eq!((parts.len(), parts[0], parts[3], parts[4]), (13, 1, 3, 2));
        assert_eq!(parts[12], 14);
        assert_eq!(counted.of(5), None, "the parts are more than the whole");
    }

    #[test]
    fn days_become_quarters_and_silent_ones_are_zero() {
        let all = Quarters::of(&[(20_140_101, 2), (20_140_331, 1), (20_141_231, 5)]);
        let some = Quarters::of(&[(20_140_401, 9), (20_141_001, 4)]);

        assert_eq!(all.names(), ["2014-Q1", "2014-Q4"]);
        assert_eq!(all.counts(), [3, 5]);
        assert_eq!(some.along(&all.names()), [0, 4]);
    }
}
