//! Days as people write them. The contract counts days since 1970-01-01.

use std::fmt;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the proleptic Gregorian calendar.
///
/// ```
/// use quire_sdk::Civil;
///
/// let day = Civil::from_days(16_141);
/// assert_eq!(day.to_string(), "2014-03-12");
/// assert_eq!(day.long(), "12 March 2014");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Astronomical: 0 is 1 BC.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Civil {
    /// The day that lies `days` after 1970-01-01.
    ///
    /// Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`: eras of
    /// 400 years (146,097 days) that begin on 1 March.
    #[must_use]
    pub fn from_days(days: i32) -> Self {
        let shifted = i64::from(days) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: year as i32,
            month: month as u8,
            day: day as u8,
        }
    }

    /// Days since 1970-01-01; the inverse of [`Self::from_days`] for days that exist.
    #[must_use]
    pub fn days(self) -> i32 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era - 719_468) as i32
    }

    /// The day that a text such as `2014-03-12` (or one that begins so) names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        let civil = Self { year, month, day };
        // A day that does not exist, such as 30 February, comes back as another one.
        ((1..=12).contains(&month) && Self::from_days(civil.days()) == civil).then_some(civil)
    }

    /// 1 to 4.
    #[must_use]
    pub fn quarter(self) -> u8 {
        self.month.saturating_sub(1) / 3 + 1
    }

    /// `12 March 2014`.
    #[must_use]
    pub fn long(self) -> String {
        format!("{} {} {}", self.day, self.month_name(), self.year)
    }

    /// `12 Mar 2014`.
    #[must_use]
    pub fn medium(self) -> String {
        format!("{} {}", self.day, self.month_and_year())
    }

    /// `Mar 2014`.
    #[must_use]
    pub fn month_and_year(self) -> String {
        let month: String = self.month_name().chars().take(3).collect();
        format!("{month} {}", self.year)
    }

    fn month_name(self) -> &'static str {
        MONTHS
            .get(usize::from(self.month).wrapping_sub(1))
            .copied()
            .unwrap_or("?")
    }
}

impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse_over_two_thousand_years() {
        for days in -800_000..200_000 {
            assert_eq!(Civil::from_days(days).days(), days);
        }
    }

    #[test]
    fn known_days_have_their_known_numbers() {
        assert_eq!(Civil::from_days(0).to_string(), "1970-01-01");
        assert_eq!(Civil::from_days(11_016).to_string(), "2000-02-29");
        assert_eq!(Civil::from_days(-1).to_string(), "1969-12-31");
        assert_eq!(
            Civil {
                year: 2025,
                month: 6,
                day: 30
            }
            .days(),
            20_269
        );
    }

    #[test]
    fn extreme_days_do_not_panic() {
        assert!(Civil::from_days(i32::MIN).year < -5_000_000);
        assert!(Civil::from_days(i32::MAX).year > 5_000_000);
    }

    #[test]
    fn only_days_that_exist_are_read() {
        assert_eq!(
            Civil::parse("2014-03-12"),
            Some(Civil {
                year: 2014,
                month: 3,
                day: 12
            })
        );
        assert_eq!(
            Civil::parse("2014-03-12T10:00:00Z").map(Civil::long),
            Some("12 March 2014".to_owned())
        );
        assert_eq!(Civil::parse("2014-02-30"), None);
        assert_eq!(Civil::parse("DERIVED-NOT-AN-API-CAPTURE"), None);
        assert_eq!(Civil::parse("2014"), None);
    }

    #[test]
    fn quarters_begin_in_january_april_july_and_october() {
        let quarter = |month| {
            Civil {
                year: 2014,
                month,
                day: 1,
            }
            .quarter()
        };

        assert_eq!(
            [1, 3, 4, 6, 7, 9, 10, 12].map(quarter),
            [1, 1, 2, 2, 3, 3, 4, 4]
        );
    }
}
