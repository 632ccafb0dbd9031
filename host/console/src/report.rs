//! One report: where it stands, the document, what it cost and what was done to it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use quire_api::{News, Params, RequestId, TaskPath};
use quire_model::{Manifest, ProblemKind};
use quire_records::{AuditFilter, Cancel, ReportRow, Right, State as ReportState};
use serde::Deserialize;

use crate::{
    Console,
    event_table::events,
    following,
    key_names::KeyNames,
    missing, numbers,
    page::Page,
    refusal::Refusal,
    report_parts::{self as parts, Form},
    visitor::Visitor,
    words,
};

/// How often the page of a report that has not ended is loaded anew without script.
const AGAIN_S: u32 = 2;

/// Events of the audit trail that one page shows.
const MOST_EVENTS: u32 = 50;

/// How the page is to look.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Look {
    show: Form,
    /// The section whose numbers are shown.
    section: Option<String>,
    /// `off`: it does not change by itself.
    live: Option<String>,
}

/// The page.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    TaskPath(id): TaskPath,
    Params(look): Params<Look>,
) -> Result<Response, Refusal> {
    let row = visitor.report(&console, &id).await?;
    let wanted = Wanted {
        form: look.show,
        section: look.section.as_deref(),
    };
    let body = body(&console, &visitor, &row, wanted).await?;
    let ended = row.state.is_final();
    let live = !ended && look.live.is_none();
    let seen = News::Report(Box::new(row.clone())).version();
    let title = format!("Report on {}", row.request.ndc.as_str());
    let content = html! {
        (head(&console, &row))
        @if !ended {
            (following::line(live, "the report"))
        }
        @if live {
            div hx-sse:connect=(format!("/console/live/reports/{id}?seen={seen}"))
                hx-sse:close="done" hx-swap="innerMorph" { (body) }
        } @else { (body) }
    };
    let page = Page::of(&title, &visitor).under("/console/reports");
    let page = if live { page.live(AGAIN_S) } else { page };
    Ok(page.whole(&content))
}

/// Call it off.
pub(crate) async fn cancel(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    TaskPath(id): TaskPath,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Request])?;
    visitor.report(&console, &id).await?;
    let records = &console.api.records;
    match records.cancel(&id, visitor.actor(), &request_id).await? {
        Cancel::Finished(ended) if ended != ReportState::Cancelled => Err(Refusal::new(
            ProblemKind::StateConflict,
            format!(
                "the report has already ended ({}); there is nothing left to call off",
                ended.as_str()
            ),
        )),
        _ => Ok(Redirect::to(&format!("/console/reports/{id}")).into_response()),
    }
}

/// What is asked for, which does not change.
fn head(console: &Console, row: &ReportRow) -> Markup {
    let request = &row.request;
    let definition = console
        .api
        .maker
        .registry
        .definitions
        .get(&request.definition);
    html! {
        header.head {
            h1 { "Report on " span.code { (request.ndc.as_str()) } }
        }
        p.quiet {
            @if let Some(definition) = definition { (definition.title) ", as of " } @else { "As of " }
            (request.as_of)
            @if let Some(selection) = &request.selection { ", " (words::selection(selection)) }
            ". Task " code { (row.id) }
            @if row.shared_from.is_some() { ". The document was made for an equal request" }
        }
    }
}

/// In which form the document is to stand on the page.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    form: Form,
    /// Whose numbers are shown.
    section: Option<&'a str>,
}

