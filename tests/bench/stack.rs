//! The whole product: reports a second, CPU a report, memory, status requests a second.

use std::time::{Duration, Instant};

use quire_replay::{Replay, ReplaySettings};
use serde_json::json;

use crate::{
    process::{self, Running, cpu_seconds, memory_mib},
    table::{Table, percentile},
};

/// The admin key of the benchmark's server.
pub(crate) const KEY: &str = "qk_bench_0123456789abcdef0123456789abcdef";

/// Reports in a batch: enough that the hundredths of a second of the kernel's clock do not matter.
const BATCH: usize = 200;

/// What is compared with the baseline.
pub(crate) struct Cost {
    /// CPU seconds a plain, warm report.
    pub(crate) cpu_per_report: f64,
    /// Plain, warm reports a second in Redis mode.
    pub(crate) per_second: f64,
    /// Median milliseconds from request to result on an idle machine.
    pub(crate) idle_ms: f64,
    /// Status requests a second.
    pub(crate) status_per_second: f64,
    /// MiB after the load.
    pub(crate) memory_mib: f64,
}

/// A client of one running server.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    pub(crate) fn new(server: &Running) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: server.base.clone(),
        }
    }

    /// Ask for a report. Each has a date of its own, so that none is the copy of another.
    pub(crate) async fn submit(&self, definition: &str, number: usize) -> String {
        // Days after every report, so that all of them ask openFDA the same.
        let (year, month, day) = (
            2030 + number / 336 % 5,
            number / 28 % 12 + 1,
            number % 28 + 1,
        );
        let body =
            json!({"definition": definition, "as_of": format!("{year}-{month:02}-{day:02}")});
        let answer = self
            .http
            .post(format!("{}/api/cer/61958-0802/enhanced-pdf", self.base))
            .bearer_auth(KEY)
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(status, 202, "{body}");
        body["task_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn status(&self, task: &str) -> String {
        let answer = self
            .http
            .get(format!("{}/api/tasks/{task}", self.base))
            .bearer_auth(KEY)
            .send()
            .await
            .unwrap();
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_ne!(body["status"], "FAILURE", "{body}");
        body["status"].as_str().unwrap().to_owned()
    }

    /// Reports that wait for a worker.
    pub(crate) async fn waiting(&self) -> u64 {
        let answer = self.http.get(format!("{}/metrics", self.base)).send();
        let metrics = answer.await.unwrap().text().await.unwrap();
        let waiting = metrics
            .lines()
            .find_map(|line| line.strip_prefix("quire_reports_waiting "));
        waiting.unwrap().trim().parse().unwrap()
    }

    pub(crate) async fn wait(&self, task: &str, pause: Duration) {
        while self.status(task).await != "SUCCESS" {
            tokio::time::sleep(pause).await;
        }
    }

    /// Submit a batch at once and wait for all of it. Polling is sparse: it costs the server CPU.
    pub(crate) async fn batch(&self, definition: &str, offset: usize, size: usize) -> Duration {
        let start = Instant::now();
        let mut tasks = Vec::with_capacity(size);
        for number in 0..size {
            tasks.push(self.submit(definition, offset + number).await);
        }
        for task in tasks.iter().rev() {
            self.wait(task, Duration::from_millis(20)).await;
        }
        start.elapsed()
    }
}

/// Measure both modes on 1,000 synthetic reports; the Redis mode is what the baseline is held to.
pub(crate) async fn measure(table: &mut Table) -> Cost {
    let mut settings = ReplaySettings::synthetic(1000, 1, "61958-0802");
    if let Ok(folder) = std::env::var("BASELINE") {
        let records = crate::baseline::records(std::path::Path::new(&folder)).await;
        settings.records = records.into_iter().collect();
    }
    let replay = Replay::start(settings).await.unwrap();
    let redis = process::redis();
    let embedded = mode(table, "embedded", &replay.url(), None).await;
    let with_redis = mode(table, "redis", &replay.url(), Some(&redis.base)).await;
    table.row(
        "CPU a plain warm report, the better mode",
        format!(
            "{:.2} ms",
            embedded.cpu_per_report.min(with_redis.cpu_per_report) * 1000.0
        ),
        "whole process: API, queue, sections, PDF, records",
    );
    with_redis
}

