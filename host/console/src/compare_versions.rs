//! One report, made with two versions of a module: what a reader would see otherwise.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use quire_api::Params;
use quire_model::{ProblemKind, ReportId};
use quire_records::{ReportFilter, ReportRow, Right, State as ReportState, VersionRow};
use serde::Deserialize;

use crate::{
    Console, compared::Compared, form::filled, page::Page, refusal::Refusal, served::PDF_POLICY,
    visitor::Visitor, words, workbench::Kept,
};

/// Reports that are offered to compare with.
const MOST_OFFERED: u32 = 20;

/// The report that both make.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wanted {
    #[serde(deserialize_with = "filled")]
    report: Option<ReportId>,
}

/// The page. Its address names both versions: `…/compare/3f9a1c52..b01d2e77`.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path((name, pair)): Path<(String, String)>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let api = &console.api;
    let (from, to) = pair.split_once("..").ok_or_else(|| {
        let detail = "an address of two versions is that of one, two points, and that of the other";
        Refusal::new(ProblemKind::NotFound, detail)
    })?;
    let from = quire_api::version(&api.records, &name, from).await?;
    let to = quire_api::version(&api.records, &name, to).await?;
    let _turn = api.turns.take(&visitor.actor().key)?;
    let registry = &api.maker.registry;
    let versions = [from.digest, to.digest];
    let compared = quire_api::versions_compared(registry, &name, versions, wanted.report.as_ref());
    let (row, compared) = compared.await?;
    let pdfs = compared.pdfs.map(|pdf| {
        let kept = console.bench.keep(Kept::Report(pdf.into()));
        format!("/console/kept/{kept}")
    });
    let names =
        [&from, &to].map(|version| format!("{} ({})", version.version, version.digest.short()));
    let both = Compared {
        sections: &compared.sections,
        names: names.each_ref().map(String::as_str),
        pdfs,
        subject: Some(&name),
        visitor: &visitor,
    };
    let of_all = ReportFilter {
        states: vec![ReportState::Succeeded],
        ..ReportFilter::default()
    };
    let mut offered = api.records.reports(&of_all, MOST_OFFERED).await?;
    if offered.iter().all(|other| other.id != row.id) {
        offered.insert(0, row.clone());
    }
    let title = format!("Compare: {name}, {} with {}", from.version, to.version);
    let content = html! {
        header.head { h1 { (title) } }
        (about(&name, [&from, &to], &row, &offered))
        (both.drawn())
        p { a href=(format!("/console/modules/{name}")) { "Back to the module" } }
        (words::same(&[("By HTTP:", format!(
            "curl -X POST -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\\n  \
             -d '{{\"from\": \"{}\", \"to\": \"{}\", \"task_id\": \"{}\"}}' \\\n  \"$QUIRE/api/admin/modules/{name}/comparison\"",
            from.digest.short(), to.digest.short(), row.id
        ))]))
    };
    let page = Page::of(&title, &visitor).under("/console/modules");
    Ok(page.whole(&content))
}

fn about(
    name: &str,
    [from, to]: [&VersionRow; 2],
    row: &ReportRow,
    offered: &[ReportRow],
) -> Markup {
    let (from, to) = (from.digest, to.digest);
    html! {
        p.quiet {
            "The report on " a href=(format!("/console/reports/{}", row.id)) { (row.request.ndc.as_str()) }
            ", accepted " (words::exact(row.accepted_at)) ", was made again from its stored data with each of the two. Nothing is stored, and no report changes."
        }
        form.filters method="get" action=(format!("/console/modules/{name}/compare/{from}..{to}")) {
            div.long { label for="report" { "On another report" }
                select #report name="report" {
                    @for other in offered { option value=(other.id) selected[other.id == row.id] { (words::report(other)) } }
                } }
            button type="submit" { "Compare" }
            a href=(format!("/console/modules/{name}/compare/{to}..{from}")) { "The other way round" }
        }
    }
}

/// A report that was made for a comparison, for the frame.
pub(crate) async fn pdf(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let Some(Kept::Report(pdf)) = console.bench.kept(&name) else {
        let detail = "this report is not kept any more; compare again";
        return Err(Refusal::new(ProblemKind::NotFound, detail));
    };
    let mut response = ([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, PDF_POLICY);
    Ok(response)
}
