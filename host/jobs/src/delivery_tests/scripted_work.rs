//! Work that does what the request's definition says: succeed, fail, hang, panic.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use quire_faers::{CacheState, CaseSeries, FreshUntil, Snapshot};
use quire_model::{
    Colophon, Date, Definition, Digest, Document, Failure, HostFault, Paper, Problem, ProblemKind,
    Recipe, RecipeData, ReportId, ReportRequest,
};
use quire_records::{Pins, Progress};
use quire_registry::Definitions;
use quire_reports::{Composed, Freshness, Generated};
use tokio::sync::Semaphore;

use crate::{ProgressSink, Work};

/// How often each definition was made, and a gate at which `gated` reports wait.
#[derive(Clone)]
pub(super) struct ScriptedWork {
    runs: Arc<Mutex<BTreeMap<String, u32>>>,
    pub(super) gate: Arc<Semaphore>,
}

impl ScriptedWork {
    pub(super) fn new() -> Self {
        Self {
            runs: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    /// How often work on this definition began.
    pub(super) fn runs(&self, definition: &str) -> u32 {
        let runs = self.runs.lock().unwrap();
        runs.get(definition).copied().unwrap_or_default()
    }

    fn count(&self, definition: &str) -> u32 {
        let mut runs = self.runs.lock().unwrap();
        let run = runs.entry(definition.to_owned()).or_default();
        *run += 1;
        *run
    }
}

impl Work for ScriptedWork {
    async fn pins(&self, _: &ReportId, _: &ReportRequest) -> Pins {
        Pins {
            definition_version: Some(1),
            modules: BTreeMap::from([("trend".to_owned(), Digest::of(b"trend"))]),
        }
    }

    async fn make(
        &self,
        id: ReportId,
        request: ReportRequest,
        pins: Pins,
        progress: ProgressSink,
    ) -> Result<Generated, Failure> {
        assert_eq!(pins, self.pins(&id, &request).await);
        let run = self.count(&request.definition);
        progress(Progress {
            section: "trend".to_owned(),
            done: 1,
            total: 3,
        });
        match request.definition.as_str() {
            "flaky" if run == 1 => return Err(failure(true)),
            "starved" if run <= 5 => return Err(Failure::of_host(HostFault::Memory)),
            "away" => return Err(failure(true)),
            "broken" => return Err(failure(false)),
            "panics" => panic!("as it was told"),
            "hangs" => std::future::pending().await,
            "gated" => self.gate.acquire().await.unwrap().forget(),
            _ => {}
        }
        Ok(generated(&request))
    }
}

pub(super) fn request(definition: &str) -> ReportRequest {
    ReportRequest {
        ndc: "61958-0802".parse().unwrap(),
        definition: definition.to_owned(),
        as_of: Date::constant(2025, 6, 30),
        locale: "en".to_owned(),
        paper: None,
        selection: None,
    }
}

fn failure(retryable: bool) -> Failure {
    Failure {
        problem: Problem::new(ProblemKind::SourceUnavailable, "openFDA is away."),
        retryable,
        fault: None,
    }
}

fn generated(request: &ReportRequest) -> Generated {
    let page = br#"{"meta": {}, "results": []}"#;
    let series = CaseSeries::build(Snapshot::from_page(page, &request.ndc).unwrap());
    let definitions = Definitions::built_in();
    let definition = definitions.get("cer").unwrap();
    let recipe = recipe(request, &definition, &series);
    let composed = Composed {
        document: Document {
            id: recipe.document_id(),
            title: String::new(),
            subtitle: String::new(),
            language: request.locale.clone(),
            as_of: request.as_of,
            paper: Paper::Letter,
            front_matter: false,
            cover: Vec::new(),
            notice: String::new(),
            producer: String::new(),
            sections: Vec::new(),
            attachments: Vec::new(),
        },
        colophon: Colophon::new(recipe, Vec::new()),
        series: Arc::new(series),
        background: None,
        label: None,
        timings: BTreeMap::new(),
        usage: Vec::new(),
        runs: Vec::new(),
        placeholders: Vec::new(),
    };
    let pdf = format!("%PDF {}", request.definition).into_bytes();
    let freshness = Freshness {
        cache: CacheState::Hit,
        age: Duration::from_secs(7),
        until: FreshUntil::NEVER,
    };
    Generated::new(composed, freshness, pdf)
}

fn recipe(request: &ReportRequest, definition: &Definition, series: &CaseSeries) -> Recipe {
    Recipe {
        request: request.clone(),
        definition: definition.clone(),
        definition_digest: definition.digest(),
        data: RecipeData {
            digest: series.digest(),
            candidates: Vec::new(),
            matched: Vec::new(),
            source: String::new(),
            last_updated: String::new(),
            stale: None,
        },
        background: None,
        label: None,
        modules: Vec::new(),
        producer: "Quire test".to_owned(),
        fonts: Vec::new(),
        conformance: String::new(),
    }
}
