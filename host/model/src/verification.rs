//! What came of making a document again.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// Whether a file is what its recipe gives, and if not, where it differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// In one word.
    pub verdict: Verdict,
    /// The digest of the file.
    pub digest: Digest,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// The document's identifier, as the file states it.
    pub document_id: String,
    /// The digest of the document that was made again; absent if it could not be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recomputed: Option<Digest>,
    /// What was found, the most telling first; empty for a match.
    pub findings: Vec<Finding>,
}

/// The outcome, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Byte for byte the same.
    Match,
    /// It was made again and is not the same.
    Differs,
    /// It could not be made again: the findings say what is missing.
    Impossible,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// In words, with what to do about it.
    pub detail: String,
    /// The section it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The module it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The digest of what is missing or differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// The page it is about, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// The data are not stored here.
    DataMissing,
    /// The data are stored, but this version of Quire cannot read them.
    DataUnreadable,
    /// The background is not stored here.
    BackgroundMissing,
    /// The label is not stored here.
    LabelMissing,
    /// The records hold no such version of the report definition.
    DefinitionUnknown,
    /// The version in the records is another one than the file states.
    DefinitionDiffers,
    /// A module is not here.
    ModuleMissing,
    /// The file was made by another version of the software.
    ProducerDiffers,
    /// The file was set in other typefaces.
    FontsDiffer,
    /// The statements inside the file contradict each other.
    Inconsistent,
    /// The report could not be made again.
    Failed,
    /// A section has other content.
    SectionDiffers,
    /// A page looks different though its section has the same content.
    PageDiffers,
    /// The file differs beside its pages: in what it carries or how it is written.
    FileDiffers,
}

impl Finding {
    /// A finding with nothing but words.
    #[must_use]
    pub fn new(kind: FindingKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            section: None,
            module: None,
            digest: None,
            page: None,
        }
    }
}
