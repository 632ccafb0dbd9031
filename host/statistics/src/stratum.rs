//! Expected counts that allow for strata such as sex, age band and year.

use crate::TwoByTwo;

/// The totals of one stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Reports with the drug.
    pub drug: u64,
    /// Reports with the reaction.
    pub event: u64,
    /// All reports.
    pub all: u64,
}

impl From<TwoByTwo> for Stratum {
    fn from(table: TwoByTwo) -> Self {
        Self {
            drug: table.drug(),
            event: table.event(),
            all: table.all(),
        }
    }
}

/// E = Σ nₛ·mₛ/Nₛ over the strata: what to expect if drug and reaction were independent within each.
///
/// 0 or more. Strata without reports add nothing. Source: `DuMouchel` 1999; openEBGM.
#[must_use]
pub fn stratified_expected(strata: &[Stratum]) -> f64 {
    strata
        .iter()
        .filter(|stratum| stratum.all > 0)
        .map(|stratum| {
            (u128::from(stratum.drug) * u128::from(stratum.event)) as f64 / stratum.all as f64
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stratum_is_the_whole() {
        let table = TwoByTwo::new(25, 75, 375, 9525).unwrap();
        let empty = Stratum {
            drug: 0,
            event: 0,
            all: 0,
        };

        assert_eq!(
            stratified_expected(&[table.into(), empty]),
            table.expected()
        );
        assert_eq!(stratified_expected(&[]), 0.0);
    }
}
