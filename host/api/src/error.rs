//! The one place where a failure becomes an HTTP status.
//!
//! An [`ApiError`] answers with an empty body and leaves its [`ProblemBody`] in the response's
//! extensions; the [`envelope`](crate::envelope) knows the request and writes it. So a problem
//! always carries the address and the id of the request that it is about.

use axum::{
    extract::rejection::{BytesRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_faers::FaersError;
use quire_model::{FieldError, Problem, ProblemKind};
use quire_records::RecordsError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::next_step::in_words;

/// A failed request, as the caller sees it.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// What another crate could not do, or what a handler found wrong.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// A report has no document.
    #[error("{problem}")]
    NoDocument {
        /// Why not, as far as the document is concerned.
        problem: Box<Problem>,
        /// What made the report fail, if that is why.
        cause: Option<Box<ProblemBody>>,
    },
    /// The records cannot be read or changed. Details stay in the log.
    #[error("{}; send the request again later", fault_of(.0))]
    Records(#[source] RecordsError),
    /// The document was made, but is not what was stored, or is gone. Details stay in the log.
    #[error("the stored document cannot be read; ask for the report again")]
    Document(#[source] RecordsError),
    /// The address exists, the method does not.
    #[error("{method} is not served here; use {allowed}")]
    MethodNotAllowed {
        /// The caller's.
        method: String,
        /// What the address does serve.
        allowed: String,
    },
    /// The body is not declared as JSON.
    #[error(
        "the body is declared as {0:?}; send JSON with the header Content-Type: application/json"
    )]
    UnsupportedMediaType(String),
    /// The body is longer than any request needs.
    #[error("the body is longer than {limit_bytes} bytes; no request here needs that much")]
    ContentTooLarge {
        /// What is taken.
        limit_bytes: usize,
    },
    /// The body is not JSON, or broke off.
    #[error("the body cannot be read: {0}")]
    MalformedBody(String),
    /// The same `Idempotency-Key` came with another request before.
    #[error(
        "this Idempotency-Key was used before with another request; take a new key for a new request"
    )]
    IdempotencyMismatch,
    /// No byte of the document lies in the range.
    #[error("the range lies outside the document, which has {size_bytes} bytes")]
    RangeNotSatisfiable {
        /// How long the document is.
        size_bytes: usize,
    },
    /// The task has come to an end and cannot be called off.
    #[error("the task has already ended as {0}; there is nothing left to call off")]
    AlreadyEnded(&'static str),
    /// The answer took longer than a request may.
    #[error("the answer took longer than {limit_s} seconds; try again later")]
    TimedOut {
        /// How long a request may take.
        limit_s: u64,
    },
}

/// The last part of `type`, and the title, of a problem that only HTTP knows.
type Name = (&'static str, &'static str);

const METHOD_NOT_ALLOWED: Name = ("method-not-allowed", "The method is not served here");
const UNSUPPORTED_MEDIA_TYPE: Name = ("unsupported-media-type", "The body must be JSON");
const CONTENT_TOO_LARGE: Name = ("content-too-large", "The body is too long");
const MALFORMED_BODY: Name = ("malformed-body", "The body cannot be read");
const IDEMPOTENCY_MISMATCH: Name = (
    "idempotency-mismatch",
    "The Idempotency-Key belongs to another request",
);
const RANGE_NOT_SATISFIABLE: Name = (
    "range-not-satisfiable",
    "The range lies outside the document",
);
const ALREADY_ENDED: Name = ("already-ended", "The task has already ended");
const TIMED_OUT: Name = ("timed-out", "The answer took too long");

/// Every kind of problem that this server answers with, for the pages that explain them.
pub(crate) fn all_names() -> impl Iterator<Item = Name> {
    let http = [
        METHOD_NOT_ALLOWED,
        UNSUPPORTED_MEDIA_TYPE,
        CONTENT_TOO_LARGE,
        MALFORMED_BODY,
        IDEMPOTENCY_MISMATCH,
        RANGE_NOT_SATISFIABLE,
        ALREADY_ENDED,
        TIMED_OUT,
    ];
    ProblemKind::ALL.into_iter().map(shared).chain(http)
}

