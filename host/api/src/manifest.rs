//! `/api/tasks/{task_id}/manifest` and `/verify`: how a report came about, and whether it can be made
//! again.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::{Digest, Failure, Finding, ProblemKind, Verdict, Verification};
use quire_records::ReportRow;
use quire_reports::VerifyError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiError,
    auth::{Caller, Reader},
    described::{DigestText, FindingShape, VerdictName},
    download::{self, Held, Withheld},
    etag,
    path::TaskPath,
    tasks,
};

/// What came of making a document again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Verified {
    /// The outcome, in one word.
    #[schema(value_type = VerdictName)]
    verdict: Verdict,
    /// SHA-256 of the stored document.
    #[schema(value_type = DigestText)]
    digest: Digest,
    /// How many bytes it has.
    size_bytes: u64,
    /// The document's own identifier.
    document_id: String,
    /// SHA-256 of the document that was made again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DigestText>)]
    recomputed: Option<Digest>,
    /// What was found, the most telling first; empty for a match.
    #[schema(value_type = Vec<FindingShape>)]
    findings: Vec<Finding>,
}

/// Everything that is known about a report: the request, the code and data it was made from, every
/// query, what each section used, and the digests of what was written.
///
/// Its `colophon` is what the PDF carries inside as `manifest.json`.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/manifest", operation_id = "getManifest",
    params(TaskPath, Held),
    responses(
        (status = 200, description = "The manifest, `quire/manifest/1`", body = Map<String, Value>),
        (status = 404, description = "The key has no such task, or the report was made before manifests were kept"),
        Withheld,
    ),
)]
pub(crate) async fn show(
    caller: Caller,
    TaskPath(id): TaskPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = tasks::find(&caller, &id).await?;
    let Some(json) = caller.records().manifest(&id).await? else {
        return Err(no_manifest(&row));
    };
    let tag = etag::of(Digest::of(json.as_bytes()));
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|named| etag::none_match_names(named, &tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], json).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    let private = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, private);
    Ok(response)
}

/// Make the document again from the stored data and the modules that made it, and compare it with the
/// stored one.
///
/// That it differs, or cannot be made again, is an answer: `verdict` is `match`, `differs` or
/// `impossible`, and `findings` says where and why.
#[utoipa::path(
    post, path = "/api/tasks/{task_id}/verify", operation_id = "verifyReport",
    params(TaskPath),
    responses(
        (status = 200, description = "What came of it", body = Verified),
        Withheld,
        (status = 422, description = "The stored file carries no manifest"),
    ),
)]
pub(crate) async fn verify(
    Reader(caller): Reader,
    TaskPath(id): TaskPath,
) -> Result<Response, ApiError> {
    let row = tasks::find(&caller, &id).await?;
    let Some(success) = &row.success else {
        return Err(download::no_document(&row));
    };
    let stored = quire_reports::stored_bytes(caller.registry(), &row, success.artifact).await?;
    let verified = quire_reports::verify(caller.registry(), stored.into());
    Ok(Json(Verified::from(verified.await?)).into_response())
}

/// A report of an earlier version of Quire has a document and no manifest.
fn no_manifest(row: &ReportRow) -> ApiError {
    if row.success.is_none() {
        return download::no_document(row);
    }
    let detail = "the report was made by a version of Quire that wrote no manifest";
    ApiError::new(ProblemKind::NotFound, detail)
}

impl From<Verification> for Verified {
    fn from(verification: Verification) -> Self {
        Self {
            verdict: verification.verdict,
            digest: verification.digest,
            size_bytes: verification.size_bytes,
            document_id: verification.document_id,
            recomputed: verification.recomputed,
            findings: verification.findings,
        }
    }
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::NotAReport(detail) => Self::new(ProblemKind::NotAReport, detail),
            VerifyError::Removed(detail) => Self::new(ProblemKind::Removed, detail),
            VerifyError::Records(source) => source.into(),
            VerifyError::Module(fault) => Failure::of_host(fault).problem.into(),
            other => {
                let error = &other as &dyn std::error::Error;
                tracing::error!(error, "a document could not be verified");
                Self::new(ProblemKind::Internal, "a fault of Quire itself")
            }
        }
    }
}
