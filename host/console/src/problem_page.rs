//! What could not be done, as a page in words.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use quire_api::ProblemBody;
use quire_model::ProblemKind;

use crate::{
    Console,
    page::{Page, bare},
    refusal::Refusal,
    visitor::Visitor,
    words,
};

/// No screen has this address.
pub(crate) async fn nothing_here() -> Refusal {
    Refusal::new(
        ProblemKind::NotFound,
        "the console has no page of this address; it may have been mistyped, or come from another version",
    )
}

/// Draw the page of a problem that a handler, or the door, left in the answer.
pub(crate) async fn in_words(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = Refusal::new(
            ProblemKind::MethodNotAllowed,
            "this address of the console is asked in another way; go there by its pages",
        )
        .into_response();
    }
    let Some(problem) = response.extensions_mut().remove::<ProblemBody>() else {
        return response;
    };
    let status = response.status();
    let said = said(&problem);
    // Who is signed in keeps the way around; nobody else learns what pages there are.
    let visitor = Visitor::of(&console, &headers).await;
    let mut page = match visitor {
        Ok(Some(visitor)) => Page::of(&problem.title, &visitor).whole(&said),
        _ => bare(&problem.title, None, &said).into_response(),
    };
    *page.status_mut() = status;
    page
}

fn said(problem: &ProblemBody) -> Markup {
    html! {
        header.head {
            h1 { (problem.title) }
        }
        div.panel.problem {
            p.lead { (words::sentence(&problem.detail)) }
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
            p.quiet {
                "What this kind of problem means: "
                a href=(problem.type_) { (problem.type_) }
            }
        }
        p { a href="/console" { "To the start of the console" } }
    }
}
