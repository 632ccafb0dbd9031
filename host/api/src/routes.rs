//! Every route, once: its method, address and description stand at its handler.

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use crate::{
    ApiState, audit, backtest, batches, comparisons, component, definitions, differences, forms,
    health, index, json_body, keys, links, manifest, module_changes, module_upload, modules,
    narrative, normalize,
    openapi::{self, OPEN, group},
    pdf, problems, remake, reports, schedules, task_events, task_list, tasks, webhook_deliveries,
    webhooks,
};

/// Longest report definition that is read: the standard one has some 6 KB.
const DEFINITION_LIMIT_BYTES: usize = 256 * 1024;

/// All that is described in `/openapi.json`.
pub(crate) fn described() -> OpenApiRouter<ApiState> {
    let mut routes = OpenApiRouter::with_openapi(openapi::heading())
        .merge(group("reports", requests()))
        .merge(group("tasks", documents()))
        .merge(group("webhooks", told()))
        .merge(group("data", data()))
        .merge(group("admin", keys_and_trail()))
        .merge(group("admin", registry()))
        .merge(group(OPEN, by_link()))
        .merge(group(OPEN, health::routes()))
        .merge(group(OPEN, about()));
    openapi::describe_members(routes.get_openapi_mut());
    openapi::describe_webhooks(routes.get_openapi_mut());
    routes
}

/// What this API is.
fn about() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(index::show))
        .routes(routes!(openapi::show))
        .routes(routes!(forms::schema))
        .routes(routes!(problems::list))
        .routes(routes!(problems::show))
}

fn requests() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(reports::create))
        .routes(routes!(reports::create_deprecated))
        .routes(routes!(batches::create).layer(json_body::limit(batches::BATCH_LIMIT_BYTES)))
        .routes(routes!(batches::show, batches::cancel))
        .routes(routes!(schedules::list, schedules::create))
        .routes(routes!(schedules::show, schedules::put, schedules::delete))
}

fn documents() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(task_list::list))
        .routes(routes!(tasks::show, tasks::cancel))
        .routes(routes!(task_events::follow))
        .routes(routes!(pdf::download))
        .routes(routes!(forms::html))
        .routes(routes!(forms::json))
        .routes(routes!(forms::csv))
        .routes(routes!(manifest::show))
        .routes(routes!(manifest::verify))
        .routes(routes!(links::make))
        .routes(routes!(comparisons::of_reports))
}

/// What needs no key, since the address has another proof.
fn by_link() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(links::follow))
}

/// Who is told of the ends of reports.
fn told() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::show, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhook_deliveries::list))
        .routes(routes!(webhook_deliveries::resend))
        .routes(routes!(webhook_deliveries::ping))
}

fn data() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(narrative::show))
        .routes(routes!(normalize::show))
}

/// Who may ask, and the trail of all that happened.
fn keys_and_trail() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(audit::verify))
        .routes(routes!(audit::checkpoints))
        .routes(routes!(audit::export))
        .routes(routes!(remake::remake))
}

/// What reports are made with.
fn registry() -> OpenApiRouter<ApiState> {
    let upload = || DefaultBodyLimit::max(module_upload::UPLOAD_LIMIT_BYTES);
    let long = || json_body::limit(DEFINITION_LIMIT_BYTES);
    OpenApiRouter::default()
        .routes(routes!(modules::list, module_upload::upload).layer(upload()))
        .routes(routes!(module_upload::check).layer(upload()))
        .routes(routes!(modules::show))
        .routes(routes!(component::download))
        .routes(routes!(module_changes::stage))
        .routes(routes!(module_changes::activate))
        .routes(routes!(module_changes::rollback))
        .routes(routes!(module_changes::canary))
        .routes(routes!(module_changes::shadow))
        .routes(routes!(module_changes::accept_differences))
        .routes(routes!(module_changes::end_trial))
        .routes(routes!(module_changes::retire))
        .routes(routes!(module_changes::limits))
        .routes(routes!(module_changes::required_clean))
        .routes(routes!(differences::list))
        .routes(routes!(backtest::run))
        .routes(routes!(comparisons::of_versions))
        .routes(routes!(definitions::list))
        .routes(routes!(definitions::check).layer(long()))
        .routes(routes!(definitions::show, definitions::put).layer(long()))
        .routes(routes!(definitions::versions))
        .routes(routes!(definitions::use_version))
        .routes(routes!(definitions::rollback))
}
