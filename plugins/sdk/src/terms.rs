//! Several terms in one cell; one report lists 519 drugs.

use crate::number;

/// The terms in a row. Beyond the first `most` they are only counted:
/// `Cough; Dyspnoea; and 2 more`. None where there are none.
#[must_use]
pub fn joined_terms(terms: &[&str], most: usize) -> Option<String> {
    let mut shown: Vec<String> = terms
        .iter()
        .take(most)
        .map(|&term| term.to_owned())
        .collect();
    let rest = terms.len() - shown.len();
    if rest > 0 {
        shown.push(format!("and {} more", number::count(rest as u64)));
    }
    (!shown.is_empty()).then(|| shown.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_beyond_the_first_are_counted() {
        let terms = ["Crohn's disease", "Cough", "Rash", "Pain"];

        let joined = |terms: &[&str], most| joined_terms(terms, most).unwrap_or_default();

        assert_eq!(joined(&terms, 2), "Crohn's disease; Cough; and 2 more");
        assert_eq!(joined(&terms, 4), "Crohn's disease; Cough; Rash; Pain");
        assert_eq!(joined_terms(&[], 4), None);
    }
}
