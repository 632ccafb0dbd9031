//! How the analysed reports were chosen, in the words that every section uses.

use crate::{
    number,
    wit::{provenance::Origin, types::Attribute},
};

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
pub fn selection(origin: &Origin) -> String {
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

/// The days of first receipt that were asked for: `from 2014-01-01 to 2014-12-31`; none if any day.
#[must_use]
pub fn period_words(origin: &Origin) -> Option<String> {
    let day = |name: &str| attribute(&origin.attributes, name);
    match (day("received-from"), day("received-to")) {
        (None, None) => None,
        (Some(from), None) => Some(format!("on {from} or later")),
        (None, Some(to)) => Some(format!("on {to} or earlier")),
        (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
    }
}

/// In which role of the drug a report is analysed.
#[must_use]
pub fn role_words(origin: &Origin) -> &'static str {
    match attribute(&origin.attributes, "role") {
        Some("suspect") => "suspect or interacting",
        _ => "any: suspect, interacting or concomitant",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn a_part_names_both_numbers() {
        let mut origin = Fixture::new(Vec::new()).origin;
        assert_eq!(selection(&origin), "no report matched");

        origin.total = 7_300;
        origin.fetched = 5_000;
        origin.selection = "the 5000 most recently received of 7300 matching reports".to_owned();
        assert_eq!(
            selection(&origin),
            "the 5,000 most recently received of 7,300 matching reports"
        );

        origin.selection = "a sample drawn at random".to_owned();
        assert_eq!(
            selection(&origin),
            "a sample drawn at random: 5,000 of 7,300 matching reports"
        );
    }
}
