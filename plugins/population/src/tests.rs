//! The section over a small case series.

use quire_sdk::testing::{Case, Fixture, overclaims, plain_text, problems, render};

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
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "Female | 2 | 66.7%\nMale | 1 | 33.3%\nNot reported | 2 | –\nAll analysed reports | 5 | –",
        "0–1 years | 0 | 0.0%\n",
        "75 years and older | 0 | 0.0%\nNot reported | 3 | –\nAll analysed reports | 5 | –",
        "Age, years | 2 | 3 | 40.0 | 47.0 | 54.0 | 61.0 | 68.0",
        "Weight, kg | 1 | 4 | 71.5 | 71.5 | 71.5 | 71.5 | 71.5",
        "United States (US) | 2 | 50.0%\nGermany (DE) | 1 | 25.0%\nFrance (FR) | 1 | 25.0%\nNot reported | 1 | –",
        "Pharmacist | 0 | 0.0%",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn bands_say_how_many_reports_give_a_group_and_no_age() {
    let text = |cases| plain_text(&render::<Population>(&Fixture::new(cases), "{}").unwrap());
    let by_age = || {
        Case::new("1")
            .with("age-group", "18-64")
            .measure("age-years", 40.0)
    };

    let with_groups = text(vec![
        by_age(),
        Case::new("2").with("age-group", "18-64"),
        Case::new("3").with("age-group", "65+"),
        Case::new("4"),
    ]);

    for line in [
        "18–64 years | 2 | 66.7%",
        "Elderly, no age given | 1 | 33.3%\nNot reported | 1 | –",
        "note: Of 3 reports in a band, 2 give no usable age and count by the age group that the reporter chose",
        "Age, years | 1 | 3 | 40.0",
    ] {
        assert!(with_groups.contains(line), "{line}\n{with_groups}");
    }
    let without = text(vec![by_age(), Case::new("2")]);
    assert!(
        without.contains("note: Every report in a band gives an age."),
        "{without}"
    );
}

#[test]
fn a_country_that_stands_in_for_that_of_the_event_is_said_so() {
    let text = plain_text(&render::<Population>(&fixture(), "{}").unwrap());

    assert!(
        text.contains("where a report does not say so, the country that it comes from"),
        "{text}"
    );
}

#[test]
fn countries_beyond_the_first_are_summed() {
    let text = plain_text(&render::<Population>(&fixture(), r#"{"countries": 1}"#).unwrap());

    assert!(
        text.contains(
            "United States (US) | 2 | 50.0%\n2 other countries | 2 | 50.0%\nNot reported | 1"
        ),
        "{text}"
    );
}

#[test]
fn a_measure_that_nobody_reports_has_no_quartiles() {
    let text =
        plain_text(&render::<Population>(&Fixture::new(vec![Case::new("1")]), "{}").unwrap());

    assert!(
        text.contains("Age, years: not reported in the one analysed report."),
        "{text}"
    );
    assert!(!text.contains("[table"), "{text}");
    assert!(!text.contains("fact median-age"), "{text}");
}
