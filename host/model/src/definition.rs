//! What a report consists of: data, not code.

use serde::{Deserialize, Serialize};

use crate::Paper;

/// Which of the two worlds of the contract a module implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Renders blocks from the case series.
    Section,
    /// Runs after all sections and words what they established.
    Narrative,
}

/// What happens to the report when a section fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The report fails.
    Required,
    /// A visible box stands in for the section and says why.
    Placeholder,
}

/// One section of a report definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionSpec {
    /// Unique in the definition; anchors and placeholders use it.
    pub name: String,
    /// The module that makes it.
    pub module: String,
    /// What kind of module that has to be.
    pub kind: Kind,
    /// What happens when it fails.
    pub policy: Policy,
    /// JSON that satisfies the module's schema; an object.
    pub params: serde_json::Value,
}

/// A kind of report: a title and ordered sections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// What callers name it by, such as `cer`.
    pub name: String,
    /// Grows with each change; part of what determines the bytes.
    pub version: u32,
    /// The title on the cover.
    pub title: String,
    /// Paper size when the caller names none.
    pub paper: Paper,
    /// Whether the document begins with a cover and a table of contents.
    pub front_matter: bool,
    /// In printed order.
    pub sections: Vec<SectionSpec>,
}
