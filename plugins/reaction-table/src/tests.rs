//! The section over a small case series.

use quire_sdk::testing::{Case, Fixture, plain_text, problems, render};

use super::*;

fn fixture() -> Fixture {
    Fixture::new(vec![
        Case::new("1")
            .with("reaction", "Dyspnoea")
            .with("reaction", "Off label use")
            .with("reporter", "physician"),
        Case::new("2")
            .with("reaction", "Dyspnoea")
            .with("reporter", "consumer")
            .criterion("death"),
        Case::new("3")
            .with("reaction", "Crohn^s disease")
            .criterion("other"),
        Case::new("4"),
    ])
}

#[test]
fn a_term_counts_reports_and_shows_its_parts() {
    let output = render::<ReactionTable>(&fixture(), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "The 4 analysed reports name 3 distinct reaction terms.",
        "1 report names none.",
        "Preferred term | Reports | % of analysed | Serious | Fatal | By professional | Note",
        "Dyspnoea | 2 | 50.0% | 1 | 1 | 1 | \n",
        "Crohn's disease | 1 | 25.0% | 1 | 0 | 0 | \n",
        "Off label use | 1 | 25.0% | 0 | 0 | 1 | †\n",
        "note: Denominator: 4 analysed reports.",
        "fact top-reaction-1-reports = FactValue::Integer(2) <reactions>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn the_plain_mode_is_a_table_of_two_columns() {
    let params = r#"{"top": 0, "columns": ["reaction", "reports"], "chart": 0}"#;

    let text = plain_text(&render::<ReactionTable>(&fixture(), params).unwrap());

    assert!(
        text.contains("Preferred term | Reports\nDyspnoea | 2\n"),
        "{text}"
    );
    assert!(!text.contains("horizontal-bar"), "{text}");
    assert!(!text.contains("Seriousness"), "{text}");
}

#[test]
fn rows_that_are_not_printed_are_announced() {
    let text = plain_text(&render::<ReactionTable>(&fixture(), r#"{"top": 2}"#).unwrap());

    assert!(
        text.contains("note: Printed: the 2 most often named of 3 terms"),
        "{text}"
    );
}

#[test]
fn a_parameter_that_is_not_one_is_named() {
    let failure = render::<ReactionTable>(&fixture(), r#"{"tpo": 2}"#).unwrap_err();

    assert!(matches!(failure, Failure::InvalidParams(text) if text.contains("`tpo`")));
}

#[test]
fn without_reports_there_is_nothing_to_show() {
    let failure = render::<ReactionTable>(&Fixture::new(Vec::new()), "{}").unwrap_err();

    assert!(matches!(failure, Failure::NoData(_)));
}
