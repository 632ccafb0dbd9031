//! Learning the prior of EBGM from a whole background, or saying that it cannot be learnt.

use crate::{
    BackgroundCell, Prior, StatisticsError, Zeros,
    likelihood::{Likelihood, coordinates, prior_at},
    minimum::{Limits, Outcome, Slope, inverse_curvature, minimise},
    vector::Vector,
};

/// A prior with the evidence that the fit holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedPrior {
    /// The prior, its component with the higher mean first.
    pub prior: Prior,
    /// Standard errors of ln α₁, ln β₁, ln α₂, ln β₂ and logit P, from the observed information; 0 for
    /// a shape that is held.
    pub standard_errors: [f64; 5],
    /// The logarithm of its likelihood.
    pub log_likelihood: f64,
    /// How many of the [`starts`](Self::starts) ended here.
    pub agreeing_starts: usize,
    /// How many starts were tried.
    pub starts: usize,
    /// How many pairs it was learnt from: the sum of the weights.
    pub pairs: f64,
}

/// The prior that makes a whole background most likely, if there is one.
///
/// θ = (α₁, β₁, α₂, β₂, P) maximises Σ w·ln(P·NB₁(n) + (1 - P)·NB₂(n)), see [`Zeros`] for cells that
/// are missing. The search runs from six starts. A fit holds when at least two of them come to rest
/// (gradient per pair at most 10⁻⁸) at the highest point found, inside the bounds (shapes from 0.001 to
/// 1,000, rates from 10⁻⁶ to 10⁶, P from 0.0001 to 0.9999), and the likelihood falls off in every direction
/// there, steeply enough to know each parameter's logarithm to within a standard error of 1.
///
/// One shape may lie at 1,000: where most pairs are reported as often as expected and vary no more than
/// chance makes them, the likelihood rises without end, and by next to nothing, as a component narrows to
/// a point. It is then held at 1,000, a standard deviation of 3 % of its mean, and the other four
/// parameters are fitted and judged as above.
///
/// The cost grows with the number of cells; [`squash`](crate::squash) backgrounds of tens of
/// thousands.
/// Source: `DuMouchel` 1999; `DuMouchel` and Pregibon 2001; checks after openEBGM's `autoHyper`.
///
/// # Errors
///
/// Every `Prior…` case of [`StatisticsError`]; all mean that EBGM is not available from these data.
pub fn fit_prior(cells: &[BackgroundCell], zeros: Zeros) -> Result<FittedPrior, StatisticsError> {
    if cells.len() < FEWEST_CELLS {
        let error = StatisticsError::PriorTooFewCells {
            cells: cells.len(),
            minimum: FEWEST_CELLS,
        };
        return Err(error);
    }
    let likelihood = Likelihood::new(cells, zeros)?;
    let outcomes: Vec<Outcome> = STARTS
        .iter()
        .map(|start| {
            let [alpha1, beta1, alpha2, beta2, share] = *start;
            let logit = (share / (1.0 - share)).ln();
            let point = [alpha1.ln(), beta1.ln(), alpha2.ln(), beta2.ln(), logit];
            search(&likelihood, point)
        })
        .collect();
    judge(&likelihood, &outcomes)
}

/// The logarithm of the likelihood of `prior`, given a background.
///
/// # Errors
///
/// [`StatisticsError::PriorCell`] for a cell that cannot enter a likelihood.
pub fn log_likelihood(
    prior: &Prior,
    cells: &[BackgroundCell],
    zeros: Zeros,
) -> Result<f64, StatisticsError> {
    Ok(Likelihood::new(cells, zeros)?.value(prior))
}

/// Ten cells per parameter; a real background has tens of thousands.
const FEWEST_CELLS: usize = 50;

/// At least two starts must end at the same point, or it may be one of many.
const FEWEST_AGREEING: usize = 2;

/// Log-likelihoods that differ by less than this are the same fit.
const SAME_FIT: f64 = 0.01;

/// Log-parameters of the same fit differ by less than this.
const SAME_PARAMETER: f64 = 0.02;

