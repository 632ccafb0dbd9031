//! How a document names the drug that it is about.

use crate::{number, wit::provenance::Origin};

/// Names printed in one sentence; a code can match dozens.
const MAX_NAMES: usize = 6;

/// The names through which reports matched, joined as alternatives: `AMBRISENTAN or LETAIRIS`.
/// Empty where no report matched.
///
/// openFDA finds reports by name. Say "reports naming …", never "reports for the product".
#[must_use]
pub fn drug_names(origin: &Origin) -> String {
    let mut names: Vec<String> = origin.names.iter().take(MAX_NAMES).cloned().collect();
    let rest = origin.names.len().saturating_sub(MAX_NAMES);
    if rest > 0 {
        names.push(number::counted(rest as u64, "other name", "other names"));
    }
    // Names such as `PREDNISONE TABLETS, USP, 10 MG` would run into each other.
    if names.iter().any(|name| name.contains(',')) {
        let last = names.pop().unwrap_or_default();
        return format!(
            "{}{}{last}",
            names.join("; "),
            if names.is_empty() { "" } else { "; or " }
        );
    }
    number::list(&names, "or")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn named(names: &[&str]) -> String {
        let mut origin = Fixture::new(Vec::new()).origin;
        origin.names = names.iter().map(|&name| name.to_owned()).collect();
        drug_names(&origin)
    }

    #[test]
    fn names_are_alternatives() {
        assert_eq!(named(&[]), "");
        assert_eq!(named(&["A", "B", "C"]), "A, B or C");
        assert_eq!(
            named(&["1", "2", "3", "4", "5", "6", "7", "8"]),
            "1, 2, 3, 4, 5, 6 or 2 other names"
        );
    }

    #[test]
    fn names_with_commas_stay_apart() {
        assert_eq!(named(&["TABLETS, USP"]), "TABLETS, USP");
        assert_eq!(named(&["TABLETS, USP", "RAYOS"]), "TABLETS, USP; or RAYOS");
    }
}
