//! One drug and one reaction against all other reports: the four counts behind every measure.

use crate::StatisticsError;

/// Unique reports, split by drug and reaction.
///
/// |             | reaction  | no reaction |           |
/// |-------------|-----------|-------------|-----------|
/// | drug        | a         | b           | n = a + b |
/// | other drugs | c         | d           |           |
/// |             | m = a + c |             | N         |
///
/// Every cell may be zero, and the sum fits into 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TwoByTwo {
    a: u64,
    b: u64,
    c: u64,
    d: u64,
}

impl TwoByTwo {
    /// A table from its four cells.
    ///
    /// # Errors
    ///
    /// [`StatisticsError::CountsOverflow`] when the sum does not fit into 64 bits.
    pub fn new(a: u64, b: u64, c: u64, d: u64) -> Result<Self, StatisticsError> {
        a.checked_add(b)
            .and_then(|sum| sum.checked_add(c))
            .and_then(|sum| sum.checked_add(d))
            .map(|_| Self { a, b, c, d })
            .ok_or(StatisticsError::CountsOverflow { a, b, c, d })
    }

    /// A table from totals: reports with `both`, with the `drug`, with the `event`, and `all`.
    ///
    /// # Errors
    ///
    /// [`StatisticsError::Margins`] when a cell would be negative, as happens when the totals come
    /// from different filters or from different days.
    pub fn from_margins(
        both: u64,
        drug: u64,
        event: u64,
        all: u64,
    ) -> Result<Self, StatisticsError> {
        let cells = || {
            let b = drug.checked_sub(both)?;
            let c = event.checked_sub(both)?;
            let d = all.checked_sub(drug)?.checked_sub(c)?;
            Some(Self { a: both, b, c, d })
        };
        cells().ok_or(StatisticsError::Margins {
            both,
            drug,
            event,
            all,
        })
    }

    /// Reports with the drug and the reaction.
    #[must_use]
    pub fn a(self) -> u64 {
        self.a
    }

    /// Reports with the drug, without the reaction.
    #[must_use]
    pub fn b(self) -> u64 {
        self.b
    }

    /// Reports with the reaction, without the drug.
    #[must_use]
    pub fn c(self) -> u64 {
        self.c
    }

    /// Reports with neither.
    #[must_use]
    pub fn d(self) -> u64 {
        self.d
    }

    /// n: all reports with the drug.
    #[must_use]
    pub fn drug(self) -> u64 {
        self.a + self.b
    }

    /// m: all reports with the reaction.
    #[must_use]
    pub fn event(self) -> u64 {
        self.a + self.c
    }

    /// N: all reports.
    #[must_use]
    pub fn all(self) -> u64 {
        self.a + self.b + self.c + self.d
    }

    /// E = n·m/N, the reports to expect if drug and reaction had nothing to do with each other;
    /// 0 when there are no reports at all.
    ///
    /// The background is the whole database, the drug included.
    #[must_use]
    pub fn expected(self) -> f64 {
        if self.all() == 0 {
            return 0.0;
        }
        (u128::from(self.drug()) * u128::from(self.event())) as f64 / self.all() as f64
    }

    /// a - E = (ad - bc)/N, with the difference taken in integers so that nothing cancels.
    #[must_use]
    pub fn excess(self) -> f64 {
        if self.all() == 0 {
            return 0.0;
        }
        let magnitude = self.cross_difference() as f64 / self.all() as f64;
        if self.is_over_reported() {
            magnitude
        } else {
            -magnitude
        }
    }

    /// Whether a > E, that is ad > bc, decided in integers.
    #[must_use]
    pub fn is_over_reported(self) -> bool {
        self.main_product() > self.off_product()
    }

    /// Whether any of the four cells is zero.
    #[must_use]
    pub fn has_zero_cell(self) -> bool {
        [self.a, self.b, self.c, self.d].contains(&0)
    }

    /// The table with drug and reaction exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            b: self.c,
            c: self.b,
            ..self
        }
    }

    /// |ad - bc|; below 2¹²⁶, because the four cells sum to less than 2⁶⁴.
    pub(crate) fn cross_difference(self) -> u128 {
        self.main_product().abs_diff(self.off_product())
    }

    fn main_product(self) -> u128 {
        u128::from(self.a) * u128::from(self.d)
    }

    fn off_product(self) -> u128 {
        u128::from(self.b) * u128::from(self.c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_and_cells_describe_the_same_table() {
        let table = TwoByTwo::new(25, 75, 375, 9525).unwrap();

        let again = TwoByTwo::from_margins(25, 100, 400, 10_000).unwrap();

        assert_eq!(table, again);
        assert_eq!(table.expected(), 4.0);
        assert_eq!(table.excess(), 21.0);
    }

    #[test]
    fn totals_from_different_filters_are_refused() {
        for (both, drug, event, all) in [(5, 4, 9, 100), (5, 9, 4, 100), (1, 60, 60, 100)] {
            let error = TwoByTwo::from_margins(both, drug, event, all).unwrap_err();
            assert!(matches!(error, StatisticsError::Margins { .. }), "{error}");
        }
    }

    #[test]
    fn sums_beyond_64_bits_are_refused() {
        let half = u64::MAX / 2 + 1;

        assert!(TwoByTwo::new(half, half, 0, 0).is_err());
        assert!(TwoByTwo::new(u64::MAX, 0, 0, 0).is_ok());
    }

    #[test]
    fn nothing_is_expected_of_no_reports() {
        let none = TwoByTwo::from_margins(0, 0, 0, 0).unwrap();

        assert_eq!(none.expected(), 0.0);
        assert_eq!(none.excess(), 0.0);
    }
}
