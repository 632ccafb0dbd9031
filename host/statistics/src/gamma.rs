//! The gamma function and what comes with it, over the whole range of counts.
//!
//! The functions themselves are those of Cephes, in the port `spec_math` (no dependencies, no unsafe
//! code), which includes Temme's uniform expansion of the incomplete gamma function: `statrs` and
//! `puruspe` sum a series there instead, whose length grows with the root of the shape and whose
//! digits shrink with it. Values were compared with 50-digit arithmetic (mpmath) from shape 0.05 to
//! 10¹⁹; `tests/data/gamma_quantiles.csv` holds them.

use spec_math::cephes64;

/// ln Γ(x) for x > 0.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    cephes64::lgam(x)
}

/// ψ(x), the derivative of ln Γ, for x > 0.
pub(crate) fn digamma(x: f64) -> f64 {
    cephes64::psi(x)
}

/// ψ′(x) for x > 0, which is the Hurwitz zeta function ζ(2, x).
pub(crate) fn trigamma(x: f64) -> f64 {
    cephes64::zeta(2.0, x)
}

/// P(shape, x): the probability that a gamma variable of this shape and of rate 1 is at most x.
pub(crate) fn gamma_cdf(shape: f64, x: f64) -> f64 {
    cephes64::igam(shape, x)
}

/// The x > 0 with P(shape, x) = `probability`, for a probability inside (0, 1).
///
/// 0 where the true value is below the smallest number, as for tiny shapes.
pub(crate) fn gamma_quantile(shape: f64, probability: f64) -> f64 {
    cephes64::igami(shape, probability)
}

/// The standard normal quantile.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    cephes64::ndtri(probability)
}

/// What Stirling's formula leaves out: s(z) = ln Γ(z) - (z - ½)·ln z + z - ½·ln 2π, for z > 0.
pub(crate) fn stirling_error(z: f64) -> f64 {
    if z < SERIES_FROM {
        return ln_gamma(z) - (z - 0.5) * z.ln() + z - HALF_LN_TWO_PI;
    }
    let square = z * z;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / z
}

/// ln Γ(count + shape) - ln Γ(count + 1), without the cancellation of two huge logarithms.
pub(crate) fn ln_gamma_ratio(count: f64, shape: f64) -> f64 {
    if count < SERIES_FROM {
        return ln_gamma(count + shape) - ln_gamma(count + 1.0);
    }
    let step = shape - 1.0;
    (count + 0.5) * (step / (count + 1.0)).ln_1p() + step * (count + shape).ln() - step
        + stirling_error(count + shape)
        - stirling_error(count + 1.0)
}

/// ½·ln 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// From here on the first term that the series omits, 1/(1188·z⁹), is below 2·10⁻¹⁴.
const SERIES_FROM: f64 = 16.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: f64, wanted: f64, tolerance: f64) {
        assert!(
            (found - wanted).abs() <= tolerance * wanted.abs(),
            "{found:e} is not {wanted:e}"
        );
    }

    #[test]
    fn quantiles_agree_with_50_digit_arithmetic() {
        let table = include_str!("../tests/data/gamma_quantiles.csv");
        let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);

        let mut checked = 0;
        for row in rows {
            let numbers: Vec<f64> = row.split(',').map(|cell| cell.parse().unwrap()).collect();
            let [shape, probability, quantile] = numbers[..] else {
                panic!("{row}")
            };
            assert_close(gamma_quantile(shape, probability), quantile, 2e-13);
            // The distribution function is as steep as √shape, so its error is the argument's.
            assert_close(
                gamma_cdf(shape, quantile),
                probability,
                1e-12 + 4e-16 * shape.sqrt(),
            );
            checked += 1;
        }

        assert_eq!(checked, 65);
    }

    #[test]
    fn known_values() {
        assert_close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-15);
        assert_close(digamma(1.0), -0.577_215_664_901_532_9, 1e-15);
        assert_close(digamma(1e15), 34.538_776_394_910_684, 1e-15);
        assert_close(trigamma(1.0), std::f64::consts::PI.powi(2) / 6.0, 1e-14);
        assert_close(trigamma(1e-3), 1_000_001.642_533_195, 1e-12);
    }

    #[test]
    fn ratios_agree_across_the_change_of_method() {
        for shape in [1e-3, 0.5, 1.0, 3.7, 250.0] {
            for count in [16.0, 17.0, 40.0] {
                let direct = ln_gamma(count + shape) - ln_gamma(count + 1.0);
                let found = ln_gamma_ratio(count, shape);
                assert!(
                    (found - direct).abs() < 1e-11,
                    "{shape} {count}: {found} {direct}"
                );
            }
        }
    }

    #[test]
    fn ratios_of_huge_counts_keep_their_digits() {
        // Γ(n + 3)/Γ(n + 1) = (n + 2)(n + 1).
        assert_close(ln_gamma_ratio(1e15, 3.0), 2.0 * 1e15_f64.ln(), 1e-14);
    }
}
