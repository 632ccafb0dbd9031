//! Tries a version on data of reports that were made before, so that it is known before any reader sees
//! it what it would have done.

use std::time::{Duration, Instant};

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use quire_api::Params;
use quire_model::{Document, Manifest, ProblemKind};
use quire_records::{ReportFilter, ReportRow, Right, State as ReportState, VersionRow};
use quire_reports::{Backtested, backtest};
use serde::Deserialize;

use crate::{
    Console, form::Posted, page::Page, refusal::Refusal, shadow_run::difference, visitor::Visitor,
    words,
};

/// Most reports that are tried at a time.
const MOST_REPORTS: u32 = 50;

/// Reports that are tried when nobody says how many.
const USUAL_REPORTS: u32 = 10;

/// How long it may take; what is not tried by then is said.
const PATIENCE: Duration = Duration::from_secs(40);

/// Which version.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Which {
    digest: String,
}

/// Which version, on how many reports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    digest: String,
    reports: u32,
}

/// One report, and what came of it.
struct Tried {
    row: ReportRow,
    sections: Vec<Backtested>,
}

/// The form.
pub(crate) async fn ask(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
    Params(which): Params<Which>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let version = found(&console, &name, &which.digest).await?;
    Ok(draw(&visitor, &version, USUAL_REPORTS, &html! {}))
}

/// Try it.
pub(crate) async fn run(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let version = found(&console, &name, &wanted.digest).await?;
    let reports = wanted.reports.clamp(1, MOST_REPORTS);
    let place = console.bench.take(&visitor.actor().key);
    let _place = place.ok_or_else(|| {
        let detail = "you are trying a component already; wait until that is done";
        Refusal::new(ProblemKind::TooManyRequests, detail)
    })?;
    let filter = ReportFilter {
        state: Some(ReportState::Succeeded),
        ..ReportFilter::default()
    };
    let rows = console.api.records.reports(&filter, reports).await?;
    let (began, asked) = (Instant::now(), rows.len());
    let mut tried = Vec::new();
    for row in rows {
        if began.elapsed() > PATIENCE {
            break;
        }
        let sections = one(&console, &version, &row).await?;
        tried.push(Tried { row, sections });
    }
    let left_out = asked - tried.len();
    Ok(draw(&visitor, &version, reports, &matrix(&tried, left_out)))
}

async fn found(console: &Console, name: &str, digest: &str) -> Result<VersionRow, Refusal> {
    let records = &console.api.records;
    let digest = records.version_named(name, digest).await?;
    let version = records.version(name, digest).await?;
    version.ok_or_else(|| {
        Refusal::new(
            ProblemKind::UnknownVersion,
            "the module has no such version",
        )
    })
}

/// What the version does otherwise in one report. A report of before there were documents has none.
async fn one(
    console: &Console,
    version: &VersionRow,
    row: &ReportRow,
) -> Result<Vec<Backtested>, Refusal> {
    let records = &console.api.records;
    let document = row.success.as_ref().and_then(|success| success.document);
    let (Some(document), Some(manifest)) = (document, records.manifest(&row.id).await?) else {
        return Ok(Vec::new());
    };
    let json = records.artifact(document.digest).await?.bytes;
    let document: Option<Document> = quire_render::read_json(&json).ok();
    let manifest: Option<Manifest> = serde_json::from_str(&manifest).ok();
    let (Some(document), Some(manifest)) = (document, manifest) else {
        return Ok(Vec::new());
    };
    let registry = &console.api.maker.registry;
    let (module, candidate) = (&version.module, version.digest);
    Ok(backtest(registry, &manifest, &document, module, candidate).await?)
}

fn draw(visitor: &Visitor, version: &VersionRow, reports: u32, results: &Markup) -> Response {
    let name = &version.module;
    let title = format!("Backtest: {name} {}", version.version);
    let content = html! {
        header.head { h1 { (title) } }
        p.quiet {
            "What " strong { (version.title) " " (version.version) } " " (words::digest(version.digest))
            " would have made of the data of the last reports, beside what stands in them. Nothing is stored, and no report changes."
        }
        form.filters method="post" action=(format!("/console/modules/{name}/backtest")) {
            input type="hidden" name="digest" value=(version.digest);
            div { label for="reports" { "Last reports" }
                input #reports name="reports" type="number" min="1" max=(MOST_REPORTS) value=(reports) required; }
            button.main type="submit" { "Try it" }
            a href=(format!("/console/modules/{name}")) { "Back to the module" }
        }
        (results)
    };
    let page = Page::of(&title, visitor).under("/console/modules");
    page.whole(&content)
}

fn matrix(tried: &[Tried], left_out: usize) -> Markup {
    let results = || tried.iter().flat_map(|tried| &tried.sections);
    let count = |wanted: fn(&Backtested) -> bool| results().filter(|one| wanted(one)).count();
    let same = count(|one| one.found.as_ref().is_ok_and(|found| found.is_clean()));
    let unknown = count(|one| one.found.is_err());
    let all = results().count();
    html! {
        p.standing role="status" {
            (words::many(all, "section")) " of " (words::many(tried.len(), "report")) ": " (same) " without a difference, "
            (all - same - unknown) " otherwise, " (unknown) " not to be told."
        }
        @if left_out > 0 { p.said.warn { "Time was up: " (words::many(left_out, "report")) " not tried." } }
        @for tried in tried {
            @for one in &tried.sections {
                article.panel aria-label=(format!("{} of {}", one.section, tried.row.request.ndc.as_str())) {
                    header.head {
                        h2 { a href=(format!("/console/reports/{}", tried.row.id)) { (tried.row.request.ndc.as_str()) } " · " (one.section) }
                        (verdict(one))
                    }
                    @match &one.found {
                        Ok(found) if found.is_clean() => {},
                        Ok(found) => details {
                            summary { (words::many(found.blocks.len(), "block")) " and " (words::many(found.numbers.len(), "number")) " otherwise" }
                            (difference(found))
                        },
                        Err(why) => p { (words::sentence(why)) },
                    }
                    p.quiet { "Accepted " (words::moment(tried.row.accepted_at)) }
                }
            }
        }
    }
}

fn verdict(one: &Backtested) -> Markup {
    html! {
        @match &one.found {
            Ok(found) if found.is_clean() => span.state.succeeded { "✓ no difference" },
            Ok(found) if found.outcome.is_some() => span.state.failed { "✕ ends otherwise" },
            Ok(_) => span.state.retrying { "≠ differs" },
            Err(_) => span.state.cancelled { "– not to be told" },
        }
    }
}
