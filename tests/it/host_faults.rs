//! The machine fails: no room, no more files. Nothing that was accepted is charged for it or lost,
//! nothing new is accepted meanwhile, everyone is told why, and it ends by itself.

use reqwest::StatusCode;
use rustix::process::Resource;

use crate::support::{Answer, Quire, eventually};

/// How many reports are under way when the machine fails.
const LOAD: usize = 12;

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

/// What a caller is told when no report is accepted.
fn assert_closed(answer: &Answer, cause: &str) {
    let body = answer.json();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(body["type"], "/problems/queue-unavailable", "{body}");
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains(cause), "{detail}");
    assert!(
        answer.header("retry-after").parse::<u32>().unwrap() > 0,
        "{body}"
    );
}

async fn assert_unready(quire: &Quire, cause: &str) {
    let ready = quire.get("/readyz").await;
    let body = ready.json();
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(body["checks"]["records"]["up"], false, "{body}");
    let detail = body["checks"]["records"]["detail"].as_str().unwrap();
    assert!(detail.contains(cause), "{detail}");
}

/// It is as before: ready, and all that was accepted is made at its first attempt that counts.
async fn assert_recovers(quire: &Quire, accepted: &[String]) {
    let more = eventually("reports to be accepted again", || async {
        let answer = quire.post(REPORT, None).await;
        let accepted = answer.status == StatusCode::ACCEPTED;
        accepted.then(|| answer.json()["task_id"].as_str().unwrap().to_owned())
    })
    .await;
    for task in accepted.iter().chain([&more]) {
        let status = quire.finished(task).await;
        assert_eq!(status["status"], "SUCCESS", "{status}");
        assert_eq!(
            quire.get(&format!("/api/tasks/{task}/pdf")).await.status,
            StatusCode::OK
        );
    }
    let ready = quire.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.json());
    let charged = "SELECT count(*) FROM report
                   WHERE state = 'succeeded' AND (attempt > 1 OR failures > 0)";
    assert_eq!(quire.number(charged).await, 0);
    let told = accepted.len() + 1;
    let made = "SELECT count(*) FROM report WHERE state = 'succeeded'";
    assert!(quire.number(made).await >= i64::try_from(told).unwrap());
    let failed = "SELECT count(*) FROM report WHERE state = 'failed'";
    assert_eq!(quire.number(failed).await, 0);
}

#[tokio::test]
async fn a_disk_that_is_full_for_a_while_costs_no_report_anything() {
    let quire = Quire::start().await;
    let before = quire.request("61958-0802").await;
    quire.finished(&before).await;
    let mut accepted = Vec::new();
    for _ in 0..LOAD {
        accepted.push(quire.request("61958-0802").await);
    }

    // No file can grow, whichever it is.
    let limit = quire.limit(Resource::Fsize, Some(0));
    assert_closed(&quire.post(REPORT, None).await, "the disk");
    // By a file, whose error is the clearer one.
    eventually("the fault to have its name", || async {
        let ready = quire.get("/readyz").await.json();
        ready.to_string().contains("is full").then_some(())
    })
    .await;
    // Whoever writes next may meet the other.
    assert_unready(&quire, "the disk").await;
    let status = quire.get(&format!("/api/tasks/{before}")).await;
    assert_eq!(status.status, StatusCode::OK);
    // Its place in the audit trail cannot be written, so it is not handed out.
    let download = quire.get(&format!("/api/tasks/{before}/pdf")).await;
    let body = download.json();
    assert_eq!(download.status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(body["type"], "/problems/host-fault", "{body}");
    assert!(!body["title"].as_str().unwrap().contains("accepted"));
    assert!(body["detail"].as_str().unwrap().contains("the disk"));
    assert!(!download.header("retry-after").is_empty());
    quire.limit(Resource::Fsize, limit);

    assert_recovers(&quire, &accepted).await;
}

#[tokio::test]
async fn too_many_open_files_are_the_machines_fault_and_not_openfdas() {
    let quire = Quire::start().await;
    // The connection that all requests of this test use.
    assert_eq!(quire.get("/readyz").await.status, StatusCode::OK);

    // Nothing was fetched yet: the first report needs a connection to openFDA.
    let limit = quire.limit(Resource::Nofile, Some(1));
    // One only: it may have met the fault, and closed the door, before a second is asked for.
    let accepted = [quire.request("61958-0802").await];
    let back = "SELECT count(*) FROM audit
                WHERE action = 'report.handed-back' AND reason = 'descriptors'";
    eventually("reports to be handed back", || async {
        (quire.number(back).await > 0).then_some(())
    })
    .await;
    assert_closed(&quire.post(REPORT, None).await, "too many files are open");
    assert_unready(&quire, "too many files are open").await;
    for task in &accepted {
        let status = quire.get(&format!("/api/tasks/{task}")).await.json();
        assert!(!status.to_string().contains("openFDA cannot"), "{status}");
        assert_ne!(status["status"], "FAILURE", "{status}");
    }
    quire.limit(Resource::Nofile, limit);

    assert_recovers(&quire, &accepted).await;
    let metrics = quire.get("/metrics").await.body;
    let metrics = String::from_utf8(metrics).unwrap();
    assert!(
        metrics.contains("faers_requests_total{outcome=\"host\"}"),
        "openFDA was asked"
    );
    let warned = quire
        .log()
        .matches("no reports are accepted or begun")
        .count();
    assert!((1..=3).contains(&warned), "warned {warned} times");
}

#[tokio::test]
async fn records_that_another_process_holds_are_waited_for() {
    let quire = Quire::start().await;
    let made = quire.request("61958-0802").await;
    quire.finished(&made).await;
    let mut accepted = Vec::new();
    for _ in 0..LOAD {
        accepted.push(quire.request("61958-0802").await);
    }

    let database = quire.data_dir().join("quire.db");
    let address = format!("sqlite://{}", database.display());
    let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
    let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert_unready(&quire, "another process holds the records").await;
    assert_closed(&quire.post(REPORT, None).await, "another process");
    // What is made can be read; the trail tells of it once it can be written.
    let read = quire.get(&format!("/api/tasks/{made}/pdf")).await;
    assert_eq!(read.status, StatusCode::OK);
    let told = "SELECT count(*) FROM audit WHERE action = 'report.downloaded'";
    assert_eq!(quire.number(told).await, 0);
    held.rollback().await.unwrap();
    eventually("the download to be in the trail", || async {
        (quire.number(told).await == 1).then_some(())
    })
    .await;

    assert_recovers(&quire, &accepted).await;
}
