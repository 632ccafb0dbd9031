//! Age as a physician writes it.

/// A month is a twelfth of a year, which does not come back as a whole number of months.
const SLACK: f64 = 1e-6;

/// Completed years; below two years completed months, unless the age is a whole number of years:
/// `61`, `17` also a day before the eighteenth birthday, `6 mo`, `<1 mo`.
pub(crate) fn words(years: f64) -> String {
    let completed = |units: f64| (units + SLACK).floor();
    let months = completed(years * 12.0);
    if years >= 2.0 || years.fract() == 0.0 {
        format!("{:.0}", completed(years))
    } else if months < 1.0 {
        "<1 mo".to_owned()
    } else {
        format!("{months:.0} mo")
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn years_are_completed_ones() {
        let years = [0.0, 1.0, 2.0, 17.9, 18.0, 64.99, 103.0].map(words);

        assert_eq!(years, ["0", "1", "2", "17", "18", "64", "103"]);
    }

    #[test]
    fn a_child_under_two_is_so_many_months_old() {
        for month in (1..24).filter(|month| *month != 12) {
            assert_eq!(words(f64::from(month) / 12.0), format!("{month} mo"));
        }
        // Ten days, and 700.
        assert_eq!(words(10.0 / 365.25), "<1 mo");
        assert_eq!(words(700.0 / 365.25), "22 mo");
    }
}
