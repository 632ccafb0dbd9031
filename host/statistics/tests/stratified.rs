//! The Mantel-Haenszel odds ratio as an independent implementation computes it, and as it is published.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use quire_statistics::{Level, TwoByTwo, mantel_haenszel, ror};

/// Name, strata, and odds ratio with its ends.
fn sets() -> Vec<(&'static str, Vec<TwoByTwo>, [f64; 3])> {
    let lines = include_str!("data/mantel_haenszel.csv").lines();
    let set = |line: &'static str| {
        let fields: Vec<&str> = line.split(',').collect();
        let stratum = |cells: &str| {
            let cells: Vec<u64> = cells
                .split_whitespace()
                .map(|cell| cell.parse().unwrap())
                .collect();
            TwoByTwo::new(cells[0], cells[1], cells[2], cells[3]).unwrap()
        };
        let number = |at: usize| fields[at].parse().unwrap();
        let strata = fields[1].split(';').map(stratum).collect();
        (fields[0], strata, [number(2), number(3), number(4)])
    };
    lines
        .filter(|line| !line.starts_with('#'))
        .map(set)
        .collect()
}

#[test]
fn statsmodels_finds_the_same() {
    let sets = sets();
    assert_eq!(sets.len(), 4);
    for (name, strata, wanted) in sets {
        let found = mantel_haenszel(&strata, Level::P95).unwrap();

        for (found, wanted) in [found.value, found.lower, found.upper].iter().zip(wanted) {
            assert!(
                (found / wanted - 1.0).abs() < 1e-9,
                "{name}: {found} {wanted}"
            );
        }
    }
}

#[test]
fn the_published_example_comes_out_as_published() {
    let berkeley = sets().remove(0).1;

    let found = mantel_haenszel(&berkeley, Level::P95).unwrap();

    let printed = [found.value, found.lower, found.upper].map(|number| format!("{number:.4}"));
    assert_eq!(printed, ["0.9047", "0.7719", "1.0603"]);
}

#[test]
fn what_is_nothing_but_age_goes_away() {
    let confounded = &sets()[2].1;
    let sum = |pick: fn(TwoByTwo) -> u64| confounded.iter().map(|stratum| pick(*stratum)).sum();
    let crude = TwoByTwo::new(
        sum(TwoByTwo::a),
        sum(TwoByTwo::b),
        sum(TwoByTwo::c),
        sum(TwoByTwo::d),
    );

    let crude = ror(crude.unwrap(), Level::P95).unwrap();
    let within = mantel_haenszel(confounded, Level::P95).unwrap();

    assert!(crude.lower > 3.0 && within.lower < 1.0 && within.upper > 1.0);
}
