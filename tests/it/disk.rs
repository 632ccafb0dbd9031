//! A disk that is full for a moment: nothing accepted is lost, and once there is room again everything
//! works as before, without a restart.
//!
//! The offence is a limit on the size of files, which is what a process can be given and relieved of
//! while it runs: each write of the ledger, its queue and the artifacts fails.

use reqwest::StatusCode;

use crate::support::{Folder, Quire, Redis, Settings, eventually, run_quire_in};

/// No file can be written to.
const NO_ROOM: Option<u64> = Some(0);

#[tokio::test]
async fn a_server_whose_writes_failed_for_a_moment_works_again_without_a_restart() {
    let quire = Quire::start_with(Settings {
        // A write beyond the limit fails, instead of ending the process.
        before: Some("trap '' XFSZ".to_owned()),
        ..Settings::default()
    })
    .await;
    let before = quire.request("61958-0802").await;
    quire.finished(&before).await;
    let ask = || quire.post("/api/cer/61958-0802/enhanced-pdf", None);
    let pdf = format!("/api/tasks/{before}/pdf");

    quire.limit_files(NO_ROOM);
    for _ in 0..3 {
        let refused = ask().await.status;
        assert!(refused.is_server_error(), "{refused}");
        // A download is written into the audit trail.
        let refused = quire.get(&pdf).await.status;
        assert!(refused.is_server_error(), "{refused}");
    }
    quire.limit_files(None);

    eventually("a report to be accepted again", || async {
        (ask().await.status == StatusCode::ACCEPTED).then_some(())
    })
    .await;
    let after = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&after).await["status"], "SUCCESS");
    assert_eq!(quire.get(&pdf).await.status, StatusCode::OK);
    let verified = run_quire_in(quire.data_dir(), &["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

#[tokio::test]
async fn a_worker_whose_writes_failed_for_a_moment_works_again_without_a_restart() {
    let redis = Redis::start();
    let folder = Folder::new();
    let settings = Settings::shared(&redis, &folder);
    let api = Quire::start_with(settings.clone().without_workers()).await;
    let worker = Quire::start_with(Settings {
        worker: true,
        // A write beyond the limit fails, instead of ending the process.
        before: Some("trap '' XFSZ".to_owned()),
        ..settings
    })
    .await;

    worker.limit_files(NO_ROOM);
    let mut tasks = Vec::new();
    for _ in 0..4 {
        tasks.push(api.request("61958-0802").await);
    }
    eventually("the worker to take a ticket", || async {
        let lists: Vec<String> = redis.command(&["KEYS", "*:tickets:active"]).await;
        let waiting = match lists.as_slice() {
            [list] => redis.command::<u64>(&["LLEN", list]).await,
            _ => 0,
        };
        (waiting < 4).then_some(())
    })
    .await;
    worker.limit_files(None);

    for task in &tasks {
        assert_eq!(api.finished(task).await["status"], "SUCCESS");
    }
}
