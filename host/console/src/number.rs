//! Where one number of a report comes from: its section, the module and its digest, what was asked of the source,
//! and the cases.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use quire_model::{Manifest, ProblemKind, ReportId, Section, SourceQuery};
use quire_records::{ReportRow, Right};
use quire_reports::{CasesBehind, cases_behind, stored_report};
use serde::Deserialize;

use crate::{
    Console,
    numbers::{Cell, Grid},
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

/// Which number, as it stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Place {
    id: ReportId,
    section: String,
    /// Of the section's blocks, of the block's rows, of the row's cells; from 0.
    block: usize,
    row: usize,
    column: usize,
}

/// The page.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(place): Path<Place>,
) -> Result<Response, Refusal> {
    let row = visitor.report(&console, &place.id).await?;
    let nothing = || {
        Refusal::new(
            ProblemKind::NotFound,
            "the report has no number at that place",
        )
    };
    let api = &console.api;
    let stored = stored_report(&api.maker.registry, &row).await?;
    let (document, manifest) = stored.ok_or_else(nothing)?;
    let mut sections = document.sections.iter();
    let section = sections.find(|section| section.name == place.section);
    let section = section.ok_or_else(nothing)?;
    let grid = section
        .blocks
        .get(place.block)
        .and_then(Grid::of)
        .ok_or_else(nothing)?;
    let line = grid.rows.get(place.row).ok_or_else(nothing)?;
    let cell = line.cells.get(place.column);
    let cell = cell.filter(|cell| cell.is_number).ok_or_else(nothing)?;
    let column = grid.columns.get(place.column).map_or("", String::as_str);
    let cases = cases_behind(&api.maker.registry, &manifest, &line.words).await?;
    let content = html! {
        header.head { h1 { "Where " span.code { (cell.text) } " comes from" } }
        dl.facts {
            dt { "Report" } dd { a href=(format!("/console/reports/{}", row.id)) { (row.request.ndc.as_str()) } ", as of " (row.request.as_of) }
            dt { "Section" } dd { (section.title()) }
            dt { "Stands in" } dd { (grid.caption) }
            @if !line.words.is_empty() { dt { "Row" } dd { (line.words.join(" · ")) } }
            dt { "Column" } dd { (column) }
        }
        (made_by(section, &manifest, &visitor))
        (made_of(&manifest))
        section aria-labelledby="cases" { h2 #cases { "Cases" } (counted(&cases, cell)) }
        p { a href=(format!("/console/reports/{}?show=numbers&section={}#document", row.id, section.name)) { "Back to the numbers" } }
        (same(&row))
    };
    let page = Page::of("Where a number comes from", &visitor).under("/console/reports");
    Ok(page.whole(&content))
}

fn made_by(section: &Section, manifest: &Manifest, visitor: &Visitor) -> Markup {
    let module = &section.module;
    let recipe = &manifest.making.colophon.recipe;
    let mut specs = recipe.definition.sections.iter();
    let spec = specs.find(|spec| spec.name == section.name);
    html! {
        section aria-labelledby="made-by" {
            h2 #made-by { "Made by" }
            dl.facts {
                dt { "Module" }
                dd {
                    @if visitor.may(Right::ReadAll) { a href=(format!("/console/modules/{}", module.name)) { (module.name) } }
                    @else { (module.name) }
                    " " (module.version)
                }
                dt { "Digest" } dd { code.digest.long { (module.digest) } }
                @if let Some(spec) = spec { dt { "Parameters" } dd { code { (spec.params) } } }
                dt { "Definition" } dd { (recipe.definition.name) ", version " (recipe.definition.version) }
            }
        }
    }
}

const QUERIES: [(&str, Set); 3] = [
    ("Request", Set::Free),
    ("Answered", Set::Line),
    ("Reports in the answer", Set::Number),
];

/// A request as a row. Most ask for counts or a label, and are answered by no report.
fn query(query: &SourceQuery) -> Vec<Markup> {
    let answered = query.fetched_at.parse::<jiff::Timestamp>();
    vec![
        html! { code { (query.url) } },
        html! { @match answered { Ok(at) => (words::exact(at)), Err(_) => (query.fetched_at) } },
        html! { @if query.reports > 0 { (words::number(query.reports)) } @else { "–" } },
    ]
}

fn made_of(manifest: &Manifest) -> Markup {
    let (data, recipe) = (&manifest.making.data, &manifest.making.colophon.recipe);
    html! {
        section aria-labelledby="made-of" {
            h2 #made-of { "Made of" }
            dl.facts {
                dt { "Source" } dd { (recipe.data.source) ", its data of " (recipe.data.last_updated) }
                dt { "Data" } dd { code.digest.long { (recipe.data.digest) } }
                @if let Some(background) = recipe.background { dt { "Compared with" } dd { code.digest.long { (background) } } }
            }
            details open {
                summary { (words::many(data.queries.len(), "request")) " to the source" }
                (listing("requests to the source", &QUERIES, data.queries.iter().map(query)))
            }
        }
    }
}

fn counted(cases: &Result<CasesBehind, String>, cell: &Cell) -> Markup {
    let cases = match cases {
        Ok(cases) => cases,
        Err(why) => return html! { p.said.warn { (words::sentence(why)) } },
    };
    html! {
        p { "The section saw " (words::many(cases.analysed as usize, "report")) ". Counted anew from the stored data, by Quire and not by the module:" }
        @if cases.matches.is_empty() {
            p.empty { "No word of the row is a value in the data, so the number is of all these reports, or computed from several counts." }
        }
        @for with in &cases.matches {
            @let exact = words::number(with.cases.into()) == cell.text;
            article.panel aria-label=(format!("{}: {}", with.dimension, with.value)) {
                header.head {
                    h3 { (with.dimension) " is " strong { (with.value) } }
                    @if exact { span.state.succeeded { "✓ this very number" } }
                }
                p { (words::many(with.cases as usize, "report")) ", of them " (words::number(with.serious.into())) " serious and " (words::number(with.fatal.into())) " with a death." }
                details {
                    summary { "Their ids" @if with.ids.len() < with.cases as usize { ", the first " (with.ids.len()) } }
                    p.ids { @for id in &with.ids { code { (id) } " " } }
                }
            }
        }
    }
}

fn same(row: &ReportRow) -> Markup {
    words::same(&[(
        "The document and how it was made, by HTTP:",
        format!(
            "curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/tasks/{0}/json\"\n\
             curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/tasks/{0}/manifest\"",
            row.id
        ),
    )])
}
