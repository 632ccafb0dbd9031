//! `If-Match`: an administrator's change names the state that it was decided on, so that two of them
//! cannot overwrite each other.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;
use utoipa::IntoParams;

use crate::{ApiError, etag};

/// The revision in `If-Match`.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(names("If-Match"), parameter_in = Header)]
pub(crate) struct Revision(
    /// The object's `ETag`, as it was read; `"0"` for what does not exist yet
    #[param(value_type = String, pattern = "^(W/)?\"[0-9]+\"$")]
    pub(crate) u64,
);

impl<S: Send + Sync> FromRequestParts<S> for Revision {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(missing());
        };
        let tag = value.to_str().unwrap_or_default().trim();
        if tag == "*" {
            return Err(any());
        }
        // A revision is no tag of bytes, so it says the same when a proxy has marked it.
        let number = etag::opaque(tag).and_then(|revision| revision.parse().ok());
        number.map(Self).ok_or_else(|| {
            let tag: String = tag.chars().take(80).collect();
            ApiError::new(
                ProblemKind::PreconditionFailed,
                format!(
                    "If-Match is {tag:?}, which is no ETag of this object: read it again and send the \
                     ETag of that answer"
                ),
            )
        })
    }
}

fn missing() -> ApiError {
    ApiError::new(
        ProblemKind::PreconditionRequired,
        "the header If-Match is missing: read the object, and send the ETag of that answer with the \
         change, so that nobody's change is overwritten unseen",
    )
}

/// "Whatever it is" is no state that a decision was made on.
fn any() -> ApiError {
    ApiError::new(
        ProblemKind::PreconditionRequired,
        "If-Match is *, which names no state: read the object, and send the ETag of that answer with the change, so \
         that nobody's change is overwritten unseen",
    )
}

/// An answer with the entity tag of a revision.
pub(crate) fn tagged(revision: u64, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(format!("\"{revision}\"")) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
