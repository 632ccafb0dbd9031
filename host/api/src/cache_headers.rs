//! `X-Cache` and `Age`: how old an answer's data are.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use quire_faers::CacheState;
use utoipa::IntoResponses;

/// Why there are no data on a drug.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes what `FaersError` is answered with")]
pub(crate) enum NoData {
    /// No report carries the code and the product directory does not list it; `candidates` were tried
    #[response(status = 404)]
    UnknownDrug,
    /// The code or a parameter cannot be used
    #[response(status = 422)]
    Unusable,
    /// openFDA's answer cannot be used
    #[response(status = 502)]
    Unreadable,
    /// openFDA cannot be reached, or the request budget is used up
    #[response(status = 503)]
    Unreachable,
}

/// How the cache served the data.
const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// Say how the cache served the data and how old they are. `Age` is in whole seconds since openFDA
/// was asked.
pub(crate) fn of(cache: CacheState, age: Duration) -> HeaderMap {
    let state = match cache {
        CacheState::Miss => "MISS",
        CacheState::Hit => "HIT",
        CacheState::Stale => "STALE",
    };
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(X_CACHE, HeaderValue::from_static(state));
    headers.insert(header::AGE, HeaderValue::from(age.as_secs()));
    headers
}
