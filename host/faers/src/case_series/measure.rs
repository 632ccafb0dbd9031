//! One number a report, and its quartiles.

use super::Summary;

/// A number that a report can have. NaN is missing.
#[derive(Debug)]
pub(super) struct Measure {
    name: &'static str,
    values: Vec<f64>,
}

impl Measure {
    pub(super) fn new(name: &'static str, values: Vec<f64>) -> Self {
        Self { name, values }
    }

    /// The given rows only.
    pub(super) fn keep(&self, rows: &[u32]) -> Self {
        Self::new(self.name, rows.iter().map(|row| self.value(*row)).collect())
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// NaN if the report does not have it.
    pub(super) fn value(&self, row: u32) -> f64 {
        self.values.get(row as usize).copied().unwrap_or(f64::NAN)
    }

    pub(super) fn summarise(&self, rows: impl Iterator<Item = u32>) -> Summary {
        let mut known = Vec::new();
        let mut missing = 0;
        for row in rows {
            let value = self.value(row);
            if value.is_nan() {
                missing += 1;
            } else {
                known.push(value);
            }
        }
        known.sort_unstable_by(f64::total_cmp);
        of_sorted(&known, missing)
    }
}

fn of_sorted(sorted: &[f64], missing: u32) -> Summary {
    let (Some(minimum), Some(maximum)) = (sorted.first(), sorted.last()) else {
        return Summary {
            missing,
            ..Summary::default()
        };
    };
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
    let variance = if sorted.len() > 1 {
        squares / (n - 1.0)
    } else {
        0.0
    };
    Summary {
        n: u32::try_from(sorted.len()).unwrap_or(u32::MAX),
        missing,
        mean,
        standard_deviation: variance.sqrt(),
        minimum: *minimum,
        lower_quartile: quantile(sorted, 0.25),
        median: quantile(sorted, 0.5),
        upper_quartile: quantile(sorted, 0.75),
        maximum: *maximum,
    }
}

/// Type 7 of Hyndman and Fan, The American Statistician 50 (1996): linear interpolation at
/// (n - 1)·p.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let position = p * (sorted.len() as f64 - 1.0);
    let below = position.floor();
    let at = |index: f64| sorted.get(index as usize).copied();
    let low = at(below).unwrap_or_default();
    let high = at(below + 1.0).unwrap_or(low);
    low + (high - low) * (position - below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_interpolate_as_r_does() {
        let ages = Measure::new("age", vec![1.0, f64::NAN, 2.0, 3.0, 4.0]);

        let summary = ages.summarise(0..5);

        assert_eq!((summary.n, summary.missing), (4, 1));
        assert_eq!(summary.mean, 2.5);
        assert!((summary.standard_deviation - 1.290_994_448_735_805_6).abs() < 1e-15);
        assert_eq!(
            [
                summary.lower_quartile,
                summary.median,
                summary.upper_quartile
            ],
            [1.75, 2.5, 3.25]
        );
    }

    #[test]
    fn nothing_known_is_all_zero() {
        let summary = Measure::new("age", vec![f64::NAN]).summarise(0..1);

        assert_eq!((summary.n, summary.missing, summary.mean), (0, 1, 0.0));
    }
}
