//! Months, quarters and years as whole numbers, so that gaps are easy to find.

use quire_sdk::Civil;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Month,
    Quarter,
    Year,
}

impl Step {
    fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// The period that a day lies in; the next period has the next number.
    pub(crate) fn period(self, day: i32) -> i32 {
        let civil = Civil::from_days(day);
        (civil.year * 12 + i32::from(civil.month) - 1).div_euclid(self.months())
    }

    /// `2014-03`, `2014-Q1` or `2014`.
    pub(crate) fn label(self, period: i32) -> String {
        let per_year = 12 / self.months();
        let (year, part) = (period.div_euclid(per_year), period.rem_euclid(per_year) + 1);
        match self {
            Self::Month => format!("{year}-{part:02}"),
            Self::Quarter => format!("{year}-Q{part}"),
            Self::Year => year.to_string(),
        }
    }

    /// The first day of a period.
    pub(crate) fn first_day(self, period: i32) -> i32 {
        let month = period * self.months();
        let first = Civil {
            year: month.div_euclid(12),
            month: month.rem_euclid(12) as u8 + 1,
            day: 1,
        };
        first.days()
    }

    /// The last day of a period.
    pub(crate) fn last_day(self, period: i32) -> i32 {
        self.first_day(period + 1) - 1
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Month => "Month",
            Self::Quarter => "Quarter",
            Self::Year => "Year",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u8, day: u8) -> i32 {
        Civil { year, month, day }.days()
    }

    #[test]
    fn a_day_lies_in_its_periods() {
        let day = day(2014, 3, 12);

        assert_eq!(Step::Month.label(Step::Month.period(day)), "2014-03");
        assert_eq!(Step::Quarter.label(Step::Quarter.period(day)), "2014-Q1");
        assert_eq!(Step::Year.label(Step::Year.period(day)), "2014");
    }

    #[test]
    fn periods_end_on_their_last_day() {
        let start = day(2024, 2, 1);

        assert_eq!(
            Step::Month.last_day(Step::Month.period(start)),
            day(2024, 2, 29)
        );
        assert_eq!(
            Step::Quarter.last_day(Step::Quarter.period(start)),
            day(2024, 3, 31)
        );
        assert_eq!(
            Step::Year.last_day(Step::Year.period(start)),
            day(2024, 12, 31)
        );
        assert_eq!(
            Step::Quarter.first_day(Step::Quarter.period(start)),
            day(2024, 1, 1)
        );
        assert_eq!(
            Step::Quarter.period(day(2024, 4, 1)),
            Step::Quarter.period(start) + 1
        );
    }
}
