//! Report definitions: which sections a report has, in which order, and how that came to be.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use quire_api::Params;
use quire_model::{Definition, Policy};
use quire_records::{AuditFilter, DefinitionRow, DefinitionVersionRow, RecordsError, Right};
use serde::Deserialize;

use crate::{
    Console, event_table::events, json_diff, key_names::KeyNames, page::Page, refusal::Refusal,
    table::scrolling, visitor::Visitor, words,
};

/// Events that the page shows.
const MOST_EVENTS: u32 = 20;

/// Which version is compared with the one in use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Look {
    version: Option<u32>,
}

/// The list.
pub(crate) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let rows = console.api.records.definitions().await?;
    let content = html! {
        header.head { h1 { "Report definitions" } }
        p.quiet { "A definition says which sections a report has, in which order, and with which parameters." }
        (scrolling("definitions", &html! {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Title" } th.number scope="col" { "Version" } th.number scope="col" { "Sections" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" { a href=(format!("/console/definitions/{}", row.name)) { (row.name) } }
                            td { (row.current.title) }
                            td.number { (row.current.version) }
                            td.number { (row.current.sections.len()) }
                        }
                    }
                }
            }))
    };
    let page = Page::of("Definitions", &visitor).under("/console/definitions");
    Ok(page.whole(&content))
}

/// One definition.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
    Params(look): Params<Look>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let records = &console.api.records;
    let row = found(&console, &name).await?;
    let versions = records.definition_versions(&name).await?;
    let of_definition = AuditFilter {
        object: Some(format!("definition {name}")),
        ..AuditFilter::default()
    };
    let trail = records.audit_newest(&of_definition, MOST_EVENTS).await?;
    let names = KeyNames::of(&console, &visitor).await?;
    let compared = look.version.and_then(|wanted| {
        let mut versions = versions.iter();
        versions.find(|version| version.version == wanted)
    });
    let base = format!("/console/definitions/{name}");
    let content = html! {
        header.head { h1 { (row.current.title) " " span.code { "(" (row.name) ")" } }
            @if visitor.may(Right::Change) {
                div.acts {
                    a.button href=(format!("{base}/edit")) { "Edit" }
                    @if row.previous.is_some() { a.button href=(format!("{base}/confirm/rollback")) { "Roll back" } }
                }
            } }
        p.quiet { "Version " (row.current.version) " is in use." }
        section aria-labelledby="sections" { h2 #sections { "Sections, in order" } (sections(&row.current)) }
        @if let Some(other) = compared {
            section #difference aria-labelledby="differs" {
                h2 #differs { "From version " (other.version) " to version " (row.current.version) ", in use" }
                (json_diff::drawn(&json(&other.definition), &json(&row.current)))
            }
        }
        section aria-labelledby="versions" {
            h2 #versions { "Versions" }
            (history(&row, &versions, &visitor, names.as_ref()))
        }
        section aria-labelledby="events" { h2 #events { "Audit events" } (events(&trail, names.as_ref(), false)) }
        (words::same(&[
            ("On the command line:", format!("quire definition show {name}")),
            ("By HTTP:", format!("curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/admin/definitions/{name}\"")),
        ]))
    };
    let page = Page::of(&row.current.title, &visitor).under("/console/definitions");
    Ok(page.whole(&content))
}

/// A definition as it is in use.
///
/// # Errors
///
/// If there is none.
pub(crate) async fn found(console: &Console, name: &str) -> Result<DefinitionRow, Refusal> {
    let row = console.api.records.definition(name).await?;
    let unknown = || RecordsError::UnknownDefinition {
        name: name.chars().take(80).collect(),
        version: None,
    };
    Ok(row.ok_or_else(unknown)?)
}

/// A definition as text that people compare and edit.
pub(crate) fn json(definition: &Definition) -> String {
    serde_json::to_string_pretty(definition).unwrap_or_default()
}

fn sections(definition: &Definition) -> Markup {
    html! {
        (scrolling("sections", &html! {
                thead { tr {
                    th.number scope="col" { "No." }
                    th scope="col" { "Section" }
                    th scope="col" { "Module" }
                    th scope="col" { "If it fails" }
                    th scope="col" { "Parameters" }
                } }
                tbody {
                    @for (at, section) in definition.sections.iter().enumerate() {
                        tr {
                            td.number { (at + 1) }
                            th scope="row" { (section.name) }
                            td { a href=(format!("/console/modules/{}", section.module)) { (section.module) } }
                            td { @match section.policy { Policy::Required => "the report fails", Policy::Placeholder => "a box says so" } }
                            td.free { code { (section.params) } }
                        }
                    }
                }
            }))
    }
}

fn history(
    row: &DefinitionRow,
    versions: &[DefinitionVersionRow],
    visitor: &Visitor,
    names: Option<&KeyNames>,
) -> Markup {
    html! {
        (scrolling("versions", &html! {
                thead { tr {
                    th.number scope="col" { "Version" }
                    th scope="col" { "Made" }
                    th scope="col" { "By" }
                    th scope="col" { "Digest" }
                    th scope="col" { "What to do" }
                } }
                tbody {
                    @for version in versions {
                        tr {
                            th.number scope="row" { (version.version) }
                            td { (words::exact(version.created_at)) }
                            td { @if let Some(names) = names { (names.name(&version.created_by)) } @else { (version.created_by) } }
                            td { (words::digest(version.digest)) }
                            td {
                                @if version.version == row.current.version { span.state.active { "● in use" } }
                                @else {
                                    a href=(format!("?version={}#difference", version.version)) { "Compare" }
                                    @if visitor.may(Right::Change) {
                                        " · " a href=(format!("/console/definitions/{}/confirm/use?version={}", row.name, version.version)) { "Use" }
                                    }
                                }
                            }
                        }
                    }
                }
            }))
    }
}
