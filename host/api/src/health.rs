//! `/livez`, `/readyz` and `/metrics`: for whoever runs this process, a server or a worker. No key is
//! needed; nothing here tells about reports.
//!
//! Readiness is tried, not asked for: a write to the records, a push to the queue. All who ask within
//! a second share one try.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::{HeaderName, StatusCode, header},
    middleware,
};
use metrics_exporter_prometheus::PrometheusHandle;
use quire_jobs::{Presence, Queue};
use quire_model::{Definition, HostFault, ProblemKind};
use quire_records::{Records, StorageHealth};
use quire_registry::{Definitions, Registry};
use quire_reports::Maker;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ApiError, ApiState, envelope, gauges};

/// How long one check may take: a push and a write are bounded by one and two seconds themselves.
const PATIENCE: Duration = Duration::from_secs(4);

/// What is looked at, in a server or a worker. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Where reports stand.
    pub records: Records,
    /// Where they wait.
    pub queue: Queue,
    /// What makes them.
    pub maker: Maker,
    /// What the process knows of its own state.
    pub health: Health,
    /// What it measures.
    pub metrics: PrometheusHandle,
}

/// What this process knows of its own state. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Health {
    draining: Arc<AtomicBool>,
    workers: Option<Presence>,
}

impl Health {
    /// Of a process with workers of its own, which can be seen there.
    #[must_use]
    pub fn of_workers(presence: Presence) -> Self {
        Self {
            workers: Some(presence),
            ..Self::default()
        }
    }

    /// From now on no new requests should be sent here: the process is about to end.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

impl FromRef<ApiState> for Operation {
    fn from_ref(state: &ApiState) -> Self {
        Self {
            records: state.records.clone(),
            queue: state.queue.clone(),
            maker: state.maker.clone(),
            health: state.health.clone(),
            metrics: state.metrics.clone(),
        }
    }
}

/// The three endpoints alone, for a worker.
pub fn operation_router(operation: Operation) -> Router {
    Router::from(routes::<Operation>())
        .fallback(nothing_else)
        .layer(middleware::from_fn(envelope::wrap))
        .with_state(operation)
}

pub(crate) fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Operation: FromRef<S>,
{
    OpenApiRouter::default()
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(metrics))
}

async fn nothing_else() -> ApiError {
    let detail = "a worker serves /livez, /readyz and /metrics, and nothing else";
    ApiError::new(ProblemKind::NotFound, detail)
}

/// Whether this process can do its work, and which of the things it needs are there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready`, `unavailable` when something required is away, or `draining`.
    #[schema(example = "ready")]
    status: &'static str,
    /// `records`, `queue`, `cache`, `modules`, `workers`.
    checks: BTreeMap<&'static str, Check>,
    /// The disk that holds the records.
    storage: Storage,
}

/// One thing that is needed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Check {
    /// Whether it works.
    up: bool,
    /// Whether the process cannot do its work without.
    required: bool,
    /// What is wrong, or what is in use.
    detail: String,
}

/// How the disk that holds the records fared lately, as this process saw it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Storage {
    /// Bytes that can still be written; absent if the system does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    free_bytes: Option<u64>,
    /// Seconds since something was last written; absent if nothing was since the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_write_s: Option<u64>,
    /// Seconds since a write failed; absent if the last one succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_failure_s: Option<u64>,
}

impl From<StorageHealth> for Storage {
    fn from(health: StorageHealth) -> Self {
        Self {
            free_bytes: health.free_bytes,
            last_write_s: health.last_write.map(|age| age.as_secs()),
            last_failure_s: health.last_failure.map(|(_, age)| age.as_secs()),
        }
    }
}

/// Whether the process runs.
#[utoipa::path(
    get, path = "/livez", operation_id = "isLive",
    responses((status = 200, description = "It runs", body = String)),
)]
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Whether the process can do its work. The records are written to, a ticket is pushed and taken back,
/// and workers are looked for; all who ask within a second share one answer.
#[utoipa::path(
    get, path = "/readyz", operation_id = "isReady",
    responses(
        (status = 200, description = "Ready", body = Readiness),
        (status = 503, description = "Something required does not work, or the process is about to end", body = Readiness),
    ),
)]
pub(crate) async fn ready(State(operation): State<Operation>) -> (StatusCode, Json<Readiness>) {
    let (records, queue, cache, workers) = futures::join!(
        records_check(&operation),
        queue_check(&operation),
        cache_check(&operation),
        workers_check(&operation),
    );
    let checks = BTreeMap::from([
        ("records", records),
        ("queue", queue),
        ("cache", cache),
        ("modules", modules_check(&operation)),
        ("workers", workers),
    ]);
    let usable = checks.values().all(|check| check.up || !check.required);
    let draining = operation.health.draining.load(Ordering::Relaxed);
    let (code, status) = match (draining, usable) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "draining"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (false, true) => (StatusCode::OK, "ready"),
    };
    let storage = operation.queue.admission().storage().into();
    let readiness = Readiness {
        status,
        checks,
        storage,
    };
    (code, Json(readiness))
}

