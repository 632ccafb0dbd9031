//! The five fields of cron: minute, hour, day of the month, month, day of the week. Pure.

use jiff::civil::{Date, Time};

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// What an expression names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    minutes: Set,
    hours: Set,
    days: Set,
    months: Set,
    weekdays: Set,
    /// Days of the month and of the week are both named, and either is enough.
    either: bool,
}

/// Numbers up to 59.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Set(u64);

/// One kind of field.
struct Kind {
    name: &'static str,
    first: u32,
    last: u32,
    /// Words for the numbers from the first on.
    words: &'static [&'static str],
}

const MINUTE: Kind = Kind::numbers("minute", 0, 59);
const HOUR: Kind = Kind::numbers("hour", 0, 23);
const DAY: Kind = Kind::numbers("day of the month", 1, 31);
const MONTH: Kind = Kind {
    words: &MONTHS,
    ..Kind::numbers("month", 1, 12)
};
/// 7 is Sunday too.
const WEEKDAY: Kind = Kind {
    words: &WEEKDAYS,
    ..Kind::numbers("day of the week", 0, 7)
};

impl Fields {
    /// Read an expression; else what is wrong with it, in words.
    pub(super) fn read(expression: &str) -> Result<Self, String> {
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(format!("it has {} fields", fields.len()));
        };
        let weekdays = WEEKDAY.read(weekday)?;
        Ok(Self {
            minutes: MINUTE.read(minute)?,
            hours: HOUR.read(hour)?,
            days: DAY.read(day)?,
            months: MONTH.read(month)?,
            weekdays: match weekdays.has(7) {
                true => weekdays.with(0),
                false => weekdays,
            },
            either: !day.starts_with('*') && !weekday.starts_with('*'),
        })
    }

    /// Whether a day is named.
    pub(super) fn name(&self, date: Date) -> bool {
        let number = |number: i8| u32::from(number.unsigned_abs());
        let day = self.days.has(number(date.day()));
        let weekday = number(date.weekday().to_sunday_zero_offset());
        let weekday = self.weekdays.has(weekday);
        self.months.has(number(date.month()))
            && match self.either {
                true => day || weekday,
                false => day && weekday,
            }
    }

    /// The times that are named of each such day, the first one first.
    pub(super) fn times(&self) -> impl Iterator<Item = Time> {
        let of_hour = |hour| self.minutes.iter().map(move |minute| (hour, minute));
        self.hours
            .iter()
            .flat_map(of_hour)
            .filter_map(|(hour, minute)| {
                Time::new(hour.try_into().ok()?, minute.try_into().ok()?, 0, 0).ok()
            })
    }

    /// Whether it is meant for every hour of a day.
    pub(super) fn is_hourly(&self) -> bool {
        (HOUR.first..=HOUR.last).all(|hour| self.hours.has(hour))
    }

    /// The least time between two of them, in minutes; that over midnight too, whatever days are named.
    pub(super) fn least_minutes(&self) -> u32 {
        const DAY: u32 = 24 * 60;
        let minute = |time: Time| {
            let part = |part: i8| u32::from(part.unsigned_abs());
            part(time.hour()) * 60 + part(time.minute())
        };
        let minutes: Vec<u32> = self.times().map(minute).collect();
        let (Some(first), Some(last)) = (minutes.first(), minutes.last()) else {
            return DAY;
        };
        let over_midnight = first + DAY - last;
        let steps = minutes.iter().zip(minutes.iter().skip(1));
        let steps = steps.map(|(before, after)| after - before);
        steps.min().unwrap_or(DAY).min(over_midnight)
    }
}

impl Set {
    const fn has(self, number: u32) -> bool {
        self.0 >> number & 1 == 1
    }

    const fn with(self, number: u32) -> Self {
        Self(self.0 | 1 << number)
    }

    fn iter(self) -> impl Iterator<Item = u32> {
        (0..u64::BITS).filter(move |number| self.has(*number))
    }
}

impl Kind {
    const fn numbers(name: &'static str, first: u32, last: u32) -> Self {
        Self {
            name,
            first,
            last,
            words: &[],
        }
    }

