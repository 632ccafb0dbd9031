//! The chi-squared test of independence, with one degree of freedom.

use crate::{StatisticsError, TwoByTwo};

/// Pearson's chi-squared without correction: N(ad - bc)² / \[(a+b)(c+d)(a+c)(b+d)\].
///
/// 0 or more; 0 when the observed count is the expected one. Source: Pearson 1900.
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] when a margin is 0, because then nothing can be compared.
pub fn chi_squared(table: TwoByTwo) -> Result<f64, StatisticsError> {
    statistic(table, (table.cross_difference() * 2) as f64)
}

/// Chi-squared with Yates' correction: N·max(|ad - bc| - N/2, 0)² / \[(a+b)(c+d)(a+c)(b+d)\].
///
/// 0 or more and never above [`chi_squared()`]. It is the one of the Evans rule. Source: Yates 1934,
/// Suppl J R Stat Soc 1:217-35.
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] when a margin is 0.
pub fn chi_squared_yates(table: TwoByTwo) -> Result<f64, StatisticsError> {
    let twice = table.cross_difference() * 2;
    statistic(table, twice.saturating_sub(u128::from(table.all())) as f64)
}

/// N·(`twice_difference`/2)² over the product of the margins, multiplied in an order that stays
/// within range for any counts.
fn statistic(table: TwoByTwo, twice_difference: f64) -> Result<f64, StatisticsError> {
    let (drug, event, all) = (table.drug(), table.event(), table.all());
    let margins = [drug, all - drug, event, all - event];
    if margins.contains(&0) {
        return Err(StatisticsError::NotCalculable {
            statistic: "chi-squared",
            reason: "a row or column of the table is empty",
        });
    }

    let [rows, others, columns, rest] = margins.map(|margin| margin as f64);
    let half = twice_difference / 2.0;
    Ok(all as f64 * (half / rows / others) * (half / columns / rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_correction_never_goes_below_zero() {
        let nearly_independent = TwoByTwo::new(1, 1, 2, 3).unwrap();

        assert_eq!(chi_squared_yates(nearly_independent).unwrap(), 0.0);
        assert!(chi_squared(nearly_independent).unwrap() > 0.0);
    }

    #[test]
    fn an_empty_margin_has_no_test() {
        let no_drug = TwoByTwo::new(0, 0, 3, 9).unwrap();

        assert!(chi_squared(no_drug).is_err());
        assert!(chi_squared_yates(no_drug).is_err());
    }
}
