//! How the analysed reports were chosen, and the words for it that every section uses.

use quire_contract::detail::{
    DUPLICATES_BY_FACTS, DUPLICATES_BY_NUMBER, MATCHING_ANY_DAY, RECEIVED_FROM, RECEIVED_TO, ROLE,
    ROLE_SUSPECT, STALE_SINCE,
};

use crate::{
    Civil, number,
    wit::{provenance::Origin, types::Attribute},
};

/// What of the matching reports was asked for and analysed, read from the details of an origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// First day of first receipt that was asked for.
    pub from: Option<Civil>,
    /// Last one, included.
    pub to: Option<Civil>,
    /// Matching reports of any day; none where every day was asked for.
    pub any_day: Option<u64>,
    /// Whether only reports count in which the drug is suspect or interacting.
    pub suspect_only: bool,
    /// Reports left out since they share a number with another report of the same case; none where
    /// duplicates were not looked for.
    pub duplicates_by_number: Option<u64>,
    /// The same, since they state the facts of another report.
    pub duplicates_by_facts: Option<u64>,
    /// Since when the data are out of date, RFC 3339; none while they are not.
    pub stale_since: Option<String>,
}

impl Selection {
    /// The selection that a host states.
    #[must_use]
    pub fn of(origin: &Origin) -> Self {
        let detail = |name| attribute(&origin.attributes, name);
        let day = |name| detail(name).and_then(Civil::parse);
        let count = |name| detail(name).and_then(|value| value.parse().ok());
        Self {
            from: day(RECEIVED_FROM),
            to: day(RECEIVED_TO),
            any_day: count(MATCHING_ANY_DAY),
            suspect_only: detail(ROLE) == Some(ROLE_SUSPECT),
            duplicates_by_number: count(DUPLICATES_BY_NUMBER),
            duplicates_by_facts: count(DUPLICATES_BY_FACTS),
            stale_since: detail(STALE_SINCE).map(str::to_owned),
        }
    }

    /// Whether any day lies outside of what was asked for.
    #[must_use]
    pub fn is_of_a_period(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether a day was asked for, in days since 1970-01-01.
    #[must_use]
    pub fn holds(&self, day: i32) -> bool {
        let day = Civil::from_days(day);
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The days of first receipt that were asked for: `from 2014-01-01 to 2014-12-31`; none if any day.
    #[must_use]
    pub fn period_words(&self) -> Option<String> {
        match (self.from, self.to) {
            (None, None) => None,
            (Some(from), None) => Some(format!("on {from} or later")),
            (None, Some(to)) => Some(format!("on {to} or earlier")),
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
        }
    }

    /// In which role of the drug a report is analysed.
    #[must_use]
    pub fn role_words(&self) -> &'static str {
        if self.suspect_only {
            "suspect or interacting"
        } else {
            "any: suspect, interacting or concomitant"
        }
    }
}

/// The value of a named detail; `wit/data.wit` lists the names that an origin can have.
#[must_use]
pub fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let mut named = attributes.iter();
    named
        .find(|attribute| attribute.name == name)
        .map(|attribute| attribute.value.as_str())
}

/// Which of the matching reports were fetched: `all 61 matching reports`, or `the 5,000 most
/// recently received of 7,300 matching reports`. A part is never called all.
#[must_use]
pub fn fetched_words(origin: &Origin) -> String {
    let matching = number::counted(origin.total, "matching report", "matching reports");
    if origin.total == 0 {
        return "no report matched".to_owned();
    }
    if origin.fetched >= origin.total {
        return format!("all {matching}");
    }
    let fetched = number::count(origin.fetched);
    if origin.selection.contains("most recently received") {
        return format!("the {fetched} most recently received of {matching}");
    }
    format!("{}: {fetched} of {matching}", origin.selection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn a_part_names_both_numbers() {
        let mut origin = Fixture::new(Vec::new()).origin;
        assert_eq!(fetched_words(&origin), "no report matched");

        origin.total = 7_300;
        origin.fetched = 5_000;
        origin.selection = "the 5000 most recently received of 7300 matching reports".to_owned();
        assert_eq!(
            fetched_words(&origin),
            "the 5,000 most recently received of 7,300 matching reports"
        );

        origin.selection = "a sample drawn at random".to_owned();
        assert_eq!(
            fetched_words(&origin),
            "a sample drawn at random: 5,000 of 7,300 matching reports"
        );
    }

    #[test]
    fn what_a_host_states_is_read_once() {
        let fixture = Fixture::new(Vec::new());
        assert_eq!(Selection::of(&fixture.origin), Selection::default());

        let selection = Selection::of(
            &fixture
                .with_details(&[
                    (RECEIVED_TO, "2014-12-31"),
                    (MATCHING_ANY_DAY, "61"),
                    (ROLE, ROLE_SUSPECT),
                    (DUPLICATES_BY_NUMBER, "12"),
                    (STALE_SINCE, "2025-06-15T15:11:40Z"),
                ])
                .origin,
        );

        assert_eq!(
            selection.period_words().as_deref(),
            Some("on 2014-12-31 or earlier")
        );
        let last = Civil::parse("2014-12-31").unwrap().days();
        assert!(selection.holds(last) && !selection.holds(last + 1));
        assert_eq!(selection.role_words(), "suspect or interacting");
        assert_eq!(selection.any_day, Some(61));
        assert_eq!(selection.duplicates_by_number, Some(12));
        assert_eq!(selection.duplicates_by_facts, None);
        assert_eq!(
            selection.stale_since.as_deref(),
            Some("2025-06-15T15:11:40Z")
        );
    }
}
