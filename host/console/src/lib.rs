//! The console: Quire in a browser, drawn by the server.
//!
//! A page is a function from the records to HTML. It works without script; with script, what changes
//! is swapped in as it happens. A request passes through these modules from top to bottom:
//!
//! 1. `door` refuses what another site sends, and gives every answer its policy;
//! 2. `visitor` finds out who is signed in, and [`sign_in`](mod@sign_in) lets people in and out;
//! 3. one file a screen: `home`, `reports`, `report`, …;
//! 4. `page` draws what all screens share, `words` times, sizes and digests;
//! 5. `problem_page` says in words what could not be done; which status that has is decided in the API.
//!
//! Handlers call what the API's handlers call, never the API over HTTP, so that a rule holds behind
//! both doors. The API never reads the console's cookie, and the console never an API key but where
//! one is pasted to sign in.

mod assets;
mod door;
mod meters;
mod page;
mod table;
mod words;

mod refusal;
mod visitor;

mod problem_page;

mod form;
mod key_names;
mod sign_in;

mod event_table;
mod following;

mod ask_box;
mod asking;
mod home;
mod missing;
mod number;
mod numbers;
mod remedy;
mod report;
mod report_parts;
mod reports;
mod served;
mod tiles;
mod trail_watch;
mod verify;

mod stream;
mod workbench;

mod backtest;
mod compare_reports;
mod compare_versions;
mod compared;
mod confirm;
mod decided;
mod limits_form;
mod module;
mod module_act;
mod module_change;
mod modules;
mod shadow_run;
mod trial_chart;
mod undone;

mod definition_change;
mod definitions;
mod json_diff;

mod params_form;
mod playground;
mod push;
mod workshop;

mod audit;
mod keys;
mod system;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::Redirect,
    routing::{get, post},
};
use quire_api::ApiState;
use tokio::sync::watch;

pub use trail_watch::TrailWatch;
pub use workbench::Workbench;
pub use workshop::{Trouble, Workshop};

/// What handlers may use. Built once in `quire-server`; cloned for each request.
#[derive(Clone, Debug)]
pub struct Console {
    /// What the API's handlers use.
    pub api: ApiState,
    /// What the playground holds for a moment.
    pub bench: Workbench,
    /// Whether the audit trail is whole, as was found last.
    pub trail: TrailWatch,
    /// A drug code that the ask box begins with; where the data are the sample's.
    pub suggested: Option<&'static str>,
    /// Becomes true when the process is about to end: open pages are let go.
    pub stop: watch::Receiver<bool>,
}

/// Every screen. To be merged with the API's router: nothing outside `/console` is served.
pub fn router(console: Console) -> Router {
    Router::new()
        .route("/console", get(home::show))
        .route("/console/", get(async || Redirect::to("/console")))
        .route("/console/sign-in", get(sign_in::ask).post(sign_in::by_key))
        .route(
            "/console/enter/{link}",
            get(sign_in::by_link).head(sign_in::link_head),
        )
        .route("/console/sign-out", post(sign_in::out))
        .route("/console/reports", get(reports::list).post(asking::ask))
        .route("/console/reports/{id}", get(report::show))
        .route("/console/reports/{id}/cancel", post(report::cancel))
        .route("/console/reports/{id}/verify", post(verify::run))
        .route("/console/reports/{id}/compare", get(compare_reports::show))
        .route(
            "/console/reports/{id}/numbers/{section}/{block}/{row}/{column}",
            get(number::show),
        )
        .route("/console/reports/{id}/pdf", get(served::pdf))
        .route("/console/reports/{id}/html", get(served::html))
        .route("/console/reports/{id}/json", get(served::json))
        .route("/console/reports/{id}/csv", get(served::csv))
        .route("/console/live/reports/{id}", get(stream::report))
        .route("/console/live/running", get(stream::running))
        .merge(registry())
        .merge(trail_and_keys())
        .route("/console/assets/{digest}/{name}", get(assets::serve))
        .route("/console/{*rest}", get(problem_page::nothing_here))
        .layer(middleware::from_fn(door::refuse_others))
        .layer(middleware::from_fn(quire_api::envelope))
        .layer(middleware::from_fn_with_state(
            console.clone(),
            problem_page::in_words,
        ))
        .layer(middleware::from_fn(door::dress))
        .with_state(console)
}

/// What reports are made with.
fn registry() -> Router<Console> {
    let upload = DefaultBodyLimit::max(push::LIMIT_BYTES);
    Router::new()
        .route("/console/modules", get(modules::list))
        .route("/console/push", get(push::ask).post(push::take))
        .route(
            "/console/playground",
            get(playground::ask).post(playground::judge),
        )
        .route("/console/playground/{name}", post(playground::judge_again))
        .route(
            "/console/playground/preview/{name}",
            get(playground::preview),
        )
        .layer(upload)
        .route("/console/modules/{name}", get(module::show))
        .route(
            "/console/modules/{name}/confirm/{act}",
            get(module_change::ask).post(module_change::make),
        )
        .route("/console/modules/{name}/runs/{run}", get(shadow_run::show))
        .route(
            "/console/modules/{name}/compare/{pair}",
            get(compare_versions::show),
        )
        .route("/console/kept/{name}", get(compare_versions::pdf))
        .route(
            "/console/modules/{name}/backtest",
            get(backtest::ask).post(backtest::run),
        )
        .route("/console/definitions", get(definitions::list))
        .route("/console/definitions/{name}", get(definitions::show))
        .route(
            "/console/definitions/{name}/edit",
            get(definition_change::edit).post(definition_change::put),
        )
        .route(
            "/console/definitions/{name}/confirm/{act}",
            get(definition_change::ask).post(definition_change::make),
        )
}

/// Who may ask, what happened, and how the server is.
fn trail_and_keys() -> Router<Console> {
    Router::new()
        .route("/console/audit", get(audit::list))
        .route(
            "/console/audit/verify",
            get(audit::verify)
                .post(audit::verify_own)
                .layer(DefaultBodyLimit::max(push::LIMIT_BYTES)),
        )
        .route("/console/audit/export", get(audit::export))
        .route("/console/audit/{sequence}", get(audit::show))
        .route("/console/keys", get(keys::list).post(keys::make))
        .route(
            "/console/keys/{id}/revoke",
            get(keys::ask_revoke).post(keys::revoke),
        )
        .route("/console/system", get(system::show))
}
