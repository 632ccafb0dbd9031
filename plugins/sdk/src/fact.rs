//! What a section established, for narratives to quote.

use crate::{
    Cell,
    text::clean,
    wit::types::{self, FactValue},
};

/// A fact: a stable key, a value, and the table or chart that shows it.
///
/// ```
/// use quire_sdk::Fact;
///
/// let fact = Fact::count("serious-reports", 5u32).unit("reports").shown_in("seriousness");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    key: String,
    value: FactValue,
    unit: Option<String>,
    source: Option<String>,
}

impl Fact {
    /// A count. Counts beyond `i64` are capped; no source has as many reports.
    #[must_use]
    pub fn count(key: &str, value: impl Into<Cell<i64>>) -> Self {
        Self::new(key, FactValue::Integer(value.into().0.unwrap_or(i64::MAX)))
    }

    /// A measured number; none if it is not finite.
    #[must_use]
    pub fn number(key: &str, value: f64) -> Option<Self> {
        value
            .is_finite()
            .then(|| Self::new(key, FactValue::Number(value)))
    }

    /// `part` in percent of `whole`; none if `whole` is zero.
    #[must_use]
    pub fn percent(key: &str, part: impl Into<u64>, whole: impl Into<u64>) -> Option<Self> {
        crate::number::percent_of(part, whole)
            .map(|value| Self::new(key, FactValue::Percent(value)))
    }

    /// A day, since 1970-01-01.
    #[must_use]
    pub fn date(key: &str, days: i32) -> Self {
        Self::new(key, FactValue::Date(days))
    }

    /// A name or a phrase.
    #[must_use]
    pub fn text(key: &str, value: impl Into<String>) -> Self {
        Self::new(key, FactValue::Text(clean(value.into())))
    }

    /// What the number counts or measures.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned());
        self
    }

    /// The id of the table or chart of this section in which a reader finds it.
    #[must_use]
    pub fn shown_in(mut self, id: &str) -> Self {
        self.source = Some(id.to_owned());
        self
    }

    pub(crate) fn into_wit(self) -> types::Fact {
        types::Fact {
            key: self.key,
            value: self.value,
            unit: self.unit,
            source: self.source,
            attributes: Vec::new(),
        }
    }

    fn new(key: &str, value: FactValue) -> Self {
        Self {
            key: key.to_owned(),
            value,
            unit: None,
            source: None,
        }
    }
}
