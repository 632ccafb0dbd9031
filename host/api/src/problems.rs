//! `/problems/{slug}`: where a problem's `type` leads, one short page a kind.

use std::fmt::Write as _;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;

use crate::ApiError;

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
    page("Problems", &format!("<ul>\n{rows}</ul>"))
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
    Ok(page(
        title,
        &format!(
            "<p><code>/problems/{slug}</code></p>\n<p>{remedy}</p>\n<p><a href=\"/problems\">All problems</a></p>"
        ),
    ))
}

/// Nothing in it comes from a request, so nothing needs escaping.
fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title} – Quire</title>\n<style>body{{max-width:40em;\
         margin:3em auto;padding:0 1em;font:1em/1.5 sans-serif}}</style>\n<h1>{title}</h1>\n{body}\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
    ];
    (headers, html).into_response()
}
