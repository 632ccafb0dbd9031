//! The likelihood of a prior, given a background.

use crate::{
    BackgroundCell, Component, Prior, StatisticsError, gamma::digamma, minimum::Slope,
    vector::Vector,
};

/// What became of the pairs that nobody reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zeros {
    /// They are cells with count 0.
    Included,
    /// They are left out, and every probability is conditional on at least one report:
    /// f(n)/(1 - f(0)) with the mixture f. The fitted P is that of all pairs, as EBGM needs it.
    LeftOut,
    /// They are left out, and each component is conditional by itself, as in `DuMouchel` and Pregibon
    /// 2001 and openEBGM: P·f₁(n)/(1 - f₁(0)) + (1 - P)·f₂(n)/(1 - f₂(0)). The fitted P is then the
    /// share among reported pairs. For comparison with those.
    LeftOutPerComponent,
}

/// A background, checked, and sorted so that equal counts stand together.
pub(crate) struct Likelihood {
    cells: Vec<BackgroundCell>,
    weight: f64,
    zeros: Zeros,
}

impl Likelihood {
    /// Checks every cell.
    ///
    /// # Errors
    ///
    /// [`StatisticsError::PriorCell`] for the first that cannot enter a likelihood.
    pub(crate) fn new(cells: &[BackgroundCell], zeros: Zeros) -> Result<Self, StatisticsError> {
        let positive = |number: f64| number > 0.0 && number.is_finite();
        for (index, cell) in cells.iter().enumerate() {
            let count_allowed = cell.count > 0 || zeros == Zeros::Included;
            if !(positive(cell.expected) && positive(cell.weight) && count_allowed) {
                return Err(StatisticsError::PriorCell {
                    index,
                    count: cell.count,
                    expected: cell.expected,
                    weight: cell.weight,
                });
            }
        }
        let mut cells = cells.to_vec();
        cells.sort_by(|left, right| {
            left.count
                .cmp(&right.count)
                .then(left.expected.total_cmp(&right.expected))
        });
        let weight = cells.iter().map(|cell| cell.weight).sum();
        Ok(Self {
            cells,
            weight,
            zeros,
        })
    }

    /// The sum of the weights: how many pairs the cells stand for.
    pub(crate) fn weight(&self) -> f64 {
        self.weight
    }

    /// The logarithm of the likelihood of a prior.
    pub(crate) fn value(&self, prior: &Prior) -> f64 {
        -self.slope(&coordinates(prior)).value * self.weight
    }

    /// Minus the mean log-likelihood per pair, with its gradient, at ln α₁, ln β₁, ln α₂, ln β₂ and
    /// logit P. The mean does not grow with the background, so one tolerance fits all.
    pub(crate) fn slope(&self, point: &Vector) -> Slope {
        let mixture = Mixture::at(point);
        let (mut value, mut gradient) = (0.0, [0.0; 5]);
        let mut terms: Option<(u64, [CountTerms; 2])> = None;
        for cell in &self.cells {
            let of_count = match terms {
                Some((count, known)) if count == cell.count => known,
                _ => mixture
                    .components
                    .map(|component| CountTerms::of(component, cell.count)),
            };
            terms = Some((cell.count, of_count));

            let (ln_probability, slopes) = mixture.cell(cell, &of_count, self.zeros);
            value += cell.weight * ln_probability;
            for (sum, slope) in gradient.iter_mut().zip(slopes) {
                *sum += cell.weight * slope;
            }
        }
        let scale = -1.0 / self.weight;
        Slope {
            value: value * scale,
            gradient: gradient.map(|sum| sum * scale),
        }
    }
}

/// The coordinates in which a prior is searched: free of bounds, and comparable in size.
pub(crate) fn coordinates(prior: &Prior) -> Vector {
    let (first, second, weight) = (prior.first(), prior.second(), prior.weight());
    [
        first.shape.ln(),
        first.rate.ln(),
        second.shape.ln(),
        second.rate.ln(),
        (weight / (1.0 - weight)).ln(),
    ]
}

/// The prior at these coordinates.
///
/// # Errors
///
/// [`StatisticsError::PriorParameter`] when one is out of range.
pub(crate) fn prior_at(point: &Vector) -> Result<Prior, StatisticsError> {
    let [alpha1, beta1, alpha2, beta2, logit] = *point;
    Prior::new(
        alpha1.exp(),
        beta1.exp(),
        alpha2.exp(),
        beta2.exp(),
        logistic(logit),
    )
}

fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// What a component contributes to all cells of one count.
#[derive(Clone, Copy)]
struct CountTerms {
    /// ln Γ(α+n) - ln Γ(α) - ln n!
    ln_rising: f64,
    /// ψ(α+n) - ψ(α)
    digamma_step: f64,
}

impl CountTerms {
    fn of(component: Component, count: u64) -> Self {
        Self {
            ln_rising: component.ln_rising(count),
            digamma_step: if count == 0 {
                0.0
            } else {
                digamma(component.shape + count as f64) - digamma(component.shape)
            },
        }
    }
}

/// ln of a probability and its derivatives by ln α and ln β.
#[derive(Clone, Copy)]
struct Part {
    ln: f64,
    by_shape: f64,
    by_rate: f64,
}

