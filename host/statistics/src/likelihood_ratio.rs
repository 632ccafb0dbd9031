//! The log-likelihood ratio of a raised reporting rate against an equal one.

use crate::{TwoByTwo, deviance::deviance};

/// Log-likelihood ratio for one drug and one reaction, 0 unless a > E.
///
/// LLR = a·ln(a/(a+c)) + b·ln(b/(b+d)) - (a+b)·ln((a+b)/N), with 0·ln 0 = 0, when a > E, and 0
/// otherwise. It is 0 or more and defined for every table. A maximum over many reactions needs a
/// Monte-Carlo critical value; it is not a chi-squared. Source: Huang, Zalkikar and Tiwari 2011,
/// J Am Stat Assoc 106:1230-41 (drug fixed). With the reaction fixed instead, take the
/// [`transposed`](TwoByTwo::transposed) table.
#[must_use]
pub fn log_likelihood_ratio(table: TwoByTwo) -> f64 {
    if table.is_over_reported() {
        log_likelihood_ratio_two_sided(table)
    } else {
        0.0
    }
}

/// The same ratio for a rate that is raised or lowered, as `DrugCentral` and Open Targets print it.
///
/// 0 or more; 0 only when a = E.
#[must_use]
pub fn log_likelihood_ratio_two_sided(table: TwoByTwo) -> f64 {
    let expected = table.expected();
    let expected_without = {
        let (drug, without) = (table.drug(), table.all() - table.event());
        if table.all() == 0 {
            0.0
        } else {
            (u128::from(drug) * u128::from(without)) as f64 / table.all() as f64
        }
    };
    // The published form is the sum of both deviances: a - E and b - E_b cancel exactly.
    cell_deviance(table.a(), expected, table.excess())
        + cell_deviance(table.b(), expected_without, -table.excess())
}

/// Poisson form of the log-likelihood ratio: a·ln(a/E) - (a - E) when a > E, and 0 otherwise.
///
/// 0 or more; close to [`log_likelihood_ratio`] when the reaction is rare. Source: Huang et al.
/// 2011; pvLRT (parametrisation by the relative reporting rate).
#[must_use]
pub fn log_likelihood_ratio_poisson(table: TwoByTwo) -> f64 {
    if table.is_over_reported() {
        cell_deviance(table.a(), table.expected(), table.excess())
    } else {
        0.0
    }
}

fn cell_deviance(observed: u64, expected: f64, difference: f64) -> f64 {
    if expected == 0.0 {
        return 0.0; // Nothing is expected only where nothing can be observed.
    }
    deviance(observed as f64, expected, difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_reporting_counts_only_in_the_two_sided_form() {
        let table = TwoByTwo::new(3, 7352, 482, 208_030).unwrap();

        assert_eq!(log_likelihood_ratio(table), 0.0);
        assert_eq!(log_likelihood_ratio_poisson(table), 0.0);
        assert!(log_likelihood_ratio_two_sided(table) > 8.0);
    }

    #[test]
    fn the_sum_of_deviances_is_the_published_form() {
        let table = TwoByTwo::new(25, 75, 375, 9525).unwrap();
        let published = 25.0 * (25.0_f64 / 400.0).ln() + 75.0 * (75.0_f64 / 9600.0).ln()
            - 100.0 * (100.0_f64 / 10_000.0).ln();

        assert!((log_likelihood_ratio(table) - published).abs() < 1e-10);
    }

    #[test]
    fn no_reports_say_nothing() {
        let none = TwoByTwo::new(0, 0, 0, 0).unwrap();

        assert_eq!(log_likelihood_ratio_two_sided(none), 0.0);
    }
}
