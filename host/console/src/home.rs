//! The start: ask for a report, see what is being made, and how the last day went.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use quire_api::ProblemBody;
use quire_records::{AuditFilter, ModuleRow, ReportFilter, ReportRow, Right, State as ReportState};

use crate::{
    Console,
    ask_box::Ask,
    key_names::KeyNames,
    live::{self, MOST_RUNNING, News},
    modules::trial,
    page::Page,
    refusal::Refusal,
    reports,
    visitor::Visitor,
    words,
};

/// Reports that the last day's numbers are counted over, at most.
const MOST_COUNTED: u32 = 10_000;

/// How often the page is loaded anew without script.
const AGAIN_S: u32 = 10;

/// The start.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    if !visitor.may(Right::Request) && !visitor.may(Right::ReadAll) {
        return Ok(Redirect::to("/console/playground").into_response());
    }
    let ask = Ask {
        ndc: console.suggested.unwrap_or_default().to_owned(),
        ..Ask::default()
    };
    draw(&console, &visitor, &ask, None).await
}

/// The start, with what was typed and what is wrong with it.
pub(crate) async fn draw(
    console: &Console,
    visitor: &Visitor,
    ask: &Ask,
    wrong: Option<&ProblemBody>,
) -> Result<Response, Refusal> {
    let records = &console.api.records;
    let owner = visitor.owner();
    let running = live::running(owner.clone());
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
    let names = KeyNames::of(console, visitor).await?;
    let on_trial = on_trial(console, visitor).await?;
    let seen = News::Running(running.clone()).version();
    let content = html! {
        header.head { h1 { "Drug-safety reports" } }
        @if visitor.may(Right::Request) { (ask.drawn(console, wrong)) }
        section aria-labelledby="now" {
            h2 #now { "Being made" }
            div hx-sse:connect=(format!("/console/live/running?seen={seen}")) hx-swap="innerMorph" {
                (self::running(&running))
            }
        }
        @if !on_trial.is_empty() {
            section aria-labelledby="trials" {
                h2 #trials { "On trial" }
                dl.facts {
                    @for module in &on_trial {
                        dt { a href=(format!("/console/modules/{}", module.name)) { (module.name) } }
                        dd { (trial(module)) }
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
        section aria-labelledby="day" {
            h2 #day { "Last 24 hours" }
            (tiles(console, visitor, &day).await?)
        }
    };
    let page = Page::of("Home", visitor).under("/console");
    Ok(page.live(AGAIN_S).whole(&content))
}

async fn on_trial(console: &Console, visitor: &Visitor) -> Result<Vec<ModuleRow>, Refusal> {
    if !visitor.may(Right::ReadAll) {
        return Ok(Vec::new());
    }
    let mut modules = console.api.records.modules().await?;
    modules.retain(|module| module.is_on_trial() || module.shadow.is_some());
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

async fn tiles(
    console: &Console,
    visitor: &Visitor,
    day: &[(ReportState, u64)],
) -> Result<Markup, Refusal> {
    let count = |wanted: ReportState| {
        let found = day.iter().find(|(state, _)| *state == wanted);
        found.map_or(0, |(_, count)| *count)
    };
    let all: u64 = day.iter().map(|(_, count)| count).sum();
    let more = if all >= u64::from(MOST_COUNTED) {
        "over "
    } else {
        ""
    };
    let (made, failed) = (count(ReportState::Succeeded), count(ReportState::Failed));
    let trail = AuditFilter::default();
    let last = match visitor.may(Right::ReadAll) {
        true => console.api.records.audit_newest(&trail, 1).await?,
        false => Vec::new(),
    };
    Ok(html! {
        dl.tiles {
            div { dt { "Asked for" } dd { (more) (words::number(all)) } }
            div { dt { "Made" } dd { (words::number(made)) } }
            div class=[(failed > 0).then_some("bad")] {
                dt { "Failed" }
                dd {
                    @if failed > 0 { a href="/console/reports?state=failed" { (words::number(failed)) } }
                    @else { "0" }
                }
            }
            @if visitor.may(Right::ReadAll) {
                div { dt { "Modules active" } dd { (console.api.maker.registry.modules.list().len()) } }
                @if let Some(last) = last.first() {
                    div { dt { "Audit events" } dd { (words::number(last.sequence)) } }
                }
            }
        }
    })
}
