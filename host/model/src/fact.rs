//! What a section established, in a form that a narrative can quote.

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
