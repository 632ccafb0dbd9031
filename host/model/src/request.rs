//! What a caller asks for.

use serde::{Deserialize, Serialize};

use crate::{CaseSelection, Date, Ndc, Paper};

/// A request for one report. Everything in it reaches the page, so equal requests over equal data
/// give equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRequest {
    /// The drug code, as the caller wrote it.
    pub ndc: Ndc,
    /// Which report definition to follow, such as `cer`.
    pub definition: String,
    /// "Today" for the document.
    pub as_of: Date,
    /// BCP 47 tag of the language wanted.
    pub locale: String,
    /// Overrides the definition's paper size.
    pub paper: Option<Paper>,
    /// Overrides the definition's selection of reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<CaseSelection>,
}
