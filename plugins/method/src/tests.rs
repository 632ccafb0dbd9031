//! The method over small origins.

use quire_sdk::{
    testing::{Case, Fixture, overclaims, plain_text, problems, render},
    wit::background::Source,
};

use super::*;

#[test]
fn everything_that_readus_asks_of_a_method_is_said() {
    let mut fixture = Fixture::new(vec![Case::new("1")]);
    fixture.background = Some(Source {
        label: "openFDA drug/event, any role".to_owned(),
        role: "any-role".to_owned(),
        as_of: 20_208,
        total: 19_000_000,
        drug: 7_300,
    });

    let output = render::<Method>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for words in [
        "FDA Adverse Event Reporting System (FAERS)",
        "last updated 2025-04-30",
        "Here the code 61958-0802 stands for reports naming LETAIRIS or AMBRISENTAN.",
        "other manufacturers",
        "MedDRA preferred terms",
        "None: fetched were all 1 matching report.",
        "Any: suspect, interacting or concomitant.",
        "No search for one case under several report ids was made",
        "Whether the drug's label names a reaction was not looked up: the source has no label of the product.",
        "weighed by the hit-miss model [",
        "] over sex, age, country",
        "those of the European Medicines Agency [",
        "Unit. The report, in the sense of ICH E2D",
        "All reports of openFDA drug/event, any role, as of 2025-04-30: N = 19,000,000 reports, of them n = 7,300 with this drug.",
        "Any: the source counts reports by the names in them",
        "1/a − 1/(a+b) + 1/c − 1/(c+d)",
        "IC025 > 0",
        "EMA (PRR lower bound) (a ≥ 5, PRR lower bound ≥ 1) [",
        "the rule of MHRA, could not be applied: its prior is fitted over all pairs",
        "Table<#disproportionality/rules>",
        "No report was assessed by a person",
        "Not corrected for.",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn a_restriction_is_named_with_its_values() {
    let fixture = Fixture::new(vec![Case::new("1")]).of_total(7_300);
    let fixture = fixture.with_details(&[
        ("role", "suspect"),
        ("received-from", "2014-01-01"),
        ("received-to", "2014-12-31"),
        ("duplicates-by-number", "12"),
        ("duplicates-by-facts", "3"),
    ]);

    let text = plain_text(&render::<Method>(&fixture, "{}").unwrap());

    for words in [
        "Fetched were the 1 most recently received of 7,300 matching reports;",
        "Only reports in which the matched drug entry is suspect or interacting.",
        "Reports first received by FDA from 2014-01-01 to 2014-12-31; ",
        "The source was last updated on 2025-04-30, by its own statement; the document is as of ",
        "share a control number (12 left out), or state the same country, sex, age, day of the event, drugs and reactions (3 left out)",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn the_label_that_reactions_were_looked_up_in_is_named() {
    let fixture = Fixture::new(vec![Case::new("1")]).with_label(20_162, &[]);

    let text = plain_text(&render::<Method>(&fixture, "{}").unwrap());

    assert!(
        text.contains("Label: openFDA drug/label, set 11111111-2222-3333-4444-555555555555, version 7 of 2025-03-15."),
        "{text}"
    );
}

#[test]
fn without_a_background_there_is_no_comparator() {
    let text = plain_text(&render::<Method>(&Fixture::new(Vec::new()), "{}").unwrap());

    assert!(
        text.contains("! No comparator: There is no background for this document (no background is configured), so"),
        "{text}"
    );
    assert!(
        text.contains("Without a comparator none of them was applied."),
        "{text}"
    );
}
