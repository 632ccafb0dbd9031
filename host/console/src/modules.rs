//! All modules: what makes each section, and what is on trial.

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use quire_records::{ModuleRow, Right, VersionRow};

use crate::{Console, page::Page, refusal::Refusal, table::scrolling, visitor::Visitor, words};

/// The list.
pub(crate) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let records = &console.api.records;
    let mut rows = Vec::new();
    for module in records.modules().await? {
        let active = match module.active {
            Some(digest) => records.version(&module.name, digest).await?,
            None => None,
        };
        rows.push((module, active));
    }
    let content = html! {
        header.head { h1 { "Modules" }
            @if visitor.may(Right::Change) { a.button href="/console/push" { "Push a component" } } }
        p.quiet { "Each section of a report is made by the active version of a module. A new version is tried before it is trusted: as a shadow, whose work nobody sees, or as a canary, for a share of the reports." }
        (table(&rows))
    };
    let page = Page::of("Modules", &visitor).under("/console/modules");
    Ok(page.whole(&content))
}

fn table(rows: &[(ModuleRow, Option<VersionRow>)]) -> Markup {
    html! {
        (scrolling("modules", &html! {
                thead { tr {
                    th scope="col" { "Module" }
                    th scope="col" { "Active version" }
                    th scope="col" { "Digest" }
                    th scope="col" { "On trial" }
                    th scope="col" { "Since" }
                } }
                tbody {
                    @for (module, active) in rows {
                        tr {
                            th scope="row" { a href=(format!("/console/modules/{}", module.name)) { (module.name) } }
                            td { @match active { Some(version) => (version.version), None => span.quiet { "none" } } }
                            td { @if let Some(digest) = module.active { (words::digest(digest)) } }
                            td.free { (trial(module)) }
                            td { @if let Some(at) = active.as_ref().and_then(|version| version.activated_at) { (words::moment(at)) } }
                        }
                    }
                }
            }))
    }
}

/// What is on trial, in words.
pub(crate) fn trial(module: &ModuleRow) -> Markup {
    html! {
        @if let Some(canary) = &module.canary {
            div { span.state.canary { "◔ canary" } " " (canary.percent) " % of the reports" }
        }
        @if module.shadow.is_some() {
            div { span.state.shadow { "◌ shadow" } " beside the active version" }
        }
        @if let Some(probation) = &module.probation {
            @let seen = module.active.and_then(|active| module.tallies.iter().find(|tally| tally.digest == active));
            div { span.state.canary { "◑ probation" } " " (seen.map_or(0, |tally| tally.runs)) " of " (probation.runs) " runs" }
        }
        @if let Some(notice) = &module.notice { div.quiet { (notice.text) } }
        @if module.canary.is_none() && module.shadow.is_none() && module.probation.is_none() && module.notice.is_none() {
            span.quiet { "–" }
        }
    }
}
