//! A number line: from where to where it runs, and where its ticks stand.

use quire_model::Scale;

use crate::format;

/// A number line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measure {
    low: f64,
    high: f64,
    scale: Scale,
    pub(super) ticks: Vec<f64>,
    decimals: u8,
    /// Years are written without thousands separators.
    years: bool,
}

/// About how many ticks a line has.
const TICKS: f64 = 5.0;

impl Measure {
    /// A line that has room for all values, with ticks at round numbers.
    pub(super) fn over(values: impl Iterator<Item = f64>, scale: Scale) -> Self {
        let values: Vec<f64> = values
            .filter(|value| value.is_finite() && (scale == Scale::Linear || *value > 0.0))
            .collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            return Self::over([0.0, 1.0].into_iter(), Scale::Linear);
        }
        match scale {
            Scale::Linear => {
                let whole = values.iter().all(|value| value.fract() == 0.0);
                Self::linear(low, high, whole)
            }
            Scale::Log => Self::log(low, high),
        }
    }

    /// A line from the least of some positions to the greatest, with ticks between them.
    pub(super) fn along(positions: &[f64], scale: Scale) -> Self {
        let mut measure = Self::over(positions.iter().copied(), scale);
        let finite = || {
            positions
                .iter()
                .copied()
                .filter(|position| position.is_finite())
        };
        let low = finite().fold(f64::INFINITY, f64::min);
        let high = finite().fold(f64::NEG_INFINITY, f64::max);
        if scale == Scale::Linear && low <= high {
            // A lone position stands in the middle.
            let margin = if low < high {
                0.0
            } else {
                low.abs().max(1.0) * 0.5
            };
            measure = Self::over([low - margin, high + margin].into_iter(), scale);
            (measure.low, measure.high) = (low - margin, high + margin);
            measure
                .ticks
                .retain(|tick| (low - margin..=high + margin).contains(tick));
        }
        measure.years = are_years(positions);
        measure
    }

    fn linear(low: f64, high: f64, whole: bool) -> Self {
        let (low, high) = if low == high {
            widened(low)
        } else {
            (low, high)
        };
        let step = step((high - low) / TICKS, whole);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let count = (last - first).clamp(1.0, 20.0) as u32;
        let ticks: Vec<f64> = (0..=count)
            .map(|at| (first + f64::from(at)) * step)
            .collect();
        let decimals = format::decimals(ticks.iter().copied());
        let decimals = if decimals == 3 {
            small_decimals(step)
        } else {
            decimals
        };
        Self {
            low: first * step,
            high: last * step,
            scale: Scale::Linear,
            ticks,
            decimals,
            years: false,
        }
    }

    fn log(low: f64, high: f64) -> Self {
        let mut ticks = rungs(low, high);
        let (Some(low), Some(high)) = (ticks.first().copied(), ticks.last().copied()) else {
            return Self::over([0.0, 1.0].into_iter(), Scale::Linear);
        };
        let (low, high) = if low < high {
            (low, high)
        } else {
            (low / 2.0, high * 2.0)
        };
        if ticks.len() > 8 {
            ticks.retain(|tick| is_power_of_ten(*tick));
            let every = ticks.len().div_ceil(8);
            ticks = ticks.into_iter().step_by(every).collect();
        }
        let decimals = format::decimals(ticks.iter().copied());
        Self {
            low,
            high,
            scale: Scale::Log,
            ticks,
            decimals,
            years: false,
        }
    }

    /// How far along the line a value stands: 0 at its beginning, 1 at its end.
    pub(super) fn share(&self, value: f64) -> f32 {
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log => {
                let low = self.low.log10();
                (value.max(f64::MIN_POSITIVE).log10() - low) / (self.high.log10() - low)
            }
        };
        if share.is_finite() {
            share.clamp(0.0, 1.0) as f32
        } else {
            0.0
        }
    }

    /// Where bars begin: at zero, if the line has it.
    pub(super) fn floor(&self) -> f32 {
        match self.scale {
            Scale::Linear => self.share(0.0),
            Scale::Log => 0.0,
        }
    }

    /// What is written at a tick.
    pub(super) fn label(&self, tick: f64) -> String {
        if self.years && tick.fract() == 0.0 {
            return format!("{tick:.0}");
        }
        let mut label = String::new();
        let decimals = match self.scale {
            Scale::Linear => self.decimals,
            Scale::Log => format::decimals(std::iter::once(tick)),
        };
        if tick != 0.0 && (tick.abs() < 1e-5 || tick.abs() >= 1e9) {
            return powered(tick);
        }
        format::number(tick, decimals, &mut label);
        label
    }
}

