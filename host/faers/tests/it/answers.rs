//! What openFDA is asked, and what becomes of its answers.

use quire_faers::{CacheState, FaersError};
use quire_model::{DrugRole, Ndc, ProblemKind};
use quire_replay::{Records, Replay, ReplaySettings};

use crate::support::{Bench, EVENTS, letairis};

#[tokio::test]
async fn a_code_becomes_a_case_series_with_its_provenance() {
    let bench = Bench::new().await;

    let fetched = bench.faers.case_series(&letairis()).await.unwrap();

    let origin = fetched.series.origin();
    assert_eq!(
        (fetched.cache, fetched.series.len()),
        (CacheState::Miss, 61)
    );
    assert_eq!((origin.total, origin.fetched), (61, 61));
    assert_eq!(origin.selection, "all matching reports");
    assert_eq!(origin.names, ["AMBRISENTAN", "LETAIRIS"]);
    assert_eq!(origin.fetched_at, "2025-06-20T00:00:00Z");
    assert_eq!(origin.last_updated, "2025-06-20");
    assert!(origin.disclaimer.starts_with("Do not rely on openFDA"));
    let urls: Vec<&str> = origin
        .queries
        .iter()
        .map(|query| query.url.as_str())
        .collect();
    let search = "https://api.fda.gov/drug/event.json?search=patient.drug.openfda.product_ndc.exact:(%2261958-0802%22)";
    assert_eq!(
        urls,
        [
            format!("{search}&sort=receivedate:desc&limit=1000"),
            format!("{search}&count=receivedate")
        ]
    );
    let by_day: u32 = fetched
        .series
        .received()
        .unwrap()
        .iter()
        .map(|day| day.reports)
        .sum();
    assert_eq!(by_day, 61);
}

#[tokio::test]
async fn every_spelling_of_a_code_gives_the_same_reports() {
    let bench = Bench::new().await;

    for spelling in [
        "61958-0802",
        "61958-0802-1",
        "61958080201",
        "6195808021",
        " 61958-0802-01",
    ] {
        let ndc = spelling.parse().unwrap();
        let fetched = bench.faers.case_series(&ndc).await.unwrap();

        let analysed = fetched.series.analysed(&ndc, DrugRole::Any, None);
        assert_eq!(analysed.len(), 61, "{spelling}");
        assert_eq!(analysed.analysis().ndc, spelling.trim());
        assert_eq!(fetched.series.origin().matched, ["61958-0802"]);
    }
    // A package code means one product code, the same as written.
    assert_eq!(bench.requests(), 3 * 2);
}

#[tokio::test]
async fn equal_data_have_equal_digests_wherever_they_come_from() {
    let (one, other) = (Bench::new().await, Bench::new().await);

    let first = one.faers.case_series(&letairis()).await.unwrap();
    let second = other.faers.case_series(&letairis()).await.unwrap();

    assert_eq!(first.series.digest(), second.series.digest());
    assert_eq!(first.series.origin(), second.series.origin());
}

#[tokio::test]
async fn pages_are_followed_up_to_the_most_that_are_wanted() {
    let bench = Bench::with(|settings, tuning| {
        settings.max_reports = 25;
        tuning.page_size = 10;
    })
    .await;

    let fetched = bench.faers.case_series(&letairis()).await.unwrap();

    let origin = fetched.series.origin();
    assert_eq!(
        (origin.total, origin.fetched, fetched.series.len()),
        (61, 25, 25)
    );
    assert_eq!(
        origin.selection,
        "the 25 most recently received of 61 matching reports"
    );
    let reports: Vec<u64> = origin.queries.iter().map(|query| query.reports).collect();
    assert_eq!(reports, [10, 0, 10, 5]);
    let flow = &fetched.series.analysis().flow;
    assert_eq!((flow[1].remaining, flow[1].removed), (25, 36));
    let all: u32 = fetched
        .series
        .received()
        .unwrap()
        .iter()
        .map(|day| day.reports)
        .sum();
    assert_eq!(all, 61, "totals by day are of all matching reports");
}

#[tokio::test]
async fn small_pages_and_one_large_page_hold_the_same_reports() {
    let small = Bench::with(|_, tuning| tuning.page_size = 7).await;
    let large = Bench::new().await;

    let one = small.faers.case_series(&letairis()).await.unwrap();
    let other = large.faers.case_series(&letairis()).await.unwrap();

    let counts = |fetched: &quire_faers::Fetched| fetched.series.count_by(None, "reaction", None);
    assert_eq!(one.series.len(), 61);
    assert_eq!(counts(&one), counts(&other));
}

