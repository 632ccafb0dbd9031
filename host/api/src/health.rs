//! `/livez`, `/readyz` and `/metrics`: for whoever runs this server. No key is needed; nothing here
//! tells about reports.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use quire_model::Definition;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{ApiState, reports::STANDARD_DEFINITION};

/// What this process knows of its own state. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    draining: AtomicBool,
    workers: AtomicBool,
}

impl Health {
    /// From now on no new requests should be sent here: the process is about to end.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Say whether this process' workers take reports.
    pub fn set_workers(&self, running: bool) {
        self.0.workers.store(running, Ordering::Relaxed);
    }
}

/// Whether this process can serve, and which of its dependencies answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready`, `unavailable` when something required is away, or `draining`.
    status: &'static str,
    /// `records`, `queue`, `cache`, `modules`, `workers`.
    checks: BTreeMap<&'static str, Check>,
}

/// One dependency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Check {
    /// Whether it answers.
    up: bool,
    /// Whether the server can do without.
    required: bool,
    /// What is wrong, or what is in use.
    detail: String,
}

/// Whether the process runs.
#[utoipa::path(get, path = "/livez", operation_id = "isLive", tag = "operation", responses((status = 200, description = "It runs", body = String)))]
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Whether the process can serve, and which of its dependencies answer.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "isReady",
    tag = "operation",
    responses(
        (status = 200, description = "Ready", body = Readiness),
        (status = 503, description = "Something required is away, or the process is about to end", body = Readiness),
    ),
)]
pub(crate) async fn ready(State(state): State<ApiState>) -> (StatusCode, Json<Readiness>) {
    let (records, queue, cache) = futures::join!(
        state.records.is_up(),
        state.queue.is_up(),
        state.maker.faers.cache_is_up(),
    );
    let checks = BTreeMap::from([
        ("records", records_check(records)),
        ("queue", queue_check(queue, state.queue.uses_redis())),
        ("cache", cache_check(cache)),
        ("modules", modules_check(&state)),
        ("workers", workers_check(&state.health)),
    ]);
    let usable = checks.values().all(|check| check.up || !check.required);
    let (code, status) = match (state.health.0.draining.load(Ordering::Relaxed), usable) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "draining"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (false, true) => (StatusCode::OK, "ready"),
    };
    (code, Json(Readiness { status, checks }))
}

/// The metrics of this process, in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", operation_id = "getMetrics", tag = "operation", responses((status = 200, description = "Prometheus text format", body = String)))]
pub(crate) async fn metrics(
    State(state): State<ApiState>,
) -> ([(HeaderName, &'static str); 1], String) {
    if let Ok(waiting) = state.records.waiting().await {
        metrics::gauge!("quire_reports_waiting").set(waiting as f64);
    }
    let text_format = "text/plain; version=0.0.4; charset=utf-8";
    (
        [(header::CONTENT_TYPE, text_format)],
        state.metrics.render(),
    )
}

fn records_check(up: bool) -> Check {
    let detail = if up {
        "the database answers"
    } else {
        "the database does not answer"
    };
    Check {
        up,
        required: true,
        detail: detail.to_owned(),
    }
}

fn queue_check(up: bool, uses_redis: bool) -> Check {
    let kind = if uses_redis {
        "Redis"
    } else {
        "the embedded queue"
    };
    let detail = if up {
        format!("{kind} answers")
    } else {
        format!("{kind} does not answer")
    };
    Check {
        up,
        required: true,
        detail,
    }
}

/// Losing the cache costs time, never an answer.
fn cache_check(up: bool) -> Check {
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
fn modules_check(state: &ApiState) -> Check {
    let definition = state.maker.registry.definitions.get(STANDARD_DEFINITION);
    let missing = definition.map_or_else(
        || vec![format!("the report definition {STANDARD_DEFINITION}")],
        |definition| missing_modules(&definition, state),
    );
    let detail = match missing.as_slice() {
        [] => format!(
            "{} modules are active",
            state.maker.registry.modules.list().len()
        ),
        missing => format!("missing: {}", missing.join(", ")),
    };
    Check {
        up: missing.is_empty(),
        required: true,
        detail,
    }
}

fn missing_modules(definition: &Definition, state: &ApiState) -> Vec<String> {
    let modules = definition.sections.iter().map(|section| &section.module);
    modules
        .filter(|name| state.maker.registry.modules.active(name).is_none())
        .cloned()
        .collect()
}

/// Another process may do the work: `quire worker`.
fn workers_check(health: &Health) -> Check {
    let up = health.0.workers.load(Ordering::Relaxed);
    let detail = if up {
        "this process takes reports"
    } else {
        "this process takes no reports"
    };
    Check {
        up,
        required: false,
        detail: detail.to_owned(),
    }
}
