//! Numbers in words: the same thousands separators, decimals and denominators in every section, and the
//! host's own in its cells.

use quire_contract::number::{self, NOT_CALCULABLE};

/// Digits after the point of every percentage: enough to tell 1 report in 1,000, not more than
/// counts support.
pub const PERCENT_DECIMALS: u8 = 1;

/// A count of some among many in a sentence: `none`, `1`, `1,234`.
#[must_use]
pub fn none_or(value: impl Into<i128>) -> String {
    match value.into() {
        0 => "none".to_owned(),
        some => count(some),
    }
}

/// A whole number with thousands separators: `1,234,567`.
#[must_use]
pub fn count(value: impl Into<i128>) -> String {
    number::integer(value.into())
}

/// A number with its noun: `1 report`, `61 reports`.
#[must_use]
pub fn counted(value: impl Into<i128>, one: &str, many: &str) -> String {
    let value = value.into();
    let noun = if value == 1 { one } else { many };
    format!("{} {noun}", count(value))
}

/// `1 report`, `61 reports`.
#[must_use]
pub fn reports(value: impl Into<i128>) -> String {
    counted(value, "report", "reports")
}

/// `part` in percent of `whole`; none where there is nothing to take a part of.
#[must_use]
pub fn percent_of(part: impl Into<u64>, whole: impl Into<u64>) -> Option<f64> {
    let whole = whole.into();
    // Exact up to 2^53 reports.
    (whole > 0).then(|| part.into() as f64 * 100.0 / whole as f64)
}

/// A percentage with one decimal: `12.5%`. A part that is not none is never printed as none, and one
/// that is not all never as all: `<0.1%`, `>99.9%`.
#[must_use]
pub fn percent(value: f64) -> String {
    number::percent(value, PERCENT_DECIMALS).unwrap_or_else(|| NOT_CALCULABLE.to_owned())
}

/// `part` in percent of `whole` in words: `12.5%`, or `not calculable` where `whole` is zero.
#[must_use]
pub fn share(part: impl Into<u64>, whole: impl Into<u64>) -> String {
    percent(percent_of(part, whole).unwrap_or(f64::NAN))
}

/// A number with a fixed count of decimals and thousands separators: `1,234.50`.
#[must_use]
pub fn decimal(value: f64, decimals: u8) -> String {
    number::decimal(value, decimals).unwrap_or_else(|| NOT_CALCULABLE.to_owned())
}

/// A number with one decimal, or none where that decimal is 0: `62`, `62.5`.
#[must_use]
pub fn short(value: f64) -> String {
    let text = decimal(value, 1);
    text.strip_suffix(".0")
        .map_or_else(|| text.clone(), str::to_owned)
}

/// Words in a row: `a`, `a and b`, `a, b and c`. The last two are joined by `last`.
#[must_use]
pub fn list(words: &[impl AsRef<str>], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., end] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", first.join(", "), end.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_report_is_not_reports() {
        assert_eq!(reports(1), "1 report");
        assert_eq!(reports(0), "0 reports");
        assert_eq!(reports(5_000), "5,000 reports");
    }

    #[test]
    fn a_share_of_nothing_is_not_zero() {
        assert_eq!(share(0u32, 0u32), "not calculable");
        assert_eq!(share(0u32, 61u32), "0.0%");
        assert_eq!(share(5u32, 61u32), "8.2%");
        assert_eq!(percent_of(1u32, 0u32), None);
    }

    #[test]
    fn some_is_not_printed_as_none_nor_as_all() {
        assert_eq!(share(5u32, 25_000u32), "<0.1%");
        assert_eq!(share(24_999u32, 25_000u32), ">99.9%");
        assert_eq!(share(0u32, 25_000u32), "0.0%");
        assert_eq!(share(25_000u32, 25_000u32), "100.0%");
        assert_eq!(share(25u32, 25_000u32), "0.1%");
        assert_eq!(share(24_980u32, 25_000u32), "99.9%");
    }

    #[test]
    fn a_sentence_says_that_there_is_no_number() {
        assert_eq!(decimal(f64::NAN, 1), "not calculable");
        assert_eq!(percent(f64::NAN), "not calculable");
        assert_eq!(short(62.0), "62");
        assert_eq!(short(62.5), "62.5");
    }

    #[test]
    fn words_in_a_row_read_as_a_sentence() {
        assert_eq!(list(&["a"], "and"), "a");
        assert_eq!(list(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(list(&[] as &[&str], "or"), "");
    }
}
