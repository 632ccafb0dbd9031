//! The section over a small case series.

use quire_sdk::testing::{Case, Fixture, plain_text, problems, render};

use super::*;

fn fixture() -> Fixture {
    let case = |id: &str, country: &str| {
        Case::new(id)
            .with("country", country)
            .with("role", "suspect")
    };
    Fixture::new(vec![
        case("1", "US")
            .with("sex", "female")
            .with("age-group", "65-74")
            .measure("age-years", 68.0)
            .with("reporter", "consumer"),
        case("2", "US")
            .with("sex", "female")
            .with("age-group", "18-64")
            .measure("age-years", 40.0)
            .measure("weight-kg", 71.5),
        case("3", "FR")
            .with("sex", "male")
            .with("reporter", "physician"),
        case("4", "DE"),
        Case::new("5").with("role", "concomitant"),
    ])
}

#[test]
fn what_is_not_reported_has_its_own_row() {
    let output = render::<Population>(&fixture(), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "Female | 2 | 40.0%\nMale | 1 | 20.0%\nNot reported | 2 | 40.0%\nAll analysed reports | 5 | 100.0%",
        "0–1 years | 0 | 0.0%\n",
        "75 years and older | 0 | 0.0%\nNot reported | 3 | 60.0%\nAll analysed reports | 5 | 100.0%",
        "Age, years | 2 | 3 | 40.0 | 47.0 | 54.0 | 61.0 | 68.0",
        "Weight, kg | 1 | 4 | 71.5 | 71.5 | 71.5 | 71.5 | 71.5",
        "United States (US) | 2 | 40.0%\nGermany (DE) | 1 | 20.0%\nFrance (FR) | 1 | 20.0%\nNot reported | 1 | 20.0%",
        "Pharmacist | 0 | 0.0%",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn countries_beyond_the_first_are_summed() {
    let text = plain_text(&render::<Population>(&fixture(), r#"{"countries": 1}"#).unwrap());

    assert!(
        text.contains(
            "United States (US) | 2 | 40.0%\n2 other countries | 2 | 40.0%\nNot reported | 1"
        ),
        "{text}"
    );
}

#[test]
fn a_measure_that_nobody_reports_has_no_quartiles() {
    let text =
        plain_text(&render::<Population>(&Fixture::new(vec![Case::new("1")]), "{}").unwrap());

    assert!(
        text.contains("Age, years | 0 | 1 | – | – | – | – | –"),
        "{text}"
    );
    assert!(!text.contains("fact median-age"), "{text}");
}