/// The metrics of this process, in Prometheus' text format.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics",
    responses((status = 200, description = "Prometheus text format", body = String)),
)]
pub(crate) async fn metrics(
    State(operation): State<Operation>,
) -> ([(HeaderName, &'static str); 1], String) {
    gauges::measure(&operation.records, &operation.queue).await;
    let text_format = "text/plain; version=0.0.4; charset=utf-8";
    (
        [(header::CONTENT_TYPE, text_format)],
        operation.metrics.render(),
    )
}

/// An answer in time, or none.
async fn soon<T>(answer: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, answer).await.ok()
}

/// A write, and whatever else of the machine a report needs.
async fn records_check(operation: &Operation) -> Check {
    let admission = operation.queue.admission();
    let tried = soon(admission.try_machine()).await;
    let detail = match tried.unwrap_or(Err(HostFault::Locked)) {
        Ok(()) => Ok("a write succeeded".to_owned()),
        Err(fault) => Err(format!("{fault}; {}", fault.remedy())),
    };
    required(detail)
}

/// A push, taken back.
async fn queue_check(operation: &Operation) -> Check {
    let kind = if operation.queue.uses_redis() {
        "Redis"
    } else {
        "the embedded queue"
    };
    let tried = soon(operation.queue.try_push()).await;
    let detail = match tried {
        Some(Ok(())) => Ok(format!("{kind} takes tickets")),
        Some(Err(reason)) => Err(format!("{kind} takes no tickets: {reason}")),
        None => Err(format!("{kind} takes no tickets: no answer in time")),
    };
    required(detail)
}

/// Without it nothing works.
fn required(detail: Result<String, String>) -> Check {
    let up = detail.is_ok();
    Check {
        up,
        required: true,
        detail: detail.unwrap_or_else(|wrong| wrong),
    }
}

/// Losing the cache costs time, never an answer.
async fn cache_check(operation: &Operation) -> Check {
    let answer = soon(operation.maker.faers.cache_is_up()).await;
    let up = answer.unwrap_or_default();
    let detail = if up {
        "the cache answers"
    } else {
        "the cache does not answer; openFDA is asked each time"
    };
    Check {
        up,
        required: false,
        detail: detail.to_owned(),
    }
}

/// Every module of the standard report must be there.
fn modules_check(operation: &Operation) -> Check {
    let registry = &operation.maker.registry;
    let definition = registry.definitions.get(Definitions::STANDARD);
    let missing = definition.map_or_else(
        || vec![format!("the report definition {}", Definitions::STANDARD)],
        |definition| missing_modules(&definition, registry),
    );
    required(match missing.as_slice() {
        [] => Ok(format!(
            "{} modules are active",
            registry.modules.list().len()
        )),
        missing => Err(format!("missing: {}", missing.join(", "))),
    })
}

fn missing_modules(definition: &Definition, registry: &Registry) -> Vec<String> {
    let modules = definition.sections.iter().map(|section| &section.module);
    modules
        .filter(|name| registry.modules.active(name).is_none())
        .cloned()
        .collect()
}

/// Workers of this process; or, where there are none, a sign of life of others. A server alone is
/// ready as long as nothing waits: it starts before its workers, and its workers may wait for it.
async fn workers_check(operation: &Operation) -> Check {
    if let Some(workers) = &operation.health.workers {
        return required(match workers.is_there() {
            true => Ok("this process takes reports".to_owned()),
            false => Err("this process takes no reports".to_owned()),
        });
    }
    let living = soon(operation.queue.living_workers()).await.flatten();
    let waiting = operation.records.waiting().await.unwrap_or_default();
    let (up, detail) = match (living.unwrap_or_default(), waiting) {
        (0, 0) => (
            false,
            "no `quire worker` gave a sign of life lately".to_owned(),
        ),
        (0, waiting) => (
            false,
            format!("{waiting} reports wait, and no `quire worker` gave a sign of life lately"),
        ),
        (living, _) => (true, format!("{living} workers of other processes")),
    };
    Check {
        up,
        required: waiting > 0,
        detail,
    }
}
