//! Ratios of reporting rates, with log-normal intervals.

use crate::{Estimate, Level, StatisticsError, TwoByTwo};

/// Relative reporting ratio, a/E: how often the pair is reported against how often it would be if
/// drug and reaction were independent. No shrinkage and no interval.
///
/// 0 or more. Source: `DuMouchel` 1999, Am Stat 53:177-90 (there RR = N/E).
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] when E is 0, because nobody reported the drug or the reaction.
pub fn reporting_ratio(table: TwoByTwo) -> Result<f64, StatisticsError> {
    let expected = table.expected();
    if expected > 0.0 {
        Ok(table.a() as f64 / expected)
    } else {
        Err(StatisticsError::NotCalculable {
            statistic: "RRR",
            reason: "no reports are expected (n = 0 or m = 0)",
        })
    }
}

/// Proportional reporting ratio: the share of the drug's reports that name the reaction, divided
/// by the share of all other reports that do.
///
/// PRR = \[a/(a+b)\] / \[c/(c+d)\], SE(ln PRR) = √(1/a - 1/(a+b) + 1/c - 1/(c+d)), interval
/// PRR·exp(±z·SE). The signs inside the root are as given; a plus before the last term circulates
/// and is wrong. Above 0. Source: Evans, Waller and Davis 2001, Pharmacoepidemiol Drug Saf
/// 10:483-6.
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] when a or c is 0: the ratio or its logarithm does not exist.
/// With b or d at 0 it does; all reports of the drug, or all others, name the reaction.
pub fn prr(table: TwoByTwo, level: Level) -> Result<Estimate, StatisticsError> {
    let missing = |reason| StatisticsError::NotCalculable {
        statistic: "PRR",
        reason,
    };
    if table.a() == 0 {
        return Err(missing("no report names drug and reaction (a = 0)"));
    }
    if table.c() == 0 {
        return Err(missing("no other report names the reaction (c = 0)"));
    }

    let [a, b, c, d] = cells(table);
    let value = (a / (a + b)) / (c / (c + d));
    // 1/a - 1/(a+b) = b/(a(a+b)), which does not cancel.
    let variance = b / a / (a + b) + d / c / (c + d);
    Ok(Estimate::log_normal(value, variance.sqrt(), level))
}

/// Reporting odds ratio: the odds of the reaction in the drug's reports, divided by the odds in all
/// other reports.
///
/// ROR = ad/(bc), SE(ln ROR) = √(1/a + 1/b + 1/c + 1/d), interval ROR·exp(±z·SE). Above 0.
/// Source: van Puijenbroek et al. 2002, Pharmacoepidemiol Drug Saf 11:3-10.
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] when any cell is 0. No half is added to the cells: that is a
/// different statistic.
pub fn ror(table: TwoByTwo, level: Level) -> Result<Estimate, StatisticsError> {
    if table.has_zero_cell() {
        return Err(StatisticsError::NotCalculable {
            statistic: "ROR",
            reason: "one of the four cells is 0",
        });
    }

    let [a, b, c, d] = cells(table);
    let value = (a / b) * (d / c);
    let variance = 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d;
    Ok(Estimate::log_normal(value, variance.sqrt(), level))
}

fn cells(table: TwoByTwo) -> [f64; 4] {
    [table.a(), table.b(), table.c(), table.d()].map(|cell| cell as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_cells_have_no_odds_ratio() {
        for cells in [[0, 5, 5, 5], [5, 0, 5, 5], [5, 5, 0, 5], [5, 5, 5, 0]] {
            let [a, b, c, d] = cells;
            let table = TwoByTwo::new(a, b, c, d).unwrap();

            assert!(ror(table, Level::P95).is_err(), "{cells:?}");
            assert_eq!(prr(table, Level::P95).is_ok(), a > 0 && c > 0, "{cells:?}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let table = TwoByTwo::new(3, 5, 0, 5).unwrap();

        let error = prr(table, Level::P95).unwrap_err().to_string();

        assert_eq!(
            error,
            "PRR is not calculable: no other report names the reaction (c = 0)"
        );
    }
}
