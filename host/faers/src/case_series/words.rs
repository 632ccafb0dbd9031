//! openFDA's codes in the words of `wit/data.wit`. Codes as in ICH E2B(R2) and openFDA's field
//! reference for `drug/event`; a code that is not listed is missing.

/// `patient.patientsex`; 0 (unknown) is missing.
pub(super) fn sex(code: u16) -> &'static str {
    match code {
        1 => "male",
        2 => "female",
        _ => "",
    }
}

/// `primarysource.qualification`.
pub(super) fn reporter(code: u16) -> &'static str {
    match code {
        1 => "physician",
        2 => "pharmacist",
        3 => "other health professional",
        4 => "lawyer",
        5 => "consumer",
        _ => "",
    }
}

/// `serious`.
pub(super) fn seriousness(code: u16) -> &'static str {
    match code {
        1 => "serious",
        2 => "not serious",
        _ => "",
    }
}

/// `fulfillexpeditecriteria`.
pub(super) fn expedited(code: u16) -> &'static str {
    match code {
        1 => "yes",
        2 => "no",
        _ => "",
    }
}

/// `reporttype`.
pub(super) fn report_type(code: u16) -> &'static str {
    match code {
        1 => "spontaneous",
        2 => "study",
        3 => "other",
        4 => "unknown",
        _ => "",
    }
}

/// `patient.reaction.reactionoutcome`.
pub(super) fn reaction_outcome(code: u16) -> &'static str {
    match code {
        1 => "recovered",
        2 => "recovering",
        3 => "not recovered",
        4 => "recovered with sequelae",
        5 => "fatal",
        6 => "unknown",
        _ => "",
    }
}

/// `patient.drug.drugcharacterization`.
pub(super) fn role(code: u16) -> &'static str {
    match code {
        1 => "suspect",
        2 => "concomitant",
        3 => "interacting",
        _ => "",
    }
}

/// Of several roles the one that is printed: suspect before interacting before concomitant.
pub(super) fn role_rank(code: u16) -> u8 {
    match code {
        1 => 0,
        3 => 1,
        2 => 2,
        _ => 3,
    }
}

/// `patient.drug.actiondrug`.
pub(super) fn action_taken(code: u16) -> &'static str {
    match code {
        1 => "withdrawn",
        2 => "dose reduced",
        3 => "dose increased",
        4 => "dose not changed",
        5 => "unknown",
        6 => "not applicable",
        _ => "",
    }
}

/// `patient.drug.drugadditional` (did the event abate after the drug was stopped or reduced?) and
/// `patient.drug.drugrecurreadministration` (did it recur after it was given again?).
pub(super) fn challenge(code: u16) -> &'static str {
    match code {
        1 => "yes",
        2 => "no",
        3 => "unknown",
        _ => "",
    }
}

/// Band of an age in whole or broken years.
pub(super) fn age_group(years: f64) -> &'static str {
    match years {
        years if years.is_nan() => "",
        years if years < 2.0 => "0-1",
        years if years < 12.0 => "2-11",
        years if years < 18.0 => "12-17",
        years if years < 65.0 => "18-64",
        years if years < 75.0 => "65-74",
        _ => "75+",
    }
}

/// Band of a report that gives no age, only `patient.patientagegroup`. Elderly begins at 65, so that
/// neither of the two highest bands is meant.
pub(super) fn reported_age_group(code: u16) -> &'static str {
    match code {
        1 | 2 => "0-1",
        3 => "2-11",
        4 => "12-17",
        5 => "18-64",
        6 => "65+",
        _ => "",
    }
}

/// `primarysource.qualification`: whether a health professional reports.
pub(super) fn health_professional(code: u16) -> &'static str {
    match code {
        1..=3 => "yes",
        4 | 5 => "no",
        _ => "",
    }
}

/// What stands for an outcome that a report leaves open.
pub(super) const NO_OUTCOME: &str = "not stated";

/// Age in years by `patientonsetageunit`; NaN without a unit, and for ages that nobody has.
pub(super) fn age_years(age: Option<f64>, unit: Option<u16>) -> f64 {
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
    // The oldest person on record reached 122; above 120 a slip of the unit is far likelier.
    if (0.0..=120.0).contains(&years) {
        years
    } else {
        f64::NAN
    }
}

/// Weight in kg; NaN for weights that nobody has.
pub(super) fn weight_kg(weight: Option<f64>) -> f64 {
    weight
        .filter(|kg| *kg > 0.0 && *kg <= 700.0)
        .unwrap_or(f64::NAN)
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
    fn bands_meet_without_gaps() {
        let bands = [1.99, 2.0, 11.99, 12.0, 17.9, 18.0, 64.9, 65.0, 74.9, 75.0].map(age_group);

        assert_eq!(
            bands,
            [
                "0-1", "2-11", "2-11", "12-17", "12-17", "18-64", "18-64", "65-74", "65-74", "75+"
            ]
        );
    }
}
