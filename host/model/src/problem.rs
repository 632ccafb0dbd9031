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
    /// No report carries the drug code, and the directory does not list it, in any of its readings.
    UnknownNdc,
    /// The body or a parameter is not what the endpoint expects.
    InvalidRequest,
    /// There is no report definition of that name.
    UnknownDefinition,
    /// There is no module of that name.
    UnknownModule,
    /// The module has no version of that digest.
    UnknownVersion,
    /// A component was not taken: one of the checks of an upload refused it.
    ModuleRefused,
    /// A report definition breaks a rule.
    InvalidDefinition,
    /// The object is in a state in which this cannot be done.
    StateConflict,
    /// A change that others may race for came without `If-Match`.
    PreconditionRequired,
    /// Someone else changed the object since it was read.
    PreconditionFailed,
    /// The file is not a report that Quire made, or was altered beyond reading.
    NotAReport,
    /// What a report was made from is not stored any more.
    DataMissing,
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
    /// No report is accepted: the queue or the records cannot be used.
    QueueUnavailable,
    /// The machine lacks what the request needs: room, files, memory.
    HostFault,
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
    /// A module ended itself in place of returning.
    ModuleExited,
    /// A module called something that modules do not get.
    ModuleForbidden,
    /// A module used up its CPU time.
    ModuleCpuTime,
    /// A module used up its wall time.
    ModuleWallTime,
    /// A module used up its memory.
    ModuleMemory,
    /// A module held more of the host's objects than it may.
    ModuleHandles,
    /// A module returned something that the contract forbids.
    ModuleOutput,
    /// A module returned more bytes than it may.
    ModuleOutputBytes,
    /// A module returned more blocks than it may.
    ModuleBlocks,
    /// A module returned more table rows than it may.
    ModuleRows,
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
    /// Which check of an upload refused a component, such as `imports`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What is wrong with each field of a body, when several may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// A JSON Pointer (RFC 6901) to the field, such as `/sections/2/params/top`.
    pub pointer: String,
    /// What is wrong with it and what would be right.
    pub detail: String,
}

impl ProblemKind {
    /// Every kind, in the order of a report's life.
    pub const ALL: [Self; 43] = [
        Self::InvalidNdc,
        Self::UnknownNdc,
        Self::InvalidRequest,
        Self::UnknownDefinition,
        Self::UnknownModule,
        Self::UnknownVersion,
        Self::ModuleRefused,
        Self::InvalidDefinition,
        Self::StateConflict,
        Self::PreconditionRequired,
        Self::PreconditionFailed,
        Self::NotAReport,
        Self::DataMissing,
        Self::UnknownTask,
        Self::NotFound,
        Self::NotFinished,
        Self::TaskFailed,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::TooManyRequests,
        Self::QueueUnavailable,
        Self::HostFault,
        Self::SourceUnavailable,
        Self::SourceInvalid,
        Self::SourceRefused,
        Self::SourceBudget,
        Self::ModuleMissing,
        Self::ModuleFailed,
        Self::ModuleCrashed,
        Self::ModuleExited,
        Self::ModuleForbidden,
        Self::ModuleCpuTime,
        Self::ModuleWallTime,
        Self::ModuleMemory,
        Self::ModuleHandles,
        Self::ModuleOutput,
        Self::ModuleOutputBytes,
        Self::ModuleBlocks,
        Self::ModuleRows,
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
            Self::UnknownModule => "unknown-module",
            Self::UnknownVersion => "unknown-version",
            Self::ModuleRefused => "module-refused",
            Self::InvalidDefinition => "invalid-definition",
            Self::StateConflict => "state-conflict",
            Self::PreconditionRequired => "precondition-required",
            Self::PreconditionFailed => "precondition-failed",
            Self::NotAReport => "not-a-report",
            Self::DataMissing => "data-missing",
            Self::UnknownTask => "unknown-task",
            Self::NotFound => "not-found",
            Self::NotFinished => "not-finished",
            Self::TaskFailed => "task-failed",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::TooManyRequests => "too-many-requests",
            Self::QueueUnavailable => "queue-unavailable",
            Self::HostFault => "host-fault",
            Self::SourceUnavailable => "source-unavailable",
            Self::SourceInvalid => "source-invalid",
            Self::SourceRefused => "source-refused",
            Self::SourceBudget => "source-budget",
            Self::ModuleMissing => "module-missing",
            Self::ModuleFailed => "module-failed",
            Self::ModuleCrashed => "module-crashed",
            Self::ModuleExited => "module-exited",
            Self::ModuleForbidden => "module-forbidden",
            Self::ModuleCpuTime => "module-cpu-time",
            Self::ModuleWallTime => "module-wall-time",
            Self::ModuleMemory => "module-memory",
            Self::ModuleHandles => "module-handles",
            Self::ModuleOutput => "module-output",
            Self::ModuleOutputBytes => "module-output-bytes",
            Self::ModuleBlocks => "module-blocks",
            Self::ModuleRows => "module-rows",
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
            Self::UnknownNdc => "The product directory does not list this drug code",
            Self::InvalidRequest => "The request is not what this endpoint expects",
            Self::UnknownDefinition => "There is no such report definition",
            Self::UnknownModule => "There is no such module",
            Self::UnknownVersion => "The module has no such version",
            Self::ModuleRefused => "The module was not accepted",
            Self::InvalidDefinition => "The report definition is not allowed",
            Self::StateConflict => "This cannot be done in the present state",
            Self::PreconditionRequired => "The request must say which state it changes",
            Self::PreconditionFailed => "Someone else changed it first",
            Self::NotAReport => "The file is not a report of Quire",
            Self::DataMissing => "What the report was made from is not stored here",
            Self::UnknownTask => "There is no such task",
            Self::NotFound => "There is nothing at this address",
            Self::NotFinished => "The report is not finished",
            Self::TaskFailed => "The report failed",
            Self::Unauthenticated => "A valid API key is required",
            Self::Forbidden => "The API key does not allow this",
            Self::TooManyRequests => "Too many requests",
            Self::QueueUnavailable => "Reports cannot be accepted right now",
            Self::HostFault => "The server lacks what it needs right now",
            Self::SourceUnavailable => "openFDA cannot be reached",
            Self::SourceInvalid => "openFDA answered with something unreadable",
            Self::SourceRefused => "openFDA refused the request",
            Self::SourceBudget => "The request budget for openFDA is used up",
            Self::ModuleMissing => "A module of the report is not installed",
            Self::ModuleFailed => "A module could not make its section",
            Self::ModuleCrashed => "A module crashed",
            Self::ModuleExited => "A module ended itself",
            Self::ModuleForbidden => "A module called something that modules do not get",
            Self::ModuleCpuTime => "A module used up its CPU time",
            Self::ModuleWallTime => "A module took too long",
            Self::ModuleMemory => "A module used up its memory",
            Self::ModuleHandles => "A module held too many objects of the host",
            Self::ModuleOutput => "A module returned something that is not allowed",
            Self::ModuleOutputBytes => "A module returned too many bytes",
            Self::ModuleBlocks => "A module returned too many blocks",
            Self::ModuleRows => "A module returned too many table rows",
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
            refusal: None,
            errors: Vec::new(),
        }
    }
}
