//! Alerts and dashboard against the real program and a real Prometheus: each alert's offence is committed, and every
//! query of the dashboard has an answer.

use std::{collections::BTreeSet, path::Path};

use quire_model::Policy;
use quire_replay::{Fault, FaultRule, Replay};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{
    EDITION, Folder, Prometheus, Quire, Redis, Registry, Settings, alerts, ancestor_with, deploy,
    eventually, program, tool,
};

fn alert(name: &str) -> String {
    let found = alerts().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no alert {name}")).1
}

/// Every query of the dashboard.
fn queries() -> Vec<String> {
    let text = std::fs::read_to_string(deploy("monitoring/quire.grafana.json")).unwrap();
    let board: Value = serde_json::from_str(&text).unwrap();
    let panels = board["panels"].as_array().unwrap().clone();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let queries = targets
        .flatten()
        .map(|target| target["expr"].as_str().unwrap());
    queries
        .map(|query| query.replace("$__rate_interval", "1m"))
        .collect()
}

/// Names of ours in an expression.
fn names(expression: &str) -> BTreeSet<String> {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let ours = |word: &&str| {
        ["quire_", "faers_", "process_"]
            .iter()
            .any(|start| word.starts_with(start))
    };
    words.filter(ours).map(str::to_owned).collect()
}

#[test]
fn prometheus_reads_the_rules_and_the_configuration() {
    let promtool = program("promtool");
    let promtool = promtool.to_string_lossy();
    let (alerts, config) = (
        deploy("monitoring/alerts.yml"),
        deploy("monitoring/prometheus.yml"),
    );
    tool(&promtool, &["check", "rules", &alerts.to_string_lossy()]);
    tool(
        &promtool,
        &[
            "check",
            "config",
            "--syntax-only",
            &config.to_string_lossy(),
        ],
    );
}

#[test]
fn every_name_is_one_that_is_described() {
    let described = ancestor_with("Cargo.lock").join("host/server/src/telemetry/described.rs");
    let described = std::fs::read_to_string(described).unwrap();
    let all = alerts()
        .into_iter()
        .map(|(_, expression)| expression)
        .chain(queries());
    for name in all.flat_map(|expression| names(&expression)) {
        let measured = name.trim_end_matches("_bucket");
        assert!(described.contains(&format!("\"{measured}\"")), "{name}");
    }
}

#[tokio::test]
async fn each_alert_fires_when_its_offence_is_committed() {
    let mut told = BTreeSet::new();
    full_disk(&mut told).await;
    nobody_works(&mut told).await;
    broken_modules(&mut told).await;
    dead_source(&mut told).await;
    altered_trail(&mut told).await;
    // The threshold alone is another: no test fills a disk of two gigabytes.
    told.insert("QuireLittleSpace".to_owned());

    let all: BTreeSet<String> = alerts().into_iter().map(|(name, _)| name).collect();
    assert_eq!(told, all);
}

async fn fires(prometheus: &Prometheus, name: &str, told: &mut BTreeSet<String>) {
    prometheus.gives(name, &alert(name)).await;
    told.insert(name.to_owned());
}

async fn full_disk(told: &mut BTreeSet<String>) {
    let mut quire = Quire::start_with(Settings {
        before: Some("trap '' XFSZ".to_owned()),
        ..Settings::default()
    })
    .await;
    let prometheus = Prometheus::scraping(&[quire.host()]);
    prometheus
        .gives("a scrape", "quire_write_failures_total")
        .await;
    let little = alert("QuireLittleSpace").replace("2e9", "2e18");
    prometheus.gives("space", &little).await;
    for name in [
        "QuireDown",
        "QuireNotAccepting",
        "QuireWriteFailures",
        "QuireNoWorkers",
        "QuireReportsWait",
    ] {
        let quiet = prometheus.ask(&alert(name)).await;
        assert_eq!(quiet, Some(Vec::new()), "{name} fires for nothing");
    }

    quire.limit_files(Some(0));
    let refused = quire.post("/api/cer/61958-0802/enhanced-pdf", None).await;
    assert!(refused.status.is_server_error());
    fires(&prometheus, "QuireNotAccepting", told).await;
    fires(&prometheus, "QuireWriteFailures", told).await;
    quire.limit_files(None);
    let client = reqwest::Client::new();
    eventually("many sign-ins to be refused", || async {
        for _ in 0..50 {
            let asked = client
                .get(quire.address("/api/tasks"))
                .bearer_auth("qk_wrong_key_0123456789");
            let status = asked.send().await.unwrap().status();
            let refused = [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS];
            assert!(refused.contains(&status), "{status}");
        }
        let fired = prometheus.ask(&alert("QuireSignInsRefused")).await;
        fired.filter(|found| !found.is_empty())
    })
    .await;
    told.insert("QuireSignInsRefused".to_owned());
    quire.kill();
    fires(&prometheus, "QuireDown", told).await;
}

/// Somebody with the file and without its triggers rewrites what was done.
async fn altered_trail(told: &mut BTreeSet<String>) {
    let folder = Folder::new();
    let start = || {
        Quire::start_with(Settings {
            data_dir: Some(folder.path().to_path_buf()),
            ..Settings::default()
        })
    };
    let quire = start().await;
    let prometheus = Prometheus::scraping(&[quire.host()]);
    prometheus
        .gives("a look at the trail", "quire_audit_trail_altered == 0")
        .await;
    drop(quire);
    change(folder.path(), "DROP TRIGGER audit_is_not_updated").await;
    change(
        folder.path(),
        "UPDATE audit SET actor = 'nobody' WHERE sequence = 1",
    )
    .await;
    let quire = start().await;
    prometheus.turn_to(&[quire.host()]);
    fires(&prometheus, "QuireTrailAltered", told).await;
}

