//! What a report is counted by, beside its drug and its reactions: sex and age, who reports it, whether it is
//! serious, and when it was first received. Its codes in the database, and their names outside.

use quire_model::{AGE_BANDS, SEXES, age_band, age_years};

use crate::part::Quarter;

/// The first year that quarters are numbered from; no report of FDA's is older.
const FIRST_YEAR: i64 = 1960;
/// The last one; beyond it a slip of the pen is likelier.
const LAST_YEAR: i64 = 2100;

/// A report in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The place of its stratum of sex and age, the last one for those who do not state both.
    pub(crate) sex_age: usize,
    /// Whether a physician, a pharmacist or another health professional reports.
    pub(crate) professional: bool,
    pub(crate) serious: bool,
    /// Quarters from 1960 on, to first receipt.
    pub(crate) quarter: Option<i64>,
}

impl Profile {
    /// Of a report that states nothing.
    pub(crate) const SILENT: Self = Self {
        sex_age: NOT_REPORTED,
        professional: false,
        serious: false,
        quarter: None,
    };
}

/// The stratum of those who do not state sex and age.
pub(crate) const NOT_REPORTED: usize = SEXES.len() * AGE_BANDS.len();

/// The stratum of a sex, by its place among [`SEXES`], and an age in a unit of ICH E2B.
pub(crate) fn sex_age(sex: Option<usize>, age: Option<f64>, unit: Option<u16>) -> usize {
    let band = age_band(age_years(age, unit));
    let both = sex.zip(band);
    both.map_or(NOT_REPORTED, |(sex, band)| sex * AGE_BANDS.len() + band)
}

/// The unit of an age by FAERS' code.
pub(crate) fn age_unit(code: &str) -> Option<u16> {
    match code.to_ascii_uppercase().as_str() {
        "DEC" => Some(800),
        "YR" => Some(801),
        "MON" => Some(802),
        "WK" => Some(803),
        "DY" => Some(804),
        "HR" => Some(805),
        _ => None,
    }
}

/// The place of a sex by FAERS' code.
pub(crate) fn sex(code: &str) -> Option<usize> {
    match code.to_ascii_uppercase().as_str() {
        "F" => Some(0),
        "M" => Some(1),
        _ => None,
    }
}

/// Whether FAERS' code of an occupation is a health professional's.
pub(crate) fn is_professional(code: &str) -> bool {
    ["MD", "PH", "OT", "HP"]
        .iter()
        .any(|one| one.eq_ignore_ascii_case(code))
}

/// The quarter of a day written YYYYMMDD.
pub(crate) fn quarter(day: &str) -> Option<i64> {
    let day: i64 = day.trim().parse().ok().filter(|_| day.trim().len() == 8)?;
    let (year, month) = (day / 10_000, day / 100 % 100);
    let is_day = (FIRST_YEAR..=LAST_YEAR).contains(&year) && (1..=12).contains(&month);
    is_day.then(|| (year - FIRST_YEAR) * 4 + (month - 1) / 3)
}

/// The place of a quarter of files.
pub(crate) fn place_of(quarter: Quarter) -> i64 {
    (i64::from(quarter.year) - FIRST_YEAR) * 4 + i64::from(quarter.quarter) - 1
}

/// `2022-Q3`.
pub(crate) fn quarter_name(quarter: i64) -> String {
    format!("{}-Q{}", FIRST_YEAR + quarter / 4, quarter % 4 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_quarters_that_are_named_after_them() {
        for (day, name) in [
            ("20220930", "2022-Q3"),
            ("19600101", "1960-Q1"),
            ("20041231", "2004-Q4"),
        ] {
            assert_eq!(quarter(day).map(quarter_name).as_deref(), Some(name));
        }
        for day in ["", "2022", "202209", "99990101", "20221301"] {
            assert_eq!(quarter(day), None, "{day}");
        }
    }

    #[test]
    fn who_states_no_sex_or_no_age_is_in_the_last_stratum() {
        assert_eq!(sex_age(sex("F"), Some(70.0), age_unit("YR")), 4);
        assert_eq!(sex_age(sex("m"), Some(6.0), age_unit("MON")), 6);
        for (code, age, unit) in [("", 70.0, "YR"), ("F", 70.0, ""), ("F", 170.0, "YR")] {
            assert_eq!(sex_age(sex(code), Some(age), age_unit(unit)), NOT_REPORTED);
        }
    }
}
