//! Killed workers and a Redis that goes away in the middle of a load: every accepted report ends,
//! each with one result.

use std::collections::BTreeMap;

use reqwest::StatusCode;

use crate::support::{Folder, Quire, Redis, Settings, eventually};

/// How many reports each test has under way when it commits its offence.
const LOAD: usize = 30;

/// Every report ends well, each with the same single result, and the ledger is whole.
async fn assert_all_end(quire: &Quire, tasks: &[String]) {
    let mut results = BTreeMap::new();
    for task in tasks {
        let status = quire.finished(task).await;
        assert_eq!(status["status"], "SUCCESS", "{status}");
        let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await;
        assert_eq!(pdf.status, StatusCode::OK);
        *results.entry(pdf.header("etag").to_owned()).or_insert(0) += 1;
    }
    assert_eq!(
        results.len(),
        1,
        "equal requests have one result: {results:?}"
    );

    let database = format!(
        "sqlite://{}?mode=ro",
        quire.data_dir().join("quire.db").display()
    );
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let finished: Vec<(String, i64)> = sqlx::query_as(
        "SELECT object, count(*) FROM audit WHERE action = 'report.succeeded' GROUP BY object",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(finished.len(), tasks.len(), "one outcome a report");
    assert!(
        finished.iter().all(|(_, times)| *times == 1),
        "{finished:?}"
    );
}

#[tokio::test]
async fn a_worker_killed_in_the_middle_loses_nothing() {
    let redis = Redis::start();
    let folder = Folder::new();
    let settings = Settings::shared(&redis, &folder);
    let api = Quire::start_with(settings.clone().without_workers()).await;
    let worker = Settings {
        worker: true,
        ..settings.clone()
    };
    let mut victim = Quire::start_with(worker.clone()).await;

    let mut tasks = Vec::new();
    for _ in 0..LOAD {
        tasks.push(api.request("61958-0802").await);
    }
    eventually("a report to be under way", || async {
        let statuses = api
            .get(&format!("/api/tasks/{}", tasks[LOAD / 3]))
            .await
            .json();
        (statuses["status"] != "PENDING").then_some(())
    })
    .await;
    victim.kill();
    let _successor = Quire::start_with(worker).await;

    assert_all_end(&api, &tasks).await;
}

#[tokio::test]
async fn a_server_killed_in_the_middle_goes_on_where_it_was() {
    let folder = Folder::new();
    let settings = Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..Settings::default()
    };
    let mut quire = Quire::start_with(settings.clone()).await;

    let mut tasks = Vec::new();
    for _ in 0..LOAD {
        tasks.push(quire.request("61958-0802").await);
    }
    quire.kill();
    let quire = Quire::start_with(settings).await;

    assert_all_end(&quire, &tasks).await;
}

#[tokio::test]
async fn a_redis_that_restarts_in_the_middle_of_a_load_loses_nothing() {
    let mut redis = Redis::start();
    let quire = Quire::start_with(Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    })
    .await;

    let mut tasks = Vec::new();
    for _ in 0..LOAD {
        tasks.push(quire.request("61958-0802").await);
    }
    redis.kill();
    redis.launch();

    assert_all_end(&quire, &tasks).await;
}

#[tokio::test]
async fn a_redis_that_forgets_everything_loses_nothing() {
    let redis = Redis::start();
    let quire = Quire::start_with(Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    })
    .await;

    let mut tasks = Vec::new();
    for _ in 0..LOAD {
        tasks.push(quire.request("61958-0802").await);
    }
    redis.command::<()>(&["FLUSHALL"]).await;

    assert_all_end(&quire, &tasks).await;
}
