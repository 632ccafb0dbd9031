//! Why a number cannot be given.

/// Everything that can keep a statistic from being calculated.
///
/// [`NotCalculable`](Self::NotCalculable) is an ordinary outcome, printed as "n/c" with its reason;
/// the `Prior…` cases mean "EBGM not available"; the others say that the caller's counts or
/// parameters contradict each other.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// Four cells that do not fit into 64 bits together.
    #[error(
        "the cells {a}, {b}, {c} and {d} sum to more than {max}; count reports, not rows",
        max = u64::MAX
    )]
    CountsOverflow {
        /// Drug and reaction.
        a: u64,
        /// Drug without reaction.
        b: u64,
        /// Reaction without drug.
        c: u64,
        /// Neither.
        d: u64,
    },
    /// Margins that leave a cell below zero.
    #[error(
        "{both} reports with drug and reaction, {drug} with the drug, {event} with the reaction \
         and {all} in all contradict each other; take all four from the same query filters"
    )]
    Margins {
        /// Reports with drug and reaction.
        both: u64,
        /// Reports with the drug.
        drug: u64,
        /// Reports with the reaction.
        event: u64,
        /// All reports.
        all: u64,
    },
    /// A confidence level outside (0, 1).
    #[error("{0} is not a confidence level; give one between 0 and 1, such as 0.95")]
    Level(f64),
    /// An expected count that is negative or not finite.
    #[error("{0} is not an expected count; give a finite one of at least 0")]
    Expected(f64),
    /// A statistic that these counts do not have.
    #[error("{statistic} is not calculable: {reason}")]
    NotCalculable {
        /// The statistic, as it is printed.
        statistic: &'static str,
        /// What is missing, in terms of the cells a, b, c, d.
        reason: &'static str,
    },
    /// A prior with a parameter that no mixture of two gammas has.
    #[error("{value} is not a possible {parameter} of the prior")]
    PriorParameter {
        /// The parameter: `alpha1`, `beta1`, `alpha2`, `beta2` or `weight`.
        parameter: &'static str,
        /// Its value.
        value: f64,
    },
    /// A background cell that cannot enter a likelihood.
    #[error(
        "cell {index} of the background has count {count}, expected {expected} and weight {weight}; \
         expected and weight must be positive, and zero counts only where they are included"
    )]
    PriorCell {
        /// Its position.
        index: usize,
        /// Its observed count.
        count: u64,
        /// Its expected count.
        expected: f64,
        /// How many cells it stands for.
        weight: f64,
    },
    /// Too small a background to learn five parameters from.
    #[error("no prior: {cells} cells are too few to fit one, at least {minimum} are needed")]
    PriorTooFewCells {
        /// How many there were.
        cells: usize,
        /// How many it takes.
        minimum: usize,
    },
    /// The likelihood keeps rising towards a prior that is not a mixture of two gammas.
    #[error("no prior: the likelihood is highest at the boundary, where {parameter} is {value:e}")]
    PriorAtBoundary {
        /// The parameter that ran away.
        parameter: &'static str,
        /// How far it had come.
        value: f64,
    },
    /// No start came to rest.
    #[error("no prior: the search came to rest from none of {starts} starts")]
    PriorNotConverged {
        /// How many starts were tried.
        starts: usize,
    },
    /// Only one start found the best point, or the likelihood is flat there.
    #[error(
        "no prior: {agreeing} of {starts} starts agree on the best fit, and at least {minimum} must"
    )]
    PriorNotUnique {
        /// Starts that came to rest at the best point.
        agreeing: usize,
        /// How many were tried.
        starts: usize,
        /// How many must agree.
        minimum: usize,
    },
    /// The likelihood is flat or saddle-shaped where the search came to rest.
    #[error("no prior: the likelihood has no isolated maximum at the best fit")]
    PriorNotIsolated,
    /// The data hardly tell one value of a parameter from another.
    #[error(
        "no prior: the data leave {parameter} open (standard error {standard_error:.1} of its \
         logarithm)"
    )]
    PriorUncertain {
        /// The parameter.
        parameter: &'static str,
        /// The standard error of its logarithm, or of the logit of the weight.
        standard_error: f64,
    },
}
