//! Where a report stands, as callers read it.

use std::collections::BTreeMap;

use quire_model::{Digest, ReportId};
use quire_records::{Progress, ReportRow, State, Success, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ProblemBody, base_path::address, openapi::DigestText};

/// A task: one requested report, from acceptance to its end.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskStatus {
    /// Names the task.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    task_id: ReportId,
    /// Where it stands.
    status: StatusName,
    /// The document, once the status is `SUCCESS`.
    result: Option<TaskResult>,
    /// What the document lacks, in words; absent if it is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    /// Why it failed, or why the last attempt did while another one follows.
    error: Option<ProblemBody>,
    /// How far the running attempt has come.
    progress: Option<TaskProgress>,
    /// How many times it was begun.
    attempt: u32,
    /// Someone has called it off, and it has not stopped yet.
    cancel_requested: bool,
    /// The drug code, as it was sent.
    #[schema(example = "61958-0802")]
    ndc: String,
    /// The report definition.
    #[schema(example = "cer")]
    definition: String,
    /// "Today" for the document.
    #[schema(example = "2025-06-30", format = Date)]
    as_of: String,
    /// When it was accepted, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was first begun.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// The earliest time of the next attempt, while the status is `RETRY`.
    #[schema(value_type = Option<String>, format = DateTime)]
    retry_at: Option<Timestamp>,
    /// The trace that it was asked for in, under which the log and a collector know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    trace_id: Option<String>,
    /// Where to go from here.
    links: TaskLinks,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum StatusName {
    /// Accepted; not begun yet.
    Pending,
    /// Being made.
    Started,
    /// An attempt failed; another follows.
    Retry,
    /// The document is there.
    Success,
    /// It ended without a document; `error` says why.
    Failure,
    /// It was called off.
    Revoked,
}

/// A finished document and how it came about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskResult {
    /// Where the bytes are.
    pdf: String,
    /// SHA-256 of the bytes; also the entity tag.
    #[schema(value_type = DigestText)]
    digest: Digest,
    /// How many bytes.
    size_bytes: u64,
    /// The document's own identifier: equal for equal arguments over equal data.
    document_id: String,
    /// SHA-256 of the data it was made from.
    #[schema(value_type = DigestText)]
    data_digest: Digest,
    /// How the cache served the data: `miss`, `hit` or `stale`.
    cache: String,
    /// How old the data were, in seconds.
    data_age_s: u64,
    /// Sections that could not be made and that a box in the document stands in for.
    placeholders: Vec<String>,
    /// SHA-256 of the module that made each section.
    #[schema(value_type = BTreeMap<String, DigestText>)]
    modules: BTreeMap<String, Digest>,
    /// How long each stage took, in milliseconds.
    timings_ms: BTreeMap<String, u64>,
}

/// How far an attempt has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskProgress {
    /// What is being done: `data`, a section's name, or `pdf`.
    section: String,
    /// Steps that are done.
    done: u32,
    /// Steps in all.
    total: u32,
    /// The same in per cent, rounded down.
    percent: u32,
}

/// Where to go from a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskLinks {
    /// This answer.
    status: String,
    /// The document, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf: Option<String>,
    /// The same as one HTML file.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    /// The same as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<String>,
    /// Its tables as CSV, in a ZIP archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    csv: Option<String>,
    /// How it came about, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<String>,
    /// The task that an administrator had made in its place, because the document lacks a section.
    #[serde(skip_serializing_if = "Option::is_none")]
    remade: Option<String>,
}

impl From<StatusName> for State {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Pending => Self::Queued,
            StatusName::Started => Self::Running,
            StatusName::Retry => Self::Retrying,
            StatusName::Success => Self::Succeeded,
            StatusName::Failure => Self::Failed,
            StatusName::Revoked => Self::Cancelled,
        }
    }
}

impl From<State> for StatusName {
    fn from(state: State) -> Self {
        match state {
            State::Queued => Self::Pending,
            State::Running => Self::Started,
            State::Retrying => Self::Retry,
            State::Succeeded => Self::Success,
            State::Failed => Self::Failure,
            State::Cancelled => Self::Revoked,
        }
    }
}

impl StatusName {
    /// As written in answers.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Started => "STARTED",
            Self::Retry => "RETRY",
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Revoked => "REVOKED",
        }
    }
}

impl From<ReportRow> for TaskStatus {
    fn from(row: ReportRow) -> Self {
        let link = address(&format!("/api/tasks/{}", row.id));
        let forms = row.success.as_ref().and_then(|success| success.document);
        let form = |name| forms.map(|_| format!("{link}/{name}"));
        let lacking = row.success.as_ref().map(|success| &success.placeholders);
        let lacking = lacking.filter(|names| !names.is_empty());
        let warning = lacking.map(|names| {
            let names = names.join(", ");
            format!("the document lacks {names}: a box in it says why")
        });
        let [html, json, csv] = ["html", "json", "csv"].map(form);
        let result = row.success.map(|success| result(success, &link, row.pins));
        Self {
            trace_id: row.trace.map(|trace| trace.trace_id()),
            links: TaskLinks {
                pdf: result.as_ref().map(|result| result.pdf.clone()),
                html,
                json,
                csv,
                manifest: result.as_ref().map(|_| format!("{link}/manifest")),
                remade: row.remade_as.map(|id| address(&format!("/api/tasks/{id}"))),
                status: link.clone(),
            },
            status: row.state.into(),
            result,
            warning,
            error: row.problem.map(|problem| ProblemBody {
                instance: Some(link),
                ..ProblemBody::of(problem)
            }),
            progress: row.progress.map(progress),
            attempt: row.attempt,
            cancel_requested: row.cancel_requested,
            ndc: row.request.ndc.to_string(),
            definition: row.request.definition,
            as_of: row.request.as_of.to_string(),
            created_at: row.accepted_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            retry_at: row.retry_at.filter(|_| row.state == State::Retrying),
            task_id: row.id,
        }
    }
}

fn result(success: Success, link: &str, modules: BTreeMap<String, Digest>) -> TaskResult {
    TaskResult {
        pdf: format!("{link}/pdf"),
        digest: success.artifact.digest,
        size_bytes: success.artifact.size_bytes,
        document_id: success.document_id,
        data_digest: success.data_digest,
        cache: success.cache,
        data_age_s: success.age_s,
        placeholders: success.placeholders,
        modules,
        timings_ms: success.timings_ms,
    }
}

fn progress(progress: Progress) -> TaskProgress {
    let percent = progress.done.saturating_mul(100) / progress.total.max(1);
    TaskProgress {
        section: progress.section,
        done: progress.done,
        total: progress.total,
        percent: percent.min(100),
    }
}
