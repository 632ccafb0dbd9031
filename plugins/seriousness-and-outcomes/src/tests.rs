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
        "Serious | 3 | 60.0%\nNot serious | 1 | 20.0%\nNot reported | 1 | 20.0%\nAll analysed reports | 5 | 100.0%",
        "Death | 2 | 40.0% | 66.7%\nLife-threatening | 0 | 0.0% | 0.0%\nHospitalisation, initial or prolonged | 1 | 20.0% | 33.3%",
        "Other medically important condition | 0 | 0.0% | 0.0%\nNo criterion reported | 3 | 60.0% | –\n",
        "note: Denominators: 5 analysed reports and 3 reports marked serious.",
        "Not recovered | 1 | 20.0%\nRecovered with sequelae | 0 | 0.0%\nFatal | 2 | 40.0%\nUnknown, as the report says | 1 | 20.0%\nNot reported | 2 | 40.0%\nnote",
        "2 of 5 analysed reports have the seriousness criterion death (40.0%). 1 more report gives the outcome fatal for a reaction without that criterion.",
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
fn without_serious_reports_there_is_no_share_of_them() {
    let fixture = Fixture::new(vec![Case::new("1").with("reaction", "Cough")]);

    let text = plain_text(&render::<SeriousnessAndOutcomes>(&fixture, "{}").unwrap());

    assert!(text.contains("Death | 0 | 0.0% | –"), "{text}");
    assert!(
        text.contains("None of 1 analysed report has the seriousness criterion death."),
        "{text}"
    );
}