/// Reports wait in a Redis that is emptied, and no worker runs.
async fn nobody_works(told: &mut BTreeSet<String>) {
    let redis = Redis::start();
    let folder = Folder::new();
    let mut settings = Settings::shared(&redis, &folder);
    let opened = ("QUIRE_WEBHOOK_NETWORKS", "127.0.0.0/8");
    let opened = (opened.0.to_owned(), opened.1.to_owned());
    settings.environment.push(opened);
    let api = Quire::start_with(settings.clone().without_workers()).await;
    let task = api.request("61958-0802").await;
    let prometheus = Prometheus::scraping(&[api.host()]);
    fires(&prometheus, "QuireNoWorkers", told).await;
    untold(&api, folder.path()).await;
    fires(&prometheus, "QuireWebhooksWait", told).await;
    // It has waited for an hour.
    let waited = "UPDATE report SET accepted = accepted - 3600000";
    change(folder.path(), waited).await;
    fires(&prometheus, "QuireReportsWait", told).await;

    redis.command::<()>(&["FLUSHALL"]).await;
    let mut worker = Quire::start_with(Settings {
        worker: true,
        arguments: ["--listen", "127.0.0.1:0"].map(str::to_owned).to_vec(),
        ..settings
    })
    .await;
    assert_eq!(api.finished(&task).await["status"], "SUCCESS");
    let workers = Prometheus::scraping(&[worker.host()]);
    // A counter that begins with what it counts has grown by nothing, for Prometheus: so twice.
    workers
        .gives("a first loss", "quire_lost_tickets_total")
        .await;
    lose_a_ticket(&redis, &api, &mut worker).await;
    fires(&workers, "QuireTicketsLost", told).await;
}

/// A report was called off two hours ago, and no process is there to tell of it.
async fn untold(api: &Quire, data_dir: &Path) {
    let hook = json!({"url": "https://127.0.0.1/"});
    let made = api.post("/api/webhooks", Some(hook)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let task = api.request("61958-0802").await;
    let path = format!("/api/tasks/{task}");
    let called_off = api.send(reqwest::Method::DELETE, &path, &[], None).await;
    assert_eq!(called_off.status, StatusCode::ACCEPTED);
    let long_ago = "UPDATE webhook_delivery SET occurred = occurred - 7200000";
    change(data_dir, long_ago).await;
}

async fn lose_a_ticket(redis: &Redis, api: &Quire, worker: &mut Quire) {
    use rustix::process::{Pid, Signal, kill_process};
    let pid = Pid::from_raw(i32::try_from(worker.process()).unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    let task = api.request("61958-0802").await;
    redis.command::<()>(&["FLUSHALL"]).await;
    kill_process(pid, Signal::CONT).unwrap();
    assert_eq!(api.finished(&task).await["status"], "SUCCESS");
}

async fn change(data_dir: &Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data_dir.join("quire.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

/// A version that fails is activated and taken back, twice. Then every query of the dashboard has an answer, from a
/// server to which all of that happened.
async fn broken_modules(told: &mut BTreeSet<String>) {
    let quire = Quire::start().await;
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let broken = registry.stage("edition-broken").await;
    registry.activate(one).await;
    registry.define(Policy::Placeholder).await;
    let prometheus = Prometheus::scraping(&[quire.host()]);
    for round in [
        "quire_section_failures_total",
        "quire_module_rollbacks_total",
    ] {
        registry.activate(broken).await;
        eventually("the version before is back", || async {
            let body = json!({"definition": EDITION});
            let answer = quire
                .post("/api/cer/61958-0802/enhanced-pdf", Some(body))
                .await;
            if answer.status == StatusCode::ACCEPTED {
                quire.finished(answer.json()["task_id"].as_str()?).await;
            }
            let module = registry.records.module(EDITION).await.unwrap()?;
            (module.active == Some(one)).then_some(())
        })
        .await;
        // A counter that begins with what it counts has grown by nothing, for Prometheus.
        prometheus.gives("a first count", round).await;
    }
    fires(&prometheus, "QuireSectionsMissing", told).await;
    fires(&prometheus, "QuireRolledBack", told).await;
    let wrong = reqwest::Client::new().get(quire.address("/api/tasks"));
    let refused = wrong.bearer_auth("qk_wrong_key_0123456789").send().await;
    assert_eq!(refused.unwrap().status(), StatusCode::UNAUTHORIZED);
    quire.pdf("61958-0802").await;
    for query in queries() {
        // Nobody went beyond a bound, so there is no such series; its name is held above.
        if !query.contains("callers_refused") {
            prometheus.gives(&query, &query).await;
        }
    }
}

/// openFDA understands nothing.
async fn dead_source(told: &mut BTreeSet<String>) {
    let replay = Replay::sample().await.unwrap();
    let quire = Quire::start_with(Settings {
        openfda: Some(replay.url()),
        ..Settings::default()
    })
    .await;
    replay.fail(FaultRule::times(Fault::BadRequest, u32::MAX));
    let prometheus = Prometheus::scraping(&[quire.host()]);
    eventually("the alerts of a dead source", || async {
        let task = quire.request("61958-0802").await;
        assert_eq!(quire.finished(&task).await["status"], "FAILURE");
        let failing = prometheus.ask(&alert("QuireReportsFail")).await?;
        let refusing = prometheus.ask(&alert("QuireSourceFails")).await?;
        (!failing.is_empty() && !refusing.is_empty()).then_some(())
    })
    .await;
    told.extend(["QuireReportsFail", "QuireSourceFails"].map(str::to_owned));
}
