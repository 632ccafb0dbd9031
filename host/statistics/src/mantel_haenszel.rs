//! One odds ratio over strata, such as sex and age: what is left of a signal when both sides are compared
//! within each.

use crate::{Estimate, Level, StatisticsError, TwoByTwo};

/// Mantel-Haenszel odds ratio over strata, with the interval of Robins, Breslow and Greenland.
///
/// With R = ad/N, S = bc/N, P = (a+d)/N and Q = (b+c)/N of each stratum: OR = ΣR/ΣS, and
/// Var(ln OR) = ΣPR/(2(ΣR)²) + Σ(PS+QR)/(2·ΣR·ΣS) + ΣQS/(2(ΣS)²), which holds for few large strata and for
/// many sparse ones alike. Above 0. A stratum without reports of the drug, or without the reaction, adds
/// nothing; one in which every report names the drug, neither. Of a single stratum it is the [`ror`](crate::ror)
/// with the same interval. Sources: Mantel and Haenszel 1959, J Natl Cancer Inst 22:719-48; Robins, Breslow
/// and Greenland 1986, Biometrics 42:311-23.
///
/// # Errors
///
/// [`StatisticsError::NotCalculable`] where no stratum has reports with drug and reaction beside such with
/// neither (ΣR = 0), or none has reports with only one of them (ΣS = 0). No half is added to any cell.
pub fn mantel_haenszel(strata: &[TwoByTwo], level: Level) -> Result<Estimate, StatisticsError> {
    let (mut r, mut s, mut pr, mut mixed, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for stratum in strata.iter().filter(|stratum| stratum.all() > 0) {
        let all = stratum.all() as f64;
        let [a, b, c, d] = [stratum.a(), stratum.b(), stratum.c(), stratum.d()].map(|n| n as f64);
        let (concordant, discordant) = (a * (d / all), b * (c / all));
        let (p, q) = ((a + d) / all, (b + c) / all);
        r += concordant;
        s += discordant;
        pr += p * concordant;
        mixed += p * discordant + q * concordant;
        qs += q * discordant;
    }
    let missing = |reason| StatisticsError::NotCalculable {
        statistic: "Mantel-Haenszel odds ratio",
        reason,
    };
    if r <= 0.0 {
        return Err(missing("no stratum has both a and d above 0"));
    }
    if s <= 0.0 {
        return Err(missing("no stratum has both b and c above 0"));
    }
    let variance = pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s);
    Ok(Estimate::log_normal(r / s, variance.sqrt(), level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ror;

    fn table([a, b, c, d]: [u64; 4]) -> TwoByTwo {
        TwoByTwo::new(a, b, c, d).unwrap()
    }

    #[test]
    fn one_stratum_is_the_odds_ratio_itself() {
        let whole = table([25, 75, 375, 9_525]);

        let one = mantel_haenszel(&[whole], Level::P95).unwrap();

        let plain = ror(whole, Level::P95).unwrap();
        for (one, plain) in [
            (one.value, plain.value),
            (one.lower, plain.lower),
            (one.upper, plain.upper),
        ] {
            assert!((one / plain - 1.0).abs() < 1e-12, "{one} {plain}");
        }
    }

    #[test]
    fn strata_that_compare_nothing_add_nothing() {
        let whole = table([25, 75, 375, 9_525]);
        let empty = [[0, 0, 0, 0], [0, 0, 5, 90], [0, 8, 0, 90], [7, 4, 0, 0]].map(table);

        let strata: Vec<TwoByTwo> = empty.into_iter().chain([whole]).collect();

        assert_eq!(
            mantel_haenszel(&strata, Level::P95),
            mantel_haenszel(&[whole], Level::P95)
        );
    }

    #[test]
    fn a_sum_of_nothing_is_no_ratio() {
        for strata in [&[][..], &[table([0, 5, 5, 5])], &[table([5, 5, 0, 5])]] {
            assert!(mantel_haenszel(strata, Level::P95).is_err(), "{strata:?}");
        }
    }
}
