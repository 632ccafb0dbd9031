//! The one place where a failure becomes an HTTP status.
//!
//! An [`ApiError`] answers with an empty body and leaves its [`ProblemBody`] in the response's
//! extensions; the [`envelope`](mod@crate::envelope) knows the request and writes it. So a problem
//! always carries the address and the id of the request that it is about.

use axum::{
    extract::rejection::QueryRejection,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_faers::FaersError;
use quire_model::{FieldError, NextStep, Problem, ProblemKind};
use quire_records::RecordsError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    described::{DigestText, FieldErrorShape, NextStepShape},
    next_step::in_words,
    plainly::plainly,
};

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
    /// A change was refused on the state that the object is in now.
    #[error("{refusal}")]
    OnState {
        /// Why.
        refusal: Box<ApiError>,
        /// The revision of the object as it stands.
        revision: u64,
    },
    /// No byte of the document lies in the range.
    #[error("the range lies outside the document, which has {size_bytes} bytes")]
    OutOfRange {
        /// How long the document is.
        size_bytes: usize,
    },
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
    #[schema(value_type = Option<DigestText>)]
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
    /// What is wrong with each field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<FieldErrorShape>)]
    pub errors: Vec<FieldError>,
    /// The way out of a refused step with a module, which `detail` says as a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NextStepShape>)]
    pub next_step: Option<NextStep>,
    /// What made the report fail, when the problem is that it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub cause: Option<Box<ProblemBody>>,
}

/// The HTTP status of a kind of problem. Every kind is named, so that a new one needs a decision.
const fn status_of(kind: ProblemKind) -> StatusCode {
    use ProblemKind as Kind;
    match kind {
        Kind::MalformedBody | Kind::MalformedRequest => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden | Kind::LinkInvalid => StatusCode::FORBIDDEN,
        Kind::UnknownNdc
        | Kind::UnknownTask
        | Kind::UnknownModule
        | Kind::UnknownVersion
        | Kind::DataMissing
        | Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::NotFinished | Kind::StateConflict | Kind::AlreadyEnded => StatusCode::CONFLICT,
        // Unlike "not finished", asking again is of no use.
        Kind::TaskFailed | Kind::Cancelled | Kind::Removed => StatusCode::GONE,
        Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Kind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Kind::ContentTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Kind::InvalidNdc
        | Kind::InvalidRequest
        | Kind::UnknownDefinition
        | Kind::ModuleRefused
        | Kind::InvalidDefinition
        | Kind::NotAReport
        | Kind::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Kind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Kind::ModuleMissing
        | Kind::ModuleFailed
        | Kind::ModuleCrashed
        | Kind::ModuleExited
        | Kind::ModuleForbidden
        | Kind::ModuleCpuTime
        | Kind::ModuleWallTime
        | Kind::ModuleMemory
        | Kind::ModuleHandles
        | Kind::ModuleOutput
        | Kind::ModuleOutputBytes
        | Kind::ModuleBlocks
        | Kind::ModuleRows
        | Kind::RenderFailed
        | Kind::TooManyAttempts
        | Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::SourceInvalid | Kind::SourceRefused => StatusCode::BAD_GATEWAY,
        Kind::QueueUnavailable | Kind::HostFault | Kind::SourceUnavailable | Kind::SourceBudget => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Kind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
    }
}

