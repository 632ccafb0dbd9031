//! All modules: what makes each section, and what is on trial.

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use quire_model::Digest;
use quire_records::{AuditEvent, ModuleRow, Notice, Right, VersionRow, VersionState};

use crate::{
    Console,
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

const COLUMNS: [(&str, Set); 5] = [
    ("Module", Set::Line),
    ("Active version", Set::Line),
    ("Digest", Set::Line),
    ("On trial", Set::Free),
    ("Since", Set::Line),
];

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
            @if visitor.may(Right::Change) { a.button href="/console/push" { "Add a version" } } }
        p.quiet { "Each section of a report is made by the active version of a module. A new version is tried before it is trusted: as a shadow, whose work nobody sees, or as a canary, for a share of the reports." }
        (listing("modules", &COLUMNS, rows.iter().map(row)))
    };
    let page = Page::of("Modules", &visitor).under("/console/modules");
    Ok(page.whole(&content))
}

/// A module as a row.
fn row((module, active): &(ModuleRow, Option<VersionRow>)) -> Vec<Markup> {
    let since = active.as_ref().and_then(|version| version.activated_at);
    vec![
        html! { a href=(format!("/console/modules/{}", module.name)) { (module.name) } },
        html! { @match active { Some(version) => (version.version), None => span.quiet { "none" } } },
        html! { @if let Some(digest) = module.active { (words::digest(digest)) } },
        standing(module),
        html! { @if let Some(at) = since { (words::moment(at)) } },
    ]
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
        @if module.canary.is_none() && module.shadow.is_none() && module.probation.is_none() { span.quiet { "–" } }
    }
}

/// The same in a list, with what Quire did by itself.
pub(crate) fn standing(module: &ModuleRow) -> Markup {
    let is_tried = module.is_on_trial() || module.shadow.is_some();
    html! {
        @if let Some(notice) = &module.notice { div.noticed { (taken_back(notice)) } }
        @if is_tried || module.notice.is_none() { (trial(module)) }
    }
}

/// What Quire did by itself, and when.
pub(crate) fn taken_back(notice: &Notice) -> Markup {
    html! { span aria-hidden="true" { "! " } (words::sentence(&notice.text)) " " span.quiet { (words::moment(notice.at)) } }
}

/// A version by its title and number, if it is known, and its digest.
pub(crate) fn named(versions: &[VersionRow], digest: Digest) -> Markup {
    let mut versions = versions.iter();
    html! {
        @if let Some(version) = versions.find(|version| version.digest == digest) { (version.title) " " (version.version) " " }
        (words::digest(digest))
    }
}

/// That a version which may come into use calls itself otherwise than the one that is.
pub(crate) fn another_name(version: &VersionRow, versions: &[VersionRow]) -> Markup {
    let mut versions = versions.iter();
    let active = versions.find(|other| other.state == VersionState::Active);
    let active = active.filter(|_| version.state != VersionState::Retired);
    html! {
        @if let Some(active) = active.filter(|active| active.title != version.title) {
            p.said.warn {
                "It calls itself “" (version.title) "”, and the version in use calls itself “" (active.title)
                "”. Is it of this module?"
            }
        }
    }
}

/// Whether Quire took a version back by itself, and why: what was done last that made it what it is. `trail` is of its
/// module, the last event first.
pub(crate) fn why_retired(version: &VersionRow, trail: &[AuditEvent]) -> Markup {
    let taken = |event: &AuditEvent| {
        let action = event.action.as_str();
        event.before == Some(version.digest)
            && matches!(action, "module.rolled-back" | "module.canary-rolled-back")
    };
    let mut trail = trail
        .iter()
        .filter(|_| version.state == VersionState::Retired);
    let last = trail.find(|event| taken(event) || event.after == Some(version.digest));
    html! {
        @if let Some(event) = last.filter(|event| taken(event) && event.role == "host") {
            p.said.bad {
                "Taken back by Quire itself " (words::moment(event.time)) ": "
                (words::sentence(event.reason.as_deref().unwrap_or_default())) " "
                a href=(format!("/console/audit/{}", event.sequence)) { "Event " (event.sequence) }
            }
        }
    }
}
