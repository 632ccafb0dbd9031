//! What a background says about reporting ratios before one looks at a pair.

use crate::{
    StatisticsError,
    gamma::{ln_gamma, ln_gamma_ratio},
};

/// A gamma distribution of reporting ratios, with mean shape/rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// α, above 0.
    pub shape: f64,
    /// β, above 0.
    pub rate: f64,
}

impl Component {
    /// The mean ratio, α/β.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.shape / self.rate
    }

    /// ln of the probability of `count` reports where `expected` are: negative binomial with size α
    /// and probability β/(β + E).
    pub(crate) fn ln_marginal(self, count: u64, expected: f64) -> f64 {
        let zero = self.ln_zero(expected);
        if count == 0 {
            return zero;
        }
        self.ln_rising(count) + zero - count as f64 * (self.rate / expected).ln_1p()
    }

    /// ln Γ(α + n) - ln Γ(α) - ln n!
    pub(crate) fn ln_rising(self, count: u64) -> f64 {
        if count == 0 {
            return 0.0;
        }
        ln_gamma_ratio(count as f64, self.shape) - ln_gamma(self.shape)
    }

    /// ln of the probability of no report: α·ln(β/(β + E)).
    pub(crate) fn ln_zero(self, expected: f64) -> f64 {
        -self.shape * (expected / self.rate).ln_1p()
    }
}

/// A mixture of two gamma distributions: λ ~ P·Γ(α₁, β₁) + (1 - P)·Γ(α₂, β₂).
///
/// Source: `DuMouchel` 1999, Am Stat 53:177-90. It is learnt from a whole background with
/// [`fit_prior`](crate::fit_prior); one drug's reports cannot give it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    first: Component,
    second: Component,
    weight: f64,
}

impl Prior {
    /// A prior with known parameters; `weight` is P, the share of the first component.
    ///
    /// # Errors
    ///
    /// [`StatisticsError::PriorParameter`] unless shapes and rates are positive and finite and the
    /// weight lies between 0 and 1.
    pub fn new(
        alpha1: f64,
        beta1: f64,
        alpha2: f64,
        beta2: f64,
        weight: f64,
    ) -> Result<Self, StatisticsError> {
        let named = [
            ("alpha1", alpha1),
            ("beta1", beta1),
            ("alpha2", alpha2),
            ("beta2", beta2),
        ];
        for (parameter, value) in named {
            if !(value > 0.0 && value.is_finite()) {
                return Err(StatisticsError::PriorParameter { parameter, value });
            }
        }
        if !(0.0..=1.0).contains(&weight) {
            return Err(StatisticsError::PriorParameter {
                parameter: "weight",
                value: weight,
            });
        }
        Ok(Self {
            first: Component {
                shape: alpha1,
                rate: beta1,
            },
            second: Component {
                shape: alpha2,
                rate: beta2,
            },
            weight,
        })
    }

    /// Γ(α₁, β₁).
    #[must_use]
    pub fn first(self) -> Component {
        self.first
    }

    /// Γ(α₂, β₂).
    #[must_use]
    pub fn second(self) -> Component {
        self.second
    }

    /// P, the share of the first component.
    #[must_use]
    pub fn weight(self) -> f64 {
        self.weight
    }

    /// The same distribution, with the component of the higher mean first.
    pub(crate) fn ordered(self) -> Self {
        if self.first.mean() >= self.second.mean() {
            self
        } else {
            Self {
                first: self.second,
                second: self.first,
                weight: 1.0 - self.weight,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marginal_probabilities_sum_to_one() {
        let component = Component {
            shape: 0.7,
            rate: 0.4,
        };

        let sum: f64 = (0..5_000)
            .map(|count| component.ln_marginal(count, 3.0).exp())
            .sum();

        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    }

    #[test]
    fn impossible_parameters_are_named() {
        let error = Prior::new(0.2, 0.1, 2.0, -4.0, 0.3).unwrap_err();

        assert_eq!(error.to_string(), "-4 is not a possible beta2 of the prior");
        assert!(Prior::new(0.2, 0.1, 2.0, 4.0, 1.5).is_err());
    }
}
