//! The HTTP API: accepts requests for reports, says where they stand and hands them out.
//!
//! A request passes through these modules from top to bottom:
//!
//! 1. [`envelope`] gives it an id, a time limit and one log line, and completes problems;
//! 2. [`auth`] finds out who asks;
//! 3. one file a resource: [`reports`], [`tasks`], [`pdf`], [`forms`], [`manifest`], [`normalize`], [`narrative`] for
//!    consumers; [`keys`], [`modules`], [`module_upload`], [`module_changes`], [`differences`],
//!    [`definitions`], [`audit`] for administrators; [`health`], [`index`], [`problems`],
//!    [`openapi`] for everyone;
//! 4. [`error`] alone decides which HTTP status a failure has.
//!
//! What is behind the handlers lives in the crates below; nothing here keeps state of its own.

mod envelope;

mod auth;

mod byte_range;
mod cache_headers;
mod change;
mod download;
mod etag;
mod forms;
mod idempotency;
mod manifest;
mod narrative;
mod normalize;
mod pdf;
mod reports;
mod selection;
mod task_status;
mod tasks;

mod audit;
mod definitions;
mod differences;
mod if_match;
mod keys;
mod module_changes;
mod module_upload;
mod modules;
mod next_step;

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
pub use health::{Health, Operation, operation_router};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{delete, get, post, put},
};
use metrics_exporter_prometheus::PrometheusHandle;
use quire_jobs::Queue;
use quire_modules::Sample;
use quire_records::Records;
use quire_reports::Maker;

/// Longest body that is read. The longest useful one is a few hundred bytes.
pub(crate) const BODY_LIMIT_BYTES: usize = 16 * 1024;

/// Longest report definition that is read: the standard one has some 6 KB.
const DEFINITION_LIMIT_BYTES: usize = 256 * 1024;

/// What handlers may use. Built once in `quire-server`; cloned for each request.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// Where reports, keys and the audit trail are kept.
    pub records: Records,
    /// Where accepted reports go.
    pub queue: Queue,
    /// What answers requests that need no queue: data, modules, definitions.
    pub maker: Maker,
    /// What this process knows of its own state.
    pub health: Health,
    /// What components are tried on before they are taken.
    pub sample: Sample,
    /// The metrics of this process.
    pub metrics: PrometheusHandle,
}

/// Routes that change what reports are made with, and the trail of all that happened.
fn admin() -> Router<ApiState> {
    let upload = || DefaultBodyLimit::max(module_upload::UPLOAD_LIMIT_BYTES);
    let long = || DefaultBodyLimit::max(DEFINITION_LIMIT_BYTES);
    Router::new()
        .route(
            "/api/admin/modules",
            get(modules::list)
                .post(module_upload::upload)
                .layer(upload()),
        )
        .route(
            "/api/admin/module-check",
            post(module_upload::check).layer(upload()),
        )
        .route("/api/admin/modules/{name}", get(modules::show))
        .route(
            "/api/admin/modules/{name}/stage",
            post(module_changes::stage),
        )
        .route(
            "/api/admin/modules/{name}/activate",
            post(module_changes::activate),
        )
        .route(
            "/api/admin/modules/{name}/rollback",
            post(module_changes::rollback),
        )
        .route(
            "/api/admin/modules/{name}/canary",
            post(module_changes::canary),
        )
        .route(
            "/api/admin/modules/{name}/shadow",
            post(module_changes::shadow),
        )
        .route(
            "/api/admin/modules/{name}/accept-differences",
            post(module_changes::accept_differences),
        )
        .route(
            "/api/admin/modules/{name}/end-trial",
            post(module_changes::end_trial),
        )
        .route(
            "/api/admin/modules/{name}/retire",
            post(module_changes::retire),
        )
        .route(
            "/api/admin/modules/{name}/limits",
            put(module_changes::limits),
        )
        .route(
            "/api/admin/modules/{name}/required-clean",
            put(module_changes::required_clean),
        )
        .route(
            "/api/admin/modules/{name}/differences",
            get(differences::list),
        )
        .route("/api/admin/definitions", get(definitions::list))
        .route(
            "/api/admin/definition-check",
            post(definitions::check).layer(long()),
        )
        .route(
            "/api/admin/definitions/{name}",
            get(definitions::show).put(definitions::put).layer(long()),
        )
        .route(
            "/api/admin/definitions/{name}/versions",
            get(definitions::versions),
        )
        .route(
            "/api/admin/definitions/{name}/use",
            post(definitions::use_version),
        )
        .route(
            "/api/admin/definitions/{name}/rollback",
            post(definitions::rollback),
        )
        .route("/api/admin/audit", get(audit::list))
        .route("/api/admin/audit/verify", get(audit::verify))
        .route("/api/admin/audit/checkpoints", get(audit::checkpoints))
        .route("/api/admin/audit/export", get(audit::export))
}

impl ApiState {
    /// Use a change of modules or definitions that was made just now, so that whoever made it meets it
    /// with the next request. If that fails, the process takes it over by itself within a second.
    pub(crate) async fn take_over(&self) {
        if let Err(error) = self.maker.registry.catch_up().await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a change is not in use yet; it will be taken over");
        }
    }
}

/// Every other route of the API, on one screen.
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
        .route("/api/tasks/{task_id}/manifest", get(manifest::show))
        .route("/api/tasks/{task_id}/verify", post(manifest::verify))
        .route("/api/admin/keys", get(keys::list).post(keys::create))
        .route("/api/admin/keys/{id}", delete(keys::revoke))
        .merge(admin())
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
