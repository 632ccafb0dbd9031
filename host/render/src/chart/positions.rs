//! Where points stand along the x axis of an upright chart, and what is written below it.

use quire_model::{Date, Positions};

use super::{
    ChartKind,
    measure::{Measure, are_years},
};
use crate::format;

/// The x axis.
pub(super) enum Track {
    /// A slot for each position, with its name.
    Slots(Vec<String>),
    /// A number line, and where on it the positions stand.
    Numbers(Measure, Vec<f64>),
    /// A calendar: days since 1970-01-01.
    Days { low: f64, high: f64, days: Vec<f64> },
}

impl Track {
    /// Bars stand in slots, whatever their positions are; everything else on a line if there is one.
    pub(super) fn of(positions: &Positions, axis: &quire_model::Axis, kind: ChartKind) -> Self {
        let slots = matches!(kind, ChartKind::Bar | ChartKind::StackedBar);
        match positions {
            Positions::Categories(names) => Self::Slots(names.clone()),
            Positions::Numbers(numbers) if slots => Self::Slots(numbers_as_text(numbers)),
            Positions::Numbers(numbers) => {
                let measure = if kind == ChartKind::Scatter {
                    Measure::over(numbers.iter().copied(), axis.scale)
                } else {
                    Measure::along(numbers, axis.scale)
                };
                Self::Numbers(measure, numbers.clone())
            }
            Positions::Dates(dates) if slots => {
                Self::Slots(dates.iter().map(Date::to_string).collect())
            }
            Positions::Dates(dates) => {
                let days: Vec<f64> = dates.iter().map(|date| day(*date)).collect();
                let low = days.iter().copied().fold(f64::INFINITY, f64::min);
                let high = days.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                // A lone day stands in the middle of its month.
                let (low, high) = if low < high {
                    (low, high)
                } else {
                    (low - 15.0, high + 15.0)
                };
                Self::Days { low, high, days }
            }
        }
    }

    /// How far to the right a position stands, from 0 to 1.
    pub(super) fn share(&self, at: usize) -> Option<f32> {
        match self {
            Self::Slots(names) => Some((at as f32 + 0.5) / names.len().max(1) as f32),
            Self::Numbers(measure, numbers) => {
                let number = numbers.get(at).filter(|number| number.is_finite())?;
                Some(measure.share(*number))
            }
            Self::Days { low, high, days } => Some(((days.get(at)? - low) / (high - low)) as f32),
        }
    }

    /// Where a number of the axis stands; for reference lines.
    pub(super) fn place(&self, number: f64) -> Option<f32> {
        match self {
            Self::Numbers(measure, _) => Some(measure.share(number)),
            _ => None,
        }
    }

    /// Ticks of a line, with their words; slots have none. There is room for about `most`.
    pub(super) fn ticks(&self, most: usize) -> Vec<(f32, String)> {
        match self {
            Self::Slots(_) => Vec::new(),
            Self::Numbers(measure, _) => measure
                .ticks
                .iter()
                .map(|tick| (measure.share(*tick), measure.label(*tick)))
                .collect(),
            Self::Days { low, high, .. } => calendar(*low, *high, most.max(2))
                .into_iter()
                .map(|(day, label)| (((day - low) / (high - low)) as f32, label))
                .collect(),
        }
    }
}

/// Numbers as the names of slots, rows or cells.
pub(super) fn numbers_as_text(numbers: &[f64]) -> Vec<String> {
    if are_years(numbers) {
        return numbers.iter().map(|year| format!("{year:.0}")).collect();
    }
    let decimals = format::decimals(numbers.iter().copied());
    numbers
        .iter()
        .map(|number| {
            let mut text = String::new();
            format::number(*number, decimals, &mut text);
            text
        })
        .collect()
}

fn day(date: Date) -> f64 {
    (date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24) as f64
}

/// Round days between two days: firsts of months, or single days if there are few.
fn calendar(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    for months in [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000] {
        let ticks = firsts(low, high, months);
        if ticks.len() <= most {
            return if ticks.len() < 2 {
                days(low, high, most)
            } else {
                ticks
            };
        }
    }
    Vec::new()
}

fn firsts(low: f64, high: f64, every: i32) -> Vec<(f64, String)> {
    let Some(first) = date(low) else {
        return Vec::new();
    };
    let mut month = i32::from(first.year()) * 12 + i32::from(first.month()) - 1;
    month -= month.rem_euclid(every);
    let mut ticks = Vec::new();
    // A calendar of 10,000 years has 120,000 months; the finest steps are given up early.
    while ticks.len() < 400 {
        let (year, number) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let (Ok(year), Ok(number)) = (i16::try_from(year), i8::try_from(number)) else {
            break;
        };
        let Ok(date) = Date::new(year, number, 1) else {
            break;
        };
        let at = day(date);
        if at > high {
            break;
        }
        if at >= low {
            let label = if every % 12 == 0 {
                format!("{year}")
            } else {
                format!("{year}-{number:02}")
            };
            ticks.push((at, label));
        }
        month += every;
    }
    ticks
}

fn days(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let step = [1.0, 2.0, 5.0, 10.0, 20.0]
        .into_iter()
        .find(|step| (high - low) / step < most as f64);
    let step = step.unwrap_or(30.0);
    let mut ticks = Vec::new();
    let mut at = low;
    while at <= high && ticks.len() < most {
        if let Some(date) = date(at) {
            ticks.push((at, date.to_string()));
        }
        at += step;
    }
    ticks
}

fn date(day: f64) -> Option<Date> {
    let days = day as i64;
    let span = jiff::Span::new().try_days(days).ok()?;
    Date::constant(1970, 1, 1).checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: Date, to: Date) -> Vec<String> {
        calendar(day(from), day(to), 7)
            .into_iter()
            .map(|(_, label)| label)
            .collect()
    }

    #[test]
    fn calendars_have_round_ticks() {
        let date = Date::constant;
        assert_eq!(
            labels(date(2024, 1, 1), date(2024, 6, 30)).first().unwrap(),
            "2024-01"
        );
        assert_eq!(
            labels(date(2011, 3, 5), date(2024, 6, 30)).first().unwrap(),
            "2012"
        );
        assert_eq!(labels(date(2024, 3, 5), date(2024, 3, 9)).len(), 5);
    }
}
