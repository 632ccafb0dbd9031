//! Two reports: what one says otherwise than the other, and what was otherwise when they were made.

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use quire_api::{Params, TaskPath};
use quire_model::{Digest, Manifest, Recipe, ReportId};
use quire_records::{ReportFilter, ReportRow, State as ReportState};
use quire_reports::stored_manifest;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Console,
    compared::Compared,
    form::filled,
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

const COLUMNS: [(&str, Set); 3] = [
    ("What", Set::Line),
    ("The other", Set::Free),
    ("This report", Set::Free),
];

/// Reports that are offered to compare with.
const MOST_OFFERED: u32 = 20;

/// The report that it is compared with.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wanted {
    #[serde(deserialize_with = "filled")]
    from: Option<ReportId>,
}

/// The page: which report to compare with, then what differs.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    TaskPath(id): TaskPath,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Refusal> {
    let row = visitor.report(&console, &id).await?;
    let content = match &wanted.from {
        None => html! {
            header.head { h1 { "Compare the report on " span.code { (row.request.ndc.as_str()) } } }
            (offered(&console, &visitor, &row, None).await?)
        },
        Some(from) => {
            let other = visitor.report(&console, from).await?;
            html! {
                header.head { h1 { "Compare two reports" } }
                p.quiet { "The other: " (words::report(&other)) ". This report: " (words::report(&row)) "." }
                (offered(&console, &visitor, &row, Some(from)).await?)
                (both(&console, &visitor, [&other, &row]).await?)
            }
        }
    };
    let page = Page::of("Compare reports", &visitor).under("/console/reports");
    Ok(page.whole(&content))
}

/// The last reports, of the same drug if there are any.
async fn offered(
    console: &Console,
    visitor: &Visitor,
    row: &ReportRow,
    chosen: Option<&ReportId>,
) -> Result<Markup, Refusal> {
    let of_drug = ReportFilter {
        owner: visitor.owner(),
        states: vec![ReportState::Succeeded],
        drug: Some(row.request.ndc.clone()),
        ..ReportFilter::default()
    };
    let all = ReportFilter {
        drug: None,
        ..of_drug.clone()
    };
    let records = &console.api.records;
    let mut rows = records.reports(&of_drug, MOST_OFFERED).await?;
    rows.extend(records.reports(&all, MOST_OFFERED).await?);
    let mut seen = BTreeSet::from([row.id.clone()]);
    rows.retain(|other| seen.insert(other.id.clone()));
    Ok(html! {
        @if rows.is_empty() { p.empty { "There is no other report that was made." } }
        @else {
            form.filters method="get" action=(format!("/console/reports/{}/compare", row.id)) {
                div.long { label for="from" { "What it says otherwise than" }
                    select #from name="from" {
                        @for other in &rows {
                            option value=(other.id) selected[Some(&other.id) == chosen] {
                                (words::report(other))
                            }
                        }
                    } }
                button.main type="submit" { "Compare" }
                a href=(format!("/console/reports/{}", row.id)) { "Back to the report" }
            }
        }
    })
}

async fn both(
    console: &Console,
    visitor: &Visitor,
    rows: [&ReportRow; 2],
) -> Result<Markup, Refusal> {
    let records = &console.api.records;
    let sections = quire_api::reports_compared(&console.api.maker.registry, rows).await?;
    let mut manifests = Vec::new();
    for row in rows {
        manifests.extend(stored_manifest(records, &row.id).await?);
    }
    let compared = Compared {
        sections: &sections,
        names: ["The other", "This report"],
        pdfs: rows.map(|row| format!("/console/reports/{}/pdf", row.id)),
        subject: None,
        visitor,
    };
    let [one, other] = rows;
    Ok(html! {
        @if let [before, after] = manifests.as_slice() { (making(before, after)) }
        (compared.drawn())
        (words::same(&[("By HTTP:", format!(
            "curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/tasks/{}/comparison?from={}\"", other.id, one.id
        ))]))
    })
}

/// What was otherwise when they were made: why they can differ.
fn making(before: &Manifest, after: &Manifest) -> Markup {
    let [before, after] = [before, after].map(|manifest| &manifest.making.colophon.recipe);
    let rows = facts(before).into_iter().zip(facts(after));
    let mut differing: Vec<_> = rows.filter(|((_, one), (_, other))| one != other).collect();
    let modules = modules(before, after).into_iter();
    differing.extend(modules.map(|(section, [one, other])| {
        let what = format!("Module of {section}");
        ((what.clone(), one), (what, other))
    }));
    html! {
        section aria-labelledby="making" {
            h2 #making { "Made otherwise" }
            @if before == after {
                p { "Both were made of the same data by the same code for the same request, so they are equal byte for byte." }
            } @else if differing.is_empty() {
                p { "What they were made from differs in a detail that only their manifests tell." }
            } @else {
                (listing("what was otherwise", &COLUMNS, differing.iter().map(|((what, one), (_, other))| {
                    vec![html! { (what) }, html! { (one) }, html! { (other) }]
                })))
            }
        }
    }
}

/// Sections that were made by another component, and by which.
fn modules(before: &Recipe, after: &Recipe) -> BTreeMap<String, [String; 2]> {
    let mut all: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for (side, recipe) in [before, after].into_iter().enumerate() {
        for component in &recipe.modules {
            let digest = component
                .digest
                .map_or_else(|| "not installed".to_owned(), |digest| digest.short());
            let absent = || ["no such section", "no such section"].map(str::to_owned);
            let sides = all.entry(component.section.clone()).or_insert_with(absent);
            if let Some(name) = sides.get_mut(side) {
                *name = format!("{} {digest}", component.module);
            }
        }
    }
    all.retain(|_, [one, other]| one != other);
    all
}

fn facts(recipe: &Recipe) -> Vec<(String, String)> {
    let (request, definition) = (&recipe.request, &recipe.definition);
    let short = |digest: Option<Digest>, none: &str| {
        digest.map_or_else(|| none.to_owned(), |digest| digest.short())
    };
    let stale = recipe.data.stale.as_ref();
    let (width, height) = request.paper.unwrap_or(definition.paper).size_pt();
    let facts = [
        ("Drug code", request.ndc.as_str().to_owned()),
        ("As of", request.as_of.to_string()),
        ("Language", request.locale.clone()),
        ("Paper", format!("{width} × {height} pt")),
        (
            "Which cases",
            words::selection(&request.selection.unwrap_or(definition.selection)),
        ),
        (
            "Definition",
            format!(
                "{} {}, {}",
                definition.name,
                definition.version,
                recipe.definition_digest.short()
            ),
        ),
        ("Data", recipe.data.digest.short()),
        (
            "Out of date",
            stale.map_or_else(|| "no".to_owned(), |stale| stale.reason.clone()),
        ),
        ("Compared with", short(recipe.background, "nothing")),
        ("Label", short(recipe.label, "none asked for")),
        ("Typefaces", recipe.fonts_digest().short()),
        ("Software", recipe.producer.clone()),
    ];
    facts.map(|(what, how)| (what.to_owned(), how)).to_vec()
}
