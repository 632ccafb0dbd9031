//! What holds for every request and every answer: nothing that another site sends changes anything,
//! and a browser may do nothing with a page that the page does not need.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;

use crate::refusal::Refusal;

/// What a page may load: its own stylesheet, scripts and frames, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Let a request pass if it changes nothing, or comes from a page of this console.
pub(crate) async fn refuse_others(request: Request, next: Next) -> Response {
    if request.method().is_safe() || comes_from_here(request.headers()) {
        return next.run(request).await;
    }
    Refusal::new(
        ProblemKind::Forbidden,
        "this request did not come from a page of this console, so nothing was done; open the page and \
         press its button",
    )
    .into_response()
}

/// Give every answer its policy.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: a browser would send forms with the origin `null`.
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    set(OPENER, "same-origin");
    set(RESOURCE, "same-origin");
    response
}

/// Whether a page of this very site sent the request. Browsers say so by `Sec-Fetch-Site`, but not over
/// plain HTTP to another machine; then the origin has to be the host. Nobody else knows the cookie.
fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(&FETCH_SITE) {
        return site == "same-origin";
    }
    let origin = text(&header::ORIGIN).and_then(|origin| origin.split_once("://"));
    matches!((origin, text(&header::HOST)), (Some((_, origin)), Some(host)) if origin == host)
}

/// Whether another site led the browser here, so that it kept the cookie back.
pub(crate) fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get(FETCH_SITE)
        .is_some_and(|site| site == "cross-site")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_here(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        comes_from_here(&pairs.collect())
    }

    #[test]
    fn only_this_very_site_may_change_anything() {
        assert!(from_here(&[("sec-fetch-site", "same-origin")]));
        assert!(from_here(&[("origin", "http://a:1"), ("host", "a:1")]));
        assert!(!from_here(&[]));
        assert!(!from_here(&[("host", "a:1")]));
        assert!(!from_here(&[("origin", "null"), ("host", "a:1")]));
        assert!(!from_here(&[("origin", "http://b:1"), ("host", "a:1")]));
        for site in ["cross-site", "same-site", "none"] {
            let here = [
                ("sec-fetch-site", site),
                ("origin", "http://a:1"),
                ("host", "a:1"),
            ];
            assert!(!from_here(&here), "{site}");
        }
    }
}
