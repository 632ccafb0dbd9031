//! Reads stored text back into nouns, and says which value was unreadable.

use jiff::Timestamp;
use quire_model::{Digest, ReportId};
use serde::de::DeserializeOwned;

use crate::RecordsError;

/// A digest in hexadecimal.
pub(crate) fn digest(text: &str) -> Result<Digest, RecordsError> {
    text.parse().map_err(|_| unreadable("digest", text))
}

/// A report id.
pub(crate) fn report_id(text: &str) -> Result<ReportId, RecordsError> {
    text.parse().map_err(|_| unreadable("report id", text))
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn time(ms: i64) -> Result<Timestamp, RecordsError> {
    Timestamp::from_millisecond(ms).map_err(|_| unreadable("time", &ms.to_string()))
}

/// JSON of any noun.
pub(crate) fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, RecordsError> {
    serde_json::from_str(text).map_err(|_| unreadable(what, text))
}

/// A count; negative ones do not occur.
pub(crate) fn count(number: i64) -> Result<u32, RecordsError> {
    u32::try_from(number).map_err(|_| unreadable("count", &number.to_string()))
}

/// The error for a value that is not what it should be.
pub(crate) fn unreadable(what: &'static str, value: &str) -> RecordsError {
    RecordsError::Unreadable {
        what,
        value: value.chars().take(80).collect(),
    }
}
