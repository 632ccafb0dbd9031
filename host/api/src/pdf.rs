//! `GET /api/tasks/{task_id}/pdf`: the document, whole, in part, or not at all if the caller has it.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use quire_model::{Digest, Problem, ProblemKind, ReportRequest};
use quire_records::{ArtifactRef, ReportRow, State as ReportState};

use crate::{
    ApiError, ApiState, ProblemBody, auth::Caller, byte_range, byte_range::Part, etag,
    path::TaskPath, tasks,
};

/// The digest of what is sent, and of the whole document (RFC 9530).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// The document of a finished task.
///
/// The entity tag is the SHA-256 digest of the bytes. `If-None-Match`, one `Range` and `If-Range`
/// are honoured; several ranges are answered with the whole document.
///
/// # Errors
///
/// `404` if the caller's key has no such task, `409` if it has not ended, `410` if it ended without
/// a document, `416` for a range outside it.
#[utoipa::path(
    get,
    path = "/api/tasks/{task_id}/pdf",
    tag = "tasks",
    params(
        ("task_id" = String, Path, description = "As the request for the report was answered"),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags that the caller has"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "Entity tag for which the range is meant"),
    ),
    responses(
        (status = 200, description = "The document", body = Vec<u8>, content_type = "application/pdf", headers(
            ("ETag" = String, description = "SHA-256 of the document, in quotes"),
            ("Content-Digest" = String, description = "sha-256 of the content (RFC 9530)"),
        )),
        (status = 206, description = "The part that was asked for", body = Vec<u8>, content_type = "application/pdf"),
        (status = 304, description = "The caller has it"),
        (status = 404, description = "The key has no such task"),
        (status = 409, description = "It has not ended; ask again after `Retry-After`"),
        (status = 410, description = "It ended without a document; `cause` says why"),
        (status = 416, description = "The range lies outside the document"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn download(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    TaskPath(id): TaskPath,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = tasks::find(&state, &actor, &id).await?;
    let Some(artifact) = row.success.as_ref().map(|success| success.artifact) else {
        return Ok(no_document(&row).into_response());
    };
    let tag = etag::of(artifact.digest);
    if text(&headers, &header::IF_NONE_MATCH)
        .is_some_and(|named| etag::none_match_names(named, &tag))
    {
        return Ok(describe(
            StatusCode::NOT_MODIFIED.into_response(),
            artifact,
            &row.request,
        ));
    }
    if method == Method::HEAD {
        return Ok(describe(head(artifact), artifact, &row.request));
    }
    let bytes = Bytes::from(state.records.artifact(artifact.digest).await?.bytes);
    let range = text(&headers, &header::RANGE)
        .filter(|_| etag::range_holds(text(&headers, &header::IF_RANGE), &tag));
    let response = match byte_range::part(range, bytes.len()) {
        Part::Whole => whole(bytes, artifact.digest),
        Part::Bytes(range) => partial(&bytes, range),
        Part::Outside => {
            let size_bytes = bytes.len();
            return Err(ApiError::RangeNotSatisfiable { size_bytes });
        }
    };
    Ok(describe(response, artifact, &row.request))
}

/// Why a task has no document.
fn no_document(row: &ReportRow) -> ProblemBody {
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

/// What is the same for every way to send a document.
fn describe(mut response: Response, artifact: ArtifactRef, request: &ReportRequest) -> Response {
    insert_digest(&mut response, REPR_DIGEST, artifact.digest);
    let headers = response.headers_mut();
    let mut insert = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    insert(header::ETAG, etag::of(artifact.digest));
    insert(header::ACCEPT_RANGES, "bytes".to_owned());
    // The caller may keep it, but asks each time: a key can be revoked.
    insert(header::CACHE_CONTROL, "private, no-cache".to_owned());
    insert(header::CONTENT_TYPE, "application/pdf".to_owned());
    insert(header::CONTENT_DISPOSITION, disposition(request));
    response
}

/// A drug code holds only digits and hyphens, so the name needs no escaping.
fn disposition(request: &ReportRequest) -> String {
    let ReportRequest { ndc, as_of, .. } = request;
    format!("inline; filename=\"quire-{ndc}-{as_of}.pdf\"")
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
