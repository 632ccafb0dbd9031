//! Makes a report again, and says what came of it.

use axum::{extract::State, response::Response};
use maud::html;
use quire_api::TaskPath;
use quire_model::{ProblemKind, Verdict};
use quire_records::Right;

use crate::{Console, page::Page, refusal::Refusal, visitor::Visitor, words};

/// Make it again and compare.
pub(crate) async fn run(
    State(console): State<Console>,
    visitor: Visitor,
    TaskPath(id): TaskPath,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Request, Right::ReadAll])?;
    let api = &console.api;
    let row = visitor.report(&console, &id).await?;
    let success = row.success.as_ref().ok_or_else(|| {
        Refusal::new(
            ProblemKind::NotFinished,
            "the report has no document to verify",
        )
    })?;
    let registry = &api.maker.registry;
    let stored = quire_reports::stored_bytes(registry, &row, success.artifact).await?;
    let found = quire_reports::verify(registry, stored.into()).await?;
    let (mark, said, kind) = match found.verdict {
        Verdict::Match => ("✓", "Byte for byte the same.", "good"),
        Verdict::Differs => ("✕", "It was made again and is not the same.", "bad"),
        Verdict::Impossible => ("–", "It could not be made again.", "bad"),
    };
    let content = html! {
        header.head { h1 { "Verified: report on " span.code { (row.request.ndc.as_str()) } } }
        p class=(format!("said {kind}")) role="status" { span aria-hidden="true" { (mark) } " " (said) }
        dl.facts {
            dt { "Stored PDF" } dd { code.digest.long { (found.digest) } }
            @if let Some(again) = found.recomputed {
                dt { "Made again" } dd { code.digest.long { (again) } }
            }
            dt { "Document, as on its pages" } dd { code { (found.document_id) } }
            dt { "Size" } dd { (words::bytes(found.size_bytes)) }
        }
        @if !found.findings.is_empty() {
            h2 { "What was found" }
            ul {
                @for finding in &found.findings {
                    li {
                        (finding.detail)
                        @if let Some(section) = &finding.section { " " span.quiet { "section " (section) } }
                        @if let Some(page) = finding.page { " " span.quiet { "page " (page) } }
                    }
                }
            }
        }
        p { a href=(format!("/console/reports/{id}")) { "Back to the report" } }
        (words::same(&[("By HTTP:", format!("curl -X POST -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/tasks/{id}/verify\""))]))
    };
    let page = Page::of("Verified", &visitor).under("/console/reports");
    Ok(page.whole(&content))
}
