//! What one caller may have, so that others have something too.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Quire, Settings};

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

async fn quire(arguments: &[&str]) -> Quire {
    Quire::start_with(Settings {
        arguments: arguments.iter().map(ToString::to_string).collect(),
        ..Settings::default()
    })
    .await
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_how_long_to_wait_and_others_are_not() {
    let mut quire = quire(&["--requests-per-minute", "20", "--reports-per-minute", "2"]).await;
    let other = quire.make_key("consumer", "other").await;
    let first = quire.post(REPORT, None).await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!(
        first.header("ratelimit-policy"),
        "\"requests\";q=20;w=60, \"reports\";q=2;w=60"
    );
    assert!(
        first.header("ratelimit").contains("\"reports\";r=1;t="),
        "{first:?}"
    );

    quire.post(REPORT, None).await;
    let third = quire.post(REPORT, None).await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.json()["type"], "/problems/too-many-requests");
    assert!(third.header("retry-after").parse::<u64>().unwrap() > 0);

    let mut refused = None;
    for _ in 0..30 {
        let answer = quire.get("/api/tasks").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("20 a minute are the limit");
    assert!(
        refused
            .header("ratelimit")
            .starts_with("\"requests\";r=0;t="),
        "{refused:?}"
    );
    quire.set_key(Some(other));
    assert_eq!(quire.get("/api/tasks").await.status, StatusCode::OK);
    assert_eq!(quire.post(REPORT, None).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_key_has_its_part_of_the_queue_and_of_a_day() {
    // Nobody makes them: they wait.
    let redis = crate::support::Redis::start_forgetful();
    let mut quire = Quire::start_with(Settings {
        redis: Some(redis.url()),
        arguments: [
            "--workers",
            "0",
            "--max-waiting-per-key",
            "3",
            "--reports-per-day",
            "5",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..Settings::default()
    })
    .await;
    let other = quire.make_key("consumer", "other").await;
    for _ in 0..3 {
        let accepted = quire.post(REPORT, Some(json!({"batch": true}))).await;
        assert_eq!(accepted.status, StatusCode::ACCEPTED);
    }

    let refused = quire.post(REPORT, None).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("of this key"),
        "{refused:?}"
    );
    quire.set_key(Some(other));
    let task = quire.request("61958-0802").await;
    for _ in 0..4 {
        let accepted = quire.post(REPORT, None).await;
        if accepted.status == StatusCode::ACCEPTED {
            let path = accepted.json()["links"]["status"]
                .as_str()
                .unwrap()
                .to_owned();
            let off = quire.send(reqwest::Method::DELETE, &path, &[], None).await;
            assert_eq!(off.status, StatusCode::ACCEPTED);
        }
    }
    let refused = quire.post(REPORT, None).await;
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("all for a day"),
        "{refused:?}"
    );
    let worker = Quire::start_with(Settings {
        redis: Some(redis.url()),
        data_dir: Some(quire.data_dir().to_owned()),
        worker: true,
        ..Settings::default()
    })
    .await;
    // All that was accepted is made, the batch too.
    assert_eq!(
        quire.finished(&task).await["status"],
        "SUCCESS",
        "{}",
        worker.log()
    );
    crate::support::eventually("the batch to end", || async {
        let open = "SELECT count(*) FROM report WHERE state IN ('queued', 'running', 'retrying')";
        (quire.number(open).await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_part_of_openfdas_day_that_is_none_is_refused() {
    let folder = crate::support::Folder::new();
    for share in ["0", "101"] {
        let command = ["serve", "--sample", "--source-share", share];
        let refused = crate::support::run_quire_in(folder.path(), &command);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(
            !refused.status.success() && said.contains("--source-share"),
            "{said}"
        );
    }
}
