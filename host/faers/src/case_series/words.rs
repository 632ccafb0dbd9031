//! openFDA's codes in the words of `wit/data.wit`. Codes as in ICH E2B(R2) and openFDA's field
//! reference for `drug/event`. A code that they do not list is stated all the same: it is `other`.

use quire_model::{AGE_BANDS, age_band};

/// What stands for a value that a report states and that is not understood.
pub(super) const OTHER: &str = "other";

/// `patient.patientsex`; 0 (unknown) is missing.
pub(super) fn sex(code: u16) -> &'static str {
    match code {
        1 => "male",
        2 => "female",
        // Unknown, by the report's own word.
        0 => "",
        _ => OTHER,
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
        _ => OTHER,
    }
}

/// `serious`.
pub(super) fn seriousness(code: u16) -> &'static str {
    match code {
        1 => "serious",
        2 => "not serious",
        _ => OTHER,
    }
}

/// `fulfillexpeditecriteria`.
pub(super) fn expedited(code: u16) -> &'static str {
    match code {
        1 => "yes",
        2 => "no",
        _ => OTHER,
    }
}

/// `reporttype`.
pub(super) fn report_type(code: u16) -> &'static str {
    match code {
        1 => "spontaneous",
        2 => "study",
        3 => "other",
        4 => "unknown",
        _ => OTHER,
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
        _ => OTHER,
    }
}

/// `patient.drug.drugcharacterization`.
pub(super) fn role(code: u16) -> &'static str {
    match code {
        1 => "suspect",
        2 => "concomitant",
        3 => "interacting",
        _ => OTHER,
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
        _ => OTHER,
    }
}

/// `patient.drug.drugadditional` (did the event abate after the drug was stopped or reduced?) and
/// `patient.drug.drugrecurreadministration` (did it recur after it was given again?).
pub(super) fn challenge(code: u16) -> &'static str {
    match code {
        1 => "yes",
        2 => "no",
        3 => "unknown",
        _ => OTHER,
    }
}

/// Band of an age in whole or broken years.
pub(super) fn age_group(years: f64) -> &'static str {
    let band = age_band(years).and_then(|band| AGE_BANDS.get(band));
    band.map_or("", |(_, name)| name)
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
        0 => "",
        _ => OTHER,
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
    fn a_code_that_is_not_listed_is_stated_all_the_same() {
        for (words, known) in [
            (sex as fn(u16) -> &'static str, 1),
            (reporter, 5),
            (seriousness, 2),
            (expedited, 1),
            (report_type, 4),
            (reaction_outcome, 6),
            (role, 3),
            (action_taken, 6),
            (challenge, 3),
            (reported_age_group, 6),
        ] {
            assert_eq!(words(99), OTHER);
            assert!(!["", OTHER].contains(&words(known)), "{known}");
        }
        assert_eq!((sex(0), reported_age_group(0)), ("", ""));
    }
}
