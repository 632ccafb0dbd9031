//! The HTTP API: accepts requests for reports, says where they stand and hands them out.
//!
//! A request passes through these modules from top to bottom:
//!
//! 1. [`base_path`] takes off the path that a proxy shows the server under, [`routes`] says which handler takes it, and [`mod@envelope`] gives it an id, a time limit and one log
//!    line, and completes problems;
//! 2. [`mod@cors`] answers browsers that ask before a page of another site does, [`auth`] finds out who asks, [`sign_ins`]
//!    whether too much that was no key came from there, and [`rates`] whether they ask too often;
//! 3. one file a resource: [`reports`], [`batches`], [`schedules`], [`task_list`], [`tasks`], [`task_events`], [`pdf`], [`forms`], [`manifest`], [`links`], [`normalize`],
//!    [`narrative`], [`webhooks`], [`webhook_deliveries`] for consumers; [`keys`], [`modules`], [`module_upload`], [`module_changes`], [`differences`],
//!    [`backtest`], [`comparisons`], [`definitions`], [`audit`],
//!    [`remake`] for administrators; [`health`], [`index`], [`problems`],
//!    [`openapi`] for everyone;
//! 4. [`error`] alone decides which HTTP status a failure has, and [`compression`] what goes out shorter.
//!
//! [`described`] says what stands in bodies to OpenAPI, where a crate below owns the type.
//!
//! What is behind the handlers lives in the crates below; nothing here keeps state of its own. The
//! console stands above: it answers with the same problems, and sends documents by the same code.

mod routes;

mod base_path;
mod envelope;

mod arrival;
mod auth;
mod cors;
mod rates;
mod sign_ins;
mod turns;

mod batches;
mod byte_range;
mod cache_headers;
mod caller_address;
mod change;
mod coding;
mod compression;
mod documents;
mod download;
mod etag;
mod forms;
mod idempotency;
mod link_refused;
mod links;
mod live;
mod manifest;
mod narrative;
mod normalize;
mod partly;
mod pdf;
mod prefer;
mod report_items;
mod reports;
mod schedule_plan;
mod schedule_status;
mod schedules;
mod task_events;
mod task_list;
mod task_status;
mod tasks;

mod webhook_deliveries;
mod webhooks;

mod audit;
mod backtest;
mod comparisons;
mod component;
mod content_encoding;
mod definitions;
mod differences;
mod if_match;
mod keys;
mod module_changes;
mod module_upload;
mod modules;
mod next_step;
mod remake;
mod self_test_data;

mod described;
mod gauges;
mod health;
mod index;
mod openapi;
mod problems;
mod proxies;

mod error;
mod json_body;
mod known_parameters;
mod page;
mod path;
mod plainly;
mod query;

#[cfg(test)]
mod tests;

pub use audit::exported_trail;
pub use backtest::version;
pub use base_path::{BasePath, under};
pub use caller_address::{CallerAddress, refused_sign_ins};
pub use comparisons::{reports_compared, versions_compared};
pub use compression::compressed;
pub use cors::{Origin, OriginError, Origins};
pub use documents::{DocumentForm, document};
pub use download::Asked;
pub use envelope::{
    RequestId, unreadable_request, wrap as envelope, wrap_within as envelope_within,
};
pub use error::{ApiError, NEXT_STEP, ProblemBody};
pub use health::{Health, Operation, operation_router};
pub use live::{Live, MOST_RUNNING, News, Told, Topic, running};
pub use module_upload::{CheckedModule, SelfTestCost};
pub use partly::Partly;
pub use path::TaskPath;
pub use proxies::{TrustedProxies, believe};
pub use query::Params;
pub use rates::{Policy, RateLimits, Rates};
pub use schedule_plan::PutSchedule;
pub use schedule_status::{LastRefusal, LastRun, Schedule, ScheduleLinks};
pub use self_test_data::SelfTestData;
pub use sign_ins::SignIns;
pub use task_status::{StatusName, TaskLinks, TaskProgress, TaskResult, TaskStatus};
pub use tasks::gone;
pub use turns::{Turn, Turns};
pub use webhook_deliveries::Delivery as WebhookDelivery;
pub use webhooks::{Reports, Webhook, webhook_description};

use std::{ops::Deref, sync::Arc};

use axum::{Extension, Router, body::Bytes, middleware};
use metrics_exporter_prometheus::PrometheusHandle;
use quire_jobs::Queue;
use quire_records::Records;
use quire_reports::Maker;
use quire_webhooks::{Guard, Place};

use known_parameters::KnownParameters;

/// Longest body that is read. The longest useful one is a few hundred bytes.
const BODY_LIMIT_BYTES: usize = 16 * 1024;

/// What handlers may use; cheap to clone, since every request does so several times.
#[derive(Clone, Debug)]
pub struct ApiState(Arc<ApiParts>);

/// What an [`ApiState`] is made of. Built once in `quire-server`.
#[derive(Debug)]
pub struct ApiParts {
    /// Where reports, keys and the audit trail are kept.
    pub records: Records,
    /// Where accepted reports go.
    pub queue: Queue,
    /// What answers requests that need no queue: data, modules, definitions.
    pub maker: Maker,
    /// What this process knows of its own state.
    pub health: Health,
    /// What components are tried on before they are taken.
    pub self_test: SelfTestData,
    /// The metrics of this process.
    pub metrics: PrometheusHandle,
    /// Whose turn it is to have something done that takes seconds.
    pub turns: Turns,
    /// How often each key may ask.
    pub rates: Rates,
    /// Which documents are being read in parts.
    pub partly: Partly,
    /// What tells those who follow a report of its changes; [`Live::run`] has to run.
    pub live: Live,
    /// Who tries keys that are none.
    pub sign_ins: SignIns,
    /// Which other sites' pages may use the API.
    pub origins: Origins,
    /// Where webhooks may be sent.
    pub guard: Guard,
    /// Where callers reach this server, for links that leave it.
    pub place: Place,
}

impl From<ApiParts> for ApiState {
    fn from(parts: ApiParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for ApiState {
    type Target = ApiParts;

    fn deref(&self) -> &ApiParts {
        &self.0
    }
}

/// The whole API.
pub fn router(state: ApiState) -> Router {
    let (router, description) = routes::described().split_for_parts();
    let parameters = KnownParameters::of(&description);
    let known = middleware::from_fn_with_state(parameters.clone(), known_parameters::only);
    let description = Bytes::from(description.to_json().unwrap_or_default());
    let cors = middleware::from_fn_with_state(state.origins.clone(), cors::allow);
    router
        .fallback(index::nothing_here)
        .layer(Extension(index::Addresses::of(&description)))
        .layer(Extension(openapi::Description(description)))
        .layer(json_body::limit(BODY_LIMIT_BYTES))
        .layer(known)
        .layer(middleware::from_fn(content_encoding::none))
        .layer(middleware::from_fn(envelope::wrap))
        .layer(Extension(parameters))
        .layer(cors)
        .with_state(state)
}
