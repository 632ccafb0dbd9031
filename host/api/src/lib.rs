//! The HTTP API: accepts requests for reports, says where they stand and hands them out.
//!
//! A request passes through these modules from top to bottom:
//!
//! 1. [`envelope`] gives it an id, a time limit and one log line, and completes problems;
//! 2. [`auth`] finds out who asks;
//! 3. one file a resource: [`reports`], [`tasks`], [`pdf`], [`forms`], [`normalize`], [`narrative`] for
//!    consumers; [`keys`], [`audit`] for administrators; [`health`], [`index`], [`problems`],
//!    [`openapi`] for everyone;
//! 4. [`error`] alone decides which HTTP status a failure has.
//!
//! What is behind the handlers lives in the crates below; nothing here keeps state of its own.

mod envelope;

mod auth;

mod byte_range;
mod cache_headers;
mod download;
mod etag;
mod forms;
mod idempotency;
mod narrative;
mod normalize;
mod pdf;
mod reports;
mod selection;
mod task_status;
mod tasks;

mod audit;
mod keys;

mod health;
mod index;
mod openapi;
mod problems;

mod error;
mod json_body;
mod path;
mod query;

#[cfg(test)]
mod tests;

pub use error::{ApiError, ProblemBody};
pub use health::Health;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{delete, get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;
use quire_jobs::{Pipeline, Queue};
use quire_records::Records;

/// Longest body that is read. The longest useful one is a few hundred bytes.
pub(crate) const BODY_LIMIT_BYTES: usize = 16 * 1024;

/// What handlers may use. Built once in `quire-server`; cloned for each request.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// Where reports, keys and the audit trail are kept.
    pub records: Records,
    /// Where accepted reports go.
    pub queue: Queue,
    /// What answers requests that need no queue: data, modules, definitions.
    pub pipeline: Pipeline,
    /// What this process knows of its own state.
    pub health: Health,
    /// The metrics of this process.
    pub metrics: PrometheusHandle,
}

/// Every route of the API, on one screen.
pub fn router(state: ApiState) -> Router {
    Router::new()
        .route("/api/cer/{ndc}/enhanced-pdf", post(reports::create))
        .route(
            "/api/cer/{ndc}/enhanced-pdf-celery",
            post(reports::create_deprecated),
        )
        .route("/api/cer/{ndc}/narrative", get(narrative::show))
        .route("/api/cer/normalize/{ndc}", get(normalize::show))
        .route(
            "/api/tasks/{task_id}",
            get(tasks::show).delete(tasks::cancel),
        )
        .route("/api/tasks/{task_id}/pdf", get(pdf::download))
        .route("/api/tasks/{task_id}/html", get(forms::html))
        .route("/api/tasks/{task_id}/json", get(forms::json))
        .route("/api/tasks/{task_id}/csv", get(forms::csv))
        .route("/schemas/document-1.json", get(forms::schema))
        .route("/api/admin/keys", get(keys::list).post(keys::create))
        .route("/api/admin/keys/{id}", delete(keys::revoke))
        .route("/api/admin/audit", get(audit::list))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(openapi::show))
        .route("/problems", get(problems::list))
        .route("/problems/{slug}", get(problems::show))
        .route("/", get(index::show))
        .fallback(index::nothing_here)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn(envelope::wrap))
        .with_state(state)
}
