//! What a section established, in a form that a narrative can quote.

use quire_contract::number;
use serde::{Deserialize, Serialize};

use crate::{Attribute, Date};

/// The value of a [`Fact`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "value")]
pub enum FactValue {
    /// A count.
    Integer(i64),
    /// A measured number; finite.
    Number(f64),
    /// 12.5 means 12.5 %; finite.
    Percent(f64),
    /// A day.
    Date(Date),
    /// A name or a phrase.
    Text(String),
}

impl FactValue {
    /// For people who look a fact over: a share as a text says it, `16.4%`; everything else as it is.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Percent(value) => number::percent(*value, 1).unwrap_or_else(|| value.to_string()),
            Self::Date(day) => day.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Something that a section established and a narrative may say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Stable name, such as `serious-reports`.
    pub key: String,
    /// Its value.
    pub value: FactValue,
    /// The unit, if the number has one.
    pub unit: Option<String>,
    /// The id of the table or chart it can be read from, in the same section.
    pub source: Option<String>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// The facts of one section, as a narrative receives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionFacts {
    /// The section's name in the report definition.
    pub section: String,
    /// Its title, as printed.
    pub title: String,
    /// What it established.
    pub facts: Vec<Fact>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_worded_as_a_text_says_it() {
        assert_eq!(FactValue::Percent(16.393_442_622_950_82).words(), "16.4%");
        assert_eq!(FactValue::Percent(0.01).words(), "<0.1%");
        assert_eq!(FactValue::Number(2.25).words(), "2.25");
        assert_eq!(FactValue::Integer(1_061).words(), "1061");
    }
}
