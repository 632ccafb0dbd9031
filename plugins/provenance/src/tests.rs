//! The section over small origins.

use quire_sdk::{
    testing::{Case, Fixture, plain_text, problems, render},
    wit::types::Attribute,
};

use super::*;

#[test]
fn everything_a_method_section_states_is_there() {
    let mut fixture = Fixture::new(vec![Case::new("1"), Case::new("2")]);
    fixture.origin.attributes = vec![Attribute {
        name: "stale-since".to_owned(),
        value: "2025-06-01T00:00:00Z".to_owned(),
    }];

    let output = render::<Provenance>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "This document covers reports naming LETAIRIS or AMBRISENTAN, found in the data source (openFDA drug/event) through the National Drug Code 61958-0802.",
        "out of date since 2025-06-01T00:00:00Z.",
        "Drug names through which reports matched | LETAIRIS; AMBRISENTAN",
        "Last updated, by the source's statement | 2025-04-30",
        "Selection | all 2 matching reports",
        "analysed | 2 | 0 | –",
        "1 | 2025-06-30T08:00:00Z | 2 | https://api.fda.gov/drug/event.json",
        "! Disclaimer of the source, verbatim: Do not rely on openFDA to make decisions regarding medical care.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_selection_names_both_numbers() {
    let mut origin = Fixture::new(Vec::new()).origin;
    origin.total = 7_300;
    origin.fetched = 5_000;
    origin.selection = "the 5000 most recently received of 7300 matching reports".to_owned();

    assert_eq!(
        source::selection(&origin),
        "the 5,000 most recently received of 7,300 matching reports"
    );

    origin.selection = "a sample drawn at random".to_owned();

    assert_eq!(
        source::selection(&origin),
        "a sample drawn at random: 5,000 of 7,300 matching reports"
    );
}

#[test]
fn a_code_that_no_report_names_is_said_so() {
    let mut fixture = Fixture::new(Vec::new());
    fixture.origin.names.clear();
    fixture.origin.matched.clear();

    let text = plain_text(&render::<Provenance>(&fixture, "{}").unwrap());

    assert!(
        text.contains("No report in the data source (openFDA drug/event) names a product with the code 61958-0802."),
        "{text}"
    );
    assert!(
        text.contains("Of these, known to the source | none"),
        "{text}"
    );
    assert!(text.contains("Selection | no report matched"), "{text}");
}

#[test]
fn role_period_and_duplicates_are_stated() {
    let mut fixture = Fixture::new(vec![Case::new("1")]);
    let details = [
        ("role", "suspect"),
        ("received-from", "2014-01-01"),
        ("received-to", "2014-12-31"),
        ("duplicates-by-number", "2"),
        ("duplicates-by-facts", "1"),
    ];
    fixture.origin.attributes = details
        .map(|(name, value)| Attribute {
            name: name.to_owned(),
            value: value.to_owned(),
        })
        .to_vec();

    let text = plain_text(&render::<Provenance>(&fixture, "{}").unwrap());

    for line in [
        "Only reports in which the drug is suspect or interacting are analysed.",
        "Only reports that FDA first received from 2014-01-01 to 2014-12-31 are analysed.",
        "3 reports were left out: 2 by a shared number, 1 by equal facts.",
        "Role of the drug in analysed reports | suspect or interacting",
        "First received, analysed reports | from 2014-01-01 to 2014-12-31",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