impl ProblemBody {
    /// The body for a problem of another crate.
    #[must_use]
    pub fn of(problem: Problem) -> Self {
        Self {
            type_: format!("/problems/{}", problem.kind.slug()),
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
            next_step: problem.next_step,
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

impl ApiError {
    /// A problem that a handler found itself.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Problem::new(kind, detail).into()
    }

    /// The refusal of a change, with the state that the object is in: who has read the answer need not read the object.
    pub(crate) fn on_state(self, revision: Option<u64>) -> Self {
        match revision {
            Some(revision) => Self::OnState {
                refusal: Box::new(self),
                revision,
            },
            None => self,
        }
    }

    /// The same `Idempotency-Key` came with another request before.
    pub(crate) fn idempotency_mismatch() -> Self {
        Self::new(
            ProblemKind::IdempotencyMismatch,
            "this Idempotency-Key was used before with another request; take a new key for a new request",
        )
    }

    /// The body is not JSON, or broke off.
    pub(crate) fn malformed(why: impl std::fmt::Display) -> Self {
        Self::new(
            ProblemKind::MalformedBody,
            format!("the body cannot be read: {why}"),
        )
    }

    /// Which kind of problem the caller reads of.
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Problem(problem) | Self::NoDocument { problem, .. } => problem.kind,
            Self::Records(_) => ProblemKind::HostFault,
            Self::Document(_) => ProblemKind::Internal,
            Self::OnState { refusal, .. } => refusal.kind(),
            Self::OutOfRange { .. } => ProblemKind::RangeNotSatisfiable,
        }
    }

    /// Whether it is one of many refusals for one cause: that the machine or the queue fails is said
    /// once, where it was found.
    fn is_known_state(&self) -> bool {
        match self {
            Self::Records(error) => error.host_fault().is_some(),
            Self::OnState { refusal, .. } => refusal.is_known_state(),
            other => matches!(
                other.kind(),
                ProblemKind::QueueUnavailable | ProblemKind::HostFault
            ),
        }
    }

    /// What the caller reads.
    fn body(self) -> ProblemBody {
        let (kind, detail) = (self.kind(), self.to_string());
        match self {
            Self::Problem(problem) => ProblemBody::of(*problem),
            Self::NoDocument { problem, cause } => ProblemBody {
                cause,
                ..ProblemBody::of(*problem)
            },
            Self::Records(_) => ProblemBody::of(Problem::new(kind, detail).retry_after(5)),
            Self::OnState { refusal, .. } => refusal.body(),
            _ => ProblemBody::of(Problem::new(kind, detail)),
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Box<Problem>> for ApiError {
    fn from(problem: Box<Problem>) -> Self {
        Self::Problem(problem)
    }
}

impl From<RecordsError> for ApiError {
    fn from(source: RecordsError) -> Self {
        match source {
            RecordsError::Conflict { .. } => Self::idempotency_mismatch(),
            RecordsError::NoArtifact(_) | RecordsError::DamagedArtifact(_) => {
                Self::Document(source)
            }
            other => match other.kind() {
                Some(kind) => with_next_step(kind, &other).into(),
                None => Self::Records(other),
            },
        }
    }
}

/// What stands between what happened and the request that is the way out. Who has other ways than requests cuts the
/// detail there.
pub const NEXT_STEP: &str = ". Next: ";

/// A refusal, with the request that is the way out if there is one.
fn with_next_step(kind: ProblemKind, refusal: &RecordsError) -> Problem {
    let next_step = refusal.next_step();
    let detail = match &next_step {
        Some(step) => format!("{refusal}{NEXT_STEP}{}", in_words(step)),
        None => refusal.to_string(),
    };
    Problem {
        next_step,
        ..Problem::new(kind, detail)
    }
}

impl From<FaersError> for ApiError {
    fn from(error: FaersError) -> Self {
        error.problem().into()
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        let text = rejection.body_text();
        let fault = text.strip_prefix("Failed to deserialize query string: ");
        let fault = plainly(fault.unwrap_or(&text));
        let detail = format!("the query cannot be used: {fault}");
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
        let kind = self.kind();
        if status_of(kind).is_server_error() {
            let (slug, error): (_, &dyn std::error::Error) = (kind.slug(), &self);
            if self.is_known_state() {
                tracing::debug!(problem = slug, error, "request refused with problem {slug}");
            } else {
                tracing::error!(problem = slug, error, "request failed with problem {slug}");
            }
        }
        let range = match &self {
            Self::OutOfRange { size_bytes } => Some(format!("bytes */{size_bytes}")),
            _ => None,
        };
        let tag = match &self {
            Self::OnState { revision, .. } => Some(format!("\"{revision}\"")),
            _ => None,
        };
        let mut response = self.body().into_response();
        if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        if let Some(range) = range.and_then(|range| HeaderValue::try_from(range).ok()) {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        response
    }
}