/// What changes until the report has ended.
pub(crate) async fn body(
    console: &Console,
    visitor: &Visitor,
    row: &ReportRow,
    Wanted { form, section }: Wanted<'_>,
) -> Result<Markup, Refusal> {
    let records = &console.api.records;
    // The trail is for those who read everything: it tells of others than the one who asked.
    let trail = match KeyNames::of(console, visitor).await? {
        None => None,
        Some(names) => {
            let of_report = AuditFilter {
                object: Some(format!("report {}", row.id)),
                ..AuditFilter::default()
            };
            Some((records.audit_newest(&of_report, MOST_EVENTS).await?, names))
        }
    };
    let manifest = match row.success {
        Some(_) => records.manifest(&row.id).await?,
        None => None,
    };
    // One that cannot be read any more hides only its numbers: the rest of the page leads to the trail and to `Verify`.
    let document = match (
        quire_reports::stored_document(&console.api.maker.registry, row).await,
        form,
    ) {
        (Err(error), Form::Numbers) => return Err(error.into()),
        (document, _) => document.unwrap_or_default(),
    };
    let numbers = match (form, &document) {
        (Form::Numbers, Some(document)) => numbers::drawn(row, document, section),
        (Form::Numbers, None) => {
            html! { p.empty { "This report was made by a version that kept no numbers." } }
        }
        _ => html! {},
    };
    let read: Option<Manifest> = manifest
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    Ok(html! {
        p.standing role="status" { (words::standing(row)) " " (told(row)) }
        @if let Some(document) = &document { p.quiet { (words::sentence(&document.subtitle)) } }
        @if let Some(problem) = &row.problem { (parts::problem(console, row, problem, visitor)) }
        (missing::drawn(row, document.as_ref(), visitor))
        @if !row.state.is_final() {
            (parts::steps(console, row))
            @if visitor.may(Right::Request) && !row.cancel_requested {
                form method="post" action=(format!("/console/reports/{}/cancel", row.id)) {
                    button type="submit" { "Call it off" }
                }
            }
        }
        @if row.success.is_some() { (parts::document(row, form, manifest.as_deref(), &numbers)) }
        div.columns {
            section aria-labelledby="timeline" {
                h2 #timeline { "Timeline" }
                (parts::timeline(row, read.as_ref()))
            }
            @if row.success.is_some() {
                section aria-labelledby="verify" {
                    h2 #verify { "Verify" }
                    p { "Make the document again from its stored data with the modules that made it, and compare byte for byte." }
                    form method="post" action=(format!("/console/reports/{}/verify", row.id)) {
                        button type="submit" { "Verify this report" }
                    }
                    p { a href=(format!("/console/reports/{}/compare", row.id)) { "Compare it with another report" } }
                }
            }
        }
        @if let Some(manifest) = &read {
            section aria-labelledby="cost" {
                h2 #cost { "Sections and what they used" }
                (parts::cost(row, manifest, visitor))
            }
        }
        @if let Some((trail, names)) = &trail {
            section aria-labelledby="events" {
                h2 #events { "Audit events" }
                (events(trail, Some(names), false))
                p.quiet { "Whenever the document is sent to someone, to be shown or to be saved, it is written down as report.downloaded." }
            }
        }
        (parts::same(row))
    })
}

/// Where it stands, in a sentence.
fn told(row: &ReportRow) -> String {
    if row.cancel_requested {
        return "Called off; its worker has not noticed yet.".to_owned();
    }
    let took = |word: &str| match row.started_at.zip(row.finished_at) {
        Some((from, to)) => format!(" {word} {}", words::between(from, to)),
        None => String::new(),
    };
    match (row.state, &row.progress) {
        (ReportState::Queued, _) => "Waits for a worker.".to_owned(),
        (ReportState::Running, Some(progress)) => format!(
            "{}: step {} of {}.",
            progress.section,
            progress.done + 1,
            progress.total
        ),
        (ReportState::Running, None) => "Begun.".to_owned(),
        (ReportState::Retrying, _) => match row.retry_at {
            Some(at) => format!(
                "An attempt failed; the next one at {}.",
                at.strftime("%H:%M:%S UTC")
            ),
            None => "An attempt failed; another follows.".to_owned(),
        },
        (ReportState::Succeeded, _) => format!("Made{}.", took("in")),
        (ReportState::Failed, _) => format!("It failed{}.", took("after")),
        (ReportState::Cancelled, _) => "Called off.".to_owned(),
    }
}