const fn shared(kind: ProblemKind) -> Name {
    (kind.slug(), kind.title())
}

/// An RFC 9457 problem: what every failed request is answered with, as
/// `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Which kind of problem, as an address relative to this server; it leads to a page that says
    /// what the kind means and what to do about it. The value is stable: compare it whole.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-ndc")]
    pub type_: String,
    /// The kind in words; the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened to this request and what to do about it.
    pub detail: String,
    /// The address of the request, or of the task, that the problem is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The request's id, as in the header `X-Request-Id`. Name it when you ask for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The section in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The SHA-256 digest of the module in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_digest: Option<String>,
    /// The readings of the drug code that were tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// After how many seconds another try may succeed; absent when none will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// Which check of an upload refused a component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What is wrong with each field, as `{pointer, detail}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub errors: Vec<FieldError>,
    /// What made the report fail, when the problem is that it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub cause: Option<Box<ProblemBody>>,
}

/// The HTTP status of a kind of problem.
#[must_use]
pub(crate) fn status_of(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::InvalidNdc
        | ProblemKind::InvalidRequest
        | ProblemKind::UnknownDefinition
        | ProblemKind::ModuleRefused
        | ProblemKind::InvalidDefinition
        | ProblemKind::NotAReport => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::UnknownNdc
        | ProblemKind::UnknownTask
        | ProblemKind::UnknownModule
        | ProblemKind::UnknownVersion
        | ProblemKind::DataMissing
        | ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::NotFinished | ProblemKind::StateConflict => StatusCode::CONFLICT,
        ProblemKind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        ProblemKind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        // Unlike "not finished", asking again is of no use.
        ProblemKind::TaskFailed | ProblemKind::Cancelled => StatusCode::GONE,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::QueueUnavailable
        | ProblemKind::HostFault
        | ProblemKind::SourceUnavailable
        | ProblemKind::SourceBudget => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::SourceInvalid | ProblemKind::SourceRefused => StatusCode::BAD_GATEWAY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ProblemBody {
    /// The body for a problem of another crate.
    #[must_use]
    pub fn of(problem: Problem) -> Self {
        Self {
            type_: type_of(problem.kind.slug()),
            title: problem.kind.title().to_owned(),
            status: status_of(problem.kind).as_u16(),
            detail: problem.detail,
            instance: None,
            request_id: None,
            section: problem.section,
            component_digest: problem.component_digest,
            candidates: problem.candidates,
            retry_after_s: problem.retry_after_s,
            refusal: problem.refusal,
            errors: problem.errors,
            cause: None,
        }
    }

    fn plain((slug, title): Name, status: StatusCode, detail: String) -> Self {
        Self {
            type_: type_of(slug),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            instance: None,
            request_id: None,
            section: None,
            component_digest: None,
            candidates: Vec::new(),
            retry_after_s: None,
            refusal: None,
            errors: Vec::new(),
            cause: None,
        }
    }
}

/// What is wrong with the records, as far as a caller is concerned.
fn fault_of(error: &RecordsError) -> String {
    match error.host_fault() {
        Some(fault) => format!("the records cannot be used: {fault}"),
        None => "the records cannot be reached".to_owned(),
    }
}

/// The stable address of a kind of problem.
fn type_of(slug: &str) -> String {
    format!("/problems/{slug}")
}

impl ApiError {
    /// A problem that a handler found itself.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Problem::new(kind, detail).into()
    }

    /// The status, as [`status_of`] decides it and for the cases that only HTTP knows.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Problem(problem) | Self::NoDocument { problem, .. } => status_of(problem.kind),
            Self::Records(_) => status_of(ProblemKind::HostFault),
            Self::Document(_) => status_of(ProblemKind::Internal),
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ContentTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MalformedBody(_) => StatusCode::BAD_REQUEST,
            Self::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RangeNotSatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::AlreadyEnded(_) => StatusCode::CONFLICT,
            Self::TimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The last part of `type`, and the title.
    fn name(&self) -> Name {
        match self {
            Self::Problem(problem) | Self::NoDocument { problem, .. } => shared(problem.kind),
            Self::Records(_) => shared(ProblemKind::HostFault),
            Self::Document(_) => shared(ProblemKind::Internal),
            Self::MethodNotAllowed { .. } => METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType(_) => UNSUPPORTED_MEDIA_TYPE,
            Self::ContentTooLarge { .. } => CONTENT_TOO_LARGE,
            Self::MalformedBody(_) => MALFORMED_BODY,
            Self::IdempotencyMismatch => IDEMPOTENCY_MISMATCH,
            Self::RangeNotSatisfiable { .. } => RANGE_NOT_SATISFIABLE,
            Self::AlreadyEnded(_) => ALREADY_ENDED,
            Self::TimedOut { .. } => TIMED_OUT,
        }
    }

    /// Whether it is one of many refusals for one cause.
    fn is_known_state(&self) -> bool {
        match self {
            Self::Records(error) => error.host_fault().is_some(),
            Self::Problem(problem) => matches!(
                problem.kind,
                ProblemKind::QueueUnavailable | ProblemKind::HostFault
            ),
            _ => false,
        }
    }

    /// After how many seconds another try may succeed.
    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Problem(problem) => problem.retry_after_s,
            Self::Records(_) => Some(5),
            Self::TimedOut { limit_s } => Some(*limit_s),
            _ => None,
        }
    }

    /// What the caller reads.
    #[must_use]
    pub fn body(self) -> ProblemBody {
        let status = self.status();
        let name = self.name();
        match self {
            Self::Problem(problem) => ProblemBody::of(*problem),
            Self::NoDocument { problem, cause } => ProblemBody {
                cause,
                ..ProblemBody::of(*problem)
            },
            other => ProblemBody {
                retry_after_s: other.retry_after_s(),
                ..ProblemBody::plain(name, status, other.to_string())
            },
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<RecordsError> for ApiError {
    fn from(source: RecordsError) -> Self {
        match source {
            RecordsError::Conflict { .. } => Self::IdempotencyMismatch,
            RecordsError::NoArtifact(_) | RecordsError::DamagedArtifact(_) => {
                Self::Document(source)
            }
            other => match other.kind() {
                Some(kind) => Self::new(kind, with_next_step(&other)),
                None => Self::Records(other),
            },
        }
    }
}

/// A refusal, with the request that is the way out if there is one.
fn with_next_step(refusal: &RecordsError) -> String {
    match refusal.next_step() {
        Some(step) => format!("{refusal}. Next: {}", in_words(&step)),
        None => refusal.to_string(),
    }
}

impl From<FaersError> for ApiError {
    fn from(error: FaersError) -> Self {
        error.problem().into()
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::ContentTooLarge {
                limit_bytes: crate::BODY_LIMIT_BYTES,
            }
        } else {
            Self::MalformedBody(rejection.body_text())
        }
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        let text = rejection.body_text();
        let fault = text.strip_prefix("Failed to deserialize query string: ");
        let detail = format!("the query cannot be used: {}", fault.unwrap_or(&text));
        Self::new(ProblemKind::InvalidRequest, detail)
    }
}

impl IntoResponse for ProblemBody {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"quire\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.status().is_server_error() {
            let (slug, _) = self.name();
            let error: &dyn std::error::Error = &self;
            // That the machine or the queue fails is said once, where it was found.
            if self.is_known_state() {
                tracing::debug!(problem = slug, error, "request refused with problem {slug}");
            } else {
                tracing::error!(problem = slug, error, "request failed with problem {slug}");
            }
        }
        let range = match &self {
            Self::RangeNotSatisfiable { size_bytes } => Some(format!("bytes */{size_bytes}")),
            _ => None,
        };
        let mut response = self.body().into_response();
        if let Some(range) = range.and_then(|range| HeaderValue::try_from(range).ok()) {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        response
    }
}
