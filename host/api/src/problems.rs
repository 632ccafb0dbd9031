//! `/problems/{slug}`: where a problem's `type` leads, one short page a kind.

use std::fmt::Write as _;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;

use crate::{
    ApiError,
    page::{HEADERS, page},
};

/// Every kind of problem, with a link to its page.
#[utoipa::path(
    get, path = "/problems", operation_id = "listProblems",
    responses((status = 200, description = "A page for people", body = String, content_type = "text/html")),
)]
pub(crate) async fn list() -> Response {
    let mut rows = String::new();
    for kind in ProblemKind::ALL {
        let (slug, title) = (kind.slug(), kind.title());
        let _ = writeln!(rows, "<li><a href=\"/problems/{slug}\">{title}</a></li>");
    }
    kept("Problems", &format!("<ul>\n{rows}</ul>"))
}

/// What one kind of problem means and what to do about it: where the `type` of a problem leads.
#[utoipa::path(
    get, path = "/problems/{slug}", operation_id = "getProblem",
    params(("slug" = String, Path, description = "The end of a problem's `type`", pattern = "^[a-z]+(-[a-z]+)*$", example = "invalid-ndc")),
    responses(
        (status = 200, description = "A page for people", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such kind of problem"),
    ),
)]
pub(crate) async fn show(Path(slug): Path<String>) -> Result<Response, ApiError> {
    let Some(kind) = ProblemKind::ALL.iter().find(|kind| kind.slug() == slug) else {
        let detail = "there is no such kind of problem; /problems lists those there are";
        return Err(ApiError::new(ProblemKind::NotFound, detail));
    };
    let (title, remedy) = (kind.title(), kind.remedy());
    Ok(kept(
        title,
        &format!(
            "<p><code>/problems/{slug}</code></p>\n<p>{remedy}</p>\n<p><a href=\"/problems\">All problems</a></p>"
        ),
    ))
}

/// Nothing in it comes from a request, so nothing needs escaping.
fn kept(title: &str, body: &str) -> Response {
    let kept = [(header::CACHE_CONTROL, "public, max-age=3600")];
    (HEADERS, kept, page(title, body)).into_response()
}
