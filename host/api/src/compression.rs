//! Long text goes out compressed to whoever takes it so: lists, descriptions, pages. What has an entity tag does not:
//! the tag is of the bytes, and documents are sent as they are stored; nor what is short, so that a status costs what it
//! did, nor what comes bit by bit.

use axum::{
    Router,
    body::HttpBody,
    http::{HeaderMap, HeaderValue, Response, header},
};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, predicate::Predicate},
};

/// Below it one packet carries an answer either way. A task that has ended has some two thousand bytes with its timings
/// and digests, and is asked for more often than anything else.
const SHORTEST_BYTES: u64 = 4 * 1024;

/// What is text by its media type. Events are text too, and go out one by one.
const TEXT: [&str; 6] = [
    "application/json",
    "application/problem+json",
    "application/schema+json",
    "text/html",
    "text/csv",
    // Metrics.
    "text/plain",
];

/// The same application, with long text compressed. To be laid around everything that alters bodies.
pub fn compressed(app: Router) -> Router {
    let layer = CompressionLayer::new()
        .gzip(true)
        // Twice the speed of the usual level for a tenth more bytes.
        .quality(CompressionLevel::Fastest)
        .compress_when(LongText);
    Router::new().fallback_service(app).layer(layer)
}

/// Answers that are worth it and lose nothing by it.
#[derive(Clone, Copy, Debug)]
struct LongText;

impl Predicate for LongText {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        let size = response.body().size_hint();
        let long = match size.exact() {
            Some(bytes) => bytes >= SHORTEST_BYTES,
            // A page that is addressed on its way out.
            None => true,
        };
        long && is_text(response.headers()) && is_plain(response.headers())
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = text(headers.get(header::CONTENT_TYPE));
    TEXT.iter().any(|text| {
        let rest = kind.strip_prefix(text);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(';'))
    })
}

/// Whether nothing is said of the bytes, and nobody forbids to alter them.
fn is_plain(headers: &HeaderMap) -> bool {
    let forbids = text(headers.get(header::CACHE_CONTROL)).contains("no-transform");
    !forbids && !headers.contains_key(header::ETAG)
}

fn text(value: Option<&HeaderValue>) -> &str {
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
