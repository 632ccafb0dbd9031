//! Terms that say little about a drug.
//!
//! `uninformative_events.txt` is the "blacklisted events" list of the Open Targets platform's FAERS
//! pipeline (<https://github.com/opentargets/platform-etl-openfda-faers>), Apache-2.0, unchanged:
//! one term a line, lower case.

const LIST: &str = include_str!("uninformative_events.txt");

/// Terms of the same kind that the list does not name; the table's note names them all.
const OURS: [&str; 1] = ["unevaluable event"];

/// Whether a reaction term says little about a drug (procedures, use errors, administrative terms);
/// case does not matter.
#[must_use]
pub fn is_uninformative(term: &str) -> bool {
    LIST.lines()
        .chain(OURS)
        .any(|line| line.eq_ignore_ascii_case(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_in_any_case() {
        assert!(is_uninformative("Adverse event"));
        assert!(is_uninformative("ACCIDENTAL EXPOSURE"));
        assert!(is_uninformative("Unevaluable event"));
        assert!(!is_uninformative("Dyspnoea"));
        assert!(!is_uninformative(""));
    }
}
