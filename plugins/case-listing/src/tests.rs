//! The listing over small and large case series.

use quire_sdk::{
    testing::{Case as Report, Fixture, defaults_agree, overclaims, plain_text, problems, render},
    wit::types::Block,
};

use super::*;

fn fixture() -> Fixture {
    Fixture::new(vec![
        Report::new("10003306")
            .version(2)
            .received(2014, 3, 12)
            .date("receipt", 2015, 8, 12)
            .date("event", 2014, 2, 3)
            .with("country", "US")
            .with("sex", "female")
            .with("role", "suspect")
            .with("suspect-drug", "AMBRISENTAN")
            .with("reaction", "Crohn's disease")
            .with("reaction-with-outcome", "Crohn's disease: recovered")
            .with("reporter", "physician")
            .with("duplicate", "10003300")
            .criterion("death")
            .criterion("hospitalisation")
            .measure("age-years", 61.9),
        Report::new("10003307").received(2015, 1, 2),
    ])
}

#[test]
fn a_line_says_what_the_report_says_and_leaves_open_what_it_does() {
    let output = render::<CaseListing>(&fixture(), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "The 2 analysed reports are listed below, the latest first.",
        "10003307 | – | 2015-01-02 | – | – | – | – | – | – | – | – | not serious | – | –\n10003306 | 2 | 2014-03-12 | 2015-08-12 | 2014-02-03 | US | 61 | female | suspect | AMBRISENTAN | Crohn's disease: recovered | serious: death; hospitalisation | physician | 10003300\n",
        "Event: its day, where the report gives it in full. Country: of occurrence, else that the report comes from",
        "note: Stands for: ids of other reports of the same case",
        "fact listed-reports = FactValue::Integer(2) <cases>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn only_fatal_reports_can_be_listed() {
    let text = plain_text(&render::<CaseListing>(&fixture(), r#"{"include": "fatal"}"#).unwrap());

    assert!(
        text.contains("The 1 analysed report of a death is listed below"),
        "{text}"
    );
    assert!(!text.contains("10003307"), "{text}");
}

#[test]
fn a_report_of_a_death_is_never_cut() {
    let report = |id: &str, day| Report::new(id).received(2015, 1, day);
    let fixture = Fixture::new(vec![
        report("1", 9),
        report("2", 8),
        report("3", 7),
        report("4", 6).criterion("life-threatening"),
        report("5", 5).with("reaction-outcome", "fatal"),
    ]);

    let output = render::<CaseListing>(&fixture, r#"{"rows": 1}"#).unwrap();

    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Table(table) => table.print_rows,
        _ => None,
    });
    assert_eq!(printed, Some(3));
    let text = plain_text(&output);
    let at = |id: &str| text.find(&format!("\n{id} | –")).unwrap();
    assert!(
        at("1") < at("5") && at("5") < at("4") && at("4") < at("2"),
        "{text}"
    );
    assert!(
        text.contains("note: Below the first 1 row: 2 rows, printed because"),
        "{text}"
    );
}

#[test]
fn a_report_with_hundreds_of_drugs_names_some_and_counts_the_rest() {
    let mut report = Report::new("1");
    for drug in 0..519 {
        report = report.with("suspect-drug", &format!("DRUG {drug}"));
    }

    let text = plain_text(&render::<CaseListing>(&Fixture::new(vec![report]), "{}").unwrap());

    assert!(text.contains("DRUG 24; and 494 more"), "{text}");
    assert!(
        text.contains("note: A cell names at most 25 values"),
        "{text}"
    );
}

#[test]
fn more_reports_than_a_table_holds_are_counted() {
    let reports = (0..20_000)
        .map(|id| Report::new(&format!("{id:05}")))
        .collect();

    let output = render::<CaseListing>(&Fixture::new(reports), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Table(table) => table.print_rows,
        _ => None,
    });
    assert_eq!(printed, Some(50));
    let mut words = output;
    words
        .blocks
        .retain(|block| !matches!(block, Block::Table(_)));
    let text = plain_text(&words);
    for line in [
        "Of the 20,000 analysed reports the 13,333 most recently received are listed below",
        "! Not all reports are listed: A table has a bounded size: 13,333 of 20,000 reports",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn defaults_stand_in_schema_and_code_alike() {
    assert_eq!(defaults_agree::<Params>(&CaseListing::ABOUT), Ok(()));
}
