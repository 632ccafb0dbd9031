//! `/readyz` tells the truth: about a Redis that answers and is of no use, and about workers.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{
    Answer, Folder, Forward, PATIENCE, Quire, Redis, Settings, eventually, run_quire_in,
};

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

async fn over(url: String) -> Quire {
    Quire::start_with(Settings {
        redis: Some(url),
        ..Settings::default()
    })
    .await
}

/// Nothing is accepted, and both the caller and the operator are told why.
async fn assert_refused(quire: &Quire, cause: &str) {
    for _ in 0..10 {
        let answer = quire.post(REPORT, None).await;
        let body = answer.json();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
        assert_eq!(body["type"], "/problems/queue-unavailable", "{body}");
        assert!(body["detail"].as_str().unwrap().contains(cause), "{body}");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    }
    let ready = quire.get("/readyz").await;
    let body = ready.json();
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    let queue = &body["checks"]["queue"];
    assert_eq!(queue["up"], false, "{body}");
    assert!(queue["detail"].as_str().unwrap().contains(cause), "{body}");
}

async fn send(quire: &Quire, key: &str) -> Answer {
    let headers = [("idempotency-key", key)];
    quire
        .send(reqwest::Method::POST, REPORT, &headers, None)
        .await
}

async fn accepted_again(quire: &Quire, key: &str) -> String {
    let answer = eventually("reports to be accepted again", || async {
        let answer = send(quire, key).await;
        (answer.status == StatusCode::ACCEPTED).then_some(answer)
    })
    .await;
    answer.json()["task_id"].as_str().unwrap().to_owned()
}

/// What a state of the queue is worth in the log: a line when it begins and one when it ends.
fn assert_says_it_once(quire: &Quire) {
    let log = quire.log();
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("WARN")).collect();
    assert!(warnings.len() <= 8, "{}", warnings.join("\n"));
    let said = log.matches("no ticket can be pushed").count();
    assert_eq!(said, 1, "{}", warnings.join("\n"));
}

#[tokio::test]
async fn a_redis_without_memory_is_refused_and_nothing_refused_is_made() {
    let redis = Redis::start();
    let quire = over(redis.url()).await;
    let first = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&first).await["status"], "SUCCESS");

    redis
        .command::<()>(&["CONFIG", "SET", "maxmemory", "1"])
        .await;
    // The first may go by what was true a moment ago: then its push fails, and it is withdrawn.
    let at_once = send(&quire, "order-7").await;
    assert_eq!(at_once.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_refused(&quire, "maxmemory").await;
    redis
        .command::<()>(&["CONFIG", "SET", "maxmemory", "0"])
        .await;

    let task = accepted_again(&quire, "order-7").await;
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
    let again = send(&quire, "order-7").await.json();
    assert_eq!(again["task_id"].as_str(), Some(task.as_str()));
    let open = "SELECT count(*) FROM report WHERE state NOT IN ('succeeded', 'cancelled')";
    assert_eq!(quire.number(open).await, 0);
    let made = "SELECT count(*) FROM report WHERE state = 'succeeded'";
    assert_eq!(quire.number(made).await, 2);
    eventually("readiness", || async {
        let ready = quire.get("/readyz").await;
        (ready.status == StatusCode::OK).then_some(())
    })
    .await;
    assert_says_it_once(&quire);
}

#[tokio::test]
async fn after_a_failover_the_new_primary_is_used() {
    let (old, new) = (Redis::start(), Redis::start());
    let name = Forward::to(old.port()).await;
    let quire = over(format!("redis://127.0.0.1:{}/0", name.port())).await;
    let first = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&first).await["status"], "SUCCESS");

    let port = new.port().to_string();
    old.command::<()>(&["REPLICAOF", "127.0.0.1", &port]).await;
    let at_once = send(&quire, "order-7").await;
    assert_eq!(at_once.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_refused(&quire, "replica").await;
    name.lead_to(new.port());

    let task = accepted_again(&quire, "order-7").await;
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
    eventually("readiness", || async {
        let ready = quire.get("/readyz").await;
        (ready.status == StatusCode::OK).then_some(())
    })
    .await;
    assert_says_it_once(&quire);
}

