//! openFDA misbehaves; each way ends as it should.

use std::time::Duration;

use quire_faers::{Faers, FaersError, FaersSettings, Tuning};
use quire_model::ProblemKind;
use quire_replay::{Fault, FaultRule};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::support::{Bench, letairis, settings};

/// The error when every request goes wrong, and how many requests it took.
async fn with(fault: Fault) -> (FaersError, u64) {
    let bench = Bench::with(|_, tuning| tuning.body_limit_bytes = 4 << 20).await;
    bench.replay.fail(FaultRule::always(fault));
    let error = bench.faers.case_series(&letairis()).await.unwrap_err();
    (error, bench.requests())
}

/// How many requests it takes when the first two go wrong.
async fn after_two(fault: Fault) -> u64 {
    let bench = Bench::new().await;
    bench.replay.fail(FaultRule::times(fault, 2));
    assert_eq!(
        bench
            .faers
            .case_series(&letairis())
            .await
            .unwrap()
            .series
            .len(),
        61
    );
    bench.requests()
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for fault in [
        Fault::Unavailable,
        Fault::CutOff,
        Fault::Throttled {
            retry_after_s: Some(0),
        },
    ] {
        assert_eq!(after_two(fault.clone()).await, 2 + 2, "{fault:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_stays_down_makes_openfda_unavailable() {
    for fault in [Fault::Unavailable, Fault::CutOff] {
        let (error, requests) = with(fault).await;

        assert!(matches!(error, FaersError::Unavailable { .. }), "{error}");
        assert_eq!(error.problem().kind, ProblemKind::SourceUnavailable);
        assert!(error.is_retryable());
        // In ever smaller pages, down to seven reports.
        assert_eq!(requests, 8);
    }
}

#[tokio::test]
async fn a_server_error_is_doubted_until_little_is_asked_for() {
    let (error, requests) = with(Fault::ServerError).await;

    assert!(error.to_string().contains("Check your request"), "{error}");
    assert_eq!(
        (error.problem().kind, requests),
        (ProblemKind::SourceUnavailable, 8)
    );
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_passed_on() {
    let (error, requests) = with(Fault::Throttled {
        retry_after_s: Some(3_600),
    })
    .await;

    let problem = error.problem();
    assert_eq!(
        (problem.kind, problem.retry_after_s),
        (ProblemKind::SourceBudget, Some(3_600))
    );
    assert_eq!(requests, 1);
    let (error, requests) = with(Fault::Throttled {
        retry_after_s: None,
    })
    .await;
    assert_eq!(
        error,
        FaersError::Throttled {
            retry_after: Duration::from_secs(60)
        }
    );
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn while_openfda_wants_quiet_nobody_asks() {
    let bench = Bench::new().await;
    bench.replay.fail(FaultRule::times(
        Fault::Throttled {
            retry_after_s: Some(3_600),
        },
        1,
    ));
    bench.faers.case_series(&letairis()).await.unwrap_err();

    let other = bench
        .faers
        .case_series(&"0054-4742".parse().unwrap())
        .await
        .unwrap_err();
    assert!(matches!(other, FaersError::Throttled { .. }), "{other}");
    assert_eq!(bench.requests(), 1);
    bench.pass(Duration::from_secs(3_600));

    assert!(bench.faers.case_series(&letairis()).await.is_ok());
}

#[tokio::test]
async fn refusals_are_final() {
    for (fault, kind) in [
        (Fault::KeyInvalid, ProblemKind::SourceRefused),
        (Fault::BadRequest, ProblemKind::SourceRefused),
        (Fault::ForeignLink, ProblemKind::SourceInvalid),
    ] {
        let (error, requests) = with(fault.clone()).await;

        assert_eq!(error.problem().kind, kind, "{fault:?}: {error}");
        assert!(!error.is_retryable());
        assert_eq!(requests, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_asked_for_in_ever_smaller_pieces() {
    let (error, requests) = with(Fault::Huge { bytes: 5 << 20 }).await;

    assert_eq!(error.problem().kind, ProblemKind::SourceInvalid, "{error}");
    assert!(!error.is_retryable());
    // 1,000, 500, 250, 125, 62, 31, 15, 7, 3 and one report.
    assert_eq!(requests, 10);
}

/// Every report of the sample arrives once, in pages that are not too heavy.
async fn in_pieces(fault: Fault, above: u32) -> Vec<String> {
    let bench = Bench::with(|settings, tuning| {
        settings.timeout = Duration::from_millis(500);
        tuning.body_limit_bytes = 4 << 20;
        tuning.page_size = 256;
    })
    .await;
    let whole = Bench::new().await;
    bench.replay.fail(FaultRule::always(fault).above(above));

    let fetched = bench.faers.case_series(&letairis()).await.unwrap();
    let wanted = whole.faers.case_series(&letairis()).await.unwrap();

    let counts = |fetched: &quire_faers::Fetched| fetched.series.count_by(None, "reaction", None);
    assert_eq!(
        (fetched.series.len(), counts(&fetched)),
        (61, counts(&wanted))
    );
    let queries = &fetched.series.origin().queries;
    assert_eq!(queries.iter().map(|query| query.reports).sum::<u64>(), 61);
    queries.iter().map(|query| query.url.clone()).collect()
}

#[tokio::test]
async fn pages_that_are_too_heavy_are_asked_for_in_smaller_pieces() {
    for (fault, limits) in [
        (Fault::Huge { bytes: 5 << 20 }, "&limit=16"),
        (Fault::GatewayTimeout, "&limit=16"),
        (Fault::CutOff, "&limit=16"),
        (Fault::Hang, "&limit=16"),
        (Fault::ServerError, "&limit=16"),
        (Fault::Unavailable, "&limit=16"),
        (Fault::BrokenJson, "&limit=16"),
        (Fault::WrongContent, "&limit=16"),
    ] {
        let queries = in_pieces(fault.clone(), 20).await;

        let pages = queries.iter().filter(|query| query.contains("&limit="));
        let pages: Vec<_> = pages.collect();
        assert_eq!(pages.len(), 4, "{fault:?} {queries:?}");
        assert!(
            pages.iter().all(|page| page.contains(limits)),
            "{queries:?}"
        );
    }
}

#[tokio::test]
async fn a_gateway_that_times_out_for_ten_reports_too_is_down() {
    let (error, requests) = with(Fault::GatewayTimeout).await;

    assert!(matches!(error, FaersError::Unavailable { .. }), "{error}");
    assert_eq!(requests, 8);
}

#[tokio::test]
async fn what_is_no_answer_is_called_so() {
    for (fault, words) in [
        (Fault::BrokenJson, "ends early"),
        (Fault::WrongContent, "not JSON"),
        (Fault::WrongShape, "another shape"),
    ] {
        let (error, requests) = with(fault.clone()).await;

        assert!(error.to_string().contains(words), "{fault:?}: {error}");
        assert_eq!(error.problem().kind, ProblemKind::SourceInvalid);
        assert_eq!(requests, 8, "{fault:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let bench = Bench::with(|settings, tuning| {
        settings.timeout = Duration::from_millis(50);
        tuning.attempts = 2;
    })
    .await;
    bench.replay.fail(FaultRule::always(Fault::Hang));

    let error = bench.faers.case_series(&letairis()).await.unwrap_err();

    assert!(error.to_string().contains("no answer in time"), "{error}");
    assert_eq!(
        (error.problem().kind, bench.requests()),
        (ProblemKind::SourceUnavailable, 2)
    );
}

#[tokio::test]
async fn nobody_at_the_address_is_openfda_away() {
    let bench = Bench::with(|settings, _| {
        // The port of discard, which nobody serves here.
        settings.openfda_url = "http://127.0.0.1:9".to_owned();
    })
    .await;

    let error = bench.faers.case_series(&letairis()).await.unwrap_err();

    assert!(error.to_string().contains("no connection"), "{error}");
    assert!(!error.to_string().contains("product_ndc"), "{error}");
}

#[tokio::test]
async fn totals_by_day_may_fail_without_the_report() {
    let bench = Bench::new().await;
    bench
        .replay
        .fail(FaultRule::always(Fault::ServerError).after(1));

    let fetched = bench.faers.case_series(&letairis()).await.unwrap();

    assert_eq!(
        (fetched.series.len(), fetched.series.received()),
        (61, None)
    );
}

#[tokio::test]
async fn the_days_budget_is_kept() {
    let bench = Bench::with(|settings, _| settings.requests_per_day = 2).await;
    bench.faers.case_series(&letairis()).await.unwrap();

    let error = bench
        .faers
        .case_series(&"0054-4742".parse().unwrap())
        .await
        .unwrap_err();

    assert!(
        matches!(error, FaersError::BudgetExhausted { per_day: 2, .. }),
        "{error}"
    );
    assert_eq!(error.problem().kind, ProblemKind::SourceBudget);
    assert_eq!(bench.requests(), 2);
}

/// The address of something that answers with these bytes whatever it hears.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    address
}

#[tokio::test]
async fn what_no_time_mends_says_which_setting_to_look_at() {
    for (scheme, bytes, setting) in [
        (
            "https",
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "is it http://",
        ),
        ("http", b"\x15\x03\x03\x00\x02\x02\x32", "is it https://"),
        ("http", b"220 mail.example.org ESMTP\r\n", "is it https://"),
    ] {
        let url = format!("{scheme}://{}", answering(bytes).await);
        let bench = Bench::with(|settings, _| settings.openfda_url = url).await;

        let error = bench.faers.case_series(&letairis()).await.unwrap_err();

        assert!(matches!(error, FaersError::Misled { .. }), "{error:?}");
        assert!(error.to_string().contains(setting), "{error}");
        assert!(error.to_string().contains("QUIRE_OPENFDA_URL"), "{error}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_file_of_certificates_that_holds_none_is_refused_by_its_setting() {
    let bench = Bench::new().await;
    for file in [
        "no certificate",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let settings = FaersSettings {
            certificates: Some(file.as_bytes().to_vec()),
            ..settings(&bench.replay)
        };

        let error = Faers::tuned(settings, Tuning::default()).err().unwrap();

        assert!(error.to_string().contains("QUIRE_CA_FILE"), "{error}");
    }
}
