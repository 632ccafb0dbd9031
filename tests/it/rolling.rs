//! A restart as administrators do it: one process after the other is asked to end, and no report pays for it.

use crate::support::{Folder, Quire, Redis, Settings, eventually};

const REPORTS: usize = 24;

/// Ask for all of them.
async fn ask(api: &Quire) -> Vec<String> {
    let mut tasks = Vec::new();
    for _ in 0..REPORTS {
        tasks.push(api.request("61958-0802").await);
    }
    tasks
}

/// Wait until some are being made and one more has ended than before, or all have.
async fn until_busy(api: &Quire, ended: &mut i64) {
    let before = *ended;
    *ended = eventually("reports to be made", || async {
        let running = api
            .number("SELECT count(*) FROM report WHERE state = 'running'")
            .await;
        let ended = api
            .number("SELECT count(*) FROM report WHERE finished IS NOT NULL")
            .await;
        let all = usize::try_from(ended).is_ok_and(|ended| ended == REPORTS);
        (all || running > 0 && ended > before).then_some(ended)
    })
    .await;
}

/// Each was made, by one attempt.
async fn assert_unharmed(api: &Quire, tasks: &[String]) {
    for task in tasks {
        let status = api.finished(task).await;
        assert_eq!(status["status"], "SUCCESS", "{status}");
        assert_eq!(status["attempt"], 1, "{status}");
    }
    let failures = api
        .number("SELECT coalesce(sum(failures), 0) FROM report")
        .await;
    let results = "SELECT count(*) FROM audit WHERE action = 'report.succeeded'";
    assert_eq!(
        (failures, api.number(results).await),
        (0, tasks.len() as i64)
    );
}

#[tokio::test]
async fn workers_and_servers_are_replaced_one_by_one_and_no_report_pays() {
    let (redis, folder) = (Redis::start(), Folder::new());
    let settings = Settings::shared(&redis, &folder);
    let worker = || {
        Quire::start_with(Settings {
            worker: true,
            ..settings.clone()
        })
    };
    let mut api = Quire::start_with(settings.clone().without_workers()).await;
    let mut workers = [worker().await, worker().await];
    let tasks = ask(&api).await;

    let mut ended = 0;
    for old in &mut workers {
        until_busy(&api, &mut ended).await;
        assert!(old.stop().await.success());
        *old = worker().await;
    }
    // The next one answers before the one before it ends.
    let next = Quire::start_with(settings.clone().without_workers()).await;
    until_busy(&api, &mut ended).await;
    assert!(api.stop().await.success());

    assert_unharmed(&next, &tasks).await;
}

#[tokio::test]
async fn a_server_with_its_own_workers_is_restarted_and_no_report_pays() {
    let folder = Folder::new();
    let start = || {
        Quire::start_with(Settings {
            data_dir: Some(folder.path().to_path_buf()),
            ..Settings::default()
        })
    };
    let mut quire = start().await;
    let tasks = ask(&quire).await;
    let mut ended = 0;
    for _ in 0..2 {
        until_busy(&quire, &mut ended).await;
        assert!(quire.stop().await.success());
        quire = start().await;
    }
    assert_unharmed(&quire, &tasks).await;
}
