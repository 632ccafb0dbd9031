//! The section over small case series.

use quire_sdk::{
    testing::{Case, Fixture, overclaims, plain_text, problems, render},
    wit::{
        interval::{Comparison, ReactionSpan, SpanTotals},
        totals::Day,
    },
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
        "Expedited (15 days) | 1 | 100.0%\nNot expedited | 0 | 0.0%\nNot reported | 3 | –",
        "Spontaneous | 1 | 100.0%\nFrom a study | 0 | 0.0%",
        "note: * Partial: the last quarter was not over, or not yet held whole by the source, on the date of this document.\n",
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
    assert!(!text.contains("* Partial"), "{text}");
    assert!(
        text.contains("latest first]\nQuarter | Matching reports\n2016-Q2 | 2\n2016-Q1 | 0\n"),
        "{text}"
    );
}

/// Reports of four years, of which a request wants a part.
fn requested(from: &str, to: &str) -> Fixture {
    let mut fixture = Fixture::new(vec![
        Case::new("1").received(2014, 2, 20).serious(),
        Case::new("2").received(2014, 5, 1),
    ]);
    let day = |year, month, day, reports| Day {
        received: quire_sdk::Civil { year, month, day }.days(),
        reports,
    };
    fixture.received = Some(vec![
        day(2012, 3, 1, 70),
        day(2014, 1, 10, 5),
        day(2014, 2, 20, 2),
        day(2014, 5, 1, 1),
        day(2014, 6, 1, 4),
        day(2015, 7, 1, 9),
    ]);
    fixture.origin.total = 92;
    fixture.origin.fetched = 92;
    fixture.with_details(&[("received-from", from), ("received-to", to)])
}

#[test]
fn a_requested_period_bounds_the_totals_and_marks_both_ends() {
    let fixture = requested("2014-02-15", "2014-05-20");

    let output = render::<ReportTrend>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "3 matching reports were first received by FDA between 20 February 2014 and 1 May 2014. Only the requested period is shown, from 15 February 2014 to 20 May 2014.",
        "2014-Q1* | 2 | 1 | 1 | 100.0%\n2014-Q2* | 1 | 1 | 0 | 0.0%\nNot reported | 0 | 0 | 0 | –\nAll | 3 | 2 | 1 | 50.0%\n",
        "Of 92 matching reports in the source 89 came in outside it, or on an unknown day, and are not counted here.",
        "note: * Partial: the requested period begins inside the first quarter; the requested period ends inside the last quarter.\n",
        "Year | Matching reports\n2014* | 3\n",
        "fact trend-reports = FactValue::Text(\"matching reports of the requested period\")",
        "fact peak-period = FactValue::Text(\"2014-Q1\")",
        "fact peak-period-reports = FactValue::Integer(2)",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn whole_periods_are_not_marked_however_they_were_requested() {
    let text =
        plain_text(&render::<ReportTrend>(&requested("2014-01-01", "2014-06-30"), "{}").unwrap());

    assert!(text.contains("2014-Q1 | 7 |"), "{text}");
    assert!(text.contains("2014-Q2 | 5 |"), "{text}");
    // Half a year is no whole year.
    assert!(text.contains("2014* | 12\n"), "{text}");
}

#[test]
fn a_requested_period_without_reports_is_said_to_have_none() {
    let Err(Failure::NoData(why)) =
        render::<ReportTrend>(&requested("2020-01-01", "2020-12-31"), "{}")
    else {
        panic!("there is a trend");
    };

    assert!(
        why.contains("in the requested period (from 1 January 2020 to 31 December 2020)"),
        "{why}"
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

#[test]
fn a_period_stands_beside_all_time_and_says_what_is_new() {
    let totals = |reports, serious, death| SpanTotals {
        reports,
        serious: Some(serious),
        death,
    };
    let span = |reaction: &str, period, cumulative| ReactionSpan {
        reaction: reaction.to_owned(),
        period,
        cumulative,
    };
    let mut fixture = requested("2014-02-15", "2014-05-20");
    assert!(!plain_text(&render::<ReportTrend>(&fixture, "{}").unwrap()).contains("cumulative"));
    fixture.interval = Some(Comparison {
        period: totals(3, 1, None),
        cumulative: totals(78, 30, Some(2)),
        reactions: vec![
            span("NAUSEA", 2, Some(40)),
            span("RASH", 1, Some(1)),
            span("PAIN", 1, None),
        ],
    });

    let output = render::<ReportTrend>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "1 reaction is named in reports of the period and in none before: RASH (1).",
        "Matching reports | 3 | 78\nMarked serious | 1 | 30\nSeriousness criterion death | – | 2",
        "RASH | 1 | 1 | new\nNAUSEA | 2 | 40 | \nPAIN | 1 | – | \n",
        "fact new-reactions = FactValue::Integer(1) <interval-reactions>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }

    let first = fixture.interval.as_mut().unwrap();
    first.cumulative.reports = 3;
    let text = plain_text(&render::<ReportTrend>(&fixture, "{}").unwrap());
    assert!(
        text.contains("No matching report was received before the period"),
        "{text}"
    );
    assert!(!text.contains("new-reactions"), "{text}");
}
