//! What a report consists of: data, not code.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use crate::{Date, Digest, Paper};

/// Which of the two worlds of the contract a module implements.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Renders blocks from the case series.
    #[default]
    Section,
    /// Runs after all sections and words what they established.
    Narrative,
}

impl Kind {
    /// As stored and shown: `section` or `narrative`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What happens to the report when a section fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The report fails.
    Required,
    /// A visible box stands in for the section and says why.
    #[default]
    Placeholder,
}

/// One section of a report definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionSpec {
    /// Unique in the definition; anchors and placeholders use it.
    pub name: String,
    /// The module that makes it.
    pub module: String,
    /// What kind of module that has to be; a section, if a definition does not say.
    #[serde(default)]
    pub kind: Kind,
    /// What happens when it fails; a box, if a definition does not say.
    #[serde(default)]
    pub policy: Policy,
    /// JSON that satisfies the module's schema; an object, and an empty one if a definition does not say.
    #[serde(default = "no_params")]
    pub params: serde_json::Value,
    /// The version to use, whatever is active; absent means the active one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Limits of this section in place of its module's.
    #[serde(default, skip_serializing_if = "LimitOverrides::is_empty")]
    pub limits: LimitOverrides,
}

fn no_params() -> serde_json::Value {
    serde_json::json!({})
}

/// Limits of a call in place of the usual ones; what is absent stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitOverrides {
    /// CPU time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// Wall time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
    /// Linear memory in bytes, summed over all memories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Text and numbers that may be returned, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_bytes: Option<u64>,
    /// Blocks that may be returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<u64>,
    /// Table rows that may be returned, summed over all tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Bytes of log lines that are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_bytes: Option<u64>,
    /// Case series that may be held at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handles: Option<u64>,
}

impl LimitOverrides {
    /// Whether nothing is overridden.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Which roles of the drug make a report count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrugRole {
    /// Suspect, interacting or concomitant.
    #[default]
    Any,
    /// Suspect or interacting, decided on the drug entries that matched the code.
    Suspect,
}

/// Which of the fetched reports are analysed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSelection {
    /// By the role of the drug.
    #[serde(default)]
    pub role: DrugRole,
    /// First received on this day or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_from: Option<Date>,
    /// First received on this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_to: Option<Date>,
}

/// A kind of report: a title and ordered sections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Which of the fetched reports are analysed, when the caller does not say.
    #[serde(default)]
    pub selection: CaseSelection,
    /// In printed order.
    pub sections: Vec<SectionSpec>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_needs_no_more_than_its_name_and_module() {
        let short: SectionSpec =
            serde_json::from_str(r#"{"name": "mine", "module": "top-terms"}"#).unwrap();

        assert_eq!(
            (short.kind, short.policy),
            (Kind::Section, Policy::Placeholder)
        );
        assert_eq!(short.params, serde_json::json!({}));
    }

    #[test]
    fn a_misspelt_member_is_refused_and_not_ignored() {
        let text = r#"{"name": "x", "version": 1, "title": "X", "paper": "a4", "front_matter": true,
            "sections": [{"name": "trend", "module": "trend", "kind": "section",
                "policy": "placeholder", "params": {}, "digets": "00"}]}"#;

        let refused = serde_json::from_str::<Definition>(text).unwrap_err();

        assert!(refused.to_string().contains("digets"), "{refused}");
    }
}
