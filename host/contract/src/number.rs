//! How numbers are worded: by sections in sentences, and by the host in cells and at axes, so that one
//! document words a number in one way.

use crate::bounds::DECIMALS;

/// Stands in a cell or at a mark for a value that is missing or not calculable.
pub const MISSING: &str = "–";
/// Stands in a sentence for a number that cannot be computed.
pub const NOT_CALCULABLE: &str = "not calculable";

/// The true minus sign: a hyphen is shorter, and breaks at the end of a line.
const MINUS: char = '−';
/// From here on digits are noise: a double holds fifteen.
const HUGE: f64 = 1e15;

/// A whole number with thousands separators: `1,234,567`.
#[must_use]
pub fn integer(value: i128) -> String {
    let mut text = String::new();
    if value < 0 {
        text.push(MINUS);
    }
    group(&value.unsigned_abs().to_string(), &mut text);
    text
}

/// A number with a fixed count of decimals and thousands separators, `1,234.50`; none for what is no
/// number.
#[must_use]
pub fn decimal(value: f64, decimals: u8) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    if value.abs() >= HUGE {
        return Some(format!("{value:.3e}").replace('-', MINUS.encode_utf8(&mut [0; 3])));
    }
    let digits = format!("{:.*}", usize::from(decimals.min(DECIMALS)), value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let mut text = String::new();
    if value < 0.0 && !is_zero {
        text.push(MINUS);
    }
    group(whole, &mut text);
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    Some(text)
}

/// A percentage with a fixed count of decimals; none for what is no number. A part that is not none is
/// never worded as none, and one that is not all never as all: `<0.1%`, `>99.9%`.
#[must_use]
pub fn percent(value: f64, decimals: u8) -> Option<String> {
    let decimals = decimals.min(DECIMALS);
    let step = 10_f64.powi(-i32::from(decimals));
    let text = decimal(value, decimals)?;
    let is = |other: f64| decimal(other, decimals).is_some_and(|other| other == text);
    let (sign, number) = if value > 0.0 && is(0.0) {
        ("<", decimal(step, decimals)?)
    } else if value < 100.0 && is(100.0) {
        (">", decimal(100.0 - step, decimals)?)
    } else {
        ("", text)
    };
    Some(format!("{sign}{number}%"))
}

/// Digits in groups of three.
fn group(digits: &str, text: &mut String) {
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (-1_234_567, "−1,234,567"),
            (i64::MIN.into(), "−9,223,372,036,854,775,808"),
            (u64::MAX.into(), "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(integer(value), text);
        }
    }

    #[test]
    fn decimals_are_fixed_and_zero_has_no_sign() {
        for (value, decimals, text) in [
            (1234.5, 2, "1,234.50"),
            (-0.004, 2, "0.00"),
            (-0.5, 1, "−0.5"),
            (-12.0, 0, "−12"),
            (2.5e20, 1, "2.500e20"),
            (-2.5e20, 1, "−2.500e20"),
        ] {
            assert_eq!(decimal(value, decimals).as_deref(), Some(text));
        }
        assert_eq!(decimal(f64::NAN, 1), None);
        assert_eq!(decimal(f64::NEG_INFINITY, 1), None);
    }

    #[test]
    fn some_is_never_none_and_a_part_is_never_all() {
        for (value, decimals, text) in [
            (0.0, 1, "0.0%"),
            (0.02, 1, "<0.1%"),
            (0.2, 0, "<1%"),
            (99.996, 1, ">99.9%"),
            (99.94, 1, "99.9%"),
            (100.0, 1, "100.0%"),
            (-0.04, 1, "0.0%"),
        ] {
            assert_eq!(percent(value, decimals).as_deref(), Some(text));
        }
        assert_eq!(percent(f64::NAN, 1), None);
    }
}
