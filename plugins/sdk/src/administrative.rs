//! Terms that say nothing clinical; `administrative_terms.txt` holds them, and why others are not there.

const LIST: &str = include_str!("administrative_terms.txt");

/// Whether a reaction term is about use, handling, supply or quality of a product, or names no event at
/// all; case does not matter. Overdose, self-injury, harm by a device and the like are clinical.
#[must_use]
pub fn is_administrative(term: &str) -> bool {
    let terms = LIST.lines().filter(|line| !line.starts_with('#'));
    !term.is_empty()
        && terms
            .into_iter()
            .any(|line| line.eq_ignore_ascii_case(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_in_any_case() {
        assert!(is_administrative("Adverse event"));
        assert!(is_administrative("OFF LABEL USE"));
        assert!(is_administrative("Unevaluable event"));
        assert!(!is_administrative("Dyspnoea"));
        assert!(!is_administrative(""));
    }

    #[test]
    fn what_happened_to_a_patient_is_not_administrative() {
        for term in [
            "Overdose",
            "Accidental overdose",
            "Intentional overdose",
            "Multiple drug overdose",
            "Prescribed overdose",
            "Intentional self-injury",
            "Intentional product misuse",
            "Toxicity to various agents",
            "Drug eruption",
            "Device related infection",
            "Device related sepsis",
            "Device dislocation",
            "Device occlusion",
            "Thrombosis in device",
            "Catheter site haemorrhage",
            "Complications of transplanted kidney",
            "Drug level increased",
            "Drug ineffective",
            "Maternal exposure during pregnancy",
            "Foetal exposure during pregnancy",
            "Exposed bone in jaw",
            "Inappropriate antidiuretic hormone secretion",
            "Medication overuse headache",
            "Mechanical ventilation",
            "Road traffic accident",
            "Ectopic pregnancy with contraceptive device",
        ] {
            assert!(!is_administrative(term), "{term}");
        }
    }
}
