//! `POST /api/cer/{ndc}/enhanced-pdf`: take a request for a report and answer before it is made.

use std::collections::BTreeMap;

use axum::{
    Extension, Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_jobs::SubmitError;
use quire_model::{DrugRole, HostFault, Note, Paper, Problem, ProblemKind, ReportId};
use quire_records::{Accepted, Manner, ReportRow, Timestamp, Urgency};
use quire_registry::Wanted;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiError,
    auth::Caller,
    base_path::address,
    described::{LanguageText, NameText, PaperName, RoleOfDrug, TaskIdText},
    idempotency::{self, IdempotencyKeyHeader, replayed},
    json_body::JsonBody,
    path::NdcPath,
    prefer::Wait,
    rates::{Policy, Told},
    task_status::{StatusName, TaskStatus},
    tasks,
};

/// After how many seconds the first look at a task is worthwhile: a report from cached data takes
/// well under a second, one from openFDA a few.
const FIRST_LOOK_S: u64 = 1;

/// After how many seconds another try is worthwhile while nothing is accepted: the machine is tried
/// every second, and all who wait come back together.
const CLOSED_S: u64 = 5;

/// After how many seconds a caller whose own reports fill their share may come back: by then some are made.
const OWN_FULL_S: u64 = 30;

/// When `/enhanced-pdf-celery` was deprecated (RFC 9745): 2026-11-23.
const DEPRECATED_SINCE: &str = "@1795392000";

/// When it will be gone at the earliest (RFC 8594): a year later.
const SUNSET: &str = "Tue, 23 Nov 2027 00:00:00 GMT";

/// What a caller may say about the report. Everything is optional, the body too.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateReport {
    /// "Today" for the document; today, UTC, if absent. Part of what determines the bytes. Not before 2004, where openFDA's
    /// reports begin, and not after tomorrow (UTC).
    #[serde(default)]
    #[schema(example = "2025-06-30", format = Date)]
    pub(crate) as_of: Option<String>,
    /// BCP 47 tag of the language wanted; `en` if absent. A section that does not write it writes its own first language:
    /// the standard ones write English. The document says that it is in this language if every section writes it.
    #[serde(default)]
    #[schema(example = "en", value_type = Option<LanguageText>)]
    pub(crate) locale: Option<String>,
    /// Paper size; the definition's if absent.
    #[serde(default)]
    #[schema(value_type = Option<PaperName>)]
    pub(crate) paper: Option<Paper>,
    /// The report definition; `cer` if absent.
    #[serde(default)]
    #[schema(value_type = Option<NameText>, example = "cer")]
    pub(crate) definition: Option<String>,
    /// Which roles of the drug make a report count; as the definition says if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleOfDrug>)]
    pub(crate) role: Option<DrugRole>,
    /// Only reports first received on this day or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2014-01-01", format = Date)]
    pub(crate) received_from: Option<String>,
    /// Only reports first received on this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2014-12-31", format = Date)]
    pub(crate) received_to: Option<String>,
    /// Nobody waits for it, as for one of thousands: reports that somebody waits for are made first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) batch: bool,
    /// Make it, whatever was made before: without this an equal request is given the same document as long as openFDA's
    /// answers are fresh.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) force: bool,
    /// A line of your own, such as an order's number: it is shown with the task, and `GET /api/tasks?label=` finds it.
    /// No part of the document. Control characters and runs of blanks are tidied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "weekly signals, desk 4", max_length = 120)]
    pub(crate) label: Option<String>,
    /// Pairs of your own, at most 16: names of 1 to 40 characters, values of at most 200. They come back with the task
    /// and in its manifest, and are no part of the document.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"order": "A-17"}))]
    pub(crate) metadata: BTreeMap<String, String>,
}

impl CreateReport {
    /// What the caller says beside what the report is to be.
    ///
    /// # Errors
    ///
    /// If their own words are too long or too many.
    pub(crate) fn manner(&self) -> Result<Manner, Box<Problem>> {
        Ok(Manner {
            urgency: match self.batch {
                true => Urgency::Batch,
                false => Urgency::Interactive,
            },
            note: Note::new(self.label.as_deref(), &self.metadata)?,
            anew: self.force,
            ..Manner::default()
        })
    }
}

impl From<CreateReport> for Wanted {
    fn from(body: CreateReport) -> Self {
        Self {
            as_of: body.as_of,
            locale: body.locale,
            paper: body.paper,
            definition: body.definition,
            role: body.role,
            received_from: body.received_from,
            received_to: body.received_to,
        }
    }
}

/// A report was accepted: it will come to an end, and the task says how.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedReport {
    /// For people.
    message: &'static str,
    /// Names the task.
    #[schema(value_type = TaskIdText, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    task_id: ReportId,
    /// How the task stands now: of a new one `PENDING`, or `SUCCESS` where it was given the document of an equal
    /// request; of one that was asked for before (`Idempotency-Replayed`) any.
    status: StatusName,
    /// Where to go from here.
    links: AcceptedLinks,
}

