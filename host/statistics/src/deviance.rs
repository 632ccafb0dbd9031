//! The deviance of a count from its expectation, without cancellation.

/// x·ln(x/e) - (x - e) for an observed x and an expected e > 0, given their `difference` x - e.
///
/// 0 or more, and 0 only when both are equal. Near equality the logarithm and the difference cancel
/// almost entirely, so there a series in v = (x - e)/(x + e) is used. Source: Loader 2000, "Fast and
/// accurate computation of binomial probabilities" (there D₀, scaled).
pub(crate) fn deviance(observed: f64, expected: f64, difference: f64) -> f64 {
    if observed == 0.0 {
        return expected;
    }
    // Above a tenth the logarithm has lost at most two digits.
    if difference.abs() >= 0.1 * (observed + expected) {
        return observed * (observed / expected).ln() - difference;
    }

    let ratio = difference / (observed + expected);
    let square = ratio * ratio;
    let mut sum = difference * ratio;
    let mut power = 2.0 * observed * ratio;
    for index in 1..50 {
        power *= square;
        let next = sum + power / f64::from(2 * index + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_and_logarithm_agree_where_they_meet() {
        let (observed, expected) = (1_210.0_f64, 1_000.0_f64);
        let direct = observed * (observed / expected).ln() - (observed - expected);

        let series = deviance(observed, expected, observed - expected);

        assert!((series / direct - 1.0).abs() < 1e-12, "{series} {direct}");
    }

    #[test]
    fn a_difference_of_one_in_a_billion_keeps_its_digits() {
        // (x - e)²/(2e) to first order, with relative error (x - e)/(3e).
        let value = deviance(1e9 + 1.0, 1e9, 1.0);

        assert!((value / 5e-10 - 1.0).abs() < 1e-8, "{value:e}");
    }
}
