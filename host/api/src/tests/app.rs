//! The API over records in a directory of its own, with three keys and no workers.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use quire_faers::{CaseSeries, Faers, FaersSettings, Snapshot};
use quire_jobs::{Queue, QueueSettings};
use quire_model::{Background, Date, Digest, Label, Problem, ProblemKind, ReportId};
use quire_modules::{Limits, ModuleHost, ModuleSettings, Sample};
use quire_records::{Actor, Claim, Claimed, Outcome, Records, RecordsSettings, Role, Success};
use quire_registry::{Assignments, Definitions, Registry};
use quire_reports::{Backgrounds, Maker};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{ApiParts, Health, Partly, RateLimits, Rates, SelfTestData, Turn, Turns};

/// The API, and the keys it knows.
pub(crate) struct App {
    router: Router,
    records: Records,
    turns: Turns,
    pub(crate) admin: String,
    pub(crate) consumer: String,
    pub(crate) stranger: String,
    pub(crate) auditor: String,
    pub(crate) author: String,
    directory: PathBuf,
}

/// One answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// A header as text, empty if absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl App {
    pub(crate) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("quire-api-test-{}-{count}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        let records = Records::open(RecordsSettings::new(&directory))
            .await
            .unwrap();
        let queue = QueueSettings::new(&directory, None);
        let queue = Queue::open(queue, records.clone()).await.unwrap();
        let turns = Turns::default();
        let state = ApiParts {
            records: records.clone(),
            queue,
            maker: maker(directory.join("code"), records.clone()),
            health: Health::default(),
            self_test: SelfTestData::new(|| Ok(sample())),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            turns: turns.clone(),
            rates: Rates::new(RateLimits::default()),
            partly: Partly::default(),
            live: crate::Live::of(records.clone()),
            sign_ins: Default::default(),
            origins: Default::default(),
            guard: Default::default(),
            place: Default::default(),
        };
        let router = crate::router(state.into());
        let key = async |role| {
            let operator = Actor::operator();
            let made = records.create_key(role, "test", &operator, "test").await;
            made.unwrap().1.expose().to_owned()
        };
        Self {
            admin: key(Role::Admin).await,
            consumer: key(Role::Consumer).await,
            stranger: key(Role::Consumer).await,
            auditor: key(Role::Auditor).await,
            author: key(Role::Author).await,
            router,
            turns,
            records: records.clone(),
            directory,
        }
    }

    /// One request; no key if `key` is empty.
    pub(crate) async fn send(
        &self,
        key: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !key.is_empty() {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) async fn anonymous(&self, method: Method, path: &str) -> Answer {
        self.send("", method, path, &[], "").await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&self.consumer, Method::GET, path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send(
            &self.consumer,
            Method::POST,
            path,
            &headers,
            &body.to_string(),
        )
        .await
    }

    /// Something that takes seconds, done for a key until it is dropped.
    pub(crate) async fn busy(&self, key: &str) -> Turn {
        let actor = self.records.authenticate(key).await.unwrap().unwrap();
        self.turns.take(&actor.key).unwrap()
    }

    /// A task that waits for a worker.
    pub(crate) async fn accept(&self) -> String {
        let body = json!({"as_of": "2025-06-30"});
        let answer = self.post("/api/cer/61958-0802/enhanced-pdf", body).await;
        answer.json()["task_id"].as_str().unwrap().to_owned()
    }

    /// A task that left this document behind, as earlier versions did: the PDF alone.
    pub(crate) async fn finished(&self, pdf: &[u8]) -> String {
        self.finished_with(pdf, None).await
    }

    /// A task that left these forms of a document behind.
    pub(crate) async fn finished_with(&self, pdf: &[u8], json: Option<&Value>) -> String {
        let artifact = self
            .records
            .put_artifact(pdf.to_vec(), "application/pdf")
            .await
            .unwrap();
        let document = match json {
            Some(json) => {
                let bytes = json.to_string().into_bytes();
                let stored = self.records.put_artifact(bytes, "application/json").await;
                Some(stored.unwrap())
            }
            None => None,
        };
        let success = Success {
            artifact,
            document,
            document_id: "0".repeat(32),
            data_digest: Digest::of(b"data"),
            cache: "miss".to_owned(),
            age_s: 0,
            timings_ms: [("pdf".to_owned(), 1)].into(),
            placeholders: Vec::new(),
            fresh_until: None,
            manifest: None,
        };
        self.settle(Outcome::Succeeded(Box::new(success))).await
    }

    /// A task that failed.
    pub(crate) async fn failed(&self, detail: &str) -> String {
        let problem = Problem::new(ProblemKind::SourceUnavailable, detail);
        self.settle(Outcome::Failed(problem)).await
    }

    async fn settle(&self, outcome: Outcome) -> String {
        let task = self.accept().await;
        let id: ReportId = task.parse().unwrap();
        let claim = self
            .records
            .claim(&id, "test", Duration::from_secs(60))
            .await
            .unwrap();
        let Claim::Go(claimed) = claim else {
            panic!("not claimed: {claim:?}");
        };
        let Claimed { token, .. } = *claimed;
        assert!(self.records.settle(&id, &token, &outcome).await.unwrap());
        task
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// No reports: these tests try no components.
fn sample() -> Sample {
    let page = br#"{"meta": {}, "results": []}"#;
    let snapshot = Snapshot::from_page(page, &"61958-0802".parse().unwrap()).unwrap();
    Sample {
        name: "sample data".to_owned(),
        further: Vec::new(),
        series: Arc::new(CaseSeries::build(snapshot)),
        facts: Vec::new(),
        background: Arc::new(Background::Unavailable("none in a test".to_owned())),
        label: Arc::new(Label::Unavailable("none in a test".to_owned())),
        as_of: Date::constant(2025, 6, 30),
    }
}

/// Nothing listens on the discard port: these tests need no data.
fn maker(code_dir: PathBuf, records: Records) -> Maker {
    let second = Duration::from_secs(1);
    let faers = FaersSettings {
        openfda_url: "http://127.0.0.1:9".to_owned(),
        sample: false,
        openfda_key: None,
        cache_ttl: second,
        max_reports: 1,
        redis_url: None,
        requests_per_minute: 1,
        requests_per_day: 1,
        share_percent: 100,
        certificates: None,
        timeout: second,
        background_requests: 60,
    };
    let modules = ModuleSettings {
        limits: Limits {
            cpu: second,
            wall: second,
            memory_bytes: 1 << 20,
            output_bytes: 1 << 20,
            log_bytes: 1 << 10,
            ..Limits::DEFAULT
        },
        ..ModuleSettings::new(code_dir, 1)
    };
    Maker {
        faers: Faers::new(faers).unwrap(),
        sharing: false,
        backgrounds: Backgrounds::Api,
        registry: Registry {
            modules: ModuleHost::new(modules).unwrap(),
            definitions: Definitions::built_in(),
            assignments: Assignments::of(records),
        },
    }
}
