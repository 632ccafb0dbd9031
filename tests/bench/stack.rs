//! The whole product: reports a second, CPU a report, memory, status requests a second.

use std::time::{Duration, Instant};

use quire_replay::{Replay, ReplaySettings, RunningReplay};
use serde_json::json;

use crate::{
    process::{self, Running, cpu_seconds, memory_mib},
    table::{Table, percentile},
};

/// The admin key of the benchmark's server.
pub(crate) const KEY: &str = "qk_bench_0123456789abcdef0123456789abcdef";

/// How much a server is asked for when it is measured.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Reports that are asked for one after the other.
    pub(crate) idle: usize,
    /// Reports in a batch: enough that the hundredths of a second of the kernel's clock do not matter.
    pub(crate) batch: usize,
    /// Seconds of status requests.
    pub(crate) status: u32,
}

/// What one server is measured by.
const WHOLE: Size = Size {
    idle: 30,
    batch: 200,
    status: 5,
};

/// What a warm server does of one definition.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// Reports a second, a batch of them asked for at once.
    pub(crate) per_second: f64,
    /// CPU seconds a report.
    pub(crate) cpu: f64,
}

/// What is measured of one server.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Median milliseconds from request to result on an idle machine, and those of the slowest twentieth.
    pub(crate) idle_ms: f64,
    pub(crate) idle_slow_ms: f64,
    /// Median milliseconds until a request for a report is answered, one after the other.
    pub(crate) accepted_ms: f64,
    /// The short definition, warm.
    pub(crate) plain: Load,
    /// The long one.
    pub(crate) cer: Load,
    /// MiB after the load, and at the highest.
    pub(crate) memory_mib: f64,
    pub(crate) peak_mib: f64,
    /// Status requests a second.
    pub(crate) status_per_second: f64,
    /// The same of callers who say that they take compressed answers.
    pub(crate) status_compressed_per_second: f64,
}

/// A language of its own: another document, which asks openFDA the same. One of another day would ask anew.
pub(crate) fn language(number: usize) -> String {
    format!("en-x-{number}")
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

    /// Ask for a report. Each has a language of its own, so that none is the copy of another.
    pub(crate) async fn submit(&self, definition: &str, number: usize) -> String {
        let body = json!({"definition": definition, "locale": language(number)});
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
    let replay = openfda().await;
    let redis = process::redis();
    let embedded = mode(table, "embedded", &replay.url(), None).await;
    let with_redis = mode(table, "redis", &replay.url(), Some(&redis.base)).await;
    table.row(
        "CPU a plain warm report, the better mode",
        format!(
            "{:.2} ms",
            embedded.plain.cpu.min(with_redis.plain.cpu) * 1000.0
        ),
        "whole process: API, queue, sections, PDF, records",
    );
    with_redis
}

/// An openFDA of as many reports as a report fetches.
pub(crate) async fn openfda() -> RunningReplay {
    let mut settings = ReplaySettings::synthetic(1000, 1, "61958-0802");
    if let Ok(folder) = std::env::var("BASELINE") {
        let records = crate::baseline::records(std::path::Path::new(&folder)).await;
        settings.records = records.into_iter().collect();
    }
    Replay::start(settings).await.unwrap()
}

/// How a server that is measured is started.
pub(crate) fn arguments<'a>(
    data_dir: &'a str,
    openfda: &'a str,
    redis: Option<&'a str>,
) -> Vec<&'a str> {
    let mut arguments = vec!["--data-dir", data_dir, "--openfda-url", openfda];
    // Long enough that a slow machine stays warm; 1,000 reports as the baseline fetches.
    arguments.extend(["--cache-ttl", "1h", "--max-reports", "1000"]);
    // Many callers, who have one key.
    arguments.extend(["--requests-per-minute", "0", "--reports-per-minute", "0"]);
    arguments.extend(redis.iter().flat_map(|url| ["--redis-url", *url]));
    arguments
}

