//! The section over a small case series.

use quire_sdk::testing::{Case, Fixture, plain_text, problems, render};
use quire_sdk::wit::types::Block;

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
            .with("reaction", "Crohn's disease")
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
        "Preferred term | Reports | % of stated | Cases | Serious | Death | Life-threat. | By professional | Note",
        "Dyspnoea | 2 | 66.7% | 2 | 1 | 1 | 0 | 1 | \n",
        "Crohn's disease | 1 | 33.3% | 1 | 1 | 0 | 0 | 0 | \n",
        "Off label use | 1 | 33.3% | 1 | 0 | 0 | 0 | 1 | †\n",
        "note: Denominator: 3 of 4 analysed reports, those that state it.",
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
fn the_first_rows_are_printed_and_all_are_kept() {
    let output = render::<ReactionTable>(&fixture(), r#"{"top": 2}"#).unwrap();

    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Table(table) => table.print_rows,
        _ => None,
    });
    assert_eq!(printed, Some(2));
    assert!(plain_text(&output).contains("Off label use | 1"));
}

#[test]
fn a_grave_case_is_never_cut_and_precedes_the_alphabet() {
    let mut cases: Vec<Case> = ["Anaemia", "Back pain", "Cough"]
        .iter()
        .map(|term| Case::new(term).with("reaction", term))
        .collect();
    cases.push(
        Case::new("8")
            .with("reaction", "Zoster")
            .with("reaction-outcome", "fatal"),
    );
    cases.push(
        Case::new("9")
            .with("reaction", "Yawning")
            .criterion("life-threatening"),
    );
    cases.extend(["5", "6"].map(|id| Case::new(id).with("reaction", "Nausea")));
    cases.extend(["3", "4"].map(|id| Case::new(id).with("reaction", "Asthma")));
    let fixture = Fixture::new(cases);

    let output = render::<ReactionTable>(&fixture, r#"{"top": 1}"#).unwrap();

    let text = plain_text(&output);
    let at = |term: &str| text.find(&format!("\n{term} |")).unwrap();
    assert!(at("Asthma") < at("Zoster"), "{text}");
    assert!(
        at("Zoster") < at("Yawning") && at("Yawning") < at("Nausea"),
        "{text}"
    );
    assert!(at("Nausea") < at("Anaemia"), "{text}");
    assert!(
        text.contains("note: Below the first 1 row: 2 rows, printed because of"),
        "{text}"
    );
    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Table(table) => table.print_rows,
        _ => None,
    });
    assert_eq!(printed, Some(3));
}

#[test]
fn a_single_designated_medical_event_is_printed_and_marked() {
    let case = |id: &str, term| Case::new(id).with("reaction", term);
    let fixture = Fixture::new(vec![
        case("1", "Nausea"),
        case("2", "Nausea").of_case("1"),
        case("3", "Anxiety"),
        case("4", "Torsade de pointes"),
    ]);

    let output = render::<ReactionTable>(&fixture, r#"{"top": 1}"#).unwrap();

    let text = plain_text(&output);
    assert!(text.contains("\nNausea | 2 | 50.0% | 1 |"), "{text}");
    let at = |term: &str| text.find(&format!("\n{term} |")).unwrap();
    assert!(at("Torsade de pointes") < at("Anxiety"), "{text}");
    assert!(
        text.contains("note: DME: designated medical event (EMA/326038/2020"),
        "{text}"
    );
    let own = r#"{"designated-events": {"source": "ours", "terms": ["nausea"]}}"#;
    let text = plain_text(&render::<ReactionTable>(&fixture, own).unwrap());
    assert!(
        text.contains("note: DME: designated medical event (ours)"),
        "{text}"
    );
}

#[test]
fn what_no_report_states_is_no_zero() {
    let case = Case::new("1")
        .without("seriousness")
        .with("reaction", "Cough");

    let text = plain_text(&render::<ReactionTable>(&Fixture::new(vec![case]), "{}").unwrap());

    assert!(
        text.contains("Cough | 1 | 100.0% | 1 | – | – | – | –\n"),
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
