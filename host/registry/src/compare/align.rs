//! Which block of one version is which block of the other.

use quire_model::Block;

/// Beyond so many comparisons blocks are paired by their place alone: two sections of 2,000 blocks
/// that share neither beginning nor end.
const MOST_COMPARISONS: usize = 4_000_000;

/// A block and its counterpart, by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// Both versions have it.
    Both(usize, usize),
    /// Only the active version has it.
    Removed(usize),
    /// Only the candidate has it.
    Added(usize),
}

/// Pair blocks: tables and charts by their id, other blocks by their content along the longest
/// common sequence; what is left over between two pairs is paired by kind, in order.
pub(super) fn align(active: &[Block], candidate: &[Block]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let (mut one, mut other) = (0, 0);
    let anchors = common(active, candidate);
    for (at, counterpart) in anchors.into_iter().chain([(active.len(), candidate.len())]) {
        gap(
            &mut pairs,
            (active, one..at),
            (candidate, other..counterpart),
        );
        if at < active.len() {
            pairs.push(Pair::Both(at, counterpart));
        }
        (one, other) = (at + 1, counterpart + 1);
    }
    pairs
}

/// Whether two blocks are surely the same one.
fn same(one: &Block, other: &Block) -> bool {
    match (one, other) {
        (Block::Table(one), Block::Table(other)) => one.id == other.id,
        (Block::Chart(one), Block::Chart(other)) => one.id == other.id,
        _ => one == other,
    }
}

/// The longest common sequence of blocks, as places in both.
fn common(active: &[Block], candidate: &[Block]) -> Vec<(usize, usize)> {
    let (n, m) = (active.len(), candidate.len());
    if n.saturating_mul(m) > MOST_COMPARISONS {
        return (0..n.min(m))
            .filter(|&at| is_same(active, at, candidate, at))
            .map(|at| (at, at))
            .collect();
    }
    // lengths[i][j]: of the best sequence from places i and j on.
    let mut lengths = vec![vec![0_u32; m + 1]; n + 1];
    let length = |lengths: &Vec<Vec<u32>>, i: usize, j: usize| -> u32 {
        lengths
            .get(i)
            .and_then(|row| row.get(j))
            .copied()
            .unwrap_or(0)
    };
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            let best = if is_same(active, i, candidate, j) {
                length(&lengths, i + 1, j + 1) + 1
            } else {
                length(&lengths, i + 1, j).max(length(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i).and_then(|row| row.get_mut(j)) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < n && j < m {
        if is_same(active, i, candidate, j) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if length(&lengths, i + 1, j) >= length(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn is_same(active: &[Block], i: usize, candidate: &[Block], j: usize) -> bool {
    match (active.get(i), candidate.get(j)) {
        (Some(one), Some(other)) => same(one, other),
        _ => false,
    }
}

/// Pair what stands between two anchors by kind, in order.
fn gap(
    pairs: &mut Vec<Pair>,
    (active, ones): (&[Block], std::ops::Range<usize>),
    (candidate, others): (&[Block], std::ops::Range<usize>),
) {
    let mut left: Vec<usize> = others.collect();
    for one in ones {
        let Some(block) = active.get(one) else {
            continue;
        };
        let counterpart = left.iter().position(|&other| {
            candidate
                .get(other)
                .is_some_and(|other| may_pair(block, other))
        });
        match counterpart {
            Some(position) => {
                // What stands before the counterpart has none.
                pairs.extend(left.drain(..position).map(Pair::Added));
                pairs.extend(left.drain(..1).map(|other| Pair::Both(one, other)));
            }
            None => pairs.push(Pair::Removed(one)),
        }
    }
    pairs.extend(left.into_iter().map(Pair::Added));
}

/// Whether one may have become the other: tables and charts go by their id alone.
fn may_pair(one: &Block, other: &Block) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
        && match (one, other) {
            (Block::Table(_), _) | (Block::Chart(_), _) => same(one, other),
            _ => true,
        }
}
