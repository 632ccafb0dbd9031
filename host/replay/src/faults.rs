//! How requests can go wrong, and which do.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// One way to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// 429 as the gateway sends it.
    Throttled {
        /// The header `Retry-After`, in seconds.
        #[serde(default)]
        retry_after_s: Option<u64>,
    },
    /// 500 with openFDA's own body.
    ServerError,
    /// 503 with a page for people.
    Unavailable,
    /// 504 as the gateway sends it.
    GatewayTimeout,
    /// 403: the key is not known.
    KeyInvalid,
    /// 400 with openFDA's own body.
    BadRequest,
    /// 200, but the connection ends in the middle of the body.
    CutOff,
    /// The right answer, late.
    Slow {
        /// How late.
        milliseconds: u64,
    },
    /// No answer as long as the caller waits.
    Hang,
    /// 200 with half of the JSON, complete by its length.
    BrokenJson,
    /// 200 with a page for people.
    WrongContent,
    /// 200 with JSON of another shape.
    WrongShape,
    /// 200 with a body of so many bytes.
    Huge {
        /// Its size.
        bytes: u64,
    },
    /// The right answer, but the next page is said to be on another host.
    ForeignLink,
}

/// Which requests go wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// How.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often, before requests are answered well again; for ever if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// Only requests for this path, such as `/drug/ndc.json`.
    #[serde(default)]
    pub path: Option<String>,
    /// So many requests for the path are answered well first.
    #[serde(default)]
    pub after: u32,
    /// Only requests for more reports than this.
    #[serde(default)]
    pub above: Option<u32>,
}

impl FaultRule {
    /// Every request goes wrong like this.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            times: None,
            path: None,
            after: 0,
            above: None,
        }
    }

    /// The next so many requests go wrong like this.
    #[must_use]
    pub fn times(fault: Fault, times: u32) -> Self {
        Self {
            times: Some(times),
            ..Self::always(fault)
        }
    }

    /// Only requests for this path.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Let so many requests pass first.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Only requests for more reports than this.
    #[must_use]
    pub fn above(mut self, reports: u32) -> Self {
        self.above = Some(reports);
        self
    }

    fn concerns(&self, path: &str, limit: u32) -> bool {
        self.path.as_deref().is_none_or(|only| only == path)
            && self.above.is_none_or(|above| limit > above)
            && self.times != Some(0)
    }
}

/// The rules in force.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<FaultRule>>);

impl Faults {
    pub(crate) fn add(&self, rule: FaultRule) {
        self.rules().push(rule);
    }

    pub(crate) fn clear(&self) {
        self.rules().clear();
    }

    /// How this request goes wrong, if it does. Uses up one of the rule's times.
    pub(crate) fn take(&self, uri: &Uri) -> Option<Fault> {
        let query = uri.query().unwrap_or_default();
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let limit = pairs.find(|(name, _)| *name == "limit");
        let limit = limit.and_then(|(_, limit)| limit.parse().ok()).unwrap_or(0);
        let mut rules = self.rules();
        for rule in rules.iter_mut() {
            if !rule.concerns(uri.path(), limit) {
                continue;
            }
            if rule.after > 0 {
                rule.after -= 1;
                continue;
            }
            if let Some(times) = &mut rule.times {
                *times -= 1;
            }
            return Some(rule.fault.clone());
        }
        None
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<FaultRule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const PAGE_FOR_PEOPLE: &str =
    "<html><head><title>503 Service Unavailable</title></head><body><h1>Sorry</h1></body></html>";

impl Fault {
    /// The answer that is given in place of the right one.
    pub(crate) async fn answer(self, request: Request, next: Next) -> Response {
        match self {
            Self::Throttled { retry_after_s } => throttled(retry_after_s),
            Self::ServerError => Failure::server_error().into_response(),
            Self::Unavailable => html(StatusCode::SERVICE_UNAVAILABLE),
            Self::GatewayTimeout => html(StatusCode::GATEWAY_TIMEOUT),
            Self::KeyInvalid => Failure::key_invalid().into_response(),
            Self::BadRequest => Failure::sort("invalid_field").into_response(),
            Self::CutOff => half(next.run(request).await, true).await,
            Self::BrokenJson => half(next.run(request).await, false).await,
            Self::Slow { milliseconds } => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                next.run(request).await
            }
            Self::Hang => std::future::pending().await,
            Self::WrongContent => html(StatusCode::OK),
            Self::WrongShape => json("{\"meta\":{},\"rows\":[]}"),
            Self::Huge { bytes } => huge(bytes),
            Self::ForeignLink => {
                let mut response = next.run(request).await;
                let link = "<https://example.org/drug/event.json?search_after=1>; rel=\"next\"";
                let link = HeaderValue::from_static(link);
                response.headers_mut().insert(header::LINK, link);
                response
            }
        }
    }
}

fn throttled(retry_after_s: Option<u64>) -> Response {
    let mut response = Failure::over_rate_limit().into_response();
    if let Some(seconds) = retry_after_s {
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn html(status: StatusCode) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html")];
    (status, kind, PAGE_FOR_PEOPLE).into_response()
}

fn json(body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The first half of the right body; then the connection breaks, or all is said to be well.
async fn half(response: Response, breaks: bool) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let first = whole.slice(..whole.len() / 2);
    let body = if breaks {
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        // The pause lets the first half reach the wire.
        let end = stream::once(async {
            tokio::task::yield_now().await;
            Err(broken)
        });
        Body::from_stream(stream::iter([Ok(first)]).chain(end))
    } else {
        Body::from(first)
    };
    let mut response = Response::from_parts(parts, body);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

/// So many blanks, without saying beforehand how many.
fn huge(bytes: u64) -> Response {
    const CHUNK: u64 = 64 << 10;
    let chunk = axum::body::Bytes::from(vec![b' '; CHUNK as usize]);
    let chunks = (0..bytes.div_ceil(CHUNK)).map(move |_| Ok::<_, std::io::Error>(chunk.clone()));
    Body::from_stream(stream::iter(chunks)).into_response()
}
