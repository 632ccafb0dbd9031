//! The overview over small backgrounds.

use quire_sdk::testing::{Case, Fixture, overclaims, plain_text, problems, render};

use super::*;

fn fixture() -> Fixture {
    let cases = vec![
        Case::new("1")
            .with("reaction", "Oedema")
            .with("reaction", "Off label use")
            .with("reaction", "Nausea")
            .with("reaction", "Pulmonary hypertension")
            .with("indication", "Pulmonary hypertension"),
    ];
    let counts = [
        ("Oedema", 25, 400),
        ("Nausea", 5, 600),
        ("Off label use", 10, 200),
        ("Pulmonary hypertension", 12, 50),
    ];
    Fixture::new(cases).with_background("primary-suspect", (100, 10_000), &counts)
}

#[test]
fn each_signal_is_classed_and_left_for_the_reviewer() {
    let said = (
        "Pulmonary hypertension",
        "adverse reactions",
        "pulmonary hypertension",
    );
    let fixture = fixture().with_label(20_162, &[said]);

    let output = render::<SignalOverview>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "Of the 4 reactions tested, 4 had at least 3 reports with the drug. 3 of these meet rules of at least 2 of the statistics PRR and IC, among the 3 rules that could be applied (Evans, EMA and UMC)",
        "Rules, by unrounded values: Evans (a ≥ 3, PRR ≥ 2,",
        "few cases | adverse reactions: \u{201c}pulmonary hypertension\u{201d} | \n",
        "| administrative, few cases | not found | \n",
        "| Class | In the label of 2025-03-15 | Status",
        "not that the label calls it a reaction to the drug",
        "the drug as primary suspect",
        "fact overview-indications = FactValue::Integer(1) <signals>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn what_only_one_statistic_can_judge_does_not_vanish() {
    let cases = (1..=4).map(|id| {
        Case::new(&id.to_string())
            .with("role", "suspect")
            .with("reaction", "Flushing")
    });
    let fixture = Fixture::new(cases.collect()).with_background(
        "any-role",
        (100, 10_000),
        // Nobody else reports it, so that there is no ratio.
        &[("Flushing", 4, 4)],
    );

    let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());

    assert!(text.contains("\nFlushing | 4 | 4 | 4 | 4 | 0 |"), "{text}");
}

#[test]
fn designated_medical_events_stand_with_their_reports_whatever_the_comparator_says() {
    let mut fixture = Fixture::new(vec![
        Case::new("10003300")
            .with("role", "suspect")
            .with("reaction", "Angioedema"),
        Case::new("10003301").with("reaction", "Nausea"),
    ]);
    let line = "\nAngioedema | 1 | 1 | 1 | 1 | 0 | 0 |";

    let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());
    assert!(
        text.contains(line) && text.contains("| 10003300\n"),
        "{text}"
    );
    fixture = fixture.with_background("any-role", (100, 10_000), &[("Angioedema", 1, 50)]);
    let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());
    assert!(
        text.contains(line) && text.contains("| 10003300\n"),
        "{text}"
    );
    assert!(
        text.contains("fact designated-events = FactValue::Integer(1)"),
        "{text}"
    );
}

#[test]
fn without_a_label_a_sentence_says_so_in_place_of_a_column() {
    let text = plain_text(&render::<SignalOverview>(&fixture(), "{}").unwrap());

    let said = "names a reaction was not looked up: the source has no label of the product.";
    assert!(text.contains(said), "{text}");
    assert!(!text.contains("not found"), "{text}");
    assert!(text.contains("| Class | Status and assessment"), "{text}");
}

#[test]
fn a_single_rule_is_not_counted_as_several() {
    let say = |params| plain_text(&render::<SignalOverview>(&fixture(), params).unwrap());

    let one = say(r#"{"rules-met": 1, "screening": {"rules": ["ema"]}}"#);
    assert!(
        one.contains("of these meet the one rule (EMA): signals"),
        "{one}"
    );
    // The rule of FDA looks at EB05, for which there is no prior.
    let of_two = say(r#"{"rules-met": 2, "screening": {"rules": ["ema", "fda"]}}"#);
    assert!(
        of_two.contains("3 of these meet the one rule that could be applied (EMA): signals"),
        "{of_two}"
    );
    let of_none = say(r#"{"screening": {"rules": ["mhra", "fda"]}}"#);
    assert!(
        of_none.contains("To these none of the 2 rules (MHRA and FDA) could be applied."),
        "{of_none}"
    );
}

#[test]
fn no_signal_is_no_clearance() {
    let mut fixture = fixture();
    fixture.background_counts.truncate(0);

    let output = render::<SignalOverview>(&fixture, "{}").unwrap();

    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    assert!(
        text.contains("None of the 0 reactions tested has at least 3 reports with the drug"),
        "{text}"
    );
    assert!(!text.contains("[table signals"), "{text}");
}

#[test]
fn more_rules_than_there_are_is_refused() {
    let params = r#"{"rules-met": 2, "screening": {"rules": ["umc"]}}"#;

    let failure = render::<SignalOverview>(&fixture(), params).unwrap_err();

    assert_eq!(
        failure,
        Failure::InvalidParams("rules-met is 2, but only 1 rules are used".to_owned())
    );
}

#[test]
fn definitions_that_asked_for_five_or_six_rules_ask_for_all_statistics() {
    let six = r#"["evans", "ema", "umc", "mhra", "ror", "fda"]"#;
    let say = |met: u8| {
        let params = format!(r#"{{"rules-met": {met}, "screening": {{"rules": {six}}}}}"#);
        plain_text(&render::<SignalOverview>(&fixture(), &params).unwrap())
    };

    let all = say(4);
    assert!(
        all.contains("of these meet rules of at least 3 of the statistics PRR, IC and ROR"),
        "{all}"
    );
    assert_eq!([say(5), say(6)], [all.clone(), all]);
}

#[test]
fn without_a_background_a_box_says_so() {
    let mut fixture = fixture();
    fixture.background = None;

    let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());

    assert!(
        text.contains("! No background, so nothing is computed"),
        "{text}"
    );
}
