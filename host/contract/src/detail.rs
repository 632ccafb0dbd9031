//! Names of the details that an origin can have, as `wit/data.wit` lists them, and the words that some
//! of them have for a value.

/// The first day of first receipt that was asked for, ISO 8601.
pub const RECEIVED_FROM: &str = "received-from";
/// The last one.
pub const RECEIVED_TO: &str = "received-to";
/// Matching reports of any day, where only those of a period were asked for.
pub const MATCHING_ANY_DAY: &str = "matching-any-day";
/// Names that reports were counted by where the code found few, joined by [`NAMES_APART`].
pub const NAMES_COUNTED: &str = "names-counted";
/// What stands between two of them.
pub const NAMES_APART: &str = "; ";
/// How many reports use one of these names.
pub const REPORTS_NAMING: &str = "reports-naming";
/// Reports left out since they share a control number with another report.
pub const DUPLICATES_BY_NUMBER: &str = "duplicates-by-number";
/// Reports left out since they state the same facts as another report.
pub const DUPLICATES_BY_FACTS: &str = "duplicates-by-facts";
/// When the time to live of an older answer ended, RFC 3339; absent while data are fresh.
pub const STALE_SINCE: &str = "stale-since";
/// Why there is no newer answer.
pub const STALE_REASON: &str = "stale-reason";
/// In which role of the drug a report is analysed.
pub const ROLE: &str = "role";
/// In any role: suspect, interacting or concomitant.
pub const ROLE_ANY: &str = "any";
/// As a suspect or interacting drug.
pub const ROLE_SUSPECT: &str = "suspect";
