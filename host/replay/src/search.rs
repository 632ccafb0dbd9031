//! openFDA's query language, as far as reports are asked for: fields, phrases, groups, ranges,
//! prefixes, `_exists_`, `_missing_`, AND, OR and NOT. A blank between clauses means OR.

pub(crate) mod fields;
mod parser;

use std::str::FromStr;

use serde_json::Value;

/// The query cannot be read; openFDA answers 500 to such.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query cannot be read at {0:?}")]
pub(crate) struct SearchError(String);

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Search {
    /// No query: everything.
    All,
    Any(Vec<Search>),
    Each(Vec<Search>),
    Not(Box<Search>),
    Exists(String),
    Missing(String),
    Field(String, Test),
    /// Text without a field is looked for everywhere: the trap of writing `=` for `:`.
    Anywhere(Test),
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    Phrase(String),
    Prefix(String),
    /// Lower and upper bound, each with whether it is included.
    Range(Bound, Bound),
}

/// One end of a range; `*` is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    value: Option<String>,
    included: bool,
}

impl FromStr for Search {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        parser::parse(text)
    }
}

impl Search {
    pub(crate) fn matches(&self, record: &Value) -> bool {
        match self {
            Self::All => true,
            Self::Any(parts) => parts.iter().any(|part| part.matches(record)),
            Self::Each(parts) => parts.iter().all(|part| part.matches(record)),
            Self::Not(part) => !part.matches(record),
            Self::Exists(field) => !fields::texts(record, field).is_empty(),
            Self::Missing(field) => fields::texts(record, field).is_empty(),
            Self::Field(field, test) => test.holds_for(record, field),
            Self::Anywhere(test) => fields::everywhere(record)
                .iter()
                .any(|text| test.analysed(text)),
        }
    }
}

impl Test {
    fn holds_for(&self, record: &Value, field: &str) -> bool {
        match field.strip_suffix(".exact") {
            Some(path) => {
                let folded = fields::ignores_case(path);
                fields::texts(record, path)
                    .iter()
                    .any(|text| self.exact(text, folded))
            }
            None => fields::texts(record, field)
                .iter()
                .any(|text| self.analysed(text)),
        }
    }

    fn exact(&self, text: &str, folded: bool) -> bool {
        let fold = |text: &str| {
            if folded {
                text.to_uppercase()
            } else {
                text.to_owned()
            }
        };
        match self {
            Self::Phrase(phrase) => fold(text) == fold(phrase),
            Self::Prefix(prefix) => fold(text).starts_with(&fold(prefix)),
            Self::Range(..) => self.within(text),
        }
    }

    /// As analysed text: words without regard to case, in this order.
    fn analysed(&self, text: &str) -> bool {
        let words = fields::words(text);
        match self {
            Self::Phrase(phrase) => {
                let phrase = fields::words(phrase);
                !phrase.is_empty() && words.windows(phrase.len()).any(|part| part == phrase)
            }
            Self::Prefix(prefix) => {
                let prefix = prefix.to_lowercase();
                words.iter().any(|word| word.starts_with(&prefix))
            }
            Self::Range(..) => self.within(text),
        }
    }

    fn within(&self, text: &str) -> bool {
        let Self::Range(low, high) = self else {
            return false;
        };
        let above = |bound: &str, included| match compare(text, bound) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => included,
            std::cmp::Ordering::Less => false,
        };
        let below = |bound: &str, included| match compare(text, bound) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => included,
            std::cmp::Ordering::Greater => false,
        };
        low.value
            .as_deref()
            .is_none_or(|bound| above(bound, low.included))
            && high
                .value
                .as_deref()
                .is_none_or(|bound| below(bound, high.included))
    }
}

/// Numbers as numbers, dates with or without hyphens, the rest as text.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    let plain = |text: &str| text.replace('-', "");
    let (a, b) = (plain(a), plain(b));
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(&b),
    }
}
