//! A background counted again in parts: serious reports only, by sex and age, by quarter of receipt.
//!
//! What a sensitivity analysis, or a signal's course over time, is computed from. Only for a few reactions:
//! a source that answers one question at a time cannot be asked about all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AGE_BANDS, ReactionTotals, reaction_key};

/// Every way in which a background was counted again, and why others were not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strata {
    /// Each at most once.
    pub stratifications: Vec<Stratification>,
    /// Ways in which it could not be, or not for every reaction, and why, in words for the reader.
    pub gaps: Vec<(StratifiedBy, String)>,
}

/// One way of counting a background again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratification {
    /// By what.
    pub by: StratifiedBy,
    /// The parts that are compared, each within itself; no report is in two of them.
    pub strata: Vec<Stratum>,
    /// By [`reaction_key`]: its reports in each stratum, in their order.
    pub reactions: BTreeMap<String, Vec<ReactionTotals>>,
}

/// By what a background is counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StratifiedBy {
    /// Serious reports only.
    Serious,
    /// Reports of health professionals only.
    HealthProfessional,
    /// By sex and age group, with one stratum of those that do not state both.
    SexAndAge,
    /// By quarter of first receipt.
    ReceivedQuarter,
}

/// A part of a background.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// As the contract names it: `female, 18-64`, `2014-Q1`.
    pub name: String,
    /// All of its reports.
    pub total: u64,
    /// Those of the drug.
    pub drug: u64,
}

impl StratifiedBy {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::Serious,
        Self::HealthProfessional,
        Self::SexAndAge,
        Self::ReceivedQuarter,
    ];

    /// As the contract names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Serious => "serious",
            Self::HealthProfessional => "health-professional",
            Self::SexAndAge => "sex-and-age",
            Self::ReceivedQuarter => "received-quarter",
        }
    }
}

impl Strata {
    /// Whether nothing was counted again, nor tried.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stratifications.is_empty() && self.gaps.is_empty()
    }

    /// Reports of a reaction in each stratum of one of them, by its name; none where it was not counted.
    #[must_use]
    pub fn reaction(&self, by: &str, term: &str) -> Option<&[ReactionTotals]> {
        let mut all = self.stratifications.iter();
        let found = all.find(|one| one.by.name() == by)?;
        found.reactions.get(&reaction_key(term)).map(Vec::as_slice)
    }
}

/// The sexes of a stratum, in its order.
pub const SEXES: [&str; 2] = ["female", "male"];

/// What the stratum of those is called that do not state sex and age.
pub const SEX_OR_AGE_NOT_REPORTED: &str = "not reported";

/// Names of the strata of [`StratifiedBy::SexAndAge`]: every age of one sex, every age of the other, and those
/// that do not state both.
pub fn sex_and_age_names() -> impl Iterator<Item = String> {
    let bands = |sex| {
        AGE_BANDS
            .iter()
            .map(move |(_, band)| format!("{sex}, {band}"))
    };
    let rest = std::iter::once(SEX_OR_AGE_NOT_REPORTED.to_owned());
    SEXES.into_iter().flat_map(bands).chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_are_named_sex_first_and_end_with_what_is_not_reported() {
        let names: Vec<String> = sex_and_age_names().collect();

        assert_eq!(names.len(), 13);
        assert_eq!(
            (names[3].as_str(), names[6].as_str()),
            ("female, 18-64", "male, 0-1")
        );
        assert_eq!(names[12], "not reported");
    }
}
