//! What prior and counts say together about one pair: EBGM, EB05 and EB95.

use crate::{Component, Estimate, Level, Prior, StatisticsError, gamma};

/// Empirical-Bayes geometric mean (EBGM) with its 90 % interval (EB05, EB95).
///
/// EBGM = exp E\[ln λ | a\], the ends are the 5th and the 95th percentile of λ. Above 0. Source:
/// `DuMouchel` 1999; `DuMouchel` and Pregibon 2001. Without a fitted prior there is no EBGM; the
/// quotient a·N/(n·m) that is often printed under this name is
/// [`reporting_ratio`](crate::reporting_ratio).
///
/// # Errors
///
/// [`StatisticsError::Expected`] when `expected` is negative or not finite, or 0 with reports
/// observed.
pub fn empirical_bayes(
    observed: u64,
    expected: f64,
    prior: &Prior,
) -> Result<Estimate, StatisticsError> {
    let posterior = Posterior::new(observed, expected, prior)?;
    Ok(Estimate {
        value: posterior.geometric_mean(),
        lower: posterior.quantile(Level::P90.lower_tail()),
        upper: posterior.quantile(Level::P90.upper_tail()),
        level: Level::P90,
    })
}

/// The distribution of one pair's reporting ratio λ: again a mixture of two gammas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    first: Component,
    second: Component,
    weight: f64,
}

impl Posterior {
    /// The posterior of `prior` after `observed` reports where `expected` were.
    ///
    /// Shapes grow by a, rates by E, and the weight becomes
    /// Q = P·NB₁/(P·NB₁ + (1 - P)·NB₂), worked out in logarithms.
    ///
    /// # Errors
    ///
    /// [`StatisticsError::Expected`] as [`empirical_bayes`].
    pub fn new(observed: u64, expected: f64, prior: &Prior) -> Result<Self, StatisticsError> {
        let impossible = expected == 0.0 && observed > 0;
        if !expected.is_finite() || expected < 0.0 || impossible {
            return Err(StatisticsError::Expected(expected));
        }

        let update = |component: Component| Component {
            shape: component.shape + observed as f64,
            rate: component.rate + expected,
        };
        let odds_against = prior.second().ln_marginal(observed, expected)
            - prior.first().ln_marginal(observed, expected)
            + (1.0 - prior.weight()).ln()
            - prior.weight().ln();
        Ok(Self {
            first: update(prior.first()),
            second: update(prior.second()),
            weight: 1.0 / (1.0 + odds_against.exp()),
        })
    }

    /// Q, the probability that the pair belongs to the first component.
    #[must_use]
    pub fn weight(self) -> f64 {
        self.weight
    }

    /// exp E\[ln λ\], with E\[ln λ\] = ψ(α) - ln β for a gamma.
    #[must_use]
    pub fn geometric_mean(self) -> f64 {
        let mean_logarithm =
            |component: Component| gamma::digamma(component.shape) - component.rate.ln();
        mixed(
            self.weight,
            mean_logarithm(self.first),
            mean_logarithm(self.second),
        )
        .exp()
    }

    /// P(λ ≤ `ratio`).
    #[must_use]
    pub fn cdf(self, ratio: f64) -> f64 {
        let below =
            |component: Component| gamma::gamma_cdf(component.shape, ratio * component.rate);
        mixed(self.weight, below(self.first), below(self.second))
    }

    /// The ratio that λ stays below with this `probability`, which must lie inside (0, 1).
    ///
    /// It lies between the quantiles of the two components and is found there by halving.
    #[must_use]
    pub fn quantile(self, probability: f64) -> f64 {
        let of = |component: Component| {
            gamma::gamma_quantile(component.shape, probability) / component.rate
        };
        let (one, other) = (of(self.first), of(self.second));
        let (mut low, mut high) = (one.min(other).max(f64::MIN_POSITIVE), one.max(other));
        // Geometric halving loses half the digits of ln(high/low) ≤ 1500 at each step.
        for _ in 0..HALVINGS {
            let middle = low.sqrt() * high.sqrt();
            if middle <= low || middle >= high {
                break;
            }
            if self.cdf(middle) < probability {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

/// 1500/2⁶⁴ is below the last digit of any ratio.
const HALVINGS: u32 = 64;

/// weight·one + (1 - weight)·other, which does not turn 0·∞ into `NaN`.
fn mixed(weight: f64, one: f64, other: f64) -> f64 {
    match weight {
        0.0 => other,
        1.0 => one,
        _ => weight * one + (1.0 - weight) * other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `DuMouchel`'s customary starting point.
    fn prior() -> Prior {
        Prior::new(0.2, 0.1, 2.0, 4.0, 1.0 / 3.0).unwrap()
    }

    #[test]
    fn quantiles_are_where_the_distribution_says() {
        let posterior = Posterior::new(7, 1.3, &prior()).unwrap();

        for probability in [0.05, 0.5, 0.95] {
            let ratio = posterior.quantile(probability);
            assert!((posterior.cdf(ratio) - probability).abs() < 1e-12);
        }
    }

    #[test]
    fn huge_counts_leave_the_prior_behind() {
        let estimate = empirical_bayes(2_000_000_000_000, 1e12, &prior()).unwrap();

        assert!((estimate.value - 2.0).abs() < 1e-9, "{estimate:?}");
        assert!(estimate.lower < estimate.value && estimate.value < estimate.upper);
    }

    #[test]
    fn nothing_observed_and_nothing_expected_is_the_prior() {
        let posterior = Posterior::new(0, 0.0, &prior()).unwrap();

        assert!((posterior.weight() - 1.0 / 3.0).abs() < 1e-15);
        assert!(empirical_bayes(1, 0.0, &prior()).is_err());
    }

    #[test]
    fn one_component_alone_is_a_gamma() {
        let single = Prior::new(1.0, 1.0, 9.0, 9.0, 1.0).unwrap();

        let posterior = Posterior::new(4, 3.0, &single).unwrap();

        assert_eq!(posterior.weight(), 1.0);
        let wanted = gamma::gamma_quantile(5.0, 0.05) / 4.0;
        assert!((posterior.quantile(0.05) / wanted - 1.0).abs() < 1e-12);
    }
}
