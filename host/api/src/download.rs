//! Sends the forms of a document: whole, in part, or not at all if the caller has them.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use quire_model::{Digest, Problem, ProblemKind, ReportRequest};
use quire_records::{ArtifactRef, ReportRow, State as ReportState};

use crate::{ApiError, ProblemBody, byte_range, byte_range::Part, etag, tasks};

/// The digest of what is sent, and of the whole document (RFC 9530).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// One form of a document, before its bytes are read or made.
pub(crate) struct Form {
    /// The strong entity tag, quotes included.
    pub(crate) tag: String,
    /// What the bytes are, if they are stored; then neither `HEAD` nor a match needs them.
    pub(crate) stored: Option<ArtifactRef>,
    pub(crate) media_type: &'static str,
    /// `inline` or `attachment`, with the name to save it under.
    pub(crate) disposition: String,
}

/// Answer a request for a form; `bytes` is awaited only if they are needed.
pub(crate) async fn send(
    form: Form,
    method: &Method,
    headers: &HeaderMap,
    bytes: impl Future<Output = Result<Bytes, ApiError>>,
) -> Result<Response, ApiError> {
    let known = form.stored.map(|stored| stored.digest);
    let named = text(headers, &header::IF_NONE_MATCH);
    if named.is_some_and(|named| etag::none_match_names(named, &form.tag)) {
        return Ok(describe(
            StatusCode::NOT_MODIFIED.into_response(),
            &form,
            known,
        ));
    }
    if let (&Method::HEAD, Some(stored)) = (method, form.stored) {
        return Ok(describe(head(stored), &form, known));
    }
    let bytes = bytes.await?;
    let digest = known.unwrap_or_else(|| Digest::of(&bytes));
    if method == Method::HEAD {
        let size_bytes = bytes.len() as u64;
        let made = ArtifactRef { digest, size_bytes };
        return Ok(describe(head(made), &form, Some(digest)));
    }
    let range = text(headers, &header::RANGE)
        .filter(|_| etag::range_holds(text(headers, &header::IF_RANGE), &form.tag));
    let response = match byte_range::part(range, bytes.len()) {
        Part::Whole => whole(bytes, digest),
        Part::Bytes(range) => partial(&bytes, range),
        Part::Outside => {
            let size_bytes = bytes.len();
            return Err(ApiError::RangeNotSatisfiable { size_bytes });
        }
    };
    Ok(describe(response, &form, Some(digest)))
}

/// `Content-Disposition` for a form of a report. A drug code holds only digits and hyphens and
/// `ending` is ours or plain, so the name needs no escaping.
pub(crate) fn disposition(kind: &str, request: &ReportRequest, ending: &str) -> String {
    let ReportRequest { ndc, as_of, .. } = request;
    format!("{kind}; filename=\"quire-{ndc}-{as_of}{ending}\"")
}

/// Why a task has no document.
pub(crate) fn no_document(row: &ReportRow) -> ProblemBody {
    if let Some(seconds) = tasks::retry_after_s(row) {
        let detail = "the report is not finished; ask again after Retry-After";
        let mut problem = Problem::new(ProblemKind::NotFinished, detail);
        problem.retry_after_s = Some(seconds);
        return ProblemBody::of(problem);
    }
    if row.state == ReportState::Cancelled {
        let detail = "the report was called off, so there is no document";
        return ProblemBody::of(Problem::new(ProblemKind::Cancelled, detail));
    }
    let cause = row.problem.clone().map(ProblemBody::of);
    let why = cause.as_ref().map_or("", |cause| cause.detail.as_str());
    let detail = format!("the report failed, so there is no document: {why}");
    ProblemBody {
        cause: cause.map(Box::new),
        ..ProblemBody::of(Problem::new(ProblemKind::TaskFailed, detail))
    }
}

fn head(artifact: ArtifactRef) -> Response {
    let mut response = Body::empty().into_response();
    let size = HeaderValue::from(artifact.size_bytes);
    response.headers_mut().insert(header::CONTENT_LENGTH, size);
    insert_digest(&mut response, CONTENT_DIGEST, artifact.digest);
    response
}

fn whole(bytes: Bytes, digest: Digest) -> Response {
    let mut response = Body::from(bytes).into_response();
    insert_digest(&mut response, CONTENT_DIGEST, digest);
    response
}

fn partial(bytes: &Bytes, range: std::ops::Range<usize>) -> Response {
    let content_range = format!(
        "bytes {}-{}/{}",
        range.start,
        range.end.saturating_sub(1),
        bytes.len()
    );
    let part = bytes.slice(range);
    let digest = Digest::of(&part);
    let headers = [(header::CONTENT_RANGE, content_range)];
    let mut response = (StatusCode::PARTIAL_CONTENT, headers, Body::from(part)).into_response();
    insert_digest(&mut response, CONTENT_DIGEST, digest);
    response
}

/// What is the same for every way to send a form.
fn describe(mut response: Response, form: &Form, digest: Option<Digest>) -> Response {
    if let Some(digest) = digest {
        insert_digest(&mut response, REPR_DIGEST, digest);
    }
    let headers = response.headers_mut();
    let mut insert = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    insert(header::ETAG, &form.tag);
    insert(header::ACCEPT_RANGES, "bytes");
    // The caller may keep it, but asks each time: a key can be revoked.
    insert(header::CACHE_CONTROL, "private, no-cache");
    insert(header::CONTENT_TYPE, form.media_type);
    insert(header::CONTENT_DISPOSITION, &form.disposition);
    insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

fn insert_digest(response: &mut Response, name: HeaderName, digest: Digest) {
    let value = format!("sha-256=:{}:", BASE64.encode(digest.as_bytes()));
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