/// The state of the workers as a server sees them, and the whole answer.
async fn workers(quire: &Quire) -> (StatusCode, Value) {
    let ready = quire.get("/readyz").await;
    let workers = ready.json()["checks"]["workers"].clone();
    (ready.status, workers)
}

#[tokio::test]
async fn every_number_at_metrics_says_what_it_means() {
    let quire = Quire::start().await;
    quire.pdf("61958-0802").await;
    for _ in 0..3 {
        quire.get("/livez").await;
    }

    let metrics = quire.get("/metrics").await.body;
    let metrics = String::from_utf8(metrics).unwrap();

    let names = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    for name in names.filter_map(|line| line.split(' ').next()) {
        assert!(metrics.contains(&format!("# HELP {name} ")), "{name}");
    }
    for line in [
        "quire_reports_running 0",
        "quire_reports_waiting 0",
        "quire_oldest_waiting_seconds 0",
        "quire_workers_living 1",
        "quire_write_failures_total 0",
        "quire_build_info{version=",
        "quire_since_last_finish_seconds ",
        "quire_storage_free_bytes ",
        "process_resident_memory_bytes ",
        "process_start_time_seconds ",
    ] {
        assert!(metrics.contains(&format!("\n{line}")), "{line}\n{metrics}");
    }
    assert!(!quire.log().contains("GET /livez"), "{}", quire.log());
}

#[tokio::test]
async fn a_server_without_workers_says_so_as_soon_as_it_matters() {
    let redis = Redis::start();
    let folder = Folder::new();
    let settings = Settings::shared(&redis, &folder);
    let server = Quire::start_with(settings.clone().without_workers()).await;

    let (status, nobody) = workers(&server).await;
    assert_eq!(
        (status, &nobody["up"]),
        (StatusCode::OK, &Value::from(false))
    );
    let task = server.request("61958-0802").await;
    let (status, nobody) = workers(&server).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{nobody}");
    assert!(
        nobody["detail"]
            .as_str()
            .unwrap()
            .contains("1 reports wait")
    );

    // Two on one machine, one of which can be asked.
    let worker = Settings {
        worker: true,
        ..settings
    };
    let _silent = Quire::start_with(worker.clone()).await;
    let mut asked = Quire::start_with(Settings {
        arguments: vec!["--listen".to_owned(), "127.0.0.1:0".to_owned()],
        ..worker
    })
    .await;

    assert_eq!(server.finished(&task).await["status"], "SUCCESS");
    let (status, both) = workers(&server).await;
    assert_eq!((status, &both["up"]), (StatusCode::OK, &Value::from(true)));
    asked.set_key(None);
    assert_eq!(asked.get("/livez").await.status, StatusCode::OK);
    let ready = asked.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.json());
    assert!(ready.json()["storage"]["free_bytes"].as_u64().unwrap() > 0);
    let metrics = asked.get("/metrics").await;
    assert!(String::from_utf8(metrics.body).unwrap().contains("quire_"));
    let nothing = asked.get("/api/admin/keys").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);

    drop(redis);
    eventually("the worker to say that it cannot work", || async {
        let ready = asked.get("/readyz").await;
        (ready.status == StatusCode::SERVICE_UNAVAILABLE).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_service_manager_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = Folder::new();
    let path = folder.file("notify.sock");
    let manager = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let told = || {
        let mut words = [0; 100];
        let read = manager.recv(&mut words).unwrap();
        String::from_utf8_lossy(&words[..read]).trim().to_owned()
    };
    let mut quire = Quire::start_with(Settings {
        environment: vec![(
            "NOTIFY_SOCKET".to_owned(),
            path.to_string_lossy().into_owned(),
        )],
        ..Settings::default()
    })
    .await;

    assert_eq!(told(), "READY=1");
    let ready = run_quire_in(quire.data_dir(), &["ready", "--address", quire.host()]);
    assert!(ready.status.success(), "{ready:?}");
    assert!(quire.stop().await.success());
    assert_eq!(told(), "STOPPING=1");
    let gone = run_quire_in(quire.data_dir(), &["ready", "--address", quire.host()]);
    assert_eq!(gone.status.code(), Some(1), "{gone:?}");
}
