//! A value with its interval, and the level that the interval claims.

use crate::{StatisticsError, gamma};

/// How often a two-sided interval should hold the truth, between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 0.95, which PRR, ROR and IC are printed with.
    pub const P95: Self = Self(0.95);

    /// 0.90, whose ends are EB05 and EB95.
    pub const P90: Self = Self(0.90);

    /// A level of one's own.
    ///
    /// # Errors
    ///
    /// [`StatisticsError::Level`] unless it lies strictly between 0 and 1.
    pub fn new(level: f64) -> Result<Self, StatisticsError> {
        if level > 0.0 && level < 1.0 {
            Ok(Self(level))
        } else {
            Err(StatisticsError::Level(level))
        }
    }

    /// The level, such as 0.95.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    /// The probability below the lower end: 0.025 for 0.95.
    #[must_use]
    pub fn lower_tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }

    /// The probability below the upper end: 0.975 for 0.95.
    #[must_use]
    pub fn upper_tail(self) -> f64 {
        1.0 - self.lower_tail()
    }

    /// The standard normal quantile of the upper end: 1.959964 for 0.95.
    #[must_use]
    pub fn z(self) -> f64 {
        -gamma::normal_quantile(self.lower_tail())
    }
}

/// A statistic and the interval around it. All three are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// The lower end of the interval.
    pub lower: f64,
    /// The upper end of the interval.
    pub upper: f64,
    /// What the interval claims.
    pub level: Level,
}

impl Estimate {
    /// `value` with the ends value·exp(±z·`standard_error`), the error being that of the logarithm.
    pub(crate) fn log_normal(value: f64, standard_error: f64, level: Level) -> Self {
        let reach = level.z() * standard_error;
        Self {
            value,
            lower: value * (-reach).exp(),
            upper: value * reach.exp(),
            level,
        }
    }

    /// `value` ± z·`standard_error`.
    pub(crate) fn normal(value: f64, standard_error: f64, level: Level) -> Self {
        let reach = level.z() * standard_error;
        Self {
            value,
            lower: value - reach,
            upper: value + reach,
            level,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_levels_have_their_usual_quantiles() {
        assert!((Level::P95.z() - 1.959_963_984_540_054).abs() < 1e-13);
        assert!((Level::P90.z() - 1.644_853_626_951_472_2).abs() < 1e-13);
    }

    #[test]
    fn levels_are_proper_fractions() {
        for level in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
            assert!(Level::new(level).is_err());
        }
    }
}
