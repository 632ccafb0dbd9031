//! What went wrong, in the form that callers read: the content of an RFC 9457 problem.

use serde::{Deserialize, Serialize};

/// The stable kinds of problem. The name is the last part of the problem's `type`; HTTP status is
/// decided in `quire-api` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The drug code cannot be read.
    InvalidNdc,
    /// No product has the drug code, in any of its readings.
    UnknownNdc,
    /// The body or a parameter is not what the endpoint expects.
    InvalidRequest,
    /// There is no report definition of that name.
    UnknownDefinition,
    /// There is no task of that id.
    UnknownTask,
    /// The address or the method is not served.
    NotFound,
    /// The task has no result yet.
    NotFinished,
    /// The task ended without a document.
    TaskFailed,
    /// No key, or one that is not known.
    Unauthenticated,
    /// The key's role does not allow it.
    Forbidden,
    /// Too many reports wait already, or too many requests were made.
    TooManyRequests,
    /// The queue or the records cannot be reached.
    QueueUnavailable,
    /// openFDA could not be reached, or answered with an error.
    SourceUnavailable,
    /// openFDA answered with something that is no answer.
    SourceInvalid,
    /// openFDA refused the request for good.
    SourceRefused,
    /// openFDA's request budget is used up.
    SourceBudget,
    /// A module is not installed.
    ModuleMissing,
    /// A module said that it could not make its section.
    ModuleFailed,
    /// A module crashed.
    ModuleCrashed,
    /// A module used up its time.
    ModuleTimeout,
    /// A module used up its memory.
    ModuleMemory,
    /// A module returned something that the contract forbids, or too much of it.
    ModuleOutput,
    /// The document could not be drawn.
    RenderFailed,
    /// The work was started too often without coming to an end.
    TooManyAttempts,
    /// Someone called the report off.
    Cancelled,
    /// A fault of Quire itself.
    Internal,
}

/// Why a request or a report failed, in words for the one who must act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    /// Which kind.
    pub kind: ProblemKind,
    /// What happened to this request and what to do about it, in whole sentences.
    pub detail: String,
    /// The section in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The digest of the module in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_digest: Option<String>,
    /// The readings of the drug code that were tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// After how many seconds another try may succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl ProblemKind {
    /// Every kind, in the order of a report's life.
    pub const ALL: [Self; 26] = [
        Self::InvalidNdc,
        Self::UnknownNdc,
        Self::InvalidRequest,
        Self::UnknownDefinition,
        Self::UnknownTask,
        Self::NotFound,
        Self::NotFinished,
        Self::TaskFailed,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::TooManyRequests,
        Self::QueueUnavailable,
        Self::SourceUnavailable,
        Self::SourceInvalid,
        Self::SourceRefused,
        Self::SourceBudget,
        Self::ModuleMissing,
        Self::ModuleFailed,
        Self::ModuleCrashed,
        Self::ModuleTimeout,
        Self::ModuleMemory,
        Self::ModuleOutput,
        Self::RenderFailed,
        Self::TooManyAttempts,
        Self::Cancelled,
        Self::Internal,
    ];

    /// The last part of the problem's `type`, such as `invalid-ndc`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::InvalidNdc => "invalid-ndc",
            Self::UnknownNdc => "unknown-ndc",
            Self::InvalidRequest => "invalid-request",
            Self::UnknownDefinition => "unknown-definition",
            Self::UnknownTask => "unknown-task",
            Self::NotFound => "not-found",
            Self::NotFinished => "not-finished",
            Self::TaskFailed => "task-failed",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::TooManyRequests => "too-many-requests",
            Self::QueueUnavailable => "queue-unavailable",
            Self::SourceUnavailable => "source-unavailable",
            Self::SourceInvalid => "source-invalid",
            Self::SourceRefused => "source-refused",
            Self::SourceBudget => "source-budget",
            Self::ModuleMissing => "module-missing",
            Self::ModuleFailed => "module-failed",
            Self::ModuleCrashed => "module-crashed",
            Self::ModuleTimeout => "module-timeout",
            Self::ModuleMemory => "module-memory",
            Self::ModuleOutput => "module-output",
            Self::RenderFailed => "render-failed",
            Self::TooManyAttempts => "too-many-attempts",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }

    /// The problem's `title`: the same for every occurrence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidNdc => "The drug code cannot be read",
            Self::UnknownNdc => "No product has this drug code",
            Self::InvalidRequest => "The request is not what this endpoint expects",
            Self::UnknownDefinition => "There is no such report definition",
            Self::UnknownTask => "There is no such task",
            Self::NotFound => "There is nothing at this address",
            Self::NotFinished => "The report is not finished",
            Self::TaskFailed => "The report failed",
            Self::Unauthenticated => "A valid API key is required",
            Self::Forbidden => "The API key does not allow this",
            Self::TooManyRequests => "Too many requests",
            Self::QueueUnavailable => "Reports cannot be accepted right now",
            Self::SourceUnavailable => "openFDA cannot be reached",
            Self::SourceInvalid => "openFDA answered with something unreadable",
            Self::SourceRefused => "openFDA refused the request",
            Self::SourceBudget => "The request budget for openFDA is used up",
            Self::ModuleMissing => "A module of the report is not installed",
            Self::ModuleFailed => "A module could not make its section",
            Self::ModuleCrashed => "A module crashed",
            Self::ModuleTimeout => "A module used up its time",
            Self::ModuleMemory => "A module used up its memory",
            Self::ModuleOutput => "A module returned something that is not allowed",
            Self::RenderFailed => "The document could not be drawn",
            Self::TooManyAttempts => "The report was started too often",
            Self::Cancelled => "The report was called off",
            Self::Internal => "Quire failed",
        }
    }
}

impl Problem {
    /// A problem with nothing but words.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            section: None,
            component_digest: None,
            candidates: Vec::new(),
            retry_after_s: None,
        }
    }
}
