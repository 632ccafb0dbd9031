//! One trace from a request to the sections of its report, across two processes, in the spans that a collector gets, in
//! the log, and in what callers read.

use std::sync::{Arc, Mutex};

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::support::{Folder, Quire, Redis, Settings, eventually};

/// A collector that keeps each batch of spans as it came: one process' a batch.
struct Collector {
    address: String,
    batches: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let batches: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let kept = Arc::clone(&batches);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receive(stream, Arc::clone(&kept)));
            }
        });
        Self { address, batches }
    }

    /// Whether a batch holds all of these.
    fn has(&self, parts: &[&[u8]]) -> bool {
        let batches = self.batches.lock().unwrap();
        let holds = |batch: &[u8], part: &[u8]| batch.windows(part.len()).any(|some| some == part);
        batches
            .iter()
            .any(|batch| parts.iter().all(|part| holds(batch, part)))
    }

    async fn gets(&self, what: &str, parts: &[&[u8]]) {
        eventually(what, || async { self.has(parts).then_some(()) }).await;
    }
}

/// Take posts over one connection and say yes.
async fn receive(mut stream: TcpStream, kept: Arc<Mutex<Vec<Vec<u8>>>>) {
    let mut read = Vec::new();
    loop {
        let end = read.windows(4).position(|some| some == b"\r\n\r\n");
        let Some(end) = end else {
            if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                return;
            }
            continue;
        };
        let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
        assert!(head.starts_with("post /v1/traces "), "{head}");
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
        while read.len() < end + 4 + length {
            if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let rest = read.split_off(end + 4 + length);
        kept.lock().unwrap().push(read.split_off(end + 4));
        read = rest;
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACE_BYTES: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();

#[tokio::test]
async fn spans_of_one_trace_come_from_the_server_and_from_the_worker() {
    let (collector, redis, folder) = (Collector::start().await, Redis::start(), Folder::new());
    let settings = |name: &str| Settings {
        redis: Some(redis.url()),
        data_dir: Some(folder.path().to_path_buf()),
        environment: [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address.as_str()),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                &format!("service.instance.id={name}"),
            ),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        ..Settings::default()
    };
    let api = Quire::start_with(settings("the-server").without_workers()).await;
    let _worker = Quire::start_with(Settings {
        worker: true,
        ..settings("the-worker")
    })
    .await;

    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let body = json!({"as_of": "2025-06-30"});
    let path = "/api/cer/61958-0802/enhanced-pdf";
    let headers = [("traceparent", parent.as_str())];
    let asked = api.send(Method::POST, path, &headers, Some(body)).await;

    assert_eq!(asked.status, StatusCode::ACCEPTED);
    let echoed = asked.header("traceparent");
    assert!(
        echoed.contains(TRACE) && !echoed.contains("00f067aa0ba902b7"),
        "{echoed}"
    );
    let task = asked.json()["task_id"].as_str().unwrap().to_owned();
    let status = api.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");
    assert_eq!(status["trace_id"], TRACE);
    let manifest = api.get(&format!("/api/tasks/{task}/manifest")).await.json();
    assert_eq!(manifest["trace_id"], TRACE);
    collector
        .gets(
            "the request",
            &[
                &TRACE_BYTES,
                b"the-server",
                b"POST /api/cer/{ndc}/enhanced-pdf",
            ],
        )
        .await;
    for span in [
        "report.attempt",
        "faers.fetch",
        "section",
        "render",
        "report.settle",
    ] {
        collector
            .gets(span, &[&TRACE_BYTES, b"the-worker", span.as_bytes()])
            .await;
    }
    let log = api.log();
    assert!(log.matches(TRACE).count() >= 3, "{log}");
    // What travels tells of no drug.
    assert!(!collector.has(&[b"61958"]));
}

#[tokio::test]
async fn without_a_collector_there_is_a_trace_id_and_the_document_is_the_same() {
    let quire = Quire::start().await;
    let plain = quire.pdf("61958-0802").await;
    let body = json!({"as_of": "2025-06-30"});
    let path = "/api/cer/61958-0802/enhanced-pdf";

    for (sent, kept) in [
        (format!("00-{TRACE}-00f067aa0ba902b7-00"), true),
        ("00-nonsense-00f067aa0ba902b7-00".to_owned(), false),
    ] {
        let headers = [("traceparent", sent.as_str())];
        let asked = quire
            .send(Method::POST, path, &headers, Some(body.clone()))
            .await;
        let task = asked.json()["task_id"].as_str().unwrap().to_owned();
        let status = quire.finished(&task).await;

        let trace_id = status["trace_id"].as_str().unwrap();
        assert_eq!(trace_id == TRACE, kept, "{trace_id}");
        assert_eq!(trace_id.len(), 32);
        assert!(asked.header("traceparent").contains(trace_id));
        let again = quire.get(&format!("/api/tasks/{task}/pdf")).await.body;
        assert!(again == plain, "a trace is in the document");
    }
}