/// Where to go from an accepted report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedLinks {
    /// Says where the report stands.
    status: String,
    /// The document, once the task's status is `SUCCESS`.
    pdf: String,
}

/// Queue a report. The answer comes at once; follow the task until it ends. With `Prefer: wait=N` the answer is the
/// task itself (`200`) if it ends within N seconds.
///
/// With an `Idempotency-Key` the same request can be sent again safely: within 24 hours it gives
/// the same task, as it stands by then. A key names one request, be it for a report or for a batch.
#[utoipa::path(
    post, path = "/api/cer/{ndc}/enhanced-pdf", operation_id = "requestReport",
    params(
        NdcPath, Wait,
        IdempotencyKeyHeader,
    ),
    request_body(content = Option<CreateReport>, description = "May be left out"),
    responses(
        (status = 200, description = "It was waited for and has ended; `Location` is the task", body = TaskStatus, headers(
            ("Location" = String, description = "The task"),
            ("Preference-Applied" = String, description = "How long was waited at most, such as `wait=30`"),
        )),
        (status = 202, description = "Accepted; `Location` is the task", body = AcceptedReport, headers(
            ("RateLimit" = Option<String>, description = "What this key has left of its requests a minute, and of its requests for reports"),
            ("RateLimit-Policy" = Option<String>, description = "How many there are a minute"),
            ("Location" = String, description = "The task"),
            ("Retry-After" = u64, description = "Seconds after which the task is worth a look; 0 where it has ended"),
            ("Preference-Applied" = Option<String>, description = "How long was waited, such as `wait=30`: it has not ended by then"),
            ("Idempotency-Replayed" = Option<String>, description = "`true` where the request was sent before with this key: nothing new was queued"),
        )),
        (status = 410, description = "The Idempotency-Key belongs to a task that a rule of retention removed"),
        (status = 422, description = "The drug code, the definition or a field cannot be used, or the Idempotency-Key belongs to another request"),
        (status = 429, description = "Too many reports wait already, in all or of this key, or the key has had all of a minute or a day: `detail` says which", headers(
            ("Retry-After" = u64, description = "Seconds after which another try may succeed"),
        )),
        (status = 503, description = "The queue cannot be used, or this server lacks what a report needs (room, files, memory): `detail` names it; nothing was accepted, and it will be again by itself", headers(
            ("Retry-After" = u64, description = "Seconds after which another try may succeed"),
        )),
    ),
)]
pub(crate) async fn create(
    caller: Caller,
    wait: Wait,
    NdcPath(ndc): NdcPath,
    Extension(told): Extension<Told>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateReport>,
) -> Result<Response, ApiError> {
    let rates = &caller.state.rates;
    rates.tell(&caller.actor.key, Policy::Reports, &told)?;
    let key = idempotency::key(&headers, &ndc, &body)?;
    let manner = body.manner()?;
    let request = caller.registry().definitions.request(ndc, body.into())?;
    let manner = Manner {
        answer: caller.state.maker.answer_key(&request, None),
        ..manner
    };
    let accepted = caller
        .state
        .queue
        .submit(
            manner,
            &request,
            &caller.actor,
            &caller.request_id,
            key.as_ref(),
        )
        .await?;
    let answer = answer_of(&caller, wait, &accepted).await?;
    Ok(match accepted.created {
        true => answer,
        false => replayed(answer),
    })
}

/// The answer to a request that was accepted, now or before.
async fn answer_of(caller: &Caller, wait: Wait, accepted: &Accepted) -> Result<Response, ApiError> {
    let shared = accepted.shared_from.is_some();
    if accepted.created && !wait.is_preferred() {
        // How it stands is known without a look.
        let id = accepted.id.clone();
        return Ok(match shared {
            true => answer(AcceptedReport::of_shared(id), 0),
            false => answer(AcceptedReport::of(id), FIRST_LOOK_S),
        });
    }
    let waited = shared || wait.for_the_end(caller, &accepted.id).await;
    let row = tasks::find(caller, &accepted.id).await?;
    if !waited {
        return Ok(standing(row));
    }
    if !row.state.is_final() {
        return Ok(wait.applied(standing(row)));
    }
    let mut ended = tasks::answer(caller, StatusCode::OK, row);
    if let Ok(task) = HeaderValue::try_from(format!("/api/tasks/{}", accepted.id)) {
        ended.headers_mut().insert(header::LOCATION, task);
    }
    Ok(wait.applied(ended))
}