async fn mode(table: &mut Table, name: &str, openfda: &str, redis: Option<&str>) -> Cost {
    let folder = std::env::temp_dir().join(format!("quire-bench-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let data_dir = folder.to_string_lossy().into_owned();
    let mut arguments = arguments(&data_dir, openfda, redis);
    drop(process::quire(&arguments));
    let server = process::quire(&arguments);
    table.row(
        &format!("{name}: start to ready"),
        format!("{} ms", server.ready_after.as_millis()),
        "second start",
    );
    table.row(
        &format!("{name}: memory, idle"),
        format!("{:.0} MiB", memory_mib(server.pid(), "VmRSS")),
        "RSS",
    );
    let cost = Cost::of(&server, WHOLE, 0).await;
    cost.tell(table, name);
    drop(server);
    arguments.extend(["--share-answers", "on"]);
    shared(table, name, &Client::new(&process::quire(&arguments))).await;
    let _ = std::fs::remove_dir_all(folder);
    cost
}

impl Cost {
    /// Measure a server by reports of its own, numbered from `first`.
    pub(crate) async fn of(server: &Running, size: Size, first: usize) -> Self {
        let client = Client::new(server);
        client.batch("plain", first, 4).await;
        let first = first + 4;
        let (mut idle, mut accepted) = (Vec::new(), Vec::new());
        for number in 0..size.idle {
            let start = Instant::now();
            let task = client.submit("plain", first + number).await;
            accepted.push(start.elapsed().as_secs_f64() * 1000.0);
            client.wait(&task, Duration::from_millis(2)).await;
            idle.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        let first = first + size.idle;
        let plain = Load::of(server, &client, "plain", first, size.batch).await;
        let cer = Load::of(server, &client, "cer", first, size.batch).await;
        let memory = ["VmRSS", "VmHWM"].map(|line| memory_mib(server.pid(), line));
        let task = client.submit("plain", first + size.batch).await;
        client.wait(&task, Duration::from_millis(20)).await;
        let status = format!("{}/api/tasks/{task}", server.base);
        Self {
            idle_ms: percentile(&mut idle, 0.5),
            idle_slow_ms: percentile(&mut idle, 0.95),
            accepted_ms: percentile(&mut accepted, 0.5),
            plain,
            cer,
            memory_mib: memory[0],
            peak_mib: memory[1],
            status_per_second: wrk(&status, size.status, &[]),
            status_compressed_per_second: wrk(&status, size.status, &["Accept-Encoding: gzip, br"]),
        }
    }

    fn tell(&self, table: &mut Table, name: &str) {
        table.row(
            &format!("{name}: request to result, idle"),
            format!("{:.1} ms", self.idle_ms),
            &format!(
                "p95 {:.1} ms; accepted after {:.2} ms",
                self.idle_slow_ms, self.accepted_ms
            ),
        );
        for (definition, load) in [("plain", self.plain), ("cer", self.cer)] {
            table.row(
                &format!("{name}: warm `{definition}` reports"),
                format!("{:.1} /s", load.per_second),
                &format!(
                    "{:.2} ms CPU each, {} at once",
                    load.cpu * 1000.0,
                    WHOLE.batch
                ),
            );
        }
        table.row(
            &format!("{name}: memory after {} reports", 2 * WHOLE.batch),
            format!("{:.0} MiB", self.memory_mib),
            &format!("RSS; peak {:.0} MiB", self.peak_mib),
        );
        table.row(
            &format!("{name}: status requests"),
            format!("{:.0} /s", self.status_per_second),
            &format!(
                "wrk, 1 thread, 16 connections; {:.0} /s where they may be compressed",
                self.status_compressed_per_second
            ),
        );
    }
}

impl Load {
    async fn of(
        server: &Running,
        client: &Client,
        definition: &str,
        first: usize,
        batch: usize,
    ) -> Self {
        let before = cpu_seconds(server.pid());
        let took = client.batch(definition, first, batch).await;
        Self {
            per_second: batch as f64 / took.as_secs_f64(),
            cpu: (cpu_seconds(server.pid()) - before) / batch as f64,
        }
    }
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
fn wrk(url: &str, seconds: u32, headers: &[&str]) -> f64 {
    let authorization = format!("Authorization: Bearer {KEY}");
    let headers = std::iter::once(&*authorization).chain(headers.iter().copied());
    let Ok(output) = std::process::Command::new("wrk")
        .args(["-t1", "-c16", &format!("-d{seconds}s")])
        .args(headers.flat_map(|header| ["-H", header]))
        .arg(url)
        .output()
    else {
        return f64::NAN;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // What is refused is quick, and no measure.
    assert!(!text.contains("Non-2xx"), "{text}");
    text.lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"))
        .and_then(|figure| figure.trim().parse().ok())
        .unwrap_or(f64::NAN)
}
