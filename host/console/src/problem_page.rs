//! What could not be done, as a page in words.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header, response::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use quire_api::{NEXT_STEP, ProblemBody};
use quire_model::{Problem, ProblemKind};

use crate::{
    Console,
    page::{Page, bare},
    refusal::Refusal,
    stream,
    visitor::Visitor,
    words,
};

const NOTHING_HERE: &str = "the console has no page of this address; it may have been mistyped, or come from another version";

/// No screen has this address.
pub(crate) async fn nothing_here() -> Refusal {
    Refusal::new(ProblemKind::NotFound, NOTHING_HERE)
}

/// Draw the page of a problem that a handler, the door or the envelope left in the answer. Stands around the
/// envelope, so that what took too long or crashed is a page too.
pub(crate) async fn in_words(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let is_live = request.uri().path().starts_with(stream::ADDRESS);
    let response = next.run(request).await;
    if is_live && !is_stream(&response) {
        return stream::let_go(response);
    }
    let visitor = async { Visitor::of(&console, &headers).await.ok().flatten() };
    page_of(response, visitor).await
}

/// A page in place of what says a problem to programs.
async fn page_of(response: Response, visitor: impl Future<Output = Option<Visitor>>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Some(problem) = problem(&mut parts) else {
        return Response::from_parts(parts, body);
    };
    let said = said(&problem);
    // Who is signed in keeps the way around; nobody else learns what pages there are.
    let page = match visitor.await {
        Some(visitor) => Page::of(&problem.title, &visitor).whole(&said),
        None => bare(&problem.title, None, &said).into_response(),
    };
    let (page, body) = page.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::WWW_AUTHENTICATE);
    parts.headers.extend(page.headers);
    Response::from_parts(parts, body)
}

/// What went wrong, if anything did.
fn problem(parts: &mut Parts) -> Option<ProblemBody> {
    let known = parts.extensions.remove::<ProblemBody>();
    let refused = match parts.status {
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            ProblemKind::MethodNotAllowed,
            "this address of the console is asked in another way; go there by its pages",
        ),
        _ if known.is_some() => return known,
        // A part of the address that is no number, no digest, no name.
        StatusCode::BAD_REQUEST => {
            parts.status = StatusCode::NOT_FOUND;
            Problem::new(ProblemKind::NotFound, NOTHING_HERE)
        }
        _ => return None,
    };
    Some(ProblemBody::of(refused))
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind == "text/event-stream")
}

fn said(problem: &ProblemBody) -> Markup {
    // What follows is a request; here are pages.
    let what = problem.detail.split(NEXT_STEP).next();
    html! {
        header.head {
            h1 { (problem.title) }
        }
        div.panel.problem {
            p.lead { (words::sentence(what.unwrap_or_default())) }
            @if let Some(cause) = &problem.cause {
                p { "Because: " (words::sentence(&cause.detail)) }
            }
            @if !problem.errors.is_empty() {
                ul {
                    @for error in &problem.errors {
                        li { code { (error.pointer) } " – " (error.detail) }
                    }
                }
            }
            @if !problem.candidates.is_empty() {
                p { "Tried as: " (problem.candidates.join(", ")) }
            }
            @if let Some(seconds) = problem.retry_after_s {
                p { "Another try may succeed in " (seconds) " s." }
            }
            @if let Some(id) = problem.request_id.as_ref().filter(|_| problem.status >= 500) {
                p.quiet { "Tell the administrator the number of the request: " code { (id) } }
            }
        }
        p { a href="/console" { "To the start of the console" } }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        time::Duration,
    };

    use axum::{
        Router,
        body::{Body, to_bytes},
        middleware,
        routing::get,
    };
    use tower::ServiceExt as _;

    use super::*;

    /// What stands around every screen, with no time to answer.
    async fn answer(path: &str) -> (StatusCode, String, String) {
        let crash = async || -> StatusCode { panic!("as a fault of Quire would") };
        let app = Router::new()
            .route("/console/slow", get(pending::<StatusCode>))
            .route("/console/crash", get(crash))
            .layer(middleware::from_fn(|request, next| {
                quire_api::envelope_within(Duration::ZERO, request, next)
            }))
            .layer(middleware::map_response(|response| {
                page_of(response, ready(None))
            }));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = app.oneshot(request).await.unwrap();
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
        let (status, kind) = (answer.status(), kind.to_owned());
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn what_took_too_long_or_crashed_is_a_page() {
        for (path, status, words) in [
            (
                "/console/slow",
                StatusCode::GATEWAY_TIMEOUT,
                "The answer took longer",
            ),
            (
                "/console/crash",
                StatusCode::INTERNAL_SERVER_ERROR,
                "A fault of Quire itself",
            ),
        ] {
            let (found, kind, page) = answer(path).await;
            assert_eq!(found, status, "{page}");
            assert!(kind.starts_with("text/html"), "{kind}");
            assert!(
                page.contains(words) && page.contains("number of the request"),
                "{page}"
            );
        }
    }
}
