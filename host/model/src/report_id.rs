//! The name of one requested report, which is also its task id.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Identifies one requested report: 26 characters of Crockford's base 32 (a ULID), so that ids
/// sort by the time they were made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ReportId(String);

/// The text is not a report id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a task id: expected 26 letters and digits")]
pub struct ReportIdError(String);

impl ReportId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ReportId {
    type Err = ReportIdError;

    fn from_str(text: &str) -> Result<Self, ReportIdError> {
        if text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(ReportIdError(text.chars().take(80).collect()))
        }
    }
}

impl From<ReportId> for String {
    fn from(id: ReportId) -> Self {
        id.0
    }
}

impl TryFrom<String> for ReportId {
    type Error = ReportIdError;

    fn try_from(text: String) -> Result<Self, ReportIdError> {
        text.parse()
    }
}
