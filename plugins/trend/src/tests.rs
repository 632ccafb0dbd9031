//! The section over small case series.

use quire_sdk::{
    testing::{Case, Fixture, plain_text, problems, render},
    wit::totals::Day,
};

use super::*;

#[test]
fn quarters_without_reports_are_zero_and_the_last_is_partial() {
    let fixture = Fixture::new(vec![
        Case::new("1").received(2024, 11, 3),
        Case::new("2")
            .received(2025, 6, 1)
            .serious()
            .with("expedited", "yes")
            .with("report-type", "spontaneous"),
        Case::new("3").received(2025, 6, 2),
        Case::new("4"),
    ]);

    let output = render::<ReportTrend>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "3 matching reports were first received by FDA between 3 November 2024 and 2 June 2025.",
        "[line trend-chart: Matching reports by quarter of first receipt; 3 positions]",
        "2024-Q4 | 1 | 1 | 0 | 0.0%\n2025-Q1 | 0 | 0 | 0 | –\n2025-Q2* | 2 | 2 | 1 | 50.0%\nNot reported | 1 | 1 | 0 | 0.0%\nAll | 4 | 4 | 1 | 25.0%",
        "[table trend-by-the-other-period: Matching reports by year of first receipt, latest first]\nYear | Matching reports\n2025* | 2\n2024 | 1\n",
        "Expedited (15 days) | 1 | 25.0%\nNot expedited | 0 | 0.0%\nNot reported | 3 | 75.0%",
        "Spontaneous | 1 | 25.0%\nFrom a study | 0 | 0.0%",
        "note: * Partial",
        "<trend>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn more_than_three_years_are_shown_in_years() {
    let mut fixture = Fixture::new(vec![Case::new("1").received(2014, 3, 12)]);
    let day = |year| {
        quire_sdk::Civil {
            year,
            month: 5,
            day: 5,
        }
        .days()
    };
    fixture.received = Some(vec![
        Day {
            received: day(2012),
            reports: 7,
        },
        Day {
            received: day(2016),
            reports: 2,
        },
    ]);
    fixture.origin.total = 9;

    let text = plain_text(&render::<ReportTrend>(&fixture, "{}").unwrap());

    assert!(
        text.contains("[bar trend-chart: Matching reports by year of first receipt; 5 positions]"),
        "{text}"
    );
    assert!(
        text.contains(
            "2012 | 7\n2013 | 0\n2014 | 0\n2015 | 0\n2016 | 2\nNot reported | 0\nAll | 9\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("1 of 9 matching reports were fetched"),
        "{text}"
    );
    assert!(!text.contains("Partial: the year"), "{text}");
    assert!(
        text.contains("latest first]\nQuarter | Matching reports\n2016-Q2 | 2\n2016-Q1 | 0\n"),
        "{text}"
    );
}

#[test]
fn fetched_reports_stand_in_for_totals_with_a_caveat() {
    let mut fixture = Fixture::new(vec![
        Case::new("1").received(2014, 3, 12),
        Case::new("2").received(2014, 9, 12),
    ])
    .of_total(10);
    fixture.received = None;

    let text = plain_text(&render::<ReportTrend>(&fixture, r#"{"by": "month"}"#).unwrap());

    assert!(text.contains("! Fetched reports only: "), "{text}");
    assert!(
        text.contains("only the 2 of 10 matching reports that were fetched"),
        "{text}"
    );
    assert!(text.contains("2014-03 | 1\n2014-04 | 0\n"), "{text}");
}

#[test]
fn a_single_period_has_no_chart() {
    let text = plain_text(
        &render::<ReportTrend>(
            &Fixture::new(vec![Case::new("1").received(2014, 3, 12)]),
            "{}",
        )
        .unwrap(),
    );

    assert!(text.contains("1 matching report was first received by FDA on 12 March 2014. All of them fall into one quarter"), "{text}");
    assert!(!text.contains("trend-chart"), "{text}");
}

#[test]
fn without_dates_there_is_no_trend() {
    assert!(matches!(
        render::<ReportTrend>(&Fixture::new(Vec::new()), "{}"),
        Err(Failure::NoData(_))
    ));
}
