//! A JSON body, with every fault as a problem that names the field.

use axum::{
    Extension,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
};
use quire_model::ProblemKind;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::{ApiError, plainly::plainly};

/// Longest body that is read, in bytes; known to what reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit(usize);

/// Read bodies up to this length.
pub(crate) fn limit(bytes: usize) -> (DefaultBodyLimit, Extension<BodyLimit>) {
    (DefaultBodyLimit::max(bytes), Extension(BodyLimit(bytes)))
}

/// The body, read as JSON. No body is the same as `{}`.
#[derive(Clone, Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let declared = media_type(request.headers());
        let limit = request.extensions().get().copied();
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unread(&rejection, limit))?;
        if bytes.is_empty() {
            return parse(b"{}").map(Self);
        }
        match declared.as_deref() {
            Some("application/json") => parse(&bytes).map(Self),
            Some(other) if other.ends_with("+json") => parse(&bytes).map(Self),
            other => Err(ApiError::new(
                ProblemKind::UnsupportedMediaType,
                format!(
                    "the body is declared as {:?}; send JSON with the header Content-Type: \
                     application/json",
                    other.unwrap_or_default()
                ),
            )),
        }
    }
}

fn unread(rejection: &BytesRejection, limit: Option<BodyLimit>) -> ApiError {
    match limit {
        Some(BodyLimit(bytes)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let detail =
                format!("the body is longer than {bytes} bytes; no request here needs that much");
            ApiError::new(ProblemKind::ContentTooLarge, detail)
        }
        _ => ApiError::malformed(rejection.body_text()),
    }
}

/// The media type without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = text.split(';').next().unwrap_or_default();
    Some(essence.trim().to_ascii_lowercase())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    quire_model::json_object(bytes).map_err(|error| match error.classify() {
        Category::Data => ApiError::new(
            ProblemKind::InvalidRequest,
            format!(
                "the body is not what this endpoint takes: {}",
                plainly(&error.to_string())
            ),
        ),
        _ => ApiError::malformed(error),
    })
}
