//! Days since 1970-01-01, as the contract counts them, and calendar days.

use jiff::{Span, civil::date};

use crate::Date;

/// Days since 1970-01-01.
#[must_use]
pub fn epoch_days(day: Date) -> i32 {
    // The default unit of a difference of dates is days, so nothing is lost.
    (day - date(1970, 1, 1)).get_days()
}

/// The calendar day.
///
/// # Errors
///
/// If it lies outside the years -9999 to 9999.
pub fn from_epoch_days(days: i32) -> Result<Date, String> {
    Span::new()
        .try_days(days)
        .and_then(|span| date(1970, 1, 1).checked_add(span))
        .map_err(|_| format!("day {days} lies outside the calendar"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_there_and_back() {
        for days in [-719_162, -1, 0, 1, 20_000] {
            assert_eq!(epoch_days(from_epoch_days(days).unwrap()), days);
        }
        assert_eq!(from_epoch_days(20_000).unwrap(), date(2024, 10, 4));
    }

    #[test]
    fn days_beyond_the_calendar_are_refused() {
        assert!(from_epoch_days(i32::MAX).is_err());
        assert!(from_epoch_days(i32::MIN).is_err());
    }
}
