//! The information component of the Uppsala Monitoring Centre: a shrunk ratio in bits.

use crate::{Estimate, Level, StatisticsError, gamma};

/// How the interval of an information component was found. Name it wherever the numbers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IcMethod {
    /// Exact: quantiles of the gamma posterior.
    GammaQuantiles,
    /// The published approximation.
    ClosedForm,
}

impl IcMethod {
    /// The method in words, for a table's footnote.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GammaQuantiles => "gamma quantiles (Norén 2013)",
            Self::ClosedForm => "closed-form approximation (Norén 2013)",
        }
    }
}

/// An information component with its interval (IC025 and IC975 at the level 0.95), in bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InformationComponent {
    /// IC and the ends of its interval.
    pub estimate: Estimate,
    /// How the ends were found.
    pub method: IcMethod,
}

/// Information component with exact bounds, from an observed and an expected count.
///
/// IC = log₂((a + ½)/(E + ½)); a bound is log₂ of the gamma quantile with shape a + ½ and rate
/// E + ½. Defined for every table, zero cells included; 0 when observed equals expected; 1 means
/// twice as often. IC025 > 0 cannot happen for a ≤ 2. Source: Norén, Hopstadius and Bate 2013, Stat
/// Methods Med Res 22:57-69, doi 10.1177/0962280211403604; package pvda of the UMC.
///
/// # Errors
///
/// [`StatisticsError::Expected`] when `expected` is negative or not finite, which that of a
/// [`TwoByTwo`](crate::TwoByTwo) never is.
pub fn information_component(
    observed: u64,
    expected: f64,
    level: Level,
) -> Result<InformationComponent, StatisticsError> {
    let (shape, rate) = posterior(observed, expected)?;
    let bound = |probability| (gamma::gamma_quantile(shape, probability) / rate).log2();
    Ok(InformationComponent {
        estimate: Estimate {
            value: (shape / rate).log2(),
            lower: bound(level.lower_tail()),
            upper: bound(level.upper_tail()),
            level,
        },
        method: IcMethod::GammaQuantiles,
    })
}

/// Information component with the published approximation of its 95 % bounds.
///
/// IC025 ≈ IC - 3.3·(a + ½)^-½ - 2·(a + ½)^-3⁄2 and IC975 ≈ IC + 2.4·(a + ½)^-½ - ½·(a + ½)^-3⁄2.
/// Against the exact lower bound it is off by +0.014 at a = 1 and by -0.049 at a = 20. Source: as
/// [`information_component`].
///
/// # Errors
///
/// [`StatisticsError::Expected`] when `expected` is negative or not finite.
pub fn information_component_closed_form(
    observed: u64,
    expected: f64,
) -> Result<InformationComponent, StatisticsError> {
    let (shape, rate) = posterior(observed, expected)?;
    let value = (shape / rate).log2();
    let root = shape.sqrt().recip();
    let cube = root.powi(3);
    Ok(InformationComponent {
        estimate: Estimate {
            value,
            lower: value - 3.3 * root - 2.0 * cube,
            upper: value + 2.4 * root - 0.5 * cube,
            level: Level::P95,
        },
        method: IcMethod::ClosedForm,
    })
}

/// Shape and rate of the gamma posterior: half a report is added to both counts.
fn posterior(observed: u64, expected: f64) -> Result<(f64, f64), StatisticsError> {
    if !expected.is_finite() || expected < 0.0 {
        return Err(StatisticsError::Expected(expected));
    }
    Ok((observed as f64 + 0.5, expected + 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(observed: u64, expected: f64) -> Estimate {
        information_component(observed, expected, Level::P95)
            .unwrap()
            .estimate
    }

    #[test]
    fn two_reports_never_signal_and_three_can() {
        assert!(exact(2, 0.0).lower < 0.0);
        assert!((exact(3, 0.0).lower - 0.757).abs() < 5e-4);
    }

    #[test]
    fn nothing_observed_where_nothing_was_expected_is_zero_bits() {
        let estimate = exact(0, 0.0);

        assert_eq!(estimate.value, 0.0);
        assert!(estimate.lower < -9.9 && estimate.upper > 2.0);
    }

    #[test]
    fn the_approximation_is_off_by_as_much_as_published() {
        let difference = |count| {
            let approximate = information_component_closed_form(count, 1.0).unwrap();
            assert_eq!(
                approximate.method.name(),
                "closed-form approximation (Norén 2013)"
            );
            approximate.estimate.lower - exact(count, 1.0).lower
        };

        assert!((difference(1) - 0.014).abs() < 5e-4, "{}", difference(1));
        assert!((difference(20) + 0.049).abs() < 5e-4, "{}", difference(20));
    }

    #[test]
    fn impossible_expectations_are_refused() {
        for expected in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(information_component(1, expected, Level::P95).is_err());
        }
    }
}
