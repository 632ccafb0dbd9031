//! Where a report stands, as callers read it.

use std::collections::BTreeMap;

use quire_model::{Digest, ObjectId, ReportId};
use quire_records::{Actor, Progress, ReportRow, State, Success, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ProblemBody,
    base_path::address,
    described::{DigestText, TaskIdText},
};

/// A task: one requested report, from acceptance to its end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskStatus {
    /// Names the task.
    #[schema(value_type = TaskIdText, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub task_id: ReportId,
    /// Where it stands.
    pub status: StatusName,
    /// The document, once the status is `SUCCESS`.
    pub result: Option<TaskResult>,
    /// What the document lacks, in words; absent if it is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Why it failed, or why the last attempt did while another one follows.
    pub error: Option<ProblemBody>,
    /// How far the running attempt has come.
    pub progress: Option<TaskProgress>,
    /// How many times it was begun.
    pub attempt: u32,
    /// Someone has called it off, and it has not stopped yet.
    pub cancel_requested: bool,
    /// The drug code, as it was sent.
    #[schema(example = "61958-0802")]
    pub ndc: String,
    /// The task whose document this one was given, since both asked for the same; absent where it has one of its own, or
    /// that task is another key's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub shared_from: Option<ReportId>,
    /// The batch that it belongs to; absent where it was asked for alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub batch_id: Option<ObjectId>,
    /// The schedule that it is a run of; absent where it was asked for by a caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub schedule_id: Option<ObjectId>,
    /// True where it was given the document of an earlier run of its schedule, because nothing had changed
    /// (`only_if_changed`); absent else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unchanged: bool,
    /// The caller's own line about it; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "weekly signals, desk 4")]
    pub label: Option<String>,
    /// The caller's own pairs; absent where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"order": "A-17"}))]
    pub metadata: BTreeMap<String, String>,
    /// The report definition.
    #[schema(example = "cer")]
    pub definition: String,
    /// "Today" for the document.
    #[schema(example = "2025-06-30", format = Date)]
    pub as_of: String,
    /// When it was accepted, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was first begun.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// The earliest time of the next attempt, while the status is `RETRY`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Timestamp>,
    /// The trace that it was asked for in, under which the log and a collector know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    pub trace_id: Option<String>,
    /// Where to go from here.
    pub links: TaskLinks,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatusName {
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
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskResult {
    /// Where the bytes are.
    pub pdf: String,
    /// SHA-256 of the bytes; also the entity tag.
    #[schema(value_type = DigestText)]
    pub digest: Digest,
    /// How many bytes.
    pub size_bytes: u64,
    /// The document's own identifier: equal for equal arguments over equal data.
    pub document_id: String,
    /// SHA-256 of the data it was made from.
    #[schema(value_type = DigestText)]
    pub data_digest: Digest,
    /// How the cache served the data: `miss`, `hit` or `stale`.
    pub cache: String,
    /// How old the data were, in seconds.
    pub data_age_s: u64,
    /// Sections that could not be made and that a box in the document stands in for.
    pub placeholders: Vec<String>,
    /// SHA-256 of the module that made each section.
    #[schema(value_type = BTreeMap<String, DigestText>)]
    pub modules: BTreeMap<String, Digest>,
    /// How long each stage took, in milliseconds.
    pub timings_ms: BTreeMap<String, u64>,
}

/// How far an attempt has come.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskProgress {
    /// What is being done: `data`, a section's name, or `pdf`.
    pub section: String,
    /// Steps that are done.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
    /// The same in per cent, rounded down.
    pub percent: u32,
}

/// Where to go from a task.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskLinks {
    /// This answer.
    pub status: String,
    /// The document, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdf: Option<String>,
    /// The same as one HTML file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The same as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<String>,
    /// Its tables as CSV, in a ZIP archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csv: Option<String>,
    /// How it came about, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// The task that an administrator had made in its place, because the document lacks a section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remade: Option<String>,
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
    /// All of them, in the order in which a task may come to them.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Started,
        Self::Retry,
        Self::Success,
        Self::Failure,
        Self::Revoked,
    ];

    /// Whether nothing more follows.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Failure | Self::Revoked)
    }

    /// As written in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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

impl TaskStatus {
    /// A report as it stands, for those eyes: what it has to do with a report that they may not see is left out.
    #[must_use]
    pub fn seen_by(actor: &Actor, row: ReportRow) -> Self {
        let shared_from = row.shared_from_for(actor).cloned();
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
            shared_from,
            batch_id: row.batch,
            schedule_id: row.schedule,
            unchanged: row.unchanged,
            label: row.note.label().map(str::to_owned),
            metadata: row.note.metadata().clone(),
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
