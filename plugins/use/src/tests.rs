//! The section over a small case series.

use quire_sdk::testing::{Case, Fixture, overclaims, plain_text, problems, render};
use quire_sdk::wit::types::{Block, Chart, Output, Scale};

use super::*;

fn fixture() -> Fixture {
    Fixture::new(vec![
        Case::new("1")
            .with("indication", "Pulmonary hypertension")
            .with("route", "oral")
            .with("suspect-drug", "AMBRISENTAN")
            .with("suspect-drug", "TADALAFIL")
            .with("co-suspect-drug", "TADALAFIL")
            .with("concomitant-drug", "WARFARIN")
            .with("action-taken", "withdrawn")
            .with("dechallenge", "yes")
            .measure("onset-days", 10.0),
        Case::new("2")
            .with("indication", "Pulmonary hypertension")
            .with("concomitant-drug", "Letairis")
            .with("dechallenge", "no")
            .with("rechallenge", "unknown"),
        Case::new("3").with("indication", "Product used for unknown indication"),
    ])
}

#[test]
fn every_share_has_its_denominator() {
    let output = render::<Use>(&fixture(), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "Not reported | 0 | –\nPulmonary hypertension | 2 | 66.7%\nProduct used for unknown indication | 1 | 33.3%",
        "note: Denominator: 3 analysed reports, all of which state it.\nnote: 2 distinct values are named.",
        "Not reported | 2 | –\nOral | 1 | 100.0%",
        "None named | 2 | 66.7%\nTADALAFIL | 1 | 33.3%\nnote",
        "None named | 2 | 66.7%\nWARFARIN | 1 | 33.3%\nnote",
        "Withdrawn | 1 | 100.0%\nDose reduced | 0 | 0.0%",
        "Dechallenge | 1 | 1 | 50.0% | 2 | 0 | 1\nRechallenge | 0 | 0 | – | 0 | 1 | 2",
        "Answered: positive or negative, of 3 analysed reports.",
        "Not known: a day is missing, not given in full, before 1940 or after the report's latest information",
        "1 | 2 | 10.0 | 10.0 | 10.0 | 10.0 | 10.0",
        "fact top-co-suspect = FactValue::Text(\"TADALAFIL\") <co-suspects>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("AMBRISENTAN |"), "{text}");
    assert!(!text.contains("Letairis |"), "{text}");
}

fn figure(output: &Output) -> &Chart {
    let mut charts = output.blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    charts.next().expect("there is a figure")
}

/// Reports that name a reaction, each with its days to onset.
fn began(reaction: &str, days: &[f64]) -> Vec<Case> {
    let case = |(number, days): (usize, &f64)| {
        Case::new(&format!("{reaction} {number}"))
            .with("reaction", reaction)
            .measure("onset-days", *days)
    };
    days.iter().enumerate().map(case).collect()
}

#[test]
fn time_to_onset_is_drawn_for_reactions_with_enough_reports_the_earliest_first() {
    let cases = [
        began("Hepatic failure", &[200.0, 300.0, 400.0, 500.0, 600.0]),
        began("Anaphylactic reaction", &[1.0, 1.0, 2.0, 3.0, 3.0]),
        began("Rash", &[5.0, 6.0, 7.0, 8.0, 9.0, 10.0]),
        // Too few, and what is no event of a patient.
        began("Nausea", &[1.0, 2.0, 3.0, 4.0]),
        began("Off label use", &[1.0; 9]),
        vec![Case::new("silent").with("reaction", "Nausea")],
    ];

    let output = render::<Use>(&Fixture::new(cases.concat()), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    assert!(
        text.contains(
            "Rash | 6 | 5.0 | 6.2 | 7.5 | 8.8 | 10.0\n\
             Anaphylactic reaction | 5 | 1.0 | 1.0 | 2.0 | 3.0 | 3.0\n\
             Hepatic failure | 5 | 200.0 | 300.0 | 400.0 | 500.0 | 600.0\nnote"
        ),
        "{text}"
    );
    let chart = figure(&output);
    assert_eq!(
        format!("{:?}", chart.positions),
        r#"Positions::Categories(["Anaphylactic reaction (n = 5)", "Rash (n = 6)", "Hepatic failure (n = 5)"])"#
    );
    assert_eq!(chart.series[0].values, [2.0, 7.5, 400.0]);
    let ends = chart.series[0].interval.clone();
    assert_eq!(ends, Some((vec![1.0, 6.25, 300.0], vec![3.0, 8.75, 500.0])));
    assert_eq!(chart.y.scale, Scale::Log);
}

#[test]
fn where_no_reaction_has_enough_known_onsets_a_sentence_says_so() {
    let output = render::<Use>(&Fixture::new(began("Rash", &[0.0, 3.0, 4.0, 5.0])), "{}").unwrap();

    let text = plain_text(&output);
    assert!(
        text.contains(
            "By reaction it is not shown: none is named in 5 reports or more that give it"
        ),
        "{text}"
    );
    assert!(!text.contains("chart"), "{text}");
}

#[test]
fn an_onset_on_the_first_day_has_a_place_in_the_figure() {
    let cases = [
        began("Rash", &[0.0; 5]),
        began("Pain", &[9.0; 5]),
        began("Cough", &[999.0; 5]),
    ];

    let output = render::<Use>(&Fixture::new(cases.concat()), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(figure(&output).series[0].values, [0.0, 9.0, 999.0]);
    assert_eq!(figure(&output).y.scale, Scale::Linear);
}

#[test]
fn a_report_that_names_only_the_drug_itself_beside_it_names_none() {
    let mut cases = vec![
        Case::new("own").with("concomitant-drug", "Ambrisentan."),
        Case::new("none"),
        Case::new("both")
            .with("concomitant-drug", "LETAIRIS")
            .with("concomitant-drug", "DRUG 0001"),
    ];
    // More names than one filter may list.
    for drug in 0..2_500 {
        let name = format!("DRUG {drug:04}");
        cases.push(Case::new(&name).with("concomitant-drug", &name));
    }

    let output = render::<Use>(&Fixture::new(cases), "{}").unwrap();

    let text = plain_text(&output);
    assert!(
        text.contains("None named | 2 | 0.1%\nDRUG 0001 | 2 | 0.1%\n"),
        "{}",
        &text[..4_000]
    );
}

#[test]
fn what_is_not_reported_is_printed_whatever_is_cut() {
    let output = render::<Use>(&fixture(), r#"{"top": 1}"#).unwrap();

    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.id == "indications" => table.print_rows,
        _ => None,
    });
    assert_eq!(printed, Some(2));
}

#[test]
fn without_reports_there_is_no_use() {
    assert!(matches!(
        render::<Use>(&Fixture::new(Vec::new()), "{}"),
        Err(Failure::NoData(_))
    ));
}
