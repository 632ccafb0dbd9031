//! What every answer has in common: the request's id, one log line, the metrics, a time limit, and
//! the body of a problem.

use std::{
    borrow::Cow,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{FromRequestParts, MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use quire_jobs::{begin_trace, within_trace};
use quire_model::{Problem, ProblemKind, TraceParent};
use tracing::{Instrument as _, Span};

use crate::{
    ApiError, ProblemBody,
    arrival::Arrival,
    base_path::address,
    caller_address::{AskedBy, CallerAddress},
    known_parameters::KnownParameters,
    rates::Told,
};

/// Names a request, in both directions.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The trace that a request belongs to, in both directions (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What is asked to learn how the process is.
const PROBES: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// How long an answer may take. `normalize` and `narrative` wait for openFDA, which may take a few
/// requests of up to 30 s each; beyond a minute most callers' own limits have passed.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// The id of a request; handlers find it in the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let id = parts.extensions.get::<Self>().cloned();
        id.ok_or_else(|| ApiError::new(ProblemKind::Internal, "the request was given no id"))
    }
}

/// Wrap a request and its answer.
pub async fn wrap(request: Request, next: Next) -> Response {
    wrap_within(ANSWER_LIMIT, request, next).await
}

/// The same with another limit of time.
pub async fn wrap_within(limit: Duration, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId(request_id(request.headers()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = route(&request);
    let known = request.extensions().get::<KnownParameters>().cloned();
    request.extensions_mut().insert(id.clone());
    let caller = traceparent(request.headers());
    // Probes come every few seconds and belong to nobody.
    let span = match PROBES.contains(&&*route) {
        true => Span::none(),
        false => tracing::info_span!(
            "request",
            otel.name = format!("{} {route}", method_label(&method)),
            otel.kind = "server",
            request.id = %id.0,
            status = tracing::field::Empty,
        ),
    };
    let trace = begin_trace(&span, caller);
    let address = request.extensions().get();
    let address = address.map_or_else(String::new, |CallerAddress(address)| address.to_string());
    let asked_by = AskedBy::default();
    request.extensions_mut().insert(asked_by.clone());
    let told = Told::default();
    request.extensions_mut().insert(told.clone());

    let answered = answer(limit, request, next).instrument(span.clone());
    let mut response = within_trace(trace, answered).await;
    span.record("status", response.status().as_u16());

    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = other_method(&method, &route, known.as_ref());
    }
    if let Some(body) = response.extensions_mut().remove::<ProblemBody>() {
        response = problem(response, body, &path, &id);
    }
    told.write(response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    if let Ok(value) = HeaderValue::from_str(&trace.to_string()) {
        response.headers_mut().insert(TRACEPARENT, value);
    }
    let took = started.elapsed();
    record(&Answered {
        method: &method,
        route: &route,
        status: response.status(),
        took,
        id: &id,
        trace_id: &trace.trace_id(),
        address: &address,
        key: asked_by.as_str(),
    });
    response
}

/// The handler's answer, or what stands in for it.
async fn answer(limit: Duration, request: Request, next: Next) -> Response {
    // Two of them are how one request is smuggled past a proxy.
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        let detail = "the request names a host twice; send one header Host";
        return ApiError::new(ProblemKind::MalformedRequest, detail).into_response();
    }
    let (arrival, request) = Arrival::watch(request);
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match arrival.within(limit, answer).await {
        Some(Ok(response)) => response,
        // The panic itself was written to the log where it happened.
        Some(Err(_)) => {
            ApiError::new(ProblemKind::Internal, "a fault of Quire itself").into_response()
        }
        None => {
            let limit_s = limit.as_secs();
            let detail = format!("the answer took longer than {limit_s} seconds; try again later");
            let problem = Problem::new(ProblemKind::TimedOut, detail).retry_after(limit_s);
            ApiError::from(problem).into_response()
        }
    }
}

/// The caller's own id if it is fit to be logged, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        })
        .map_or_else(|| ulid::Ulid::generate().to_string(), str::to_owned)
}

