//! `Idempotency-Key`: sending a request twice makes one report, batch, schedule or webhook
//! (draft-ietf-httpapi-idempotency-key-header-07; keys are remembered for 24 hours).

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue},
    response::Response,
};
use quire_model::{Digest, Ndc, ProblemKind};
use quire_records::IdempotencyKey;
use serde::Serialize;
use utoipa::IntoParams;

use crate::ApiError;

/// How a request is named, so that sending it twice makes nothing twice.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header, which `key` reads")]
pub(crate) struct IdempotencyKeyHeader {
    /// Your name for this request, quoted or bare, 1 to 255 characters; remembered for 24 hours
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 257,
        pattern = "^(\"[ -~]{1,255}\"|[!#-~]([ -~]{0,253}[!#-~])?)$"
    )]
    idempotency_key: Option<String>,
}

/// Longest key; a UUID has 36 characters.
const LONGEST: usize = 255;

/// The key that came with a request, bound to what was asked for.
///
/// # Errors
///
/// If there is a key that is empty, too long or not printable.
pub(crate) fn key(
    headers: &HeaderMap,
    ndc: &Ndc,
    body: &impl Serialize,
) -> Result<Option<IdempotencyKey>, ApiError> {
    key_of(headers, ndc.as_str(), body)
}

/// The same for a request that is about something else than one drug code.
///
/// # Errors
///
/// As [`key`].
pub(crate) fn key_of(
    headers: &HeaderMap,
    about: &str,
    body: &impl Serialize,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().ok().and_then(unquoted).ok_or_else(|| {
        ApiError::new(
            ProblemKind::InvalidRequest,
            format!("the Idempotency-Key must be 1 to {LONGEST} printable ASCII characters"),
        )
    })?;
    // What was sent, not what it means today: the same body sent again after midnight is still
    // the same request.
    let sent = serde_json::to_vec(body).unwrap_or_default();
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        fingerprint: Digest::of_parts([about.as_bytes(), &sent]),
    }))
}

/// The answer, marked as one to a request that was sent before with this Idempotency-Key.
pub(crate) fn replayed(mut answer: Response) -> Response {
    let name = HeaderName::from_static("idempotency-replayed");
    answer
        .headers_mut()
        .insert(name, HeaderValue::from_static("true"));
    answer
}

/// The draft asks for a quoted string; many clients send it bare.
fn unquoted(text: &str) -> Option<&str> {
    let text = text.trim();
    let bare = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    let printable = bare.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    (printable && (1..=LONGEST).contains(&bare.len())).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_and_bare_keys_are_the_same() {
        assert_eq!(unquoted("\"abc\""), Some("abc"));
        assert_eq!(unquoted("abc"), Some("abc"));
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_refused() {
        assert_eq!(unquoted(""), None);
        assert_eq!(unquoted("\"\""), None);
        assert_eq!(unquoted(&"k".repeat(256)), None);
    }
}
