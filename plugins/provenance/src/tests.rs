//! The section over small origins.

use quire_sdk::{
    testing::{Case, Fixture, plain_text, problems, render},
    wit::{provenance::Component, types::Attribute},
};

use super::*;

#[test]
fn everything_a_method_section_states_is_there() {
    let fixture = Fixture::new(vec![Case::new("1"), Case::new("2")])
        .with_details(&[("stale-since", "2025-06-01T00:00:00Z")]);

    let output = render::<Provenance>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "This document covers reports naming LETAIRIS or AMBRISENTAN, found in the data source (openFDA drug/event) through the National Drug Code 61958-0802.",
        "out of date since 2025-06-01T00:00:00Z.",
        "Drug names that the codes stand for | LETAIRIS; AMBRISENTAN",
        "Last updated, by the source's statement | 2025-04-30",
        "Selection | all 2 matching reports",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_code_that_no_report_names_is_said_so() {
    let mut fixture = Fixture::new(Vec::new());
    fixture.origin.names.clear();
    fixture.origin.matched.clear();

    let text = plain_text(&render::<Provenance>(&fixture, "{}").unwrap());

    assert!(
        text.contains("No report in the data source (openFDA drug/event) carries the code 61958-0802. Whether other reports use the name"),
        "{text}"
    );
    assert!(
        text.contains("Of these, known to the source | none"),
        "{text}"
    );
    assert!(text.contains("Selection | no report matched"), "{text}");
}

#[test]
fn role_and_period_are_stated() {
    let fixture = Fixture::new(vec![Case::new("1")]).with_details(&[
        ("role", "suspect"),
        ("received-from", "2014-01-01"),
        ("received-to", "2014-12-31"),
    ]);

    let text = plain_text(&render::<Provenance>(&fixture, "{}").unwrap());

    for line in [
        "Role of the drug in analysed reports | suspect or interacting",
        "First received, analysed reports | from 2014-01-01 to 2014-12-31",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn what_made_the_document_is_named_with_its_digests() {
    let mut fixture = Fixture::new(vec![Case::new("1")]);
    let detail = |(name, value): (&str, &str)| Attribute {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    fixture.recipe = [
        ("from-tomorrow", "a detail"),
        ("label-digest", "cd34"),
        ("definition", "cer, version 3"),
    ]
    .map(detail)
    .to_vec();
    let component = |section: &str, digest: &str| Component {
        section: section.to_owned(),
        module: "trend".to_owned(),
        version: "0.1.0".to_owned(),
        digest: digest.to_owned(),
    };
    fixture.components = vec![
        component("trend", &"ab".repeat(32)),
        component("course", ""),
    ];

    let output = render::<Provenance>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "Report definition | cer, version 3\nSHA-256 of the drug's label | cd34\nfrom-tomorrow | a detail"
            .to_owned(),
        format!("trend | 0.1.0 | {}", "ab".repeat(32)),
        "course | trend 0.1.0 | –".to_owned(),
    ] {
        assert!(text.contains(&line), "{line}\n{text}");
    }
}
