//! Answers are kept: fresh, stale, shared by those who ask at once.

use std::time::Duration;

use futures::future::join_all;
use quire_faers::{CacheState, FaersError};
use quire_replay::{Fault, FaultRule};

use crate::support::{Bench, letairis};

#[tokio::test]
async fn a_second_request_within_the_time_to_live_asks_nobody() {
    let bench = Bench::new().await;
    bench.faers.case_series(&letairis()).await.unwrap();
    bench.pass(Duration::from_secs(299));

    let second = bench.faers.case_series(&letairis()).await.unwrap();

    assert_eq!(
        (second.cache, second.age),
        (CacheState::Hit, Duration::from_secs(299))
    );
    assert_eq!(bench.requests(), 2);
    bench.pass(Duration::from_secs(1));
    let third = bench.faers.case_series(&letairis()).await.unwrap();
    assert_eq!((third.cache, third.age), (CacheState::Miss, Duration::ZERO));
    assert_eq!(bench.requests(), 4);
}

#[tokio::test]
async fn fifty_at_once_cause_one_fetch() {
    let bench = Bench::new().await;
    let ndc = letairis();

    let all = join_all((0..50).map(|_| bench.faers.case_series(&ndc))).await;

    assert!(
        all.iter()
            .all(|one| one.as_ref().unwrap().series.len() == 61)
    );
    assert_eq!(bench.requests(), 2, "one page and the totals by day");
}

#[tokio::test]
async fn an_older_answer_stands_in_while_openfda_is_away() {
    let bench = Bench::new().await;
    let fresh = bench.faers.case_series(&letairis()).await.unwrap();
    bench.pass(Duration::from_secs(1_000));
    bench.replay.fail(FaultRule::always(Fault::Unavailable));

    let stale = bench.faers.case_series(&letairis()).await.unwrap();

    assert_eq!(fresh.stale, None);
    assert_eq!(
        (stale.cache, stale.age),
        (CacheState::Stale, Duration::from_secs(1_000))
    );
    assert_eq!(
        stale.series.digest(),
        fresh.series.digest(),
        "the data are the same"
    );
    let remark = stale.stale.unwrap();
    // 300 s after 1,750,000,000 s, when the clock of the test was started: when the answer's time was
    // over, not when it was fetched.
    assert_eq!(remark.since.to_string(), "2025-06-15T15:11:40Z");
    assert!(remark.reason.contains("503"), "{}", remark.reason);
    let asked = bench.requests();
    bench.faers.case_series(&letairis()).await.unwrap();
    assert_eq!(bench.requests(), asked, "openFDA is left alone for a while");

    bench.replay.recover();
    bench.pass(Duration::from_secs(15));
    let again = bench.faers.case_series(&letairis()).await.unwrap();
    assert_eq!(again.cache, CacheState::Miss);
    assert_eq!(again.stale, None);
}

#[tokio::test]
async fn an_answer_can_be_too_old_to_stand_in() {
    let bench = Bench::new().await;
    bench.faers.case_series(&letairis()).await.unwrap();
    bench.pass(Duration::from_secs(25 * 60 * 60));
    bench.replay.fail(FaultRule::always(Fault::Unavailable));

    let error = bench.faers.case_series(&letairis()).await.unwrap_err();

    assert!(matches!(error, FaersError::Unavailable { .. }), "{error}");
}

#[tokio::test]
async fn a_wrong_key_is_not_hidden_by_an_older_answer() {
    let bench = Bench::new().await;
    bench.faers.case_series(&letairis()).await.unwrap();
    bench.pass(Duration::from_secs(1_000));
    bench.replay.fail(FaultRule::always(Fault::KeyInvalid));

    let error = bench.faers.case_series(&letairis()).await.unwrap_err();

    assert!(matches!(error, FaersError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn that_no_product_has_a_code_is_kept_too() {
    let bench = Bench::new().await;
    let ndc = "99999-9999".parse().unwrap();

    for _ in 0..3 {
        let error = bench.faers.case_series(&ndc).await.unwrap_err();
        assert!(matches!(error, FaersError::UnknownNdc { .. }), "{error}");
    }

    assert_eq!(
        (bench.requests(), bench.replay.requests("/drug/ndc.json")),
        (1, 1)
    );
}

#[tokio::test]
async fn snapshots_that_do_not_fit_are_fetched_again() {
    let bench = Bench::with(|_, tuning| {
        tuning.process_cache_bytes = 10;
        tuning.memo_bytes = 10;
    })
    .await;

    for _ in 0..2 {
        assert_eq!(
            bench.faers.case_series(&letairis()).await.unwrap().cache,
            CacheState::Miss
        );
    }
}
