//! The pairs of a whole database, which a prior is learnt from.

use std::collections::BTreeMap;

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

/// How cells are merged before a fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Squashing {
    /// Cells that are merged into one. 1 merges none; larger is faster and coarser.
    pub bin_cells: usize,
    /// Of each count, how many cells with the highest expectation stay as they are: there the cells
    /// are few and far apart, and matter most.
    pub kept_cells: usize,
    /// Counts above this one are not merged at all, because they are few.
    pub highest_count: u64,
}

impl Default for Squashing {
    /// Turns the 111,118 pairs of a FAERS quarter into about 3,000 cells.
    fn default() -> Self {
        Self {
            bin_cells: 50,
            kept_cells: 100,
            highest_count: 20,
        }
    }
}

/// Fewer cells with nearly the same likelihood: among pairs with equal counts, neighbours in
/// expectation are replaced by their mean, with the sum of their weights.
///
/// Sums of weights and of weight·expectation are kept. The order of the result is by count, then by
/// expectation. Source: `DuMouchel` and Pregibon 2001, KDD, 67-76; openEBGM `squashData`.
#[must_use]
pub fn squash(cells: &[BackgroundCell], squashing: Squashing) -> Vec<BackgroundCell> {
    let mut by_count: BTreeMap<u64, Vec<BackgroundCell>> = BTreeMap::new();
    for cell in cells {
        by_count.entry(cell.count).or_default().push(*cell);
    }

    let mut squashed = Vec::new();
    for (count, mut group) in by_count {
        group.sort_by(|left, right| left.expected.total_cmp(&right.expected));
        let merged = if count > squashing.highest_count {
            0
        } else {
            group.len().saturating_sub(squashing.kept_cells)
        };
        let (low, high) = group.split_at(merged);
        squashed.extend(low.chunks(squashing.bin_cells.max(1)).map(merge));
        squashed.extend_from_slice(high);
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
        let squashing = Squashing {
            bin_cells: 7,
            kept_cells: 10,
            highest_count: 1,
        };

        let squashed = squash(&cells, squashing);

        let weight: f64 = squashed.iter().map(|cell| cell.weight).sum();
        let sum: f64 = squashed
            .iter()
            .map(|cell| cell.weight * cell.expected)
            .sum();
        assert_eq!(weight, 1_000.0);
        assert!((sum - 500_000.0).abs() < 1e-6);
        // Counts 0 and 1: 324 and 323 cells in bins of 7 and 10 kept; count 2: all 333.
        assert_eq!(squashed.len(), 47 + 10 + 47 + 10 + 333);
    }
}