/// The caller's trace, if it names one that can be read; one that cannot is none.
fn traceparent(headers: &HeaderMap) -> Option<TraceParent> {
    headers.get(TRACEPARENT)?.to_str().ok()?.parse().ok()
}

/// The route's pattern: unlike the path it holds no ids, so it is fit for metrics.
fn route(request: &Request) -> Cow<'static, str> {
    match request.extensions().get::<MatchedPath>() {
        Some(path) => Cow::Owned(path.as_str().to_owned()),
        None => Cow::Borrowed("none"),
    }
}

/// axum answers a wrong method with an empty 405, to which it adds `Allow` later; callers get a problem
/// as well, unless that is what they asked for.
fn other_method(method: &Method, route: &str, known: Option<&KnownParameters>) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let served = known.map_or_else(Vec::new, |known| known.methods(route));
    let method: String = method.as_str().chars().take(40).collect();
    let detail = match served.is_empty() {
        true => format!("the method {method} is not served here; the header Allow says which are"),
        false => format!(
            "the method {method} is not served here; there are {}",
            served.join(", ")
        ),
    };
    ApiError::new(ProblemKind::MethodNotAllowed, detail).into_response()
}

/// Write the body of a problem, which now knows its request.
fn problem(response: Response, mut body: ProblemBody, path: &str, id: &RequestId) -> Response {
    body.instance.get_or_insert_with(|| address(path));
    body.request_id = Some(id.0.clone());
    let text = serde_json::to_vec(&body).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    // For the console, which says the same in a page.
    parts.extensions.insert(body);
    let media_type = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(header::CONTENT_TYPE, media_type);
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    let uncached = HeaderValue::from_static("no-store");
    parts.headers.insert(header::CACHE_CONTROL, uncached);
    Response::from_parts(parts, Body::from(text))
}

/// A request that the HTTP layer refuses before it is one: its id, its line in the log and its metrics, and the body
/// of the problem.
#[must_use]
pub fn unreadable_request(kind: ProblemKind, status: u16, detail: &str) -> (String, Vec<u8>) {
    let id = RequestId(ulid::Ulid::generate().to_string());
    let mut body = ProblemBody::of(Problem::new(kind, detail));
    body.status = status;
    body.request_id = Some(id.0.clone());
    let text = serde_json::to_vec(&body).unwrap_or_default();
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    record(&Answered {
        method: &Method::default(),
        route: "none",
        status,
        took: Duration::ZERO,
        id: &id,
        trace_id: "",
        address: "",
        key: "",
    });
    (id.0, text)
}

/// What is written down of an answer.
struct Answered<'a> {
    method: &'a Method,
    route: &'a str,
    status: StatusCode,
    took: Duration,
    id: &'a RequestId,
    trace_id: &'a str,
    /// Where it came from, and whose key it had, as far as is known.
    address: &'a str,
    key: &'a str,
}

/// One log line and two metrics. Never headers or the query: they may hold keys.
fn record(answered: &Answered<'_>) {
    let Answered {
        method,
        route,
        status,
        took,
        id: RequestId(id),
        trace_id,
        address,
        key,
    } = answered;
    let labels = [
        ("method", method_label(method).to_owned()),
        ("route", (*route).to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::counter!("quire_http_requests_total", &labels).increment(1);
    metrics::histogram!("quire_http_request_seconds", &labels).record(took.as_secs_f64());
    let (status, took_ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    // Orchestrators and collectors ask every few seconds.
    if PROBES.contains(route) && status < 500 {
        tracing::debug!(%method, route, status, took_ms, request.id = %id, "{method} {route} {status}");
        return;
    }
    tracing::info!(
        %method, route, status, took_ms, request.id = %id, trace_id, address, key,
        "{method} {route} {status} in {took_ms:.1} ms, request {id}"
    );
}

/// Methods are the caller's words; only those served become a label.
fn method_label(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "DELETE" | "PUT" | "PATCH" | "OPTIONS") => known,
        _ => "other",
    }
}
