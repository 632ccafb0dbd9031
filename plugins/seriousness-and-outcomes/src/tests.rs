//! The section over a small case series.

use quire_sdk::testing::{Case, Fixture, overclaims, plain_text, problems, render};

use super::*;

fn fixture() -> Fixture {
    Fixture::new(vec![
        Case::new("1")
            .received(2014, 3, 12)
            .with("reaction", "Cough")
            .with("reaction-outcome", "unknown"),
        Case::new("2")
            .received(2015, 1, 2)
            .criterion("death")
            .criterion("hospitalisation")
            .with("role", "suspect")
            .date("event", 2014, 11, 30)
            .date("death", 2014, 12, 24)
            .with("reaction", "Dyspnoea")
            .with("reaction", "Oedema")
            .with("reaction-with-outcome", "Dyspnoea: fatal")
            .with("reaction-with-outcome", "Oedema: not recovered")
            .with("reaction-outcome", "fatal")
            .with("reaction-outcome", "not recovered"),
        Case::new("3")
            .received(2016, 1, 2)
            .criterion("death")
            .with("reaction-with-outcome", "Death: not stated"),
        Case::new("4")
            .received(2016, 5, 2)
            .serious()
            .with("reaction-with-outcome", "Shock: fatal")
            .with("reaction-outcome", "fatal"),
        Case::new("5").without("seriousness"),
    ])
}

#[test]
fn parts_and_denominators_are_shown() {
    let output = render::<SeriousnessAndOutcomes>(&fixture(), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "Serious | 3 | 75.0%\nNot serious | 1 | 25.0%\nNot reported | 1 | –\nAll analysed reports | 5 | –",
        "Death | 2 | 66.7% | 66.7%\nLife-threatening | 0 | 0.0% | 0.0%\nHospitalisation, initial or prolonged | 1 | 33.3% | 33.3%",
        "Other medically important condition | 0 | 0.0% | 0.0%\nNo criterion | 1 | 33.3% | –\nNot reported | 2 | – | –\n",
        "note: Denominator: 3 of 5 analysed reports, those that state it.",
        "Not recovered | 1 | 33.3%\nRecovered with sequelae | 0 | 0.0%\nFatal | 2 | 66.7%\nUnknown, as the report says | 1 | 33.3%\nNot reported | 2 | –\nnote",
        "3 reports of a death (75.0% of the 4 reports that state it; 1 does not): 2 by the seriousness criterion death, 1 more by the outcome fatal of a reaction, 0 more by a reaction that means death.",
        "Seriousness criterion death | 2 | 50.0%\nOutcome fatal of a reaction, without the criterion | 1 | 25.0%\nOnly a reaction that means death | 0 | 0.0%\nAll reports of a death | 3 | 75.0%\n",
        "fact fatal-reports = FactValue::Integer(3) <deaths-stated>",
        "4 | 2016-05-02 | – | – | outcome | – | Shock: fatal\n\
         3 | 2016-01-02 | – | – | criterion | – | Death: not stated\n\
         2 | 2015-01-02 | 2014-11-30 | 2014-12-24 | criterion and outcome | suspect | Dyspnoea: fatal; Oedema: not recovered\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn all_deaths_are_in_the_table_and_some_are_printed() {
    let output = render::<SeriousnessAndOutcomes>(&fixture(), r#"{"deaths": 1}"#).unwrap();

    let printed = output.blocks.iter().find_map(|block| match block {
        quire_sdk::wit::types::Block::Table(table) if table.id == "deaths" => table.print_rows,
        _ => None,
    });
    assert_eq!(printed, Some(1));
    assert!(plain_text(&output).contains("\n3 | 2016-01-02 |"));
    assert!(plain_text(&output).contains("\n2 | 2015-01-02 |"));
}

#[test]
fn more_deaths_than_a_table_holds_are_counted() {
    let reports = (0..5_000).map(|id| {
        let report = Case::new(&format!("{id:05}")).received(2015, 1, 2);
        (0..12).fold(report.criterion("death"), |report, term| {
            report.with("reaction-with-outcome", &format!("{term}{:>60}", ": fatal"))
        })
    });

    let output = render::<SeriousnessAndOutcomes>(&Fixture::new(reports.collect()), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    assert!(
        text.contains("note: Listed: 4,") && text.contains(" of 5,000 reports;"),
        "{text}"
    );
}

#[test]
fn what_no_report_states_is_not_zero() {
    let silent = |id: &str| {
        Case::new(id)
            .without("seriousness")
            .with("reaction", "Cough")
    };
    let fixture = Fixture::new(vec![silent("1"), silent("2")]);

    let text = plain_text(&render::<SeriousnessAndOutcomes>(&fixture, "{}").unwrap());

    for line in [
        "Reports by seriousness: not reported in any of the 2 analysed reports.",
        "Seriousness criteria: not reported in any of the 2 analysed reports.",
        "Reports by outcome of their reactions: not reported in any of the 2 analysed reports.",
        "Whether somebody died is not reported: none of the 2 analysed reports states it.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("0.0%"), "{text}");
    assert!(!text.contains("fatal-reports ="), "{text}");
}

#[test]
fn a_reaction_that_means_death_is_a_death() {
    let fixture = Fixture::new(vec![Case::new("1").with("reaction", "Death")]);

    let text = plain_text(&render::<SeriousnessAndOutcomes>(&fixture, "{}").unwrap());

    assert!(
        text.contains("Only a reaction that means death | 1 | 100.0%"),
        "{text}"
    );
    assert!(text.contains("1 | – | – | – | reaction | – |"), "{text}");
}

#[test]
fn without_serious_reports_there_is_no_share_of_them() {
    let fixture = Fixture::new(vec![Case::new("1").with("reaction", "Cough")]);

    let text = plain_text(&render::<SeriousnessAndOutcomes>(&fixture, "{}").unwrap());

    assert!(
        text.contains("Seriousness criteria: none is met in the 1 report that states them."),
        "{text}"
    );
    assert!(
        text.contains("No death is reported in the 1 report that states whether there was one (0.0% of 1 analysed report), neither by the seriousness criterion, nor"),
        "{text}"
    );
}

#[test]
fn a_criterion_without_the_mark_is_remarked() {
    let fixture = Fixture::new(vec![
        Case::new("1").criterion("death").without("seriousness"),
        Case::new("2")
            .without("seriousness")
            .with("seriousness-criterion", "death"),
        Case::new("3").with("seriousness-criterion", "hospitalisation"),
        Case::new("4").criterion("other"),
    ]);

    let text = plain_text(&render::<SeriousnessAndOutcomes>(&fixture, "{}").unwrap());

    assert!(
        text.contains(
            "3 reports meet a seriousness criterion without being marked serious: 2 say nothing about \
             seriousness, 1 says not serious. The criterion is death in 2. This document does not count them \
             among the serious reports; read them as such: 1, 2 and 3."
        ),
        "{text}"
    );
    // A code that no list has is stated all the same.
    let odd = Case::new("5").with("seriousness-criterion", "other");
    let odd = Fixture::new(vec![
        odd.without("seriousness").with("seriousness", "other"),
    ]);
    let text = plain_text(&render::<SeriousnessAndOutcomes>(&odd, "{}").unwrap());
    assert!(
        text.contains(
            "without being marked serious: 1 says something that is not understood. The criterion is death in none."
        ),
        "{text}"
    );
    let marked = Fixture::new(vec![Case::new("4").criterion("other")]);
    let text = plain_text(&render::<SeriousnessAndOutcomes>(&marked, "{}").unwrap());
    assert!(!text.contains("without being marked"), "{text}");
}
