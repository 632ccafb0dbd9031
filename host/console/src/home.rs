//! The start: ask for a report, see what is being made, and how the last day went.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use quire_api::{MOST_RUNNING, News, Params, ProblemBody};
use quire_records::{ModuleRow, ReportFilter, ReportRow, Right};
use serde::Deserialize;

use crate::{
    Console, ask_box::Ask, following, key_names::KeyNames, modules::standing, page::Page,
    refusal::Refusal, reports, tiles, visitor::Visitor,
};

/// Reports that the last day's numbers are counted over, at most.
const MOST_COUNTED: u32 = 10_000;

/// How often the page is loaded anew without script.
const AGAIN_S: u32 = 10;

/// How the page is to look.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Look {
    /// `off`: it does not change by itself.
    live: Option<String>,
}

/// The start.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Params(look): Params<Look>,
) -> Result<Response, Refusal> {
    if !visitor.may(Right::Request) && !visitor.may(Right::ReadAll) {
        return Ok(Redirect::to("/console/playground").into_response());
    }
    let ask = Ask {
        ndc: console.suggested.unwrap_or_default().to_owned(),
        ..Ask::default()
    };
    draw(&console, &visitor, (&ask, None), look.live.is_none()).await
}

/// The start, with what was typed and what is wrong with it.
pub(crate) async fn draw(
    console: &Console,
    visitor: &Visitor,
    (ask, wrong): (&Ask, Option<&ProblemBody>),
    follows: bool,
) -> Result<Response, Refusal> {
    let records = &console.api.records;
    let owner = visitor.owner();
    let running = quire_api::running(owner.clone());
    let running = records.reports(&running, MOST_RUNNING).await?;
    let latest = ReportFilter {
        owner: owner.clone(),
        ..ReportFilter::default()
    };
    let latest = records.reports(&latest, 8).await?;
    let since = Timestamp::now() - SignedDuration::from_hours(24);
    let day = records
        .recent_states(owner.as_ref(), since, MOST_COUNTED)
        .await?;
    let incomplete = records.incomplete_since(owner.as_ref(), since).await?;
    let names = KeyNames::of(console, visitor).await?;
    let on_trial = on_trial(console, visitor).await?;
    let seen = News::Running(running.clone()).version();
    let content = html! {
        header.head { h1 { "Drug-safety reports" } }
        @if visitor.may(Right::Request) { (ask.drawn(console, wrong)) }
        section aria-labelledby="now" {
            h2 #now { "Being made" }
            @if follows {
                div hx-sse:connect=(format!("/console/live/running?seen={seen}"))
                    hx-sse:close="done" hx-swap="innerMorph" { (self::running(&running)) }
            } @else { (self::running(&running)) }
            (following::line(follows, "what is being made"))
        }
        @if !on_trial.is_empty() {
            section aria-labelledby="trials" {
                h2 #trials { "Modules on trial, or taken back" }
                dl.facts {
                    @for module in &on_trial {
                        dt { a href=(format!("/console/modules/{}", module.name)) { (module.name) } }
                        dd { (standing(module)) }
                    }
                }
            }
        }
        section aria-labelledby="latest" {
            h2 #latest { "Latest reports" }
            @if latest.is_empty() {
                p.empty { "None yet. " @if visitor.may(Right::Request) { "Ask for the first one above." } }
            } @else {
                (reports::table(&latest, names.as_ref()))
                p { a href="/console/reports" { "All reports" } }
            }
        }
        @if visitor.may(Right::ReadAll) {
            section aria-labelledby="standing" {
                h2 #standing { "How things stand" }
                (tiles::standing(console).await?)
            }
        }
        section aria-labelledby="day" {
            h2 #day { "Last 24 hours" }
            (tiles::day(&day, incomplete, MOST_COUNTED))
        }
    };
    let page = Page::of("Home", visitor).under("/console");
    let page = if follows { page.live(AGAIN_S) } else { page };
    Ok(page.whole(&content))
}

async fn on_trial(console: &Console, visitor: &Visitor) -> Result<Vec<ModuleRow>, Refusal> {
    if !visitor.may(Right::ReadAll) {
        return Ok(Vec::new());
    }
    let mut modules = console.api.records.modules().await?;
    modules.retain(|module| {
        module.is_on_trial() || module.shadow.is_some() || module.notice.is_some()
    });
    Ok(modules)
}

/// What is being made now.
pub(crate) fn running(rows: &[ReportRow]) -> Markup {
    html! {
        p.hidden role="status" { (rows.len()) " being made" }
        @if rows.is_empty() {
            p.empty { "Nothing at the moment." }
        }
        ul.running {
            @for row in rows {
                li id=(format!("running-{}", row.id)) {
                    a href=(format!("/console/reports/{}", row.id)) { (row.request.ndc.as_str()) }
                    @if let Some(progress) = &row.progress {
                        " " progress max=(progress.total) value=(progress.done)
                            aria-label=(format!("{} of {} steps", progress.done, progress.total)) {}
                        " " span.quiet { (progress.section) ", " (progress.done) " of " (progress.total) }
                    }
                }
            }
        }
    }
}
