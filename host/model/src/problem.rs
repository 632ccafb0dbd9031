//! What went wrong, in the form that callers read: the content of an RFC 9457 problem.
//!
//! A kind of problem is one row of the table below; which HTTP status it has is decided in `quire-api`.

use serde::{Deserialize, Serialize};

use crate::NextStep;

/// Makes of a table of kinds the enum and what is known of each. A row reads `Kind = "slug", "title",
/// remedy;`; its documentation is the title, and the comment above it if that says not all.
macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $kind:ident = $slug:literal, $title:literal, $remedy:expr;)+) => {
        /// The stable kinds of problem, in the order of a report's life; those that only HTTP knows
        /// come last.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum ProblemKind {
            $(#[doc = concat!($title, ".")] $(#[doc = ""] #[$doc])* #[serde(rename = $slug)] $kind,)+
        }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The last part of the problem's `type`, such as `invalid-ndc`; also its name in records.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$kind => $slug,)+ }
            }

            /// The problem's `title`: the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)+ }
            }

            /// What to do about it, for someone who meets it the first time.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$kind => $remedy,)+ }
            }
        }
    };
}

const MODULE_FAULT: &str = "This is a fault of the module that `section` and `component_digest` name, \
    not of the request. Tell the administrator, who can go back to its earlier version.";

