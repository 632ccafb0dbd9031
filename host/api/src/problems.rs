//! `/problems/{slug}`: where a problem's `type` leads, one short page a kind.

use std::fmt::Write as _;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;

use crate::{ApiError, error};

/// What to do about a kind of problem, for someone who meets it the first time.
fn remedy(slug: &str) -> &'static str {
    match slug {
        "invalid-ndc" => {
            "Write a product code such as 61958-0802, a package code such as 61958-0802-1, or the \
             10 or 11 digits of a package code without hyphens. Keep leading zeros."
        }
        "unknown-ndc" => {
            "`candidates` lists the product codes that were looked for. Compare them with the code \
             on the package; the hyphens tell where the segments end, so write them if you can."
        }
        "invalid-request" => {
            "`detail` names the field or parameter. /openapi.json describes what each endpoint takes."
        }
        "unknown-definition" => {
            "`detail` names the definitions there are; leave the field out for the standard one."
        }
        "unknown-task" => {
            "Check the id. A task is visible to the key that made it, and to keys with the role \
             admin."
        }
        "not-found" => "GET / lists the addresses that are served.",
        "not-finished" => {
            "Wait as long as `Retry-After` says and ask again, or follow GET /api/tasks/{task_id}."
        }
        "task-failed" => {
            "`cause` says why the report failed. Send a new request once its remedy is done; this \
             task will not run again."
        }
        "unauthenticated" => {
            "Send the header `Authorization: Bearer qk_…`. An administrator makes keys with `quire \
             key create --role consumer --label NAME`."
        }
        "forbidden" => "Use a key with the role admin.",
        "too-many-requests" => {
            "Wait as long as `Retry-After` says. Reports that were accepted before are not affected."
        }
        "queue-unavailable" => {
            "Nothing was accepted. Send the same request again after `Retry-After`; an \
             Idempotency-Key makes that safe. Administrators: /readyz names what is away."
        }
        "host-fault" => {
            "`detail` names what the server lacks: room on its disk, open files, memory. Send the \
             same request again after `Retry-After`; the server recovers by itself once it has it. \
             Reports that were accepted before are not affected. Administrators: /readyz names it too."
        }
        "source-unavailable" => {
            "openFDA does not answer, or answers with errors. Try again later; see \
             https://open.fda.gov for its state."
        }
        "source-invalid" => {
            "openFDA's answer was cut off or is no JSON. Try again; if it stays, its format may \
             have changed: tell the administrator."
        }
        "source-refused" => {
            "openFDA will refuse the same request again. Administrators: check QUIRE_OPENFDA_KEY \
             and QUIRE_OPENFDA_URL."
        }
        "source-budget" => {
            "Wait as long as `Retry-After` says. Administrators: set QUIRE_OPENFDA_KEY, a free key \
             from https://open.fda.gov/apis/authentication/ allows 120,000 requests a day."
        }
        "unknown-module" => "GET /api/admin/modules lists the modules there are.",
        "unknown-version" => {
            "GET /api/admin/modules/{name} lists the versions of the module; write the digest whole."
        }
        "module-refused" => {
            "`refusal` names the check and `detail` says what the author has to change. What is \
             active was not touched. `quire module check FILE` runs the same checks."
        }
        "invalid-definition" => {
            "`errors` points at each field. Correct them and send the definition again; the present \
             version stays in use."
        }
        "state-conflict" => "`detail` says which state it is in and what can be done there.",
        "precondition-required" => {
            "Read the object first and send its `ETag` as `If-Match`, so that two administrators \
             cannot overwrite each other."
        }
        "precondition-failed" => {
            "Read the object again, see what has changed, and repeat the request with the new `ETag`."
        }
        "not-a-report" => "Send the PDF as Quire wrote it, without printing or saving it anew.",
        "data-missing" => {
            "`detail` names what is missing: the data or a module. Use the server that made the \
             report, or restore its data directory."
        }
        "module-missing" => "Administrators: install and activate the module that `detail` names.",
        "module-failed" => {
            "The module's own words are in `detail`. Its author, or the administrator who activated \
             it, can help; `section` and `component_digest` name it exactly."
        }
        "module-crashed"
        | "module-exited"
        | "module-forbidden"
        | "module-cpu-time"
        | "module-wall-time"
        | "module-memory"
        | "module-handles"
        | "module-output"
        | "module-output-bytes"
        | "module-blocks"
        | "module-rows" => {
            "This is a fault of the module that `section` and `component_digest` name, not of the \
             request. Tell the administrator, who can go back to its earlier version."
        }
        "render-failed" => "Tell the administrator the task's id; the server's log has the cause.",
        "too-many-attempts" => {
            "The report was begun several times and each time the process making it ended. Tell \
             the administrator the task's id before you send it again."
        }
        "cancelled" => "Send a new request if the report is wanted after all.",
        "method-not-allowed" => {
            "The header `Allow` and /openapi.json say which methods are served."
        }
        "unsupported-media-type" => {
            "Send the header `Content-Type: application/json`, or no body at all."
        }
        "content-too-large" => "Send only the fields that /openapi.json describes.",
        "malformed-body" => "Send one JSON object; `detail` says where reading it stopped.",
        "idempotency-mismatch" => {
            "Take a new Idempotency-Key for a new request, and the same key only to repeat the \
             same request."
        }
        "range-not-satisfiable" => "`Content-Range` says how long the document is.",
        "already-ended" => "Nothing is left to do: GET /api/tasks/{task_id} says how it ended.",
        "timed-out" => {
            "Send the request again; what was fetched so far is kept and makes the next try \
             faster. For a whole report use POST /api/cer/{ndc}/enhanced-pdf, which never waits."
        }
        _ => {
            "Tell the administrator the request's id (`request_id`); the server's log has the \
             cause."
        }
    }
}

/// Every kind, with a link to its page.
pub(crate) async fn list() -> Response {
    let mut rows = String::new();
    for (slug, title) in error::all_names() {
        let _ = writeln!(rows, "<li><a href=\"/problems/{slug}\">{title}</a></li>");
    }
    page("Problems", &format!("<ul>\n{rows}</ul>"))
}

/// What one kind means and what to do about it.
///
/// # Errors
///
/// `404` if there is no such kind.
pub(crate) async fn show(Path(slug): Path<String>) -> Result<Response, ApiError> {
    let Some((slug, title)) = error::all_names().find(|(name, _)| *name == slug) else {
        let detail = "there is no such kind of problem; /problems lists those there are";
        return Err(ApiError::new(ProblemKind::NotFound, detail));
    };
    let remedy = remedy(slug);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_but_internal_has_its_own_remedy() {
        let fallback = remedy("internal");

        for (slug, _) in error::all_names().filter(|(slug, _)| *slug != "internal") {
            assert_ne!(remedy(slug), fallback, "{slug}");
        }
    }
}
