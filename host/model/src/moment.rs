//! A point in time, as people bound what they look for.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date, tz::Offset};

/// A time, or a whole day of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// That time.
    Time(Timestamp),
    /// All of that day.
    Day(Date),
}

/// The text is neither a time nor a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no time: write RFC 3339 with a time zone, such as 2026-11-28T09:00:00Z, or a day (UTC), such as 2026-11-28"
)]
pub struct MomentError(String);

impl Moment {
    /// The first time that belongs to it.
    #[must_use]
    pub fn begin(self) -> Timestamp {
        match self {
            Self::Time(time) => time,
            Self::Day(day) => midnight(day).unwrap_or(Timestamp::MIN),
        }
    }

    /// The first time, in whole milliseconds, that no longer belongs to it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        let after = match self {
            Self::Time(time) => Timestamp::from_millisecond(time.as_millisecond() + 1).ok(),
            Self::Day(day) => day.tomorrow().ok().and_then(midnight),
        };
        after.unwrap_or(Timestamp::MAX)
    }
}

/// When a day begins.
fn midnight(day: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => time.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let text = text.trim();
        // Of a longer text, such as one that breaks off after the hour, jiff reads the day and leaves the rest.
        if text.len() == "2026-11-28".len()
            && let Ok(day) = text.parse()
        {
            return Ok(Self::Day(day));
        }
        // A plus sign in an address means a blank.
        let time = text.replace(' ', "+").parse();
        time.map(Self::Time)
            .map_err(|_| MomentError(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(text: &str) -> [String; 2] {
        let moment: Moment = text.parse().unwrap();
        [moment.begin().to_string(), moment.end().to_string()]
    }

    #[test]
    fn a_day_is_all_of_it_and_a_time_that_alone() {
        assert_eq!(
            bounds("2026-11-28"),
            ["2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"]
        );
        assert_eq!(
            bounds("2026-11-28T09:00:00+01:00"),
            ["2026-11-28T08:00:00Z", "2026-11-28T08:00:00.001Z"]
        );
        assert_eq!(
            bounds("2026-11-28T09:00:00 01:00"),
            bounds("2026-11-28T08:00:00Z")
        );
        assert_eq!(bounds("9999-12-31")[1], Timestamp::MAX.to_string());
    }

    #[test]
    fn what_is_neither_is_refused_with_an_example() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-11-28T09",
            "2026-11-28T09:00:00",
            "20261128",
            "1732780800",
            "28.11.2026",
        ] {
            let refused = text.parse::<Moment>().unwrap_err().to_string();
            assert!(refused.contains("2026-11-28T09:00:00Z"), "{refused}");
        }
    }
}
