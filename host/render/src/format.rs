//! Numbers and dates, as they are printed.

use std::fmt::Write as _;

/// Stands for a value that is missing.
pub(crate) const MISSING: &str = "–";

/// Write a whole number with thousands separators and a true minus sign.
pub(crate) fn integer(value: i64, out: &mut String) {
    if value < 0 {
        out.push('−');
    }
    let mut digits = itoa(value.unsigned_abs());
    group(&mut digits, out);
}

/// Write a number with so many digits after the point. What is no number is missing.
pub(crate) fn number(value: f64, decimals: u8, out: &mut String) {
    if !value.is_finite() {
        out.push_str(MISSING);
        return;
    }
    // Beyond this, digits are noise: a double holds fifteen.
    if value.abs() >= 1e15 {
        let _ = write!(out, "{value:.3e}");
        return;
    }
    let text = format!("{:.*}", usize::from(decimals.min(6)), value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if value < 0.0 && !is_zero {
        out.push('−');
    }
    group(&mut whole.to_owned(), out);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// Write a percentage with so many digits after the point. A part that is not none is never written as
/// none, and one that is not all never as all: `<0.1%`, `>99.9%`.
pub(crate) fn percent(value: f64, decimals: u8, out: &mut String) {
    let digits = decimals.min(6);
    let step = 10_f64.powi(-i32::from(digits));
    let rounded: f64 = format!("{value:.*}", usize::from(digits))
        .parse()
        .unwrap_or(value);
    if value > 0.0 && rounded == 0.0 {
        out.push('<');
        number(step, decimals, out);
    } else if value < 100.0 && rounded == 100.0 {
        out.push('>');
        number(100.0 - step, decimals, out);
    } else {
        number(value, decimals, out);
    }
    if value.is_finite() {
        out.push('%');
    }
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

fn itoa(value: u64) -> String {
    value.to_string()
}

fn group(digits: &mut String, out: &mut String) {
    let count = digits.len();
    for (at, digit) in digits.drain(..).enumerate() {
        if at > 0 && (count - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(value: f64, decimals: u8) -> String {
        let mut out = String::new();
        number(value, decimals, &mut out);
        out
    }

    #[test]
    fn thousands_are_separated() {
        let mut out = String::new();
        for value in [0, 7, 999, 1_000, -1_234_567, i64::MIN] {
            integer(value, &mut out);
            out.push(' ');
        }
        assert_eq!(out, "0 7 999 1,000 −1,234,567 −9,223,372,036,854,775,808 ");
    }

    #[test]
    fn some_is_never_none_and_a_part_is_never_all() {
        let percent = |value, decimals| {
            let mut out = String::new();
            percent(value, decimals, &mut out);
            out
        };

        assert_eq!(percent(0.0, 1), "0.0%");
        assert_eq!(percent(0.02, 1), "<0.1%");
        assert_eq!(percent(0.2, 0), "<1%");
        assert_eq!(percent(99.996, 1), ">99.9%");
        assert_eq!(percent(99.94, 1), "99.9%");
        assert_eq!(percent(100.0, 1), "100.0%");
        assert_eq!(percent(f64::NAN, 1), "–");
    }

    #[test]
    fn numbers_have_the_decimals_they_were_given() {
        assert_eq!(printed(1234.5, 2), "1,234.50");
        assert_eq!(printed(-0.004, 2), "0.00");
        assert_eq!(printed(-12.0, 0), "−12");
        assert_eq!(printed(f64::NAN, 1), "–");
        assert_eq!(printed(2.5e20, 1), "2.500e20");
        assert_eq!(decimals([1.0, 2.5, 3.25].into_iter()), 2);
    }
}
