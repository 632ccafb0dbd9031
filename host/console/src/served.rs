//! The forms of a report, for the frames and links of its page: the API's answers, by the session.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::Response,
};
use quire_api::{Asked, DocumentForm, document};

use crate::{Console, refusal::Refusal, visitor::Visitor};

/// A PDF may be framed by our own pages. Chromium shows none in a frame that is shut any further.
pub(crate) const PDF_POLICY: HeaderValue = HeaderValue::from_static("frame-ancestors 'self'");

/// The HTML form holds strangers' words: it may run nothing, fetch nothing, and has no origin.
pub(crate) const HTML_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'; sandbox",
);

/// What someone who is signed in asks for.
pub(crate) struct Wanted(Asked);

impl FromRequestParts<Console> for Wanted {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Refusal> {
        let visitor = Visitor::from_request_parts(parts, console).await?;
        let actor = visitor.session.actor;
        Ok(Self(Asked::by(actor, parts, &console.api).await?))
    }
}

/// The document.
pub(crate) async fn pdf(Wanted(asked): Wanted) -> Result<Response, Refusal> {
    Ok(under(document(asked, DocumentForm::Pdf).await?, PDF_POLICY))
}

/// As HTML.
pub(crate) async fn html(Wanted(asked): Wanted) -> Result<Response, Refusal> {
    Ok(under(
        document(asked, DocumentForm::Html).await?,
        HTML_POLICY,
    ))
}

/// As JSON.
pub(crate) async fn json(Wanted(asked): Wanted) -> Result<Response, Refusal> {
    Ok(document(asked, DocumentForm::Json).await?)
}

/// Its tables.
pub(crate) async fn csv(Wanted(asked): Wanted) -> Result<Response, Refusal> {
    Ok(document(asked, DocumentForm::Csv).await?)
}

fn under(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
