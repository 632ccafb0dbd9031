//! The listing over small and large case series.

use quire_sdk::{
    testing::{Case as Report, Fixture, overclaims, plain_text, problems, render},
    wit::types::{Block, Cells, Output, Table as WrittenTable},
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
            .with("company-number", "US-X-2014-7")
            .with("dosing", "10 mg, from 2011-10-14")
            .with("indication", "Pulmonary hypertension")
            .with("action-taken", "withdrawn")
            .with("dechallenge", "yes")
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
        "[table line-listing: The 2 analysed reports, the latest first]",
        "10003307, 2015-01-02 | – | – | – | – | – | not serious | –\n10003306 v2, 2014-03-12\nUS-X-2014-7 | 61, female, US\nevent 2014-02-03 | AMBRISENTAN; 10 mg, from 2011-10-14 | Pulmonary hypertension | Crohn's disease (recovered) | withdrawn; dechallenge positive | serious: death; hospitalisation\nphysician | 10003300\n",
        "10003307 | – | – | 2015-01-02 | – | – | – | – | – | – | – | – | – | – | – | – | – | not serious | – | –\n10003306 | 2 | US-X-2014-7 | 2014-03-12 | 2015-08-12 | 2014-02-03 | US | 61 | female | suspect | AMBRISENTAN | 10 mg, from 2011-10-14 | Pulmonary hypertension | Crohn's disease: recovered | withdrawn | yes | – | serious: death; hospitalisation | physician | 10003300\n",
        "Country: of occurrence, else that the report comes from",
        "note: Stands for: ids of other reports of the same case",
        "fact listed-reports = FactValue::Integer(2) <cases>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// How many rows of each table are printed.
fn printed(output: &Output) -> Vec<usize> {
    let tables = output.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let rows = |table: &WrittenTable| match &table.columns[0].cells {
        Cells::Text(cells) => cells.len(),
        other => panic!("{other:?}"),
    };
    tables
        .map(|table| table.print_rows.map_or(rows(table), |rows| rows as usize))
        .collect()
}

#[test]
fn a_dose_is_never_read_as_another_drugs() {
    let drugs = |suspects: &str, role: &str| {
        let report = Report::new("1")
            .with("role", role)
            .with("dosing", "5 mg, from 2011-07-06");
        let report = suspects
            .split('+')
            .fold(report, |report, drug| report.with("suspect-drug", drug));
        plain_text(&render::<CaseListing>(&Fixture::new(vec![report]), "{}").unwrap())
    };

    for (text, cell) in [
        (
            drugs("AMBRISENTAN", "suspect"),
            "AMBRISENTAN; 5 mg, from 2011-07-06",
        ),
        (
            drugs("AMBRISENTAN+TADALAFIL", "suspect"),
            "AMBRISENTAN; TADALAFIL\nthis drug: 5 mg, from 2011-07-06",
        ),
        (
            drugs("TADALAFIL", "concomitant"),
            "TADALAFIL\nthis drug: concomitant; 5 mg, from 2011-07-06",
        ),
    ] {
        assert!(text.contains(cell), "{cell}\n{text}");
    }
}

#[test]
fn reactions_stand_together_by_how_they_ended() {
    let case = Case {
        reactions: Some("Cough: unknown; Rash: recovered; Pain: unknown".to_owned()),
        ..Case::default()
    };

    assert_eq!(
        case.reactions_by_outcome().unwrap(),
        "Cough, Pain (unknown); Rash (recovered)"
    );
}

#[test]
fn only_fatal_reports_can_be_listed() {
    let text = plain_text(&render::<CaseListing>(&fixture(), r#"{"include": "fatal"}"#).unwrap());

    assert!(
        text.contains("The 1 analysed report of a death, the latest first"),
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

    assert_eq!(printed(&output), [3, 0]);
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
    assert_eq!(printed(&output), [50, 0]);
    let mut words = output;
    words
        .blocks
        .retain(|block| !matches!(block, Block::Table(_)));
    let text = plain_text(&words);
    let left = "! Not all reports are listed: A table has a bounded size: 9,090 of 20,000 reports";
    assert!(text.contains(left), "{text}");
}