/// α₁, β₁, α₂, β₂, P: the first of `DuMouchel` 1999, the next four of the openEBGM vignette, and one
/// with both components narrow.
const STARTS: [Vector; 6] = [
    [0.2, 0.1, 2.0, 4.0, 1.0 / 3.0],
    [0.1, 0.1, 10.0, 10.0, 0.2],
    [0.3, 0.5, 6.0, 6.0, 0.5],
    [0.5, 0.3, 12.0, 12.0, 0.8],
    [0.2, 0.2, 5.0, 5.0, 0.4],
    [3.0, 0.5, 2.0, 2.0, 0.1],
];

/// ln 1,000: beyond, a component is all but a single point; a shape below its inverse is all but nothing.
const LN_BOUND: f64 = 6.907_755_278_982_137;

/// ln 10⁶. A rate is measured in expected reports, and the expectations of a large source are
/// small: 1/N where one report has both a drug and a reaction that nobody else has. At the other end, a shape of
/// 1,000 has its bound before its rate for every mean above 0.001.
const LN_RATE_BOUND: f64 = 13.815_510_557_964_274;

/// logit 0.9999: beyond, one component is all but absent.
const LOGIT_BOUND: f64 = 9.210_240_366_975_85;

const LIMITS: Limits = Limits {
    bounds: [
        (-LN_BOUND, LN_BOUND),
        (-LN_RATE_BOUND, LN_RATE_BOUND),
        (-LN_BOUND, LN_BOUND),
        (-LN_RATE_BOUND, LN_RATE_BOUND),
        (-LOGIT_BOUND, LOGIT_BOUND),
    ],
    tolerance: 1e-8,
    steps: 500,
};

/// With a larger standard error of its logarithm, a parameter is not even known to within a factor of
/// seven, and two components are not told from one. (That of α₁ is 0.56 in openEBGM's fit to CAERS.)
const LARGEST_STANDARD_ERROR: f64 = 1.0;

const NAMES: [&str; 5] = ["alpha1", "beta1", "alpha2", "beta2", "weight"];

/// The coordinates of α₁ and α₂.
const SHAPES: [usize; 2] = [0, 2];

/// Searches freely, and once more with a shape held if that is where the search went.
fn search(likelihood: &Likelihood, start: Vector) -> Outcome {
    let free = minimise(|at| likelihood.slope(at), start, LIMITS);
    match free {
        Outcome::Outside {
            coordinate, point, ..
        } if SHAPES.contains(&coordinate) && is_held(point.get(coordinate)) => {
            let start = with(&point, coordinate, LN_BOUND);
            minimise(|at| held(likelihood, coordinate, at), start, LIMITS)
        }
        Outcome::Outside { .. } | Outcome::AtRest { .. } | Outcome::Stuck => free,
    }
}

/// The likelihood with one shape held at its bound: a well in that coordinate keeps the search there, and
/// adds nothing.
fn held(likelihood: &Likelihood, coordinate: usize, at: &Vector) -> Slope {
    let slope = likelihood.slope(&with(at, coordinate, LN_BOUND));
    let away = at.get(coordinate).copied().unwrap_or_default() - LN_BOUND;
    Slope {
        value: slope.value + away * away / 2.0,
        gradient: with(&slope.gradient, coordinate, away),
    }
}

fn is_held(ln_shape: Option<&f64>) -> bool {
    // What is found at the bound differs from it by rounding.
    ln_shape.is_some_and(|ln_shape| *ln_shape > LN_BOUND - 1e-6)
}

fn with(vector: &Vector, coordinate: usize, value: f64) -> Vector {
    let mut changed = *vector;
    if let Some(slot) = changed.get_mut(coordinate) {
        *slot = value;
    }
    changed
}

