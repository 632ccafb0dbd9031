//! A period of first receipt is part of what openFDA is asked, so that it is whole however many
//! reports there are outside of it.

use quire_faers::FaersError;
use quire_model::{Date, FlowStep, Period};
use quire_replay::{Records, Replay, ReplaySettings};
use serde_json::{Value, json};

use crate::support::{Bench, letairis};

fn until(to: Date) -> Period {
    Period {
        from: None,
        to: Some(to),
    }
}

fn steps(flow: &[FlowStep]) -> Vec<(&str, u64, u64)> {
    flow.iter()
        .map(|step| (step.label.as_str(), step.remaining, step.removed))
        .collect()
}

#[tokio::test]
async fn an_old_period_is_fetched_though_newer_reports_would_fill_the_limit() {
    let replay = Replay::start(ReplaySettings::synthetic(7_300, 1, "61958-0802"));
    let bench = Bench::over(replay.await.unwrap(), |settings, _| {
        settings.max_reports = 1_000;
    });
    let early = |record: &Value| record["receivedate"].as_str().unwrap() <= "20041231";
    let records = quire_replay::synthetic(7_300, 1, "61958-0802");
    let expected = records.filter(early).count() as u64;
    assert!((10..1_000).contains(&expected), "{expected}");

    let wanted = until(Date::constant(2004, 12, 31));
    let fetched = bench.faers.received(&letairis(), wanted).await.unwrap();

    let series = fetched.series;
    let origin = series.origin();
    assert_eq!(origin.received, wanted);
    assert_eq!((origin.total, origin.fetched), (expected, expected));
    assert_eq!(
        steps(&series.analysis().flow)[..3],
        [
            ("Matching reports in openFDA", 7_300, 0),
            ("Received in the period", expected, 7_300 - expected),
            ("Fetched", expected, 0),
        ]
    );
    let by_day: u32 = series
        .received()
        .unwrap()
        .iter()
        .map(|day| day.reports)
        .sum();
    assert_eq!(u64::from(by_day), expected);
}

#[tokio::test]
async fn a_period_without_reports_is_not_a_drug_without_reports() {
    let bench = Bench::new().await;

    let wanted = until(Date::constant(2010, 1, 1));
    let fetched = bench.faers.received(&letairis(), wanted).await.unwrap();

    let origin = fetched.series.origin();
    assert!(fetched.series.is_empty());
    assert_eq!(origin.names, ["AMBRISENTAN", "LETAIRIS"]);
    assert_eq!(
        steps(&fetched.series.analysis().flow)[..2],
        [
            ("Matching reports in openFDA", 61, 0),
            ("Received in the period", 0, 61),
        ]
    );
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_unknown_in_every_period() {
    let bench = Bench::new().await;
    let nobodys = "99999-9999".parse().unwrap();

    let wanted = until(Date::constant(2024, 1, 1));
    let refused = bench.faers.received(&nobodys, wanted).await.unwrap_err();

    assert!(
        matches!(refused, FaersError::UnknownNdc { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn periods_are_kept_apart() {
    let bench = Bench::new().await;
    let all = bench.faers.case_series(&letairis()).await.unwrap();
    let none = until(Date::constant(2010, 1, 1));

    let nothing = bench.faers.received(&letairis(), none).await.unwrap();
    let again = bench.faers.received(&letairis(), none).await.unwrap();

    assert_eq!((all.series.len(), nothing.series.len()), (61, 0));
    assert_eq!(again.cache, quire_faers::CacheState::Hit);
    assert_ne!(all.series.digest(), nothing.series.digest());
}

/// A later report of the same case lies outside the period; the case must not go with it.
#[tokio::test]
async fn a_case_reported_again_after_the_period_stays() {
    let report = |id: &str, received: &str| {
        json!({
            "safetyreportid": id, "receivedate": received, "receiptdate": received,
            "companynumb": "US-ACME-2014-0057858",
            "patient": {
                "reaction": [{"reactionmeddrapt": "Nausea"}],
                "drug": [{"drugcharacterization": "1", "medicinalproduct": "LETAIRIS",
                    "openfda": {"product_ndc": ["61958-0802"]}}],
            },
        })
    };
    let records = [
        report("10000001", "20140301"),
        report("10000002", "20150201"),
    ];
    let settings = ReplaySettings {
        records: records.into_iter().collect::<Records>(),
        ..ReplaySettings::sample().unwrap()
    };
    let bench = Bench::over(Replay::start(settings).await.unwrap(), |_, _| ());

    let both = bench.faers.case_series(&letairis()).await.unwrap();
    let wanted = until(Date::constant(2014, 12, 31));
    let first = bench.faers.received(&letairis(), wanted).await.unwrap();

    assert_eq!(both.series.len(), 1, "they are one case");
    assert_eq!(first.series.len(), 1, "it was reported in the period");
}
