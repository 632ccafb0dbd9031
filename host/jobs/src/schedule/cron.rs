//! When a schedule is due: five fields of cron, in a time zone. Pure: the clock is the caller's.
//!
//! A time that clocks leave out comes as much later as they leap: half past two at half past three. One that comes
//! twice is the first of the two, but for what is meant for every hour, which comes in both.

use jiff::{
    Timestamp,
    civil::Date,
    tz::{AmbiguousOffset, TimeZone},
};

use super::fields::Fields;

/// Longest expression and longest name of a time zone that are read, in bytes.
const LONGEST: usize = 100;

/// The least time between two ticks, in minutes: openFDA's answers do not change faster, and a tick that is late by
/// less was not missed.
const LEAST_MINUTES: u32 = 15;

/// Days that are looked at for a tick: eight years may lie between two 29ths of February.
const LOOKED_AT: usize = 366 * 9;

/// When a schedule is due.
#[derive(Clone, Debug)]
pub struct Cron {
    fields: Fields,
    zone: TimeZone,
}

/// Why an expression or a time zone cannot be used, for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// The expression.
    #[error(
        "{text:?} is no cron expression: {reason}; write five fields (minute, hour, day of the month, month, day of \
         the week), such as \"0 6 * * MON\""
    )]
    Expression {
        /// As it was written, shortened.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The time zone.
    #[error(
        "{0:?} is no time zone of IANA's; write one such as \"Europe/Berlin\", or leave it out for UTC"
    )]
    TimeZone(String),
    /// There is no such day.
    #[error("{0:?} never comes: no month that it names has such a day")]
    Never(String),
    /// Too many reports would be asked for.
    #[error(
        "{text:?} comes again after {minutes} minute{}, and at least {LEAST_MINUTES} have to lie between two runs",
        if *minutes == 1 { "" } else { "s" }
    )]
    TooOften {
        /// As it was written, shortened.
        text: String,
        /// What lies between two of its ticks.
        minutes: u32,
    },
}

impl CronError {
    /// Whether it is the time zone that is wrong.
    #[must_use]
    pub const fn is_of_zone(&self) -> bool {
        matches!(self, Self::TimeZone(_))
    }
}

impl Cron {
    /// Read an expression and the zone that it is meant in.
    ///
    /// # Errors
    ///
    /// [`CronError`], which says what is wrong with them.
    pub fn new(expression: &str, zone: &str) -> Result<Self, CronError> {
        let fields = match expression.len() > LONGEST {
            true => Err(format!("it has more than {LONGEST} bytes")),
            false => Fields::read(expression),
        };
        let fields = fields.map_err(|reason| CronError::Expression {
            text: shortened(expression),
            reason,
        })?;
        let known = Some(zone).filter(|zone| !zone.is_empty() && zone.len() <= LONGEST);
        let known = known.and_then(|zone| TimeZone::get(zone).ok());
        let zone = known.ok_or_else(|| CronError::TimeZone(shortened(zone)))?;
        Ok(Self { fields, zone })
    }

    /// The same for a new schedule, which has to come one day, and not too often.
    ///
    /// # Errors
    ///
    /// [`CronError`], which says what is wrong with them.
    pub fn for_new(expression: &str, zone: &str, now: Timestamp) -> Result<Self, CronError> {
        let cron = Self::new(expression, zone)?;
        let minutes = cron.fields.least_minutes();
        let text = shortened(expression);
        if minutes < LEAST_MINUTES {
            return Err(CronError::TooOften { text, minutes });
        }
        match cron.after(now) {
            Some(_) => Ok(cron),
            None => Err(CronError::Never(text)),
        }
    }

