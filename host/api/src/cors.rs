//! Which other sites' pages may use the API from a browser (Fetch, CORS protocol): those that the operator names, each
//! by its whole origin. A key is sent by the page itself, so no credentials of the browser's are ever allowed; the
//! console is not open to anyone.

use std::{str::FromStr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// What pages may send.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Prefer, Range, \
     Traceparent, X-Request-Id",
);

/// What they may read of an answer, beside what every page may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Accept-Ranges, Age, Allow, Content-Digest, Content-Disposition, Content-Range, Deprecation, ETag, \
     Idempotency-Replayed, Link, Location, Preference-Applied, Quire-Missing-Sections, RateLimit, RateLimit-Policy, \
     Repr-Digest, Retry-After, Sunset, Traceparent, X-Cache, X-Request-Id",
);

/// How long a browser need not ask again: as long as browsers remember at the most, two hours.
const REMEMBERED: HeaderValue = HeaderValue::from_static("7200");

/// The origin of a site, such as `https://app.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// The text is no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected origins such as https://app.example or http://localhost:3000, separated by commas: scheme, host in lower \
     case and port, without a path; * is none"
)]
pub struct OriginError;

/// Origins whose pages may use the API; none by default. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Origins(pub Arc<[Origin]>);

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let text = text.trim();
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(OriginError)?;
        let plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._:[]".contains(&byte)
        };
        if rest.is_empty() || !rest.bytes().all(plain) {
            return Err(OriginError);
        }
        HeaderValue::try_from(text)
            .map(Self)
            .map_err(|_| OriginError)
    }
}

impl Origins {
    /// The origin that a request names, if its pages may use the API.
    fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let named = headers.get(header::ORIGIN)?;
        let known = self.0.iter().find(|Origin(known)| known == named);
        known.map(|Origin(known)| known.clone())
    }
}

/// Answer what browsers ask before a request, and let pages of the named sites read the answers. Laid around the keys,
/// since browsers ask without one.
pub(crate) async fn allow(
    State(origins): State<Origins>,
    request: Request,
    next: Next,
) -> Response {
    if origins.0.is_empty() {
        return next.run(request).await;
    }
    let allowed = origins.allowed(request.headers());
    let method = HeaderName::from_static("access-control-request-method");
    let asks_before =
        *request.method() == Method::OPTIONS && request.headers().contains_key(method);
    let mut response = match (&allowed, asks_before) {
        (Some(_), true) => preflight(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    // Also where nothing is allowed: the answer to another origin differs.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    response
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_whole_and_plain() {
        for origin in [
            "https://app.example",
            "http://localhost:3000",
            "https://[::1]:8443",
        ] {
            assert!(origin.parse::<Origin>().is_ok(), "{origin}");
        }
        for wrong in [
            "*",
            "null",
            "",
            "app.example",
            "https://",
            "https://app.example/",
            "https://App.example",
            "https://*.example",
            "https://me@app.example",
        ] {
            assert_eq!(wrong.parse::<Origin>(), Err(OriginError), "{wrong}");
        }
    }
}
