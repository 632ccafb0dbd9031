//! Ages: in years, and in the bands that reports are counted by.

/// Age bands, with the first year of each.
pub const AGE_BANDS: [(u8, &str); 6] = [
    (0, "0-1"),
    (2, "2-11"),
    (12, "12-17"),
    (18, "18-64"),
    (65, "65-74"),
    (75, "75+"),
];

/// The oldest person on record reached 122; above this a slip of the unit is far likelier.
const OLDEST_YEARS: f64 = 120.0;

/// Age in years by a unit of ICH E2B (`patientonsetageunit`, 800 to 805); NaN without a unit, and for ages
/// that nobody has.
#[must_use]
pub fn age_years(age: Option<f64>, unit: Option<u16>) -> f64 {
    let (Some(age), Some(unit)) = (age, unit) else {
        return f64::NAN;
    };
    // A year is 365.25 days.
    let years = match unit {
        800 => age * 10.0,
        801 => age,
        802 => age / 12.0,
        803 => age * 7.0 / 365.25,
        804 => age / 365.25,
        805 => age / (365.25 * 24.0),
        _ => f64::NAN,
    };
    if (0.0..=OLDEST_YEARS).contains(&years) {
        years
    } else {
        f64::NAN
    }
}

/// The place of an age among [`AGE_BANDS`]; none for one that nobody has.
#[must_use]
pub fn age_band(years: f64) -> Option<usize> {
    let is_age = (0.0..=OLDEST_YEARS).contains(&years);
    let is_reached = |(from, _): &(u8, &str)| f64::from(*from) <= years;
    let last = AGE_BANDS.iter().rposition(is_reached);
    last.filter(|_| is_age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_become_years_or_are_missing() {
        assert_eq!(age_years(Some(3.0), Some(800)), 30.0);
        assert_eq!(age_years(Some(6.0), Some(802)), 0.5);
        assert_eq!(age_years(Some(36_525.0), Some(804)), 100.0);
        assert_eq!(age_years(Some(120.0), Some(801)), 120.0);
        for (age, unit) in [
            (Some(40.0), None),
            (None, Some(801)),
            (Some(121.0), Some(801)),
            (Some(-1.0), Some(801)),
            (Some(40.0), Some(900)),
        ] {
            assert!(age_years(age, unit).is_nan(), "{age:?} {unit:?}");
        }
    }

    #[test]
    fn bands_meet_without_gaps_and_hold_no_age_that_nobody_has() {
        let ages = [
            1.99, 2.0, 11.99, 12.0, 17.9, 18.0, 64.9, 65.0, 74.9, 75.0, 120.0,
        ];
        let bands = ages.map(|years| age_band(years).map(|band| AGE_BANDS[band].1).unwrap());

        let wanted = [
            "0-1", "2-11", "2-11", "12-17", "12-17", "18-64", "18-64", "65-74", "65-74", "75+",
            "75+",
        ];
        assert_eq!(bands, wanted);
        for years in [-1.0, 121.0, f64::NAN] {
            assert_eq!(age_band(years), None, "{years}");
        }
    }
}