struct Mixture {
    components: [Component; 2],
    ln_shares: [f64; 2],
    shares: [f64; 2],
}

impl Mixture {
    fn at(point: &Vector) -> Self {
        let [alpha1, beta1, alpha2, beta2, logit] = *point;
        let component = |shape: f64, rate: f64| Component {
            shape: shape.exp(),
            rate: rate.exp(),
        };
        // ln P = -ln(1 + exp(-logit)), without losing a small share.
        let ln_share = |logit: f64| {
            if logit > 0.0 {
                -(-logit).exp().ln_1p()
            } else {
                logit - logit.exp().ln_1p()
            }
        };
        Self {
            components: [component(alpha1, beta1), component(alpha2, beta2)],
            ln_shares: [ln_share(logit), ln_share(-logit)],
            shares: [logistic(logit), logistic(-logit)],
        }
    }

    /// ln of the probability of a cell, and its gradient.
    fn cell(&self, cell: &BackgroundCell, terms: &[CountTerms; 2], zeros: Zeros) -> (f64, Vector) {
        let [first, second] = self.components;
        let [terms1, terms2] = *terms;
        let mut parts = [
            count_part(first, cell, terms1),
            count_part(second, cell, terms2),
        ];
        match zeros {
            Zeros::Included => self.mixed(parts),
            Zeros::LeftOutPerComponent => {
                let seen = [
                    seen_part(first, cell.expected),
                    seen_part(second, cell.expected),
                ];
                for (part, seen) in parts.iter_mut().zip(seen) {
                    part.ln -= seen.ln;
                    part.by_shape -= seen.by_shape;
                    part.by_rate -= seen.by_rate;
                }
                self.mixed(parts)
            }
            Zeros::LeftOut => {
                let seen = [
                    seen_part(first, cell.expected),
                    seen_part(second, cell.expected),
                ];
                let (ln_count, mut gradient) = self.mixed(parts);
                let (ln_seen, seen_gradient) = self.mixed(seen);
                for (slope, seen) in gradient.iter_mut().zip(seen_gradient) {
                    *slope -= seen;
                }
                (ln_count - ln_seen, gradient)
            }
        }
    }

    /// ln(P·exp(first) + (1 - P)·exp(second)), with its gradient.
    fn mixed(&self, [first, second]: [Part; 2]) -> (f64, Vector) {
        let [ln_share1, ln_share2] = self.ln_shares;
        let (one, other) = (first.ln + ln_share1, second.ln + ln_share2);
        let highest = one.max(other);
        let ln_sum = highest + ((one - highest).exp() + (other - highest).exp()).ln();
        let (from_first, from_second) = ((one - ln_sum).exp(), (other - ln_sum).exp());
        let [share1, share2] = self.shares;
        let gradient = [
            from_first * first.by_shape,
            from_first * first.by_rate,
            from_second * second.by_shape,
            from_second * second.by_rate,
            // d/dlogit ln P = 1 - P and d/dlogit ln(1 - P) = -P.
            from_first * share2 - from_second * share1,
        ];
        (ln_sum, gradient)
    }
}

/// The probability of the cell's count: negative binomial.
fn count_part(component: Component, cell: &BackgroundCell, terms: CountTerms) -> Part {
    let Component { shape, rate } = component;
    let count = cell.count as f64;
    let ln_zero = component.ln_zero(cell.expected);
    let ln_hits = if cell.count == 0 {
        0.0
    } else {
        -count * (rate / cell.expected).ln_1p()
    };
    Part {
        ln: terms.ln_rising + ln_zero + ln_hits,
        by_shape: shape * terms.digamma_step + ln_zero,
        by_rate: (shape * cell.expected - count * rate) / (rate + cell.expected),
    }
}

/// The probability that a pair is seen at all: 1 - (β/(β + E))^α.
fn seen_part(component: Component, expected: f64) -> Part {
    let ln_zero = component.ln_zero(expected);
    let seen = -ln_zero.exp_m1();
    // d ln(1 - z) = -z/(1 - z) d ln z
    let factor = -ln_zero.exp() / seen;
    Part {
        ln: seen.ln(),
        by_shape: factor * ln_zero,
        by_rate: factor * component.shape * expected / (component.rate + expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_those_of_the_value() {
        let cells: Vec<_> = [
            (1, 0.3),
            (1, 2.0),
            (2, 0.1),
            (5, 9.0),
            (40, 3.0),
            (900, 1_000.0),
        ]
        .map(|(count, expected)| BackgroundCell::new(count, expected))
        .into();
        let point = [-0.7, 0.4, 1.1, 0.9, -1.3];

        for zeros in [Zeros::Included, Zeros::LeftOut, Zeros::LeftOutPerComponent] {
            let likelihood = Likelihood::new(&cells, zeros).unwrap();
            let gradient = likelihood.slope(&point).gradient;
            for index in 0..5 {
                let (mut ahead, mut behind) = (point, point);
                ahead[index] += 1e-5;
                behind[index] -= 1e-5;
                let difference =
                    (likelihood.slope(&ahead).value - likelihood.slope(&behind).value) / 2e-5;
                assert!(
                    (gradient[index] - difference).abs() < 1e-7,
                    "{zeros:?} {index}"
                );
            }
        }
    }
}