#[tokio::test]
async fn a_product_without_reports_gives_an_empty_series_that_says_so() {
    let bench = Bench::new().await;

    let fetched = bench
        .faers
        .case_series(&"0003-0894-21".parse().unwrap())
        .await
        .unwrap();

    let origin = fetched.series.origin();
    assert!(fetched.series.is_empty());
    assert_eq!((origin.total, origin.fetched), (0, 0));
    assert_eq!(origin.names, ["Apixaban", "Eliquis"]);
    let by_name = origin.by_name.as_ref().unwrap();
    assert_eq!(by_name.names, ["Apixaban", "Eliquis"]);
    assert_eq!(by_name.reports, 0);
    assert!(
        origin.queries[2]
            .url
            .contains("patient.drug.medicinalproduct:")
    );
    assert_eq!(origin.matched, ["0003-0894"]);
    assert!(
        origin.queries[1]
            .url
            .contains("/drug/ndc.json?search=product_ndc:(%220003-0894%22)")
    );
    assert!(
        fetched
            .series
            .count_by(None, "reaction", None)
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test]
async fn a_code_that_no_product_has_is_refused_with_its_readings() {
    let bench = Bench::new().await;

    let error = bench
        .faers
        .case_series(&"9999912341".parse().unwrap())
        .await
        .unwrap_err();

    let problem = error.problem();
    assert_eq!(problem.kind, ProblemKind::UnknownNdc);
    assert_eq!(problem.candidates, ["99999-1234", "99999-123", "9999-9123"]);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn the_key_opens_the_door_and_stays_out_of_sight() {
    let mut sample = ReplaySettings::sample().unwrap();
    sample.key = Some("s3cret".to_owned());
    let with_key = |key: &str| {
        let (sample, key) = (sample.clone(), key.to_owned());
        async move {
            let replay = Replay::start(sample).await.unwrap();
            Bench::over(replay, |settings, _| settings.openfda_key = Some(key))
        }
    };
    let (right, wrong) = (with_key("s3cret").await, with_key("0ther").await);

    let fetched = right.faers.case_series(&letairis()).await.unwrap();
    let refused = wrong.faers.case_series(&letairis()).await.unwrap_err();

    assert!(right.replay.queries()[0].contains("api_key=s3cret"));
    assert!(!format!("{:?} {:?}", fetched.series.origin(), right.faers).contains("s3cret"));
    assert!(
        matches!(refused, FaersError::Refused { status: 403, .. }),
        "{refused}"
    );
    assert!(refused.problem().detail.contains("QUIRE_OPENFDA_KEY"));
    assert!(!format!("{refused:?}").contains("0ther"));
    assert_eq!(
        wrong.replay.requests(EVENTS),
        1,
        "a refusal is not repeated"
    );
}

#[tokio::test]
async fn settings_that_cannot_work_are_named() {
    let bench = Bench::new().await;
    let mut settings = crate::support::settings(&bench.replay);
    settings.redis_url = Some("http://127.0.0.1".to_owned());

    let error = quire_faers::Faers::new(settings).unwrap_err();

    assert!(error.to_string().contains("QUIRE_REDIS_URL"), "{error}");
}

/// A replay of reports, each of a code and a name.
async fn reports_of(codes: &[(&str, &str, usize)]) -> Bench {
    let mut records = Vec::new();
    for (code, name, reports) in codes {
        for _ in 0..*reports {
            let id = (10_000 + records.len()).to_string();
            records.push(serde_json::json!({
                "safetyreportid": id, "receivedate": "20200115",
                "patient": {"reaction": [{"reactionmeddrapt": "NAUSEA"}], "drug": [{
                    "drugcharacterization": "1", "medicinalproduct": name,
                    "openfda": {"product_ndc": [code], "generic_name": [name]}}]},
            }));
        }
    }
    let settings = ReplaySettings {
        records: records.into_iter().collect::<Records>(),
        ..ReplaySettings::sample().unwrap()
    };
    let replay = Replay::start(settings).await.unwrap();
    Bench::over(replay, |settings, _| settings.max_reports = 3)
}

fn code(text: &str) -> Ndc {
    text.parse().unwrap()
}

#[tokio::test]
async fn two_drugs_that_share_a_spelling_are_never_mixed() {
    // The second drug's reports are not among those that are fetched.
    for codes in [
        [("12345-6789", "ALPHA", 1), ("12345-678", "BETA", 1)],
        [("12345-6789", "ALPHA", 5), ("12345-678", "BETA", 5)],
    ] {
        let bench = reports_of(&codes).await;

        let error = bench.faers.case_series(&code("1234567890")).await;
        let error = error.unwrap_err();

        let FaersError::AmbiguousNdc { .. } = &error else {
            panic!("{error}")
        };
        let problem = error.problem();
        assert_eq!(problem.kind, ProblemKind::InvalidNdc);
        assert_eq!(problem.candidates, ["12345-6789", "12345-678"]);
        assert!(
            problem
                .detail
                .contains("12345-6789 (ALPHA) or as 12345-678 (BETA)"),
            "{}",
            problem.detail
        );
        let one = bench.faers.case_series(&code("12345-678")).await.unwrap();
        assert_eq!(one.series.origin().names, ["BETA"]);
    }
}

#[tokio::test]
async fn one_drug_under_two_readings_is_one_drug() {
    let bench = reports_of(&[("12345-6789", "ALPHA", 1), ("12345-678", "ALPHA", 1)]).await;

    let fetched = bench.faers.case_series(&code("1234567890")).await;

    assert_eq!(fetched.unwrap().series.len(), 2);
}
