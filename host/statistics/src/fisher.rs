//! Fisher's exact test, one-sided.

use crate::{StatisticsError, TwoByTwo, deviance::deviance, gamma::stirling_error};

/// P(X ≥ a) when the margins are fixed and drug and reaction are independent: X is hypergeometric.
///
/// Between 0 and 1; 0 when the true value is below about 10⁻³⁰⁸, as for very strong signals. State
/// the number of tests next to it, or print [`adjusted_p_values`](crate::adjusted_p_values).
/// Source: Fisher 1935; terms after Loader 2000, which keep about 13 digits at any size.
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] when the distribution is so wide that the tail has more than
/// some tens of millions of terms. With the 20 million reports of FAERS it has a few thousand.
pub fn fisher_greater(table: TwoByTwo) -> Result<f64, StatisticsError> {
    let margins = Margins::of(table);
    if table.a() <= margins.lowest() {
        return Ok(1.0);
    }

    if table.is_over_reported() {
        let tail = margins.relative_tail(table.a(), Direction::Up)?;
        Ok((margins.ln_probability(table.a()) + tail.ln())
            .exp()
            .min(1.0))
    } else {
        let below = table.a() - 1;
        let tail = margins.relative_tail(below, Direction::Down)?;
        Ok(1.0 - (margins.ln_probability(below) + tail.ln()).exp().min(1.0))
    }
}

/// More terms than this take longer than a tenth of a second.
const MOST_TERMS: u64 = 30_000_000;

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

/// The fixed totals of a table.
#[derive(Clone, Copy)]
struct Margins {
    drug: u64,
    event: u64,
    all: u64,
}

impl Margins {
    fn of(table: TwoByTwo) -> Self {
        Self {
            drug: table.drug(),
            event: table.event(),
            all: table.all(),
        }
    }

    /// The smallest possible a.
    fn lowest(self) -> u64 {
        self.drug.saturating_sub(self.all - self.event)
    }

    /// The cells of the table with these margins and `a` in the first place.
    fn cells(self, a: u64) -> [f64; 4] {
        let (b, c) = (self.drug - a, self.event - a);
        [a, b, c, self.all - self.drug - c].map(|cell| cell as f64)
    }

    /// The sum of the probabilities from `a` on, divided by that of `a`.
    fn relative_tail(self, a: u64, direction: Direction) -> Result<f64, StatisticsError> {
        let [mut a, mut b, mut c, mut d] = self.cells(a);
        let (mut term, mut sum) = (1.0, 1.0);
        for _ in 0..MOST_TERMS {
            match direction {
                Direction::Up => {
                    term *= b / (a + 1.0) * (c / (d + 1.0));
                    (a, b, c, d) = (a + 1.0, b - 1.0, c - 1.0, d + 1.0);
                }
                Direction::Down => {
                    term *= a / (b + 1.0) * (d / (c + 1.0));
                    (a, b, c, d) = (a - 1.0, b + 1.0, c + 1.0, d - 1.0);
                }
            }
            sum += term;
            if term <= sum * NEGLIGIBLE {
                return Ok(sum);
            }
        }
        Err(StatisticsError::NotCalculable {
            statistic: "Fisher's exact test",
            reason: "the counts are too large to sum the distribution",
        })
    }

    /// ln P(X = a), as the ratio of three binomial probabilities.
    fn ln_probability(self, a: u64) -> f64 {
        let [both, drug_only, event_only, neither] = self.cells(a);
        let (drug, event, all) = (self.drug as f64, self.event as f64, self.all as f64);
        let share = drug / all;
        let rest = (self.all - self.drug) as f64 / all;
        ln_binomial(both, event_only, event, share, rest)
            + ln_binomial(drug_only, neither, all - event, share, rest)
            - ln_binomial(drug, (self.all - self.drug) as f64, all, share, rest)
    }
}

/// A term this much smaller than the sum, and shrinking, cannot change its 13th digit.
const NEGLIGIBLE: f64 = 1e-18;

/// ln of the binomial probability of `hits` and `misses` in `trials`, after Loader.
fn ln_binomial(hits: f64, misses: f64, trials: f64, chance: f64, rest: f64) -> f64 {
    if hits == 0.0 {
        return if misses == 0.0 {
            0.0
        } else {
            misses * ln_share(rest, chance)
        };
    }
    if misses == 0.0 {
        return hits * ln_share(chance, rest);
    }

    let (expected_hits, expected_misses) = (trials * chance, trials * rest);
    stirling_error(trials)
        - stirling_error(hits)
        - stirling_error(misses)
        - deviance(hits, expected_hits, hits - expected_hits)
        - deviance(misses, expected_misses, misses - expected_misses)
        + 0.5 * (trials / (std::f64::consts::TAU * hits * misses)).ln()
}

/// ln `share`, through its complement where that is the more exact.
fn ln_share(share: f64, rest: f64) -> f64 {
    if rest < 0.1 {
        (-rest).ln_1p()
    } else {
        share.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fisher(a: u64, b: u64, c: u64, d: u64) -> f64 {
        fisher_greater(TwoByTwo::new(a, b, c, d).unwrap()).unwrap()
    }

    #[test]
    fn the_lady_tasting_tea() {
        assert!((fisher(4, 0, 0, 4) - 1.0 / 70.0).abs() < 1e-15);
        assert!((fisher(3, 1, 1, 3) - 17.0 / 70.0).abs() < 1e-14);
    }

    #[test]
    fn tables_that_cannot_be_otherwise_are_certain() {
        assert_eq!(fisher(0, 0, 0, 0), 1.0);
        assert_eq!(fisher(0, 5, 7, 100), 1.0);
        assert_eq!(fisher(7, 0, 100, 0), 1.0);
    }

    #[test]
    fn strong_under_reporting_is_nearly_certain_to_be_exceeded() {
        let value = fisher(1, 10_000, 10_000, 10_000);

        assert!(value <= 1.0 && value > 1.0 - 1e-12);
    }

    #[test]
    fn a_background_of_sums_of_everything_is_refused_rather_than_waited_for() {
        let quarter = u64::MAX / 4;
        let table = TwoByTwo::new(quarter, quarter, quarter, quarter).unwrap();

        assert!(matches!(
            fisher_greater(table),
            Err(StatisticsError::NotCalculable { .. })
        ));
    }
}