    /// A list of `*`, numbers and ranges, each with a step or without.
    fn read(&self, field: &str) -> Result<Set, String> {
        let mut set = Set::default();
        for part in field.split(',') {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| {
                (range, Some(step.parse::<usize>().unwrap_or(0)))
            });
            let (first, last) = self.range(range)?;
            let step = match step {
                Some(0) => return Err(self.wrong(part, "a step is a number from 1 on")),
                Some(_) if first == last => {
                    let what = format!("a step needs a range, such as {range}-{}", self.last);
                    return Err(self.wrong(part, &what));
                }
                step => step.unwrap_or(1),
            };
            for number in (first..=last).step_by(step) {
                set = set.with(number);
            }
        }
        Ok(set)
    }

    fn range(&self, text: &str) -> Result<(u32, u32), String> {
        if text == "*" {
            return Ok((self.first, self.last));
        }
        let Some((first, last)) = text.split_once('-') else {
            let number = self.number(text)?;
            return Ok((number, number));
        };
        let (from, mut to) = (self.number(first)?, self.number(last)?);
        if self.name == WEEKDAY.name && to == 0 && from > 0 {
            to = self.last;
        }
        match from <= to {
            true => Ok((from, to)),
            false => Err(self.wrong(text, "the range ends before it begins")),
        }
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let word = self
            .words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text));
        let number = match word {
            Some(place) => u32::try_from(place).ok().map(|place| place + self.first),
            None => text.parse().ok(),
        };
        let (first, last) = (self.first, self.last);
        let known = number.filter(|number| (first..=last).contains(number));
        known
            .ok_or_else(|| self.wrong(text, &format!("it is {first} to {last}{}", self.or_words())))
    }

    fn or_words(&self) -> String {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => format!(", or {first} to {last}"),
            _ => String::new(),
        }
    }

    fn wrong(&self, text: &str, what: &str) -> String {
        format!("{text:?} is no {}: {what}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(expression: &str) -> Vec<String> {
        let fields = Fields::read(expression).unwrap();
        fields
            .times()
            .map(|time| time.strftime("%H:%M").to_string())
            .collect()
    }

    fn days(expression: &str, of: std::ops::RangeInclusive<i8>) -> Vec<i8> {
        let fields = Fields::read(expression).unwrap();
        // A Sunday is the first of March 2026.
        of.filter(|day| fields.name(Date::constant(2026, 3, *day)))
            .collect()
    }

    #[test]
    fn lists_ranges_and_steps_name_times() {
        assert_eq!(times("0 6 * * *"), ["06:00"]);
        assert_eq!(
            times("*/30 8-9,17 * * *"),
            ["08:00", "08:30", "09:00", "09:30", "17:00", "17:30"]
        );
        assert_eq!(times("5-20/15 0 * * *"), ["00:05", "00:20"]);
        assert_eq!(times("0 * * * *").len(), 24);
    }

    #[test]
    fn days_of_the_week_and_of_the_month_are_either_where_both_are_named() {
        assert_eq!(days("0 0 * * MON", 1..=14), [2, 9]);
        assert_eq!(days("0 0 13 * fri", 1..=14), [6, 13]);
        assert_eq!(days("0 0 3,5 * MON", 1..=14), [2, 3, 5, 9]);
        assert_eq!(days("0 0 * mar 7", 1..=14), [1, 8]);
        assert_eq!(days("0 0 * 3 FRI-SUN", 1..=7), [1, 6, 7]);
        assert_eq!(days("0 0 * 4 *", 1..=14), [0_i8; 0]);
    }

    #[test]
    fn how_often_is_told_over_midnight_too() {
        let least = |expression| Fields::read(expression).unwrap().least_minutes();
        assert_eq!(least("0 6 * * MON"), 24 * 60);
        assert_eq!(least("*/15 * * * *"), 15);
        assert_eq!(least("0,5 6 1 1 *"), 5);
        assert_eq!(least("5 0,12,23 * * *"), 60);
        assert_eq!(least("* * * * *"), 1);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (expression, words) in [
            ("", "0 fields"),
            ("* * *", "3 fields"),
            ("0 0 6 * * MON", "6 fields"),
            ("@daily", "1 fields"),
            ("61 * * * *", "\"61\" is no minute: it is 0 to 59"),
            ("0 -1 * * *", "no hour"),
            ("0 6 0 * *", "\"0\" is no day of the month"),
            ("0 6 * 13 *", "1 to 12, or JAN to DEC"),
            ("0 6 * * NOD", "0 to 7, or SUN to SAT"),
            ("0 6 L * *", "no day of the month"),
            ("*/0 * * * *", "a step"),
            ("*/x * * * *", "a step"),
            ("5/15 * * * *", "a step needs a range, such as 5-59"),
            ("0 9-8 * * *", "ends before it begins"),
            ("0 6,, * * *", "\"\" is no hour"),
            ("0 99999999999 * * *", "no hour"),
        ] {
            let wrong = Fields::read(expression).unwrap_err();
            assert!(wrong.contains(words), "{expression}: {wrong}");
        }
    }
}
