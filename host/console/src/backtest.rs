//! Tries a version on data of reports that were made before, so that it is known before any reader sees
//! it what it would have done.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use quire_api::Params;
use quire_records::{Right, VersionRow};
use quire_reports::{Backtest, Backtested, MOST_BACKTESTED, backtest_last};
use serde::Deserialize;

use crate::{
    Console,
    form::Posted,
    page::Page,
    refusal::Refusal,
    shadow_run::{SIDES, difference},
    visitor::Visitor,
    words,
};

/// Reports that are tried when nobody says how many.
const USUAL_REPORTS: u32 = 10;

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

/// The form.
pub(crate) async fn ask(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
    Params(which): Params<Which>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let version = quire_api::version(&console.api.records, &name, &which.digest).await?;
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
    let api = &console.api;
    let version = quire_api::version(&api.records, &name, &wanted.digest).await?;
    let reports = wanted.reports.clamp(1, MOST_BACKTESTED);
    let _turn = api.turns.take(&visitor.actor().key)?;
    let registry = &api.maker.registry;
    let backtest = backtest_last(registry, &name, version.digest, reports).await?;
    Ok(draw(&visitor, &version, reports, &matrix(&backtest)))
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
                input #reports name="reports" type="number" min="1" max=(MOST_BACKTESTED) value=(reports) required; }
            button.main type="submit" { "Try it" }
            a href=(format!("/console/modules/{name}")) { "Back to the module" }
        }
        (results)
        (words::same(&[(
            "By HTTP:",
            format!(
                "curl -X POST -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\\n  \
                 -d '{{\"digest\": \"{}\", \"reports\": {reports}}}' \"$QUIRE/api/admin/modules/{name}/backtest\"",
                version.digest.short()
            ),
        )]))
    };
    let page = Page::of(&title, visitor).under("/console/modules");
    page.whole(&content)
}

fn matrix(backtest: &Backtest) -> Markup {
    let [same, otherwise, unknown] = backtest.counts();
    let (tried, left_out) = (&backtest.tried, backtest.left_out);
    html! {
        p.standing role="status" {
            (words::many(same + otherwise + unknown, "section")) " of " (words::many(tried.len(), "report")) ": " (same) " without a difference, "
            (otherwise) " otherwise, " (unknown) " that could not be tried."
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
                            (difference(found, SIDES))
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
            Err(_) => span.state.cancelled { "– could not be tried" },
        }
    }
}
