//! Measures of disproportionate reporting, as pure functions from counts to numbers.
//!
//! Everything starts from a [`TwoByTwo`]: reports of one drug and one reaction against all other
//! reports. What can be said about it comes in the order of a signal table:
//!
//! 1. [`reporting_ratio`], [`prr`] and [`ror`]: ratios, with log-normal intervals;
//! 2. [`chi_squared()`], [`chi_squared_yates`] and [`fisher_greater`]: tests of no association;
//! 3. [`information_component`]: a shrunk ratio on a logarithmic scale, defined for every table;
//! 4. [`empirical_bayes`]: EBGM, EB05 and EB95, given a [`Prior`] that [`fit_prior`] found over a
//!    whole background, or the plain statement that there is none;
//! 5. [`log_likelihood_ratio`] and [`log_likelihood_ratio_poisson`];
//! 6. [`mantel_haenszel()`] and [`stratified_expected`]: the same over strata such as sex and age;
//! 7. [`Rule`]: the published thresholds as data, answered by a [`Verdict`].
//!
//! # Invariants
//!
//! - Counts are unique reports, never rows of drug and reaction.
//! - A number that does not exist is an error that says why, never a zero, an infinity or `NaN`.
//! - No I/O, no clock, no threads, no randomness: equal counts give equal numbers. The crate also
//!   compiles to `wasm32-wasip2`, because sections are guests.
//!
//! The published formulas that are wrong but common (a plus sign in the standard error of the PRR,
//! "EBGM" for the unshrunk ratio, an IC interval from the standard error of the ROR) are not here.

mod background;
mod chi_squared;
mod deviance;
mod error;
mod estimate;
mod false_discovery;
mod fisher;
mod fit;
mod gamma;
mod information;
mod likelihood;
mod likelihood_ratio;
mod mantel_haenszel;
mod measure;
mod minimum;
mod moments;
mod posterior;
mod prior;
mod ratio;
mod rule;
mod stratum;
mod strongest;
mod table;
mod vector;

pub use background::{BackgroundCell, squash};
pub use chi_squared::{chi_squared, chi_squared_yates};
pub use error::StatisticsError;
pub use estimate::{Estimate, Level};
pub use false_discovery::adjusted_p_values;
pub use fisher::fisher_greater;
pub use fit::{FittedPrior, fit_prior, log_likelihood};
pub use information::{
    IcMethod, InformationComponent, information_component, information_component_closed_form,
};
pub use likelihood::Zeros;
pub use likelihood_ratio::{
    log_likelihood_ratio, log_likelihood_ratio_poisson, log_likelihood_ratio_two_sided,
};
pub use mantel_haenszel::mantel_haenszel;
pub use measure::{Measure, Measures};
pub use moments::information_component_moments;
pub use posterior::{Posterior, empirical_bayes};
pub use prior::{Component, Prior};
pub use ratio::{prr, reporting_ratio, ror};
pub use rule::{
    Criterion, EMA_PRR, EVANS, FDA_EB05, LAREB_ROR, MHRA, RULES, Relation, Rule, UMC, Verdict,
};
pub use stratum::{Stratum, stratified_expected};
pub use strongest::strongest;
pub use table::TwoByTwo;
