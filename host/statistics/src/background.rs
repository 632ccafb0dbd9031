//! The pairs of a whole database, which a prior is learnt from.

/// One pair of a background, or several alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackgroundCell {
    /// Reports with the pair.
    pub count: u64,
    /// Reports to expect, above 0.
    pub expected: f64,
    /// How many pairs this cell stands for, above 0; 1 unless squashed.
    pub weight: f64,
}

impl BackgroundCell {
    /// One pair.
    #[must_use]
    pub fn new(count: u64, expected: f64) -> Self {
        Self {
            count,
            expected,
            weight: 1.0,
        }
    }
}

/// Fewer cells with nearly the same likelihood: pairs with equal counts, and expectations that lie
/// within a factor of `widest_ratio`, are replaced by their mean, with the sum of their weights.
///
/// 1.1 is a good ratio: no expectation moves by more than 10 %, and the number of cells is bounded by
/// the counts that occur and the decades that expectations span, not by the number of pairs.
/// 1 or less merges only equal cells. Sums of weights and of
/// weight·expectation are kept; the result is ordered by count, then by expectation. Source: data
/// squashing of `DuMouchel` and Pregibon 2001, KDD, 67-76, with bins of equal ratio where they (and
/// openEBGM) take bins of equal size, which are too wide where cells are few.
#[must_use]
pub fn squash(cells: &[BackgroundCell], widest_ratio: f64) -> Vec<BackgroundCell> {
    let mut sorted = cells.to_vec();
    sorted.sort_by(|left, right| {
        left.count
            .cmp(&right.count)
            .then(left.expected.total_cmp(&right.expected))
    });

    let mut squashed = Vec::new();
    let mut rest = sorted.as_slice();
    while let Some(first) = rest.first() {
        let widest = first.expected * widest_ratio.max(1.0);
        let alike = |cell: &BackgroundCell| cell.count == first.count && cell.expected <= widest;
        let (bin, others) = rest.split_at(rest.partition_point(alike).max(1));
        squashed.push(merge(bin));
        rest = others;
    }
    squashed
}

/// The mean of cells with equal counts, weighted as they are.
fn merge(cells: &[BackgroundCell]) -> BackgroundCell {
    let weight: f64 = cells.iter().map(|cell| cell.weight).sum();
    let sum: f64 = cells.iter().map(|cell| cell.weight * cell.expected).sum();
    let count = cells.first().map_or(0, |cell| cell.count);
    BackgroundCell {
        count,
        expected: sum / weight,
        weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squashing_keeps_weights_and_sums() {
        let cells: Vec<_> = (0..1_000_u32)
            .map(|i| BackgroundCell::new(u64::from(i % 3), f64::from(i) + 0.5))
            .collect();

        let squashed = squash(&cells, 1.1);

        let weight: f64 = squashed.iter().map(|cell| cell.weight).sum();
        let sum: f64 = squashed
            .iter()
            .map(|cell| cell.weight * cell.expected)
            .sum();
        assert_eq!(weight, 1_000.0);
        assert!((sum - 500_000.0).abs() < 1e-6);
        assert!(squashed.len() < 200, "{}", squashed.len());
    }

    #[test]
    fn cells_that_differ_are_left_alone() {
        let cells = [(1, 1.0), (1, 2.0), (2, 2.0)].map(|(n, e)| BackgroundCell::new(n, e));

        assert_eq!(squash(&cells, 1.5), cells);
        assert_eq!(squash(&[cells[1], cells[1]], f64::NAN).len(), 1);
        assert!(squash(&[], 1.1).is_empty());
    }
}
