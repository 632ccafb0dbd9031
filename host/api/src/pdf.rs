//! `GET /api/tasks/{task_id}/pdf`: the document, whole, in part, or not at all if the caller has it.

use axum::response::Response;

use crate::{
    ApiError,
    download::{Asked, Form, Held, Wanted, Withheld},
    etag,
    path::TaskPath,
};

/// The document of a finished task.
///
/// The entity tag is the SHA-256 digest of the bytes. `If-None-Match`, one `Range` and `If-Range`
/// are honoured; several ranges are answered with the whole document.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/pdf", operation_id = "downloadReport",
    params(TaskPath, Held, Wanted),
    responses(
        (status = 200, description = "The document", body = Vec<u8>, content_type = "application/pdf"),
        Withheld,
    ),
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
    let bytes = asked.stored(artifact);
    asked.send(form, bytes).await
}
