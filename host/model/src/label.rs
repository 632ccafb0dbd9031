//! What the drug's own label says: which of its sections name a reaction, and what the drug is for.
//!
//! An immutable value that a report is made with, like the [`Background`](crate::Background). Equal
//! values have equal digests, and what was encoded can be decoded years later.

mod wording;

use serde::{Deserialize, Serialize};

use crate::{Date, Digest, SourceQuery};

pub use wording::{LabelIndex, Mention};

/// The label of one report, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// The label of the product.
    Found(LabelText),
    /// The source has none; the requests that said so.
    Absent(Vec<SourceQuery>),
    /// Not known, and why, in words for the reader.
    Unavailable(String),
}

/// A label, as far as a report asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelText {
    /// The identifier that all versions of the label share.
    pub set_id: String,
    /// The source's number of this version.
    pub version: String,
    /// The day that the label gives as its own; none if it gives none.
    pub effective: Option<Date>,
    /// The product's names on it, brand first.
    pub names: Vec<String>,
    /// What the drug is for, as the label has it; empty if it does not say.
    pub indications: String,
    /// The sections that name adverse reactions, in the order of [`LabelPlace`].
    pub sections: Vec<LabelSection>,
    /// The request that was made for it.
    pub queries: Vec<SourceQuery>,
    /// That it was read earlier and not since, in words for the reader; none while it is fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
}

/// One section of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSection {
    /// Which one.
    pub place: LabelPlace,
    /// Its text.
    pub text: String,
}

/// The sections of a label that name adverse reactions, gravest first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
pub enum LabelPlace {
    /// The boxed warning.
    #[strum(serialize = "boxed warning")]
    BoxedWarning,
    /// Contraindications.
    #[strum(serialize = "contraindications")]
    Contraindications,
    /// Warnings, with or without precautions.
    #[strum(serialize = "warnings")]
    Warnings,
    /// Adverse reactions.
    #[strum(serialize = "adverse reactions")]
    AdverseReactions,
}

/// Bytes that are not the encoding of a label.
#[derive(Debug, thiserror::Error)]
#[error("not the encoding of a label")]
pub struct LabelError(#[from] serde_json::Error);

impl Label {
    /// The label, if there is one.
    #[must_use]
    pub const fn text(&self) -> Option<&LabelText> {
        match self {
            Self::Found(text) => Some(text),
            Self::Absent(_) | Self::Unavailable(_) => None,
        }
    }

    /// Why there is none, in words for the reader; none where there is one.
    #[must_use]
    pub fn unavailable(&self) -> Option<&str> {
        match self {
            Self::Found(_) => None,
            Self::Absent(_) => Some("the source has no label of the product"),
            Self::Unavailable(reason) => Some(reason),
        }
    }

    /// The requests that were made for it, in order.
    #[must_use]
    pub fn queries(&self) -> &[SourceQuery] {
        match self {
            Self::Found(text) => &text.queries,
            Self::Absent(queries) => queries,
            Self::Unavailable(_) => &[],
        }
    }

    /// Bytes to keep: JSON with its members in a fixed order, so that equal labels have equal bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be written, which no value of it should cause.
    pub fn encode(&self) -> Result<Vec<u8>, LabelError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, LabelError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The digest of the encoding.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn digest(&self) -> Result<Digest, LabelError> {
        Ok(Digest::of(&self.encode()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        for label in [
            Label::Found(LabelText {
                set_id: "a".to_owned(),
                version: "7".to_owned(),
                effective: Some(Date::constant(2025, 4, 30)),
                names: vec!["LETAIRIS".to_owned()],
                indications: "for \u{b5}g".to_owned(),
                sections: vec![LabelSection {
                    place: LabelPlace::BoxedWarning,
                    text: "Embryo-fetal toxicity".to_owned(),
                }],
                queries: Vec::new(),
                stale: None,
            }),
            Label::Absent(Vec::new()),
            Label::Unavailable("it was not asked".to_owned()),
        ] {
            let bytes = label.encode().unwrap();
            let decoded = Label::decode(&bytes).unwrap();

            assert_eq!(decoded, label);
            assert_eq!(decoded.digest().unwrap(), Digest::of(&bytes));
        }
        assert!(Label::decode(b"{}").is_err());
    }
}
