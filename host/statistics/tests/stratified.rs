//! The Mantel-Haenszel odds ratio as an independent implementation computes it, and as it is published.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use quire_statistics::{Level, TwoByTwo, mantel_haenszel, ror};

/// Name, strata, and odds ratio with its ends.
type Set = (&'static str, Vec<TwoByTwo>, [f64; 3]);

fn sets() -> [Set; 4] {
    let lines = include_str!("data/mantel_haenszel.csv").lines();
    let set = |line: &'static str| {
        let fields: [&str; 5] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let [name, strata, numbers @ ..] = fields;
        let stratum = |cells: &str| {
            let cells = cells.split_whitespace().map(|cell| cell.parse().unwrap());
            let [a, b, c, d]: [u64; 4] = cells.collect::<Vec<_>>().try_into().unwrap();
            TwoByTwo::new(a, b, c, d).unwrap()
        };
        let strata = strata.split(';').map(stratum).collect();
        (name, strata, numbers.map(|number| number.parse().unwrap()))
    };
    let sets = lines.filter(|line| !line.starts_with('#')).map(set);
    sets.collect::<Vec<Set>>().try_into().unwrap()
}

#[test]
fn statsmodels_finds_the_same() {
    for (name, strata, wanted) in sets() {
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
    let [(_, berkeley, _), ..] = sets();

    let found = mantel_haenszel(&berkeley, Level::P95).unwrap();

    let printed = [found.value, found.lower, found.upper].map(|number| format!("{number:.4}"));
    assert_eq!(printed, ["0.9047", "0.7719", "1.0603"]);
}

#[test]
fn what_is_nothing_but_age_goes_away() {
    let [_, _, (_, confounded, _), _] = sets();
    let sum = |pick: fn(TwoByTwo) -> u64| confounded.iter().map(|stratum| pick(*stratum)).sum();
    let crude = TwoByTwo::new(
        sum(TwoByTwo::a),
        sum(TwoByTwo::b),
        sum(TwoByTwo::c),
        sum(TwoByTwo::d),
    );

    let crude = ror(crude.unwrap(), Level::P95).unwrap();
    let within = mantel_haenszel(&confounded, Level::P95).unwrap();

    assert!(crude.lower > 3.0 && within.lower < 1.0 && within.upper > 1.0);
}