    /// The first tick after a moment; none if there is none in the years that are looked at.
    #[must_use]
    pub fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        let of = |date| self.ticks(date).into_iter().find(|tick| *tick > moment);
        let (date, first) = self.search(moment, Date::yesterday, Date::tomorrow, of)?;
        // A day that clocks leave out comes with the one after it.
        let next = date.tomorrow().ok().and_then(of);
        Some(next.map_or(first, |next| next.min(first)))
    }

    /// The last tick at a moment or before it; none if there is none in the years that are looked at.
    #[must_use]
    pub fn until(&self, moment: Timestamp) -> Option<Timestamp> {
        let of = |date| {
            let mut ticks = self.ticks(date).into_iter();
            ticks.rfind(|tick| *tick <= moment)
        };
        let (date, last) = self.search(moment, Date::tomorrow, Date::yesterday, of)?;
        let before = date.yesterday().ok().and_then(of);
        Some(before.map_or(last, |before| before.max(last)))
    }

    /// The first day that has what is searched for, from the one beside a moment on.
    fn search(
        &self,
        moment: Timestamp,
        back: fn(Date) -> Result<Date, jiff::Error>,
        on: fn(Date) -> Result<Date, jiff::Error>,
        of: impl Fn(Date) -> Option<Timestamp>,
    ) -> Option<(Date, Timestamp)> {
        let mut date = back(self.zone.to_datetime(moment).date()).ok()?;
        for _ in 0..LOOKED_AT {
            if let Some(tick) = of(date) {
                return Some((date, tick));
            }
            date = on(date).ok()?;
        }
        None
    }

    /// The ticks of a day, the first one first.
    fn ticks(&self, date: Date) -> Vec<Timestamp> {
        if !self.fields.name(date) {
            return Vec::new();
        }
        let hourly = self.fields.is_hourly();
        let mut ticks = Vec::new();
        for time in self.fields.times() {
            let meant = self.zone.to_ambiguous_timestamp(date.to_datetime(time));
            if hourly && matches!(meant.offset(), AmbiguousOffset::Fold { .. }) {
                ticks.extend(meant.later());
            }
            ticks.extend(meant.compatible());
        }
        ticks.sort_unstable();
        ticks.dedup();
        ticks
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cron(expression: &str, zone: &str) -> Cron {
        Cron::for_new(expression, zone, at("2026-01-01T00:00:00Z")).unwrap()
    }

    /// Some ticks from a moment on; the same are found backwards.
    fn ticks(cron: &Cron, from: &str, number: usize) -> Vec<String> {
        let mut now = at(from);
        let mut ticks = Vec::new();
        for _ in 0..number {
            now = cron.after(now).unwrap();
            ticks.push(now);
        }
        let mut back = ticks.last().copied();
        for tick in ticks.iter().rev() {
            assert_eq!(cron.until(back.unwrap()), Some(*tick));
            back = tick
                .as_second()
                .checked_sub(1)
                .map(|second| Timestamp::from_second(second).unwrap());
        }
        ticks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_tick_is_told_by_the_clock_of_its_zone() {
        let monday = cron("0 6 * * MON", "Europe/Berlin");

        assert_eq!(
            ticks(&monday, "2026-03-20T00:00:00Z", 2),
            ["2026-03-23T05:00:00Z", "2026-03-30T04:00:00Z"]
        );
        let last = monday.until(at("2026-03-23T05:00:00Z")).unwrap();
        assert_eq!(last, at("2026-03-23T05:00:00Z"));
        let before = monday.until(at("2026-03-23T04:59:59Z")).unwrap();
        assert_eq!(before, at("2026-03-16T05:00:00Z"));
    }

    #[test]
    fn a_time_that_clocks_leave_out_comes_later_and_one_that_comes_twice_is_the_first() {
        // Clocks go from 02:00 to 03:00, and from 03:00 to 02:00.
        let night = cron("30 2 * * *", "Europe/Berlin");
        assert_eq!(
            ticks(&night, "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]
        );
        assert_eq!(
            ticks(&night, "2026-10-24T12:00:00Z", 2),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        );
        let both = cron("30 2,3 * * *", "Europe/Berlin");
        assert_eq!(
            ticks(&both, "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]
        );
    }

    #[test]
    fn what_is_meant_for_every_hour_comes_every_hour_whatever_clocks_do() {
        let hourly = cron("0 * * * *", "Europe/Berlin");
        for day in ["2026-03-28T22:59:00Z", "2026-10-24T22:59:00Z"] {
            let ticks = ticks(&hourly, day, 6);
            let hours = ticks.iter().map(|tick| at(tick).as_second() / 3_600);
            let hours: Vec<i64> = hours.collect();
            assert!(
                hours.windows(2).all(|pair| pair[1] - pair[0] == 1),
                "{ticks:?}"
            );
        }
    }

    #[test]
    fn a_day_that_a_zone_left_out_comes_with_the_next_and_leap_days_are_found() {
        // Samoa had no 30th of December 2011.
        let apia = cron("0 10 * * *", "Pacific/Apia");
        assert_eq!(
            ticks(&apia, "2011-12-29T12:00:00Z", 3),
            [
                "2011-12-29T20:00:00Z",
                "2011-12-30T20:00:00Z",
                "2011-12-31T20:00:00Z"
            ]
        );
        let leap = cron("0 0 29 2 *", "UTC");
        assert_eq!(
            ticks(&leap, "2096-01-01T00:00:00Z", 2),
            ["2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"]
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        let refused = |expression: &str, zone: &str| {
            let now = at("2026-01-01T00:00:00Z");
            Cron::for_new(expression, zone, now)
                .unwrap_err()
                .to_string()
        };
        assert!(refused("0 0 6 * * MON", "UTC").contains("five fields"));
        assert!(refused("0 6 * * *", "Mars/Phobos").contains("Mars/Phobos"));
        assert!(refused("0 6 * * *", "").contains("time zone"));
        assert!(refused("0 0 30 2 *", "UTC").contains("never comes"));
        assert!(refused("*/5 * * * *", "UTC").contains("after 5 minutes, and"));
        assert!(refused("* * * * *", "UTC").contains("after 1 minute, and"));
        assert!(refused(&"*".repeat(200), "UTC").contains("100 bytes"));
    }
}
