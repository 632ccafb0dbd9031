//! `GET /api/tasks/{task_id}/pdf`: the document, whole, in part, or not at all if the caller has it.

use axum::{body::Bytes, response::Response};

use crate::{
    ApiError,
    download::{Asked, Form},
    etag,
};

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
    operation_id = "downloadReport",
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
        (status = 503, description = "The records cannot be used; `detail` says why, `Retry-After` when to ask again"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn download(asked: Asked) -> Result<Response, ApiError> {
    let artifact = asked.success()?.artifact;
    let form = Form {
        name: "pdf".to_owned(),
        tag: etag::of(artifact.digest),
        stored: Some(artifact),
        media_type: "application/pdf",
        kind: "inline",
        ending: ".pdf".to_owned(),
    };
    let bytes = async {
        let stored = asked.state.records.artifact(artifact.digest).await?;
        Ok::<_, ApiError>(Bytes::from(stored.bytes))
    };
    asked.send(form, bytes).await
}