/// Decides whether the searches found one prior.
fn judge(likelihood: &Likelihood, outcomes: &[Outcome]) -> Result<FittedPrior, StatisticsError> {
    let starts = outcomes.len();
    let lower = |left: &(Vector, f64), right: &(Vector, f64)| left.1.total_cmp(&right.1);
    let at_rest: Vec<(Vector, f64)> = outcomes.iter().filter_map(rest).collect();
    let best = at_rest.iter().copied().min_by(lower);
    let escaped = outcomes
        .iter()
        .filter_map(escape)
        .min_by(|left, right| lower(&left.1, &right.1));

    let same = SAME_FIT / likelihood.weight();
    let (point, value) = match (best, escaped) {
        (None, None) => return Err(StatisticsError::PriorNotConverged { starts }),
        (None, Some((coordinate, (point, _)))) => return Err(at_boundary(coordinate, &point)),
        (Some((_, value)), Some((coordinate, (point, escaped)))) if escaped < value - same => {
            return Err(at_boundary(coordinate, &point));
        }
        (Some(best), _) => best,
    };

    let prior = prior_at(&point)?.ordered();
    let agreeing = at_rest.iter().filter(|(at, height)| {
        *height < value + same && prior_at(at).is_ok_and(|other| agrees(&prior, &other.ordered()))
    });
    let agreeing_starts = agreeing.count();
    if agreeing_starts < FEWEST_AGREEING {
        return Err(StatisticsError::PriorNotUnique {
            agreeing: agreeing_starts,
            starts,
            minimum: FEWEST_AGREEING,
        });
    }
    let standard_errors = certainty(likelihood, &prior)?;
    Ok(FittedPrior {
        prior,
        standard_errors,
        log_likelihood: -value * likelihood.weight(),
        agreeing_starts,
        starts,
        pairs: likelihood.weight(),
    })
}

/// How well the data determine each parameter.
fn certainty(likelihood: &Likelihood, prior: &Prior) -> Result<Vector, StatisticsError> {
    let point = coordinates(prior);
    let shape = SHAPES
        .into_iter()
        .find(|coordinate| is_held(point.get(*coordinate)));
    let variances = match shape {
        Some(coordinate) => inverse_curvature(|at| held(likelihood, coordinate, at), &point)
            .map(|variances| with(&variances, coordinate, 0.0)),
        None => inverse_curvature(|at| likelihood.slope(at), &point),
    };
    let variances = variances.ok_or(StatisticsError::PriorNotIsolated)?;
    let standard_errors = variances.map(|variance| (variance / likelihood.weight()).sqrt());
    for (parameter, standard_error) in NAMES.into_iter().zip(standard_errors) {
        if standard_error > LARGEST_STANDARD_ERROR {
            return Err(StatisticsError::PriorUncertain {
                parameter,
                standard_error,
            });
        }
    }
    Ok(standard_errors)
}

/// A search that came to rest inside the bounds.
fn rest(outcome: &Outcome) -> Option<(Vector, f64)> {
    match outcome {
        Outcome::AtRest { point, value } => Some((*point, *value)),
        Outcome::Outside { .. } | Outcome::Stuck => None,
    }
}

/// A search that left them, and in which coordinate.
fn escape(outcome: &Outcome) -> Option<(usize, (Vector, f64))> {
    match outcome {
        Outcome::Outside {
            coordinate,
            point,
            value,
        } => Some((*coordinate, (*point, *value))),
        Outcome::AtRest { .. } | Outcome::Stuck => None,
    }
}

fn at_boundary(coordinate: usize, point: &Vector) -> StatisticsError {
    let parameter = NAMES.get(coordinate).copied().unwrap_or("weight");
    let coordinate_value = point.get(coordinate).copied().unwrap_or_default();
    let value = if parameter == "weight" {
        1.0 / (1.0 + (-coordinate_value).exp())
    } else {
        coordinate_value.exp()
    };
    StatisticsError::PriorAtBoundary { parameter, value }
}

fn agrees(one: &Prior, other: &Prior) -> bool {
    let pairs = coordinates(one).into_iter().zip(coordinates(other));
    pairs
        .into_iter()
        .all(|(left, right)| (left - right).abs() < SAME_PARAMETER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_of_cells_is_no_background() {
        let cells = [BackgroundCell::new(3, 1.0); 10];

        let error = fit_prior(&cells, Zeros::LeftOut).unwrap_err();

        assert_eq!(
            error.to_string(),
            "no prior: 10 cells are too few to fit one, at least 50 are needed"
        );
    }

    #[test]
    fn cells_that_cannot_be_are_named() {
        let mut cells = [BackgroundCell::new(3, 1.0); 60];
        cells[7].count = 0;

        let error = fit_prior(&cells, Zeros::LeftOut).unwrap_err();

        assert!(
            matches!(error, StatisticsError::PriorCell { index: 7, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_background_without_any_signal_has_no_mixture() {
        let cells: Vec<_> = (1..=400_u32)
            .map(|i| BackgroundCell::new(u64::from(i), f64::from(i)))
            .collect();

        let error = fit_prior(&cells, Zeros::Included).unwrap_err();

        assert!(error.to_string().starts_with("no prior: "), "{error}");
    }
}
