//! Numbers as they are printed, by the wording of `host/contract`.

use quire_contract::number;

pub(crate) use quire_contract::number::MISSING;

/// Write a whole number.
pub(crate) fn integer(value: i64, out: &mut String) {
    out.push_str(&number::integer(value.into()));
}

/// Write a number with so many digits after the point. What is no number is missing.
pub(crate) fn number(value: f64, decimals: u8, out: &mut String) {
    out.push_str(
        number::decimal(value, decimals)
            .as_deref()
            .unwrap_or(MISSING),
    );
}

/// Write a percentage with so many digits after the point. What is no number is missing.
pub(crate) fn percent(value: f64, decimals: u8, out: &mut String) {
    out.push_str(
        number::percent(value, decimals)
            .as_deref()
            .unwrap_or(MISSING),
    );
}

/// How many digits after the point numbers need to be told apart; at most 3.
pub(crate) fn decimals(values: impl Iterator<Item = f64>) -> u8 {
    let mut needed = 0;
    for value in values.filter(|value| value.is_finite()).take(1_000) {
        while needed < 3 && !is_round(value, needed) {
            needed += 1;
        }
    }
    needed
}

fn is_round(value: f64, decimals: u8) -> bool {
    let scaled = value * 10f64.powi(i32::from(decimals));
    (scaled - scaled.round()).abs() <= 1e-6 * scaled.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_missing() {
        let mut out = String::new();
        number(f64::NAN, 1, &mut out);
        percent(f64::INFINITY, 1, &mut out);
        assert_eq!(out, "––");
        assert_eq!(decimals([1.0, 2.5, 3.25].into_iter()), 2);
    }
}
