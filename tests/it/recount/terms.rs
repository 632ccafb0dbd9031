//! What a person makes of the terms that the sample and the hostile series name, read in the EMA's list and
//! in the reports, and not in the product's lists, so that a wrong line in these shows.

/// Those of EMA/326038/2020.
const DESIGNATED: [&str; 3] = ["angioedema", "pancytopenia", "torsade de pointes"];

/// Those that tell of the use of a product, or of nothing that happened to a patient.
const ADMINISTRATIVE: [&str; 2] = ["off label use", "unevaluable event"];

/// Whether it is a designated medical event.
pub(super) fn is_designated(term: &str) -> bool {
    DESIGNATED.contains(&term.to_lowercase().as_str())
}

/// Whether it is administrative.
pub(super) fn says_little(term: &str) -> bool {
    ADMINISTRATIVE.contains(&term.to_lowercase().as_str())
}
