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
    Console,
    event_table::events,
    json_diff,
    key_names::{KeyNames, name},
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

/// Events that the page shows.
const MOST_EVENTS: u32 = 20;

/// Which version is compared with the one in use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Look {
    version: Option<u32>,
}

const LISTED: [(&str, Set); 4] = [
    ("Name", Set::Line),
    ("Title", Set::Free),
    ("Version", Set::Number),
    ("Sections", Set::Number),
];

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
        (listing("definitions", &LISTED, rows.iter().map(|row| vec![
            html! { a href=(format!("/console/definitions/{}", row.name)) { (row.name) } },
            html! { (row.current.title) },
            html! { (row.current.version) },
            html! { (row.current.sections.len()) },
        ])))
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
                    @if row.previous.is_some_and(|previous| previous < row.current.version) { a.button href=(format!("{base}/confirm/rollback")) { "Roll back" } }
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
    let columns = [
        ("Section", Set::Line),
        ("Module", Set::Line),
        ("If it fails", Set::Line),
        ("Parameters", Set::Free),
    ];
    let rows = definition.sections.iter().enumerate().map(|(at, section)| {
        let policy = match section.policy {
            Policy::Required => "the report fails",
            Policy::Placeholder => "a box says so",
        };
        vec![
            html! { span.quiet { (at + 1) "." } " " (section.name) },
            html! { a href=(format!("/console/modules/{}", section.module)) { (section.module) } },
            html! { (policy) },
            html! { code { (section.params) } },
        ]
    });
    listing("sections", &columns, rows)
}

fn history(
    row: &DefinitionRow,
    versions: &[DefinitionVersionRow],
    visitor: &Visitor,
    names: Option<&KeyNames>,
) -> Markup {
    let columns = [
        ("Version", Set::Number),
        ("Made", Set::Line),
        ("By", Set::Free),
        ("Digest", Set::Line),
        ("What to do", Set::Line),
    ];
    let rows = versions.iter().map(|version| {
        let number = version.version;
        let acts = html! {
            @if number == row.current.version { span.state.active { "● in use" } }
            @else {
                a href=(format!("?version={number}#difference")) { "Compare" }
                @if visitor.may(Right::Change) {
                    " · " a href=(format!("/console/definitions/{}/confirm/use?version={number}", row.name)) { "Use" }
                }
            }
        };
        vec![
            html! { (number) },
            words::exact(version.created_at),
            html! { (name(names, &version.created_by)) },
            words::digest(version.digest),
            acts,
        ]
    });
    listing("versions", &columns, rows)
}
