//! Priors learnt from whole backgrounds: the same as an independent implementation finds, the same
//! after squashing, and none where there is none.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use quire_statistics::{
    BackgroundCell, FittedPrior, Prior, StatisticsError, Zeros, empirical_bayes, fit_prior,
    log_likelihood, squash,
};

const BACKGROUND: &str = include_str!("data/background.csv");

/// The synthetic pairs of the file.
fn background() -> Vec<BackgroundCell> {
    BACKGROUND
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .map(|line| {
            let (count, expected) = line.split_once(',').unwrap();
            BackgroundCell::new(count.parse().unwrap(), expected.parse().unwrap())
        })
        .collect()
}

fn reported() -> Vec<BackgroundCell> {
    background()
        .into_iter()
        .filter(|cell| cell.count > 0)
        .collect()
}

/// What scipy found: ln L, then α₁, β₁, α₂, β₂ and P.
fn scipy(zeros: &str) -> [f64; 6] {
    let prefix = format!("# fit,{zeros},");
    let line = BACKGROUND
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap();
    let numbers: Vec<f64> = line
        .split(',')
        .map(|number| number.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

fn theta(prior: &Prior) -> [f64; 5] {
    let (first, second) = (prior.first(), prior.second());
    [
        first.shape,
        first.rate,
        second.shape,
        second.rate,
        prior.weight(),
    ]
}

fn assert_agrees(fitted: &FittedPrior, wanted: [f64; 6]) {
    let [ln_likelihood, wanted @ ..] = wanted;
    assert!(
        (fitted.log_likelihood - ln_likelihood).abs() < 1e-6,
        "{}",
        fitted.log_likelihood
    );
    for (found, wanted) in theta(&fitted.prior).into_iter().zip(wanted) {
        assert!(
            (found / wanted - 1.0).abs() < 1e-4,
            "{:?} {wanted}",
            fitted.prior
        );
    }
}

#[test]
fn the_fit_is_the_one_that_scipy_finds() {
    let cases = [
        (Zeros::Included, "included", background()),
        (Zeros::LeftOut, "left-out", reported()),
        (Zeros::LeftOutPerComponent, "per-component", reported()),
    ];

    for (zeros, name, cells) in cases {
        let fitted = fit_prior(&cells, zeros).unwrap();

        assert_agrees(&fitted, scipy(name));
        assert!(fitted.agreeing_starts >= 2, "{fitted:?}");
        assert_eq!(fitted.pairs, cells.len() as f64);
    }
}

#[test]
fn the_likelihood_is_written_once() {
    let cells = reported();
    let fitted = fit_prior(&cells, Zeros::LeftOut).unwrap();

    let again = log_likelihood(&fitted.prior, &cells, Zeros::LeftOut).unwrap();

    assert!((again - fitted.log_likelihood).abs() < 1e-8);
}

#[test]
fn openebgm_s_test_data_have_the_likelihood_that_its_formula_gives() {
    // Counts, expectations and theta of openEBGM's tests/testthat/testC_Likelihoods.R; the values
    // were computed from its formulas with mpmath.
    let theta = Prior::new(0.125_874, 0.135_87, 1.245_78, 3.015_87, 0.05).unwrap();
    let counts = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3_u64];
    let cells: Vec<_> = counts
        .into_iter()
        .zip(1..)
        .map(|(count, expected)| BackgroundCell::new(count, f64::from(expected)))
        .collect();
    let reported: Vec<_> = cells
        .iter()
        .copied()
        .filter(|cell| cell.count > 0)
        .collect();

    let all = log_likelihood(&theta, &cells, Zeros::Included).unwrap();
    let conditional = log_likelihood(&theta, &reported, Zeros::LeftOutPerComponent).unwrap();

    assert!((all - OPENEBGM_ALL).abs() < 1e-10, "{all:.12}");
    assert!(
        (conditional - OPENEBGM_CONDITIONAL).abs() < 1e-10,
        "{conditional:.12}"
    );
}

const OPENEBGM_ALL: f64 = -28.7087780396826;
const OPENEBGM_CONDITIONAL: f64 = -22.4981759115141;

#[test]
fn leaving_zeros_out_gives_the_same_scores_if_done_rightly() {
    let with = fit_prior(&background(), Zeros::Included).unwrap().prior;
    let without = fit_prior(&reported(), Zeros::LeftOut).unwrap().prior;

    for (observed, expected) in [(3, 0.2), (10, 4.0), (40, 5.0)] {
        let one = empirical_bayes(observed, expected, &with).unwrap();
        let other = empirical_bayes(observed, expected, &without).unwrap();
        assert!(
            (one.lower / other.lower - 1.0).abs() < 0.03,
            "{one:?} {other:?}"
        );
    }
}

#[test]
fn squashing_hardly_moves_the_scores() {
    let cells = reported();
    let squashed = squash(&cells, 1.1);
    assert!(squashed.len() * 2 < cells.len(), "{}", squashed.len());

    let fine = fit_prior(&cells, Zeros::LeftOut).unwrap();
    let coarse = fit_prior(&squashed, Zeros::LeftOut).unwrap();

    assert_eq!(coarse.pairs, fine.pairs);
    for (observed, expected) in [(1, 0.1), (3, 0.2), (10, 4.0), (40, 5.0)] {
        let one = empirical_bayes(observed, expected, &fine.prior).unwrap();
        let other = empirical_bayes(observed, expected, &coarse.prior).unwrap();
        assert!(
            (one.value / other.value - 1.0).abs() < 0.02,
            "{one:?} {other:?}"
        );
    }
}

#[test]
fn the_order_of_the_cells_does_not_matter() {
    let mut cells = reported();
    let forward = fit_prior(&cells, Zeros::LeftOut).unwrap();

    cells.reverse();

    assert_eq!(fit_prior(&cells, Zeros::LeftOut).unwrap(), forward);
}

#[test]
fn a_background_of_mostly_single_reports_has_no_prior() {
    // Tiny expectations and counts that fall off like 1/n, as in a single quarter: the likelihood
    // rises for ever as a shape goes to 0, where openEBGM gives up too.
    let mut cells = Vec::new();
    for count in 1..=60_u32 {
        for copy in 0..(4_000 / (count * count)).max(1) {
            let expected = 0.001 * f64::from(1 + copy % 17);
            cells.push(BackgroundCell::new(u64::from(count), expected));
        }
    }

    let error = fit_prior(&cells, Zeros::LeftOut).unwrap_err();

    assert!(
        matches!(error, StatisticsError::PriorAtBoundary { .. }),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("no prior: the likelihood is highest"),
        "{error}"
    );
}

#[test]
fn one_gamma_is_not_taken_for_two() {
    // Exactly as many pairs of each count as a single gamma with shape 1 and rate 2 makes: any
    // weight is as likely as any other.
    let mut cells = Vec::new();
    for expected in [0.5, 1.0, 2.0, 5.0, 9.0] {
        let stays = 2.0 / (2.0 + expected);
        for count in 0..40_u64 {
            let share = stays * f64::powi(1.0 - stays, i32::try_from(count).unwrap());
            cells.push(BackgroundCell {
                count,
                expected,
                weight: 1_000.0 * share,
            });
        }
    }

    let error = fit_prior(&cells, Zeros::Included).unwrap_err();

    assert!(error.to_string().starts_with("no prior: "), "{error}");
}

#[test]
fn pairs_that_vary_as_chance_has_it_are_one_narrow_component() {
    // Exactly as many pairs of each count as one gamma of 5 % of the pairs (shape 0.5, rate 0.1) and a
    // Poisson distribution at 0.9 of the expectation make: there is no second gamma to be found.
    let mut cells = Vec::new();
    for expected in [0.02, 0.1, 0.5, 2.0, 5.0, 9.0] {
        let stays = 0.1 / (0.1 + expected);
        let (mut gamma, mut poisson) = (f64::powf(stays, 0.5), f64::exp(-0.9 * expected));
        for count in 0..4_000_u32 {
            let weight = 100_000.0 * (0.05 * gamma + 0.95 * poisson);
            if weight > 1e-9 {
                cells.push(BackgroundCell {
                    count: u64::from(count),
                    expected,
                    weight,
                });
            }
            let next = f64::from(count) + 1.0;
            gamma *= (next - 0.5) / next * (1.0 - stays);
            poisson *= 0.9 * expected / next;
        }
    }

    let fitted = fit_prior(&cells, Zeros::Included).unwrap();

    let [alpha1, beta1, alpha2, beta2, weight] = theta(&fitted.prior);
    assert!((alpha2 - 1_000.0).abs() < 1e-3, "{fitted:?}");
    assert!((alpha2 / beta2 - 0.9).abs() < 0.01, "{fitted:?}");
    assert!((alpha1 / 0.5 - 1.0).abs() < 0.05, "{fitted:?}");
    assert!((beta1 / 0.1 - 1.0).abs() < 0.05, "{fitted:?}");
    assert!((weight / 0.05 - 1.0).abs() < 0.05, "{fitted:?}");
    assert_eq!(fitted.standard_errors[2], 0.0);
}