/// The same under its older name.
#[utoipa::path(
    post, path = "/api/cer/{ndc}/enhanced-pdf-celery", operation_id = "requestReportDeprecated",
    params(
        NdcPath, Wait,
        IdempotencyKeyHeader,
    ),
    request_body(content = Option<CreateReport>, description = "May be left out"),
    responses(
        (status = 200, description = "As /enhanced-pdf", body = TaskStatus),
        (status = 202, description = "As /enhanced-pdf, with the headers `Deprecation`, `Sunset` and `Link`", body = AcceptedReport),
        (status = 422, description = "As /enhanced-pdf"),
        (status = 429, description = "As /enhanced-pdf"),
        (status = 503, description = "As /enhanced-pdf"),
    ),
)]
pub(crate) async fn create_deprecated(
    caller: Caller,
    wait: Wait,
    NdcPath(ndc): NdcPath,
    told: Extension<Told>,
    headers: HeaderMap,
    body: JsonBody<CreateReport>,
) -> Result<Response, ApiError> {
    let successor = format!("</api/cer/{ndc}/enhanced-pdf>; rel=\"successor-version\"");
    let mut response = create(caller, wait, NdcPath(ndc), told, headers, body).await?;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("deprecation"),
        HeaderValue::from_static(DEPRECATED_SINCE),
    );
    headers.insert(
        HeaderName::from_static("sunset"),
        HeaderValue::from_static(SUNSET),
    );
    if let Ok(link) = HeaderValue::try_from(successor) {
        headers.insert(header::LINK, link);
    }
    Ok(response)
}

/// Until midnight UTC, when a day's count begins anew.
fn seconds_of_day_left() -> u64 {
    const DAY: i64 = 24 * 60 * 60;
    (DAY - Timestamp::now().as_second().rem_euclid(DAY)).unsigned_abs()
}

/// The answer about a report as it stands now: it may have gone on since it was accepted.
fn standing(row: ReportRow) -> Response {
    let look_s = tasks::retry_after_s(&row).unwrap_or(0);
    answer(AcceptedReport::as_it_stands(row), look_s)
}

fn answer(report: AcceptedReport, look_s: u64) -> Response {
    let headers = [
        (header::LOCATION, format!("/api/tasks/{}", report.task_id)),
        (header::RETRY_AFTER, look_s.to_string()),
    ];
    (StatusCode::ACCEPTED, headers, Json(report)).into_response()
}

impl AcceptedReport {
    /// What is said of a report that waits.
    pub(crate) fn of(id: ReportId) -> Self {
        let status = address(&format!("/api/tasks/{id}"));
        Self {
            message: "the report is queued; follow links.status until it ends",
            task_id: id,
            status: StatusName::Pending,
            links: AcceptedLinks {
                pdf: format!("{status}/pdf"),
                status,
            },
        }
    }

    /// What is said of a report in any state.
    fn as_it_stands(row: ReportRow) -> Self {
        let status = StatusName::from(row.state);
        let queued = Self::of(row.id);
        Self {
            message: match status {
                StatusName::Pending => queued.message,
                StatusName::Started => {
                    "the report is being made; follow links.status until it ends"
                }
                StatusName::Retry => {
                    "an attempt failed and another follows; follow links.status until it ends"
                }
                StatusName::Success => "the report is made: links.pdf is its document",
                StatusName::Failure => "the report failed: links.status says why",
                StatusName::Revoked => {
                    "the report was called off; to have it made, ask again with another Idempotency-Key"
                }
            },
            status,
            ..queued
        }
    }

    /// The same of one that was given the document of an equal request.
    fn of_shared(id: ReportId) -> Self {
        Self {
            message: "an equal report was made just now: its document is this one's",
            status: StatusName::Success,
            ..Self::of(id)
        }
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        let bound = match &error {
            SubmitError::Full { .. } => Some("waiting"),
            SubmitError::OwnFull { .. } => Some("waiting-of-one"),
            SubmitError::DayUsedUp { .. } => Some("a-day-of-one"),
            _ => None,
        };
        if let Some(bound) = bound {
            metrics::counter!("quire_callers_refused_total", "bound" => bound).increment(1);
        }
        let (kind, retry_after_s) = match error {
            SubmitError::Conflict { .. } => return Self::idempotency_mismatch(),
            SubmitError::Records(source) => return source.into(),
            SubmitError::Host(fault) => return closed(fault),
            SubmitError::Full { .. } => (ProblemKind::TooManyRequests, 10),
            SubmitError::OwnFull { .. } => (ProblemKind::TooManyRequests, OWN_FULL_S),
            SubmitError::DayUsedUp { .. } => (ProblemKind::TooManyRequests, seconds_of_day_left()),
            _ => (ProblemKind::QueueUnavailable, CLOSED_S),
        };
        let detail = format!("{error}; nothing was accepted, send the request again later");
        Problem::new(kind, detail).retry_after(retry_after_s).into()
    }
}

/// Nothing is accepted while this machine cannot do what a report needs.
fn closed(fault: HostFault) -> ApiError {
    let remedy = fault.remedy();
    let detail = format!(
        "no report is accepted, because {fault}: {remedy}. Nothing was accepted; send the request \
         again later"
    );
    let problem = Problem::new(ProblemKind::QueueUnavailable, detail);
    problem.retry_after(CLOSED_S).into()
}