/// A very large or very small number: `2.5e12`.
fn powered(number: f64) -> String {
    let text = format!("{number:.2e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits}e{power}").replace('-', "−")
}

/// Whether numbers are years, as far as one can tell from them.
pub(super) fn are_years(numbers: &[f64]) -> bool {
    numbers
        .iter()
        .all(|number| number.fract() == 0.0 && (1900.0..2100.0).contains(number))
}

fn widened(value: f64) -> (f64, f64) {
    if value > 0.0 {
        (0.0, value)
    } else if value < 0.0 {
        (value, 0.0)
    } else {
        (0.0, 1.0)
    }
}

/// The smallest round number that is not below `raw`; a whole one for whole values.
fn step(raw: f64, whole: bool) -> f64 {
    let magnitude = 10f64.powf(raw.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    let fits = |step: &f64| *step >= raw * 0.999_999 && (!whole || step.fract() == 0.0);
    let step = steps
        .map(|factor| factor * magnitude)
        .into_iter()
        .find(fits);
    let step = step.unwrap_or(10.0 * magnitude);
    let step = if whole { step.max(1.0) } else { step };
    if step.is_normal() { step } else { 1.0 }
}

fn small_decimals(step: f64) -> u8 {
    (3..=6)
        .find(|decimals| {
            let scaled = step * 10f64.powi(i32::from(*decimals));
            (scaled - scaled.round()).abs() < 1e-6 * scaled.abs() && scaled >= 0.999
        })
        .unwrap_or(6)
}

/// The numbers 1, 2 and 5 times powers of ten, from just below `low` to just above `high`.
fn rungs(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let all: Vec<f64> = (first..=last)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|factor| rung(factor, power)))
        .filter(|rung| rung.is_normal())
        .collect();
    let from = all
        .iter()
        .rposition(|rung| *rung <= low * 1.000_001)
        .unwrap_or(0);
    let to = all
        .iter()
        .position(|rung| *rung >= high * 0.999_999)
        .unwrap_or(all.len().saturating_sub(1));
    all.get(from..=to.max(from))
        .map(<[f64]>::to_vec)
        .unwrap_or_default()
}

fn rung(factor: f64, power: i32) -> f64 {
    // Division keeps 0.1 and its like exact.
    if power < 0 {
        factor / 10f64.powi(-power)
    } else {
        factor * 10f64.powi(power)
    }
}

fn is_power_of_ten(value: f64) -> bool {
    let power = value.log10();
    (power - power.round()).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], scale: Scale) -> Vec<String> {
        let measure = Measure::over(values.iter().copied(), scale);
        measure
            .ticks
            .iter()
            .map(|tick| measure.label(*tick))
            .collect()
    }

    #[test]
    fn ticks_stand_at_round_numbers() {
        assert_eq!(
            labels(&[0.0, 47.0], Scale::Linear),
            ["0", "10", "20", "30", "40", "50"]
        );
        assert_eq!(labels(&[0.0, 3.0], Scale::Linear), ["0", "1", "2", "3"]);
        assert_eq!(
            labels(&[-0.4, 0.9], Scale::Linear),
            ["−0.5", "0.0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(&[0.0, 12_000.0], Scale::Linear).last().unwrap(),
            "12,500"
        );
    }

    #[test]
    fn log_lines_have_round_ends() {
        assert_eq!(
            labels(&[0.6, 7.0], Scale::Log),
            ["0.5", "1", "2", "5", "10"]
        );
        assert_eq!(labels(&[1.0, 1e6], Scale::Log).first().unwrap(), "1");
    }

    #[test]
    fn positions_fill_their_line() {
        let years: Vec<f64> = (2011..2026).map(f64::from).collect();
        let measure = Measure::along(&years, Scale::Linear);

        let labels: Vec<String> = measure
            .ticks
            .iter()
            .map(|tick| measure.label(*tick))
            .collect();

        assert_eq!(labels, ["2015", "2020", "2025"]);
        assert!(measure.share(2011.0) < 1e-6 && measure.share(2025.0) > 0.999);
    }

    #[test]
    fn odd_values_make_no_odd_lines() {
        for values in [
            &[][..],
            &[5.0][..],
            &[0.0][..],
            &[-3.0][..],
            &[1e300, -1e300][..],
            &[1e-320, 1.0][..],
            &[f64::NAN][..],
        ] {
            for scale in [Scale::Linear, Scale::Log] {
                let measure = Measure::over(values.iter().copied(), scale);
                assert!(
                    !measure.ticks.is_empty() && measure.ticks.len() < 25,
                    "{values:?}"
                );
                for value in values {
                    assert!((0.0..=1.0).contains(&measure.share(*value)), "{values:?}");
                }
            }
        }
    }
}
