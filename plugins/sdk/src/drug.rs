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
    number::list(&names, "or")
}
