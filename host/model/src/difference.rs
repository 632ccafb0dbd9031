//! What one version of a section does otherwise than another, on the same data.

use serde::{Deserialize, Serialize};

/// How a candidate's section differs from the active version's. Empty when there is no difference.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SectionDifference {
    /// Why there is nothing to compare: the candidate failed where the active version did not, or
    /// the other way round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeChange>,
    /// Blocks that came, went or read otherwise, in the order of the section.
    pub blocks: Vec<BlockChange>,
    /// Numbers that are not the same: cells of tables, points of charts, key figures, facts.
    pub numbers: Vec<NumberChange>,
    /// Changes beyond those that are listed.
    #[serde(default)]
    pub omitted: u64,
}

/// How a run ended, when the two did not end alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeChange {
    /// Of the active version: `made`, `nothing to show`, or what failed.
    pub active: String,
    /// Of the candidate.
    pub candidate: String,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only the candidate has it.
    Added,
    /// Only the active version has it.
    Removed,
    /// Both have it, and it is not the same.
    Changed,
}

/// A block that came, went or reads otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockChange {
    /// Which of the three.
    pub change: Change,
    /// Its kind: `heading`, `paragraph`, `table`, `chart`, `image`, `key-figures`, `callout`,
    /// `page-break`, `extension`, or `fact`.
    pub kind: String,
    /// Its id if it has one, else the beginning of its text.
    pub name: String,
    /// Its place among the active version's blocks, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_at: Option<usize>,
    /// Its place among the candidate's blocks, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate_at: Option<usize>,
    /// What is not the same about it, in words; empty unless it is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// A number, as it was returned: absent where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberChange {
    /// The table, chart, fact or label of a key figure that it stands in.
    pub place: String,
    /// What that is: `table`, `chart`, `key-figure` or `fact`.
    pub kind: String,
    /// The row, by the text of its first cells; the position, in a chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The key of the column; the name of the series, in a chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What the active version says.
    pub active: Option<serde_json::Number>,
    /// What the candidate says.
    pub candidate: Option<serde_json::Number>,
}

impl SectionDifference {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}