async fn mode(table: &mut Table, name: &str, openfda: &str, redis: Option<&str>) -> Cost {
    let folder = std::env::temp_dir().join(format!("quire-bench-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let data_dir = folder.to_string_lossy().into_owned();
    let mut arguments = vec!["--data-dir", &data_dir, "--openfda-url", openfda];
    // Long enough that a slow machine stays warm; 1,000 reports as the baseline fetches.
    arguments.extend(["--cache-ttl", "1h", "--max-reports", "1000"]);
    arguments.extend(redis.iter().flat_map(|url| ["--redis-url", *url]));
    drop(process::quire(&arguments));
    let server = process::quire(&arguments);
    let ready = server.ready_after;
    table.row(
        &format!("{name}: start to ready"),
        format!("{} ms", ready.as_millis()),
        "second start",
    );
    let client = Client::new(&server);
    table.row(
        &format!("{name}: memory, idle"),
        format!("{:.0} MiB", memory_mib(server.pid(), "VmRSS")),
        "RSS",
    );
    client.batch("plain", 0, 4).await;

    let mut idle = Vec::new();
    for number in 0..30 {
        let start = Instant::now();
        let task = client.submit("plain", 10 + number).await;
        client.wait(&task, Duration::from_millis(2)).await;
        idle.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let (idle_ms, slow) = (percentile(&mut idle, 0.5), percentile(&mut idle, 0.95));
    table.row(
        &format!("{name}: request to result, idle"),
        format!("{idle_ms:.1} ms"),
        &format!("p95 {slow:.1} ms"),
    );

    let mut cost = Cost {
        cpu_per_report: 0.0,
        per_second: 0.0,
        idle_ms,
        status_per_second: 0.0,
        memory_mib: 0.0,
    };
    for definition in ["plain", "cer"] {
        let before = cpu_seconds(server.pid());
        let took = client.batch(definition, 100, BATCH).await;
        let cpu = (cpu_seconds(server.pid()) - before) / BATCH as f64;
        let per_second = BATCH as f64 / took.as_secs_f64();
        table.row(
            &format!("{name}: warm `{definition}` reports"),
            format!("{per_second:.1} /s"),
            &format!("{:.2} ms CPU each, {BATCH} at once", cpu * 1000.0),
        );
        if definition == "plain" {
            (cost.cpu_per_report, cost.per_second) = (cpu, per_second);
        }
    }
    cost.memory_mib = memory_mib(server.pid(), "VmRSS");
    table.row(
        &format!("{name}: memory after {} reports", 2 * BATCH),
        format!("{:.0} MiB", cost.memory_mib),
        &format!("RSS; peak {:.0} MiB", memory_mib(server.pid(), "VmHWM")),
    );
    let task = client.submit("plain", 900).await;
    client.wait(&task, Duration::from_millis(20)).await;
    cost.status_per_second = wrk(&format!("{}/api/tasks/{task}", server.base));
    table.row(
        &format!("{name}: status requests"),
        format!("{:.0} /s", cost.status_per_second),
        "wrk, 1 thread, 16 connections",
    );
    drop(server);
    arguments.extend(["--share-answers", "on"]);
    arguments.extend(["--requests-per-minute", "0", "--reports-per-minute", "0"]);
    shared(table, name, &Client::new(&process::quire(&arguments))).await;
    let _ = std::fs::remove_dir_all(folder);
    cost
}

/// How long it takes to ask for a report that was made just now, and to see that it is there: as often as callers who
/// ask for the same would.
async fn shared(table: &mut Table, name: &str, client: &Client) {
    const TIMES: usize = 1_000;
    let first = client.submit("plain", 50).await;
    client.wait(&first, Duration::from_millis(2)).await;
    let (mut accepted, mut seen) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let start = Instant::now();
        let task = client.submit("plain", 50).await;
        accepted.push(start.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(client.status(&task).await, "SUCCESS");
        seen.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    table.row(
        &format!("{name}: a shared answer"),
        format!("{:.2} ms", percentile(&mut accepted, 0.5)),
        &format!(
            "p95 {:.2} ms of {TIMES}; with a look at the task {:.2} ms",
            percentile(&mut accepted, 0.95),
            percentile(&mut seen, 0.5)
        ),
    );
}

/// Requests a second by `wrk`, as the baseline measures itself; NaN without it.
fn wrk(url: &str) -> f64 {
    let authorization = format!("Authorization: Bearer {KEY}");
    std::process::Command::new("wrk")
        .args(["-t1", "-c16", "-d5s", "-H", &authorization, url])
        .output()
        .ok()
        .and_then(|output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines()
                .find_map(|line| line.strip_prefix("Requests/sec:"))
                .and_then(|figure| figure.trim().parse().ok())
        })
        .unwrap_or(f64::NAN)
}
