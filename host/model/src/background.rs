//! How often reactions are reported for other drugs: the other half of every two-by-two table.
//!
//! An immutable value that a report is made with, like the case series. Equal values have equal
//! digests, and what was encoded can be decoded years later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Attribute, Date, Digest, ReactionTotals, SourceQuery, Strata, reaction_key};

/// The background of one report, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Background {
    /// Totals of a whole source.
    Totals(BackgroundTotals),
    /// None, and why, in words for the reader.
    Unavailable(String),
}

/// Totals of a whole source, and what they say about one drug.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackgroundTotals {
    /// What the source is, in words for the method section.
    pub label: String,
    /// The role of the drug in the counted reports.
    pub role: BackgroundRole,
    /// How old the source is.
    pub as_of: Date,
    /// All reports (N).
    pub total: u64,
    /// Reports of the drug (n), in the same source and role.
    pub drug: u64,
    /// By [`reaction_key`]; only reactions of which both numbers are known.
    pub reactions: BTreeMap<String, ReactionTotals>,
    /// Whether a reaction that is not in `reactions` has no report at all. Otherwise nothing is
    /// known about it.
    pub complete: bool,
    /// The prior of EBGM, fitted over the whole source, where the fit holds.
    pub prior: Option<Mixture>,
    /// The same counted in parts, for a few reactions. Backgrounds of before have none, and keep their
    /// bytes.
    #[serde(default, skip_serializing_if = "Strata::is_empty")]
    pub strata: Strata,
    /// Every request that was made for it, in order.
    pub queries: Vec<SourceQuery>,
    /// Anything else, such as `stale-since` when the source could not be reached.
    pub attributes: Vec<Attribute>,
}

/// The role of the drug in the reports that a background counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackgroundRole {
    /// Suspect, interacting or concomitant: all that openFDA's API can count.
    AnyRole,
    /// The report's primary suspect.
    PrimarySuspect,
}

/// Gamma mixture of the multi-item gamma Poisson shrinker: P·Γ(α₁, β₁) + (1 - P)·Γ(α₂, β₂).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mixture {
    /// Shape of the first component.
    #[serde(with = "exact")]
    pub alpha1: f64,
    /// Rate of the first component.
    #[serde(with = "exact")]
    pub beta1: f64,
    /// Shape of the second component.
    #[serde(with = "exact")]
    pub alpha2: f64,
    /// Rate of the second component.
    #[serde(with = "exact")]
    pub beta2: f64,
    /// Share of the first component, 0 to 1.
    #[serde(with = "exact")]
    pub weight: f64,
}

/// Bytes that are not the encoding of a background.
#[derive(Debug, thiserror::Error)]
#[error("not the encoding of a background")]
pub struct BackgroundError(#[from] serde_json::Error);

impl Background {
    /// The requests that were made for it, in order.
    #[must_use]
    pub fn queries(&self) -> &[SourceQuery] {
        self.totals().map_or(&[], |totals| &totals.queries)
    }

    /// The totals, if there are any.
    #[must_use]
    pub const fn totals(&self) -> Option<&BackgroundTotals> {
        match self {
            Self::Totals(totals) => Some(totals),
            Self::Unavailable(_) => None,
        }
    }

    /// Bytes to keep: JSON with its members in a fixed order, so that equal backgrounds have equal
    /// bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be written, which no value of it should cause.
    pub fn encode(&self) -> Result<Vec<u8>, BackgroundError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, BackgroundError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The digest of the encoding.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn digest(&self) -> Result<Digest, BackgroundError> {
        Ok(Digest::of(&self.encode()?))
    }
}

impl BackgroundTotals {
    /// What is known about a reaction, however it is spelt; none where the source was not asked or
    /// cannot say.
    #[must_use]
    pub fn reaction(&self, term: &str) -> Option<ReactionTotals> {
        let known = self.reactions.get(&reaction_key(term)).copied();
        known.or_else(|| self.complete.then(ReactionTotals::default))
    }
}

impl BackgroundRole {
    /// As the contract names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnyRole => "any-role",
            Self::PrimarySuspect => "primary-suspect",
        }
    }
}

/// Numbers as text: readers of JSON may round the last digit of a number, and the value would no
/// longer be the one that the digest stands for.
mod exact {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&number.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals() -> BackgroundTotals {
        let known = ReactionTotals { both: 3, all: 40 };
        BackgroundTotals {
            label: "a test".to_owned(),
            role: BackgroundRole::AnyRole,
            as_of: Date::constant(2025, 4, 30),
            total: 1_000,
            drug: 61,
            reactions: BTreeMap::from([("CROHN'S DISEASE".to_owned(), known)]),
            complete: false,
            prior: Some(Mixture {
                alpha1: 0.1 + 0.2,
                beta1: 1.0 / 3.0,
                alpha2: 1e-7,
                beta2: 123_456.789,
                weight: 0.25,
            }),
            strata: Strata::default(),
            queries: Vec::new(),
            attributes: Vec::new(),
        }
    }

    #[test]
    fn what_was_stored_before_there_were_strata_keeps_its_bytes() {
        let bytes = Background::Totals(totals()).encode().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();

        assert!(!text.contains("strata"), "{text}");
        assert_eq!(Background::decode(&bytes).unwrap().encode().unwrap(), bytes);
    }

    #[test]
    fn what_was_encoded_is_decoded_to_the_last_digit() {
        for background in [
            Background::Totals(totals()),
            Background::Unavailable("it is switched off".to_owned()),
        ] {
            let bytes = background.encode().unwrap();
            let decoded = Background::decode(&bytes).unwrap();

            assert_eq!(decoded, background);
            assert_eq!(decoded.digest().unwrap(), Digest::of(&bytes));
        }
        assert!(Background::decode(b"{}").is_err());
    }

    #[test]
    fn a_term_is_found_however_it_is_spelt() {
        let totals = totals();

        for term in [
            "Crohn's disease",
            "CROHN^S DISEASE",
            " crohn\u{2019}s  disease",
        ] {
            assert_eq!(
                totals.reaction(term).map(|found| found.all),
                Some(40),
                "{term}"
            );
        }
    }

    #[test]
    fn a_reaction_nobody_asked_about_is_unknown_and_one_nobody_reported_is_zero() {
        let mut totals = totals();
        assert_eq!(totals.reaction("Nausea"), None);

        totals.complete = true;

        assert_eq!(totals.reaction("Nausea"), Some(ReactionTotals::default()));
    }
}