problem_kinds! {
    InvalidNdc = "invalid-ndc", "The drug code cannot be read",
        "Write a product code such as 61958-0802, a package code such as 61958-0802-1, or the 10 \
         or 11 digits of a package code without hyphens. Keep leading zeros.";
    /// No report carries the drug code, and the directory does not list it, in any of its readings.
    UnknownNdc = "unknown-ndc", "Nothing is known of this drug code",
        "`candidates` lists the product codes that were looked for. Compare them with the code on \
         the package; the hyphens tell where the segments end, so write them if you can.";
    InvalidRequest = "invalid-request", "The request is not what this endpoint expects",
        "`detail` names the field or parameter. /openapi.json describes what each endpoint takes.";
    UnknownDefinition = "unknown-definition", "There is no such report definition",
        "`detail` names the definitions there are; leave the field out for the standard one.";
    UnknownModule = "unknown-module", "There is no such module",
        "GET /api/admin/modules lists the modules there are.";
    UnknownVersion = "unknown-version", "The module has no such version",
        "GET /api/admin/modules/{name} lists the versions of the module; write the digest whole.";
    /// A component was not taken: one of the checks of an upload refused it.
    ModuleRefused = "module-refused", "The module was not accepted",
        "`refusal` names the check and `detail` says what the author has to change. What is \
         active was not touched. `quire module check FILE` runs the same checks.";
    InvalidDefinition = "invalid-definition", "The report definition is not allowed",
        "`errors` points at each field. Correct them and send the definition again; the present \
         version stays in use.";
    /// The object is in a state in which this cannot be done.
    StateConflict = "state-conflict", "This cannot be done in the present state",
        "`detail` says which state it is in and what can be done there.";
    /// A change that others may race for came without `If-Match`.
    PreconditionRequired = "precondition-required", "The request must say which state it changes",
        "Read the object first and send its `ETag` as `If-Match`, so that two administrators \
         cannot overwrite each other.";
    PreconditionFailed = "precondition-failed", "Someone else changed it first",
        "Read the object again, see what has changed, and repeat the request with the new `ETag`.";
    /// The file is not a report that Quire made, or was altered beyond reading.
    NotAReport = "not-a-report", "The file is not a report of Quire",
        "Send the PDF as Quire wrote it, without printing or saving it anew.";
    DataMissing = "data-missing", "What the report was made from is not stored here",
        "`detail` names what is missing: the data or a module. Use the server that made the \
         report, or restore its data directory.";
    /// A rule of retention removed it.
    Removed = "removed", "What was asked for was removed",
        "`detail` says when, and by which rule of this server's retention. Send a new request for a report of today; \
         administrators can restore a backup of before.";
    UnknownTask = "unknown-task", "There is no such task",
        "Check the id. A task is visible to the key that made it, and to keys with the role \
         admin or auditor.";
    NotFound = "not-found", "There is nothing at this address",
        "GET / lists the addresses that are served.";
    NotFinished = "not-finished", "The report is not finished",
        "Wait as long as `Retry-After` says and ask again, or follow GET /api/tasks/{task_id}.";
    /// The task ended without a document.
    TaskFailed = "task-failed", "The report failed",
        "`cause` says why the report failed. Send a new request once its remedy is done; this \
         task will not run again.";
    /// No key, or one that is not known.
    Unauthenticated = "unauthenticated", "A valid API key is required",
        "Send the header `Authorization: Bearer qk_…`. An administrator makes keys with `quire \
         key create --role consumer --label NAME`.";
    /// A link that needs no key is not ours, was altered or cut short, or has ended; or the key that made it has.
    LinkInvalid = "link-invalid", "The link does not hold",
        "Ask whoever gave it to you for another, or send a request with a key of your own to the task's own address.";
    Forbidden = "forbidden", "The API key does not allow this",
        "`detail` says which role, or which other person, may do this.";
    /// Too many reports wait already, or too many requests were made.
    TooManyRequests = "too-many-requests", "Too many requests",
        "Wait as long as `Retry-After` says. Reports that were accepted before are not affected.";
    /// No report is accepted: the queue or the records cannot be used.
    QueueUnavailable = "queue-unavailable", "Reports cannot be accepted right now",
        "Nothing was accepted. Send the same request again after `Retry-After`; an \
         Idempotency-Key makes that safe. Administrators: /readyz names what is away.";
    /// The machine lacks what the request needs: room, files, memory.
    HostFault = "host-fault", "The server lacks what it needs right now",
        "`detail` names what the server lacks: room on its disk, open files, memory. Send the \
         same request again after `Retry-After`; the server recovers by itself once it has it. \
         Reports that were accepted before are not affected. Administrators: /readyz names it \
         too.";
    /// openFDA could not be reached, or answered with an error.
    SourceUnavailable = "source-unavailable", "openFDA cannot be reached",
        "openFDA does not answer, or answers with errors. Try again later; see \
         https://open.fda.gov for its state.";
    /// openFDA answered with something that is no answer.
    SourceInvalid = "source-invalid", "openFDA answered with something unreadable",
        "openFDA's answer was cut off or is no JSON. Try again; if it stays, its format may have \
         changed: tell the administrator.";
    /// openFDA refused the request for good.
    SourceRefused = "source-refused", "openFDA refused the request",
        "Ask again; if it is refused again, it will be until the settings of the server change. \
         Administrators: check QUIRE_OPENFDA_KEY and QUIRE_OPENFDA_URL.";
    SourceBudget = "source-budget", "The request budget for openFDA is used up",
        "Wait as long as `Retry-After` says. Administrators: set QUIRE_OPENFDA_KEY, a free key \
         from https://open.fda.gov/apis/authentication/ allows 120,000 requests a day.";
    ModuleMissing = "module-missing", "A module of the report is not installed",
        "Administrators: install and activate the module that `detail` names.";
    /// A module said that it could not make its section.
    ModuleFailed = "module-failed", "A module could not make its section",
        "The module's own words are in `detail`. Its author, or the administrator who activated \
         it, can help; `section` and `component_digest` name it exactly.";
    ModuleCrashed = "module-crashed", "A module crashed", MODULE_FAULT;
    ModuleExited = "module-exited", "A module ended itself", MODULE_FAULT;
    ModuleForbidden = "module-forbidden", "A module called something that modules do not get", MODULE_FAULT;
    ModuleCpuTime = "module-cpu-time", "A module used up its CPU time", MODULE_FAULT;
    ModuleWallTime = "module-wall-time", "A module took too long", MODULE_FAULT;
    ModuleMemory = "module-memory", "A module used up its memory", MODULE_FAULT;
    ModuleHandles = "module-handles", "A module held too many objects of the host", MODULE_FAULT;
    /// A module returned something that the contract forbids.
    ModuleOutput = "module-output", "A module returned something that is not allowed", MODULE_FAULT;
    ModuleOutputBytes = "module-output-bytes", "A module returned too many bytes", MODULE_FAULT;
    ModuleBlocks = "module-blocks", "A module returned too many blocks", MODULE_FAULT;
    ModuleRows = "module-rows", "A module returned too many table rows", MODULE_FAULT;
    RenderFailed = "render-failed", "The document could not be drawn",
        "Tell the administrator the task's id; the server's log has the cause.";
    /// The work was started too often without coming to an end.
    TooManyAttempts = "too-many-attempts", "The report was started too often",
        "The report was begun several times and each time the process making it ended. Tell the \
         administrator the task's id before you send it again.";
    Cancelled = "cancelled", "The report was called off",
        "Send a new request if the report is wanted after all.";
    /// A fault of Quire itself.
    Internal = "internal", "Quire failed",
        "Tell the administrator the request's id (`request_id`); the server's log has the cause.";
    MethodNotAllowed = "method-not-allowed", "The method is not served here",
        "The header `Allow` and /openapi.json say which methods are served.";
    /// The caller takes documents in no form that they are sent in.
    NotAcceptable = "not-acceptable", "The document is not sent in that coding",
        "Documents are sent as they are, so that their digests hold: leave `Accept-Encoding` out, or allow \
         `identity` in it.";
    UnsupportedMediaType = "unsupported-media-type", "The body is in a form that is not taken",
        "Send JSON with the header `Content-Type: application/json`, or no body at all; as it is, without \
         `Content-Encoding`.";
    ContentTooLarge = "content-too-large", "The body is too long",
        "`detail` says how much is taken. Send only the fields that /openapi.json describes, and many reports as several \
         batches.";
    /// The body is not JSON, or broke off.
    MalformedBody = "malformed-body", "The body cannot be read",
        "Send one JSON object; `detail` says where reading it stopped.";
    /// What came is no request, or its head is too long; or it names two hosts.
    MalformedRequest = "malformed-request", "The request cannot be read",
        "Send HTTP/1.1 with one header `Host`, an address of at most 60,000 bytes and headers of no more than \
         that in all.";
    /// The same `Idempotency-Key` came with another request before.
    IdempotencyMismatch = "idempotency-mismatch", "The Idempotency-Key belongs to another request",
        "Take a new Idempotency-Key for a new request, and the same key only to repeat the same \
         request.";
    RangeNotSatisfiable = "range-not-satisfiable", "The range lies outside the document",
        "`Content-Range` says how long the document is.";
    /// The task has come to an end and cannot be called off.
    AlreadyEnded = "already-ended", "The task has already ended",
        "Nothing is left to do: GET /api/tasks/{task_id} says how it ended.";
    TimedOut = "timed-out", "The answer took too long",
        "Send the request again; what was fetched so far is kept and makes the next try faster. \
         For a whole report use POST /api/cer/{ndc}/enhanced-pdf, which never waits.";
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
    /// What an administrator does next with the module, for programs that say it in words of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// A JSON Pointer (RFC 6901) to the field, such as `/sections/2/params/top`.
    pub pointer: String,
    /// What is wrong with it and what would be right.
    pub detail: String,
}

impl FieldError {
    /// What is wrong with a member of an object. Of a name that is far too long only the beginning is told.
    #[must_use]
    pub fn of_member(name: &str, detail: impl Into<String>) -> Self {
        let name: String = name.chars().take(Self::LONGEST_NAME).collect();
        Self {
            pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            detail: detail.into(),
        }
    }

    /// Longest name of a member that is repeated, in characters; the longest of ours has 15.
    const LONGEST_NAME: usize = 80;
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
            next_step: None,
        }
    }

    /// The detail without what only the author of a module reads: of a crash the words, not the trace.
    #[must_use]
    pub fn gist(&self) -> &str {
        match self.kind {
            ProblemKind::ModuleCrashed
            | ProblemKind::ModuleCpuTime
            | ProblemKind::ModuleWallTime => self.detail.split("\n\n").next().unwrap_or_default(),
            _ => &self.detail,
        }
    }

    /// The same, with the number of seconds after which another try may succeed.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}
