//! Bodies are read as they are: one that came compressed is refused, rather than read as if it were none.

use axum::{
    extract::Request,
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;

use crate::ApiError;

/// Refuse a request that says its body is encoded.
pub(crate) async fn none(request: Request, next: Next) -> Response {
    let said = request.headers().get(header::CONTENT_ENCODING);
    let is_plain = |said: &[u8]| said.trim_ascii().eq_ignore_ascii_case(b"identity");
    if request.method().is_safe() || said.is_none_or(|said| is_plain(said.as_bytes())) {
        return next.run(request).await;
    }
    let detail = "the body is sent with Content-Encoding, and bodies are not taken compressed: send it as it is, without \
                  that header";
    ApiError::new(ProblemKind::UnsupportedMediaType, detail).into_response()
}
