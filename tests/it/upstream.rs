//! What becomes of a report when openFDA misbehaves.

use quire_replay::{Fault, FaultRule, Replay, RunningReplay};
use serde_json::Value;

use crate::support::{Quire, Settings, eventually, tool};

/// A `quire` over a replay, and the replay.
async fn quire_and_replay(more: &[&str]) -> (Quire, RunningReplay) {
    let replay = Replay::sample().await.unwrap();
    let quire = Quire::start_with(Settings {
        openfda: Some(replay.url()),
        arguments: more.iter().map(|word| (*word).to_owned()).collect(),
        ..Settings::default()
    })
    .await;
    (quire, replay)
}

async fn outcome(fault: Fault, times: u32) -> Value {
    let (quire, replay) = quire_and_replay(&["--openfda-timeout", "3s"]).await;
    replay.fail(FaultRule::times(fault, times));
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await
}

#[tokio::test]
async fn a_fault_that_passes_is_ridden_out() {
    for fault in [
        Fault::Throttled {
            retry_after_s: Some(0),
        },
        Fault::ServerError,
        Fault::Unavailable,
        Fault::CutOff,
        Fault::BrokenJson,
        Fault::Slow { milliseconds: 50 },
        Fault::Hang,
    ] {
        let status = outcome(fault.clone(), 1).await;

        assert_eq!(status["status"], "SUCCESS", "{fault:?}: {status}");
    }
}

#[tokio::test]
async fn a_fault_that_stays_ends_the_report_with_words() {
    for (fault, slug) in [
        (Fault::ServerError, "source-unavailable"),
        (Fault::WrongShape, "source-invalid"),
        (Fault::BadRequest, "source-refused"),
    ] {
        let status = outcome(fault.clone(), u32::MAX).await;

        assert_eq!(status["status"], "FAILURE", "{fault:?}: {status}");
        let problem = &status["error"];
        assert!(
            problem["type"].as_str().unwrap().ends_with(slug),
            "{fault:?}: {problem}"
        );
        assert!(problem["detail"].as_str().unwrap().len() > 30, "{problem}");
    }
}

#[tokio::test]
async fn a_refused_key_is_said_at_once_and_not_tried_again() {
    let (quire, replay) = quire_and_replay(&["--openfda-key", "sesame"]).await;
    replay.fail(FaultRule::always(Fault::KeyInvalid));

    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;

    assert_eq!(status["status"], "FAILURE");
    assert!(status.to_string().contains("QUIRE_OPENFDA_KEY"), "{status}");
    assert!(replay.requests("/drug/event.json") <= 2);
    assert!(!quire.log().contains("sesame"), "the key is in the log");
    assert!(!status.to_string().contains("sesame"));
}

#[tokio::test]
async fn an_older_answer_is_used_while_openfda_is_away_and_the_report_says_so() {
    let (quire, replay) = quire_and_replay(&["--cache-ttl", "1s"]).await;
    let fresh = quire.get("/api/cer/normalize/61958-0802").await;
    replay.fail(FaultRule::always(Fault::Unavailable));

    let stale = eventually("the answer to age", || async {
        let answer = quire.get("/api/cer/normalize/61958-0802").await;
        (answer.header("x-cache") != "HIT").then_some(answer)
    })
    .await;
    let pdf = quire.pdf("61958-0802").await;

    assert_eq!(stale.header("x-cache"), "STALE");
    assert_eq!(stale.json()["rows"], fresh.json()["rows"]);
    let file = quire.data_dir().join("stale.pdf");
    std::fs::write(&file, pdf).unwrap();
    let text = tool("pdftotext", &[&file.to_string_lossy(), "-"]);
    assert!(text.contains("could not be reached"), "{text}");
}
