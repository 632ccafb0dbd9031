//! The statistics of disproportionality by their published formulas, from the counts of reports with drug and
//! reaction, with the drug, with the reaction, and of all.

/// 97.5 % of the normal distribution lie below.
const Z: f64 = 1.959_963_984_540_054;

pub(super) fn expected_reports([_, drug, event, all]: [usize; 4]) -> f64 {
    drug as f64 * event as f64 / all as f64
}

/// The two-by-two table.
fn cells([a, drug, event, all]: [usize; 4]) -> [f64; 4] {
    [a, drug - a, event - a, all + a - drug - event].map(|count| count as f64)
}

/// Value and ends of PRR (Evans 2001); none if a zero stands in the way.
pub(super) fn prr(counts: [usize; 4]) -> Option<[f64; 3]> {
    let [a, b, c, d] = cells(counts);
    (a > 0.0 && c > 0.0).then(|| {
        let value = (a / (a + b)) / (c / (c + d));
        let error = (1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d)).sqrt();
        [value, value * (-Z * error).exp(), value * (Z * error).exp()]
    })
}

/// Value and ends of ROR (van Puijenbroek 2002).
pub(super) fn ror(counts: [usize; 4]) -> Option<[f64; 3]> {
    let [a, b, c, d] = cells(counts);
    [a, b, c, d].iter().all(|count| *count > 0.0).then(|| {
        let value = a * d / (b * c);
        let error = (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
        [value, value * (-Z * error).exp(), value * (Z * error).exp()]
    })
}

/// Value and ends of the odds ratio over strata: Mantel and Haenszel 1959, its variance by Robins, Breslow and
/// Greenland 1986, written out stratum by stratum.
pub(super) fn mantel_haenszel(strata: &[[usize; 4]]) -> Option<[f64; 3]> {
    let mut sums = [0.0_f64; 6];
    for counts in strata.iter().filter(|counts| counts[3] > 0) {
        let [a, b, c, d] = cells(*counts);
        let n = a + b + c + d;
        let parts = [
            a * d / n,
            b * c / n,
            (a + d) * a * d / (n * n),
            (a + d) * b * c / (n * n),
            (b + c) * a * d / (n * n),
            (b + c) * b * c / (n * n),
        ];
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    let [r, s, pr, ps, qr, qs] = sums;
    (r > 0.0 && s > 0.0).then(|| {
        let error = (pr / (2.0 * r * r) + (ps + qr) / (2.0 * r * s) + qs / (2.0 * s * s)).sqrt();
        [r / s, r / s * (-Z * error).exp(), r / s * (Z * error).exp()]
    })
}

/// Chi-squared, with the correction by Yates or without.
pub(super) fn chi_squared(counts: [usize; 4], corrected: bool) -> f64 {
    let [a, b, c, d] = cells(counts);
    let all = a + b + c + d;
    let apart = (a * d - b * c).abs();
    let apart = if corrected {
        (apart - all / 2.0).max(0.0)
    } else {
        apart
    };
    all * apart * apart / ((a + b) * (c + d) * (a + c) * (b + d))
}

/// Log-likelihood ratio (Huang 2011): 0 unless more was reported than expected.
pub(super) fn llr(counts: [usize; 4]) -> f64 {
    let [a, b, c, d] = cells(counts);
    let part = |count: f64, whole: f64| {
        if count > 0.0 {
            count * (count / whole).ln()
        } else {
            0.0
        }
    };
    if a <= expected_reports(counts) {
        return 0.0;
    }
    part(a, a + c) + part(b, b + d) - part(a + b, a + b + c + d)
}

/// Value and ends of IC (Norén 2013): quantiles of a gamma distribution.
pub(super) fn ic(a: f64, expected: f64) -> [f64; 3] {
    let (shape, rate) = (a + 0.5, expected + 0.5);
    let at = |share| (gamma_quantile(shape, share) / rate).log2();
    [(shape / rate).log2(), at(0.025), at(0.975)]
}

/// By bisection: slow and plain.
fn gamma_quantile(shape: f64, share: f64) -> f64 {
    let (mut low, mut high) = (0.0, shape + 20.0 * shape.sqrt() + 40.0);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        match gamma_share(shape, middle) < share {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

/// The lower incomplete gamma function over the whole one, by its power series.
fn gamma_share(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let mut term = 1.0 / shape;
    let mut sum = term;
    for step in 1..10_000 {
        term *= x / (shape + f64::from(step));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum * (shape * x.ln() - x - ln_gamma(shape)).exp()
}

/// Of whole and half numbers, which are all that occur: by the recurrence.
fn ln_gamma(half: f64) -> f64 {
    let mut at = 0.5;
    let mut value = std::f64::consts::PI.sqrt().ln();
    while at < half {
        value += f64::ln(at);
        at += 1.0;
    }
    value
}
