//! The information component of 1998, by moments: a different statistic from today's.

use std::f64::consts::LN_2;

use crate::{
    Estimate, Level, TwoByTwo,
    gamma::{digamma, trigamma},
};

/// Older information component: posterior mean and variance under beta priors with α = 1.
///
/// With n = a + b, m = a + c and γ = (N + 2)²/((n + 1)(m + 1)):
/// IC = \[ψ(a+1) - ψ(N+γ) - ψ(n+1) + ψ(N+2) - ψ(m+1) + ψ(N+2)\]/ln 2, variance
/// \[ψ′(a+1) - ψ′(N+γ) + ψ′(n+1) - ψ′(N+2) + ψ′(m+1) - ψ′(N+2)\]/ln² 2, and a normal interval. It
/// shrinks more than [`information_component`](crate::information_component) and is here only to
/// compare with older work; print it under a name of its own. Defined for every table. Source: Bate
/// et al. 1998, Eur J Clin Pharmacol 54:315-21, with the exact moments of Gould 2003; package `PhViD`.
#[must_use]
pub fn information_component_moments(table: TwoByTwo, level: Level) -> Estimate {
    let [both, drug, event, all] =
        [table.a(), table.drug(), table.event(), table.all()].map(|count| count as f64);
    let spread = all + (all + 2.0) * ((all + 2.0) / (drug + 1.0) / (event + 1.0));

    let moment = |function: fn(f64) -> f64, sign: f64| {
        let joint = function(both + 1.0) - function(spread);
        let margins = function(drug + 1.0) - function(all + 2.0)
            + (function(event + 1.0) - function(all + 2.0));
        joint + sign * margins
    };
    let mean = moment(digamma, -1.0) / LN_2;
    let variance = moment(trigamma, 1.0) / (LN_2 * LN_2);
    Estimate::normal(mean, variance.sqrt(), level)
}
