//! Quartiles as the contract defines them.

use crate::Summary;

/// Quartiles of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996).
pub(super) fn summary(values: &[f64], reports: usize) -> Summary {
    let n = values.len();
    let quantile = |share: f64| {
        let position = share * n.saturating_sub(1) as f64;
        let below = values
            .get(position.floor() as usize)
            .copied()
            .unwrap_or_default();
        let above = values
            .get(position.ceil() as usize)
            .copied()
            .unwrap_or_default();
        below + (above - below) * position.fract()
    };
    let mean = if n == 0 {
        0.0
    } else {
        values.iter().sum::<f64>() / n as f64
    };
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Summary {
        n: n as u32,
        missing: (reports - n) as u32,
        mean,
        standard_deviation: if n < 2 {
            0.0
        } else {
            (squares / (n - 1) as f64).sqrt()
        },
        minimum: quantile(0.0),
        lower_quartile: quantile(0.25),
        median: quantile(0.5),
        upper_quartile: quantile(0.75),
        maximum: quantile(1.0),
    }
}
