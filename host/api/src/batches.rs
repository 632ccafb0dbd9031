//! `/api/batches`: many reports that are asked for together, and where they stand.

use std::collections::BTreeMap;

use axum::{
    Extension, Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::{FieldError, Note, ObjectId, ProblemKind, ReportRequest};
use quire_records::{BatchRow, Manner, State, Timestamp, Urgency};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    ApiError,
    auth::Caller,
    base_path::address,
    idempotency::{self, replayed},
    json_body::JsonBody,
    path::BatchPath,
    rates::{Policy, Told},
    report_items::{BatchItem, faults, pointed, read_item, within},
    task_status::StatusName,
};

/// Most reports in one batch: they enter in one transaction, for which others wait.
const MOST_ITEMS: usize = 1_000;

/// Longest body that is read: a thousand items with words of their own.
pub(crate) const BATCH_LIMIT_BYTES: usize = 4 << 20;

/// Reports that are asked for together.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateBatch {
    /// What each report is to be: 1 to 1,000.
    #[schema(value_type = Vec<BatchItem>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
    /// A line of your own about the batch. Its tasks have it too, but for items with a `label` of their own, so that `GET
    /// /api/tasks?label=` finds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "all of May", max_length = 120)]
    label: Option<String>,
    /// Pairs of your own, at most 16: names of 1 to 40 characters, values of at most 200. They stay with the batch;
    /// items may have some of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"order": "A-17"}))]
    metadata: BTreeMap<String, String>,
}

/// A batch: where its reports stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Batch {
    /// Names the batch.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    batch_id: ObjectId,
    /// The caller's own line about it; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The caller's own pairs; absent where there are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    /// When it was accepted, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was called off; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    cancelled_at: Option<Timestamp>,
    /// How many reports were asked for.
    reports: u64,
    /// How many tasks stand how; fewer in all than `reports` where a rule of retention has removed some.
    tasks: BatchCounts,
    /// Whether all of them have ended.
    ended: bool,
    /// Where to go from here.
    links: BatchLinks,
}

/// How many tasks stand how.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
struct BatchCounts {
    /// Accepted; not begun yet.
    pending: u64,
    /// Being made.
    started: u64,
    /// An attempt failed; another follows.
    retry: u64,
    /// The document is there.
    success: u64,
    /// It ended without a document.
    failure: u64,
    /// It was called off.
    revoked: u64,
}

/// Where to go from a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BatchLinks {
    /// This answer.
    status: String,
    /// Its tasks, a page at a time.
    tasks: String,
}

/// Queue many reports: all of them, or none. Follow the batch until it has ended, or its tasks.
///
/// They wait as reports do that nobody waits for (`batch`), and each counts for the key as if it were asked for alone.
/// Equal requests are given one document at once, as they are alone. With an `Idempotency-Key` the same batch can be
/// sent again safely: within 24 hours it gives the same batch, as it stands by then. A key names one request, be it for a
/// report, a batch, a schedule or a webhook.
#[utoipa::path(
    post, path = "/api/batches", operation_id = "requestBatch",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Your name for this request, quoted or bare, 1 to 255 characters; remembered for 24 hours"),
    ),
    request_body = CreateBatch,
    responses(
        (status = 202, description = "All are accepted; `Location` is the batch", body = Batch, headers(
            ("Location" = String, description = "The batch"),
            ("Idempotency-Replayed" = Option<String>, description = "`true` where the request was sent before with this key: nothing new was queued"),
        )),
        (status = 422, description = "Some items cannot be used: `errors` points at each; or they are more than the key may ask for in a minute. Nothing was accepted. Or the Idempotency-Key belongs to another request"),
        (status = 429, description = "So many reports are too many, in all or for this key: `detail` says which bound; nothing was accepted", headers(
            ("Retry-After" = u64, description = "Seconds after which another try may succeed"),
        )),
        (status = 503, description = "The queue cannot be used, or this server lacks what reports need; nothing was accepted", headers(
            ("Retry-After" = u64, description = "Seconds after which another try may succeed"),
        )),
    ),
)]
pub(crate) async fn create(
    caller: Caller,
    Extension(told): Extension<Told>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateBatch>,
) -> Result<Response, ApiError> {
    let key = idempotency::key_of(&headers, "batch", &body)?;
    let note = Note::new(body.label.as_deref(), &body.metadata)?;
    let items = labelled(read_items(&caller, &body.items)?, note.label());
    let (state, actor) = (&caller.state, &caller.actor);
    state
        .rates
        .tell_many(&actor.key, Policy::Reports, items.len(), &told)?;
    let accepted = state
        .queue
        .submit_batch(&note, items, actor, &caller.request_id, key.as_ref())
        .await?;
    let batch = find(&caller, &accepted.id).await?;
    let location = [(header::LOCATION, format!("/api/batches/{}", accepted.id))];
    let answer = (StatusCode::ACCEPTED, location, Json(Batch::from(batch))).into_response();
    Ok(match accepted.created {
        true => answer,
        false => replayed(answer),
    })
}

/// Where a batch stands: how many of its tasks stand how.
#[utoipa::path(
    get, path = "/api/batches/{batch_id}", operation_id = "getBatch",
    params(BatchPath),
    responses((status = 200, description = "Where it stands", body = Batch)),
)]
pub(crate) async fn show(
    caller: Caller,
    BatchPath(id): BatchPath,
) -> Result<Json<Batch>, ApiError> {
    Ok(Json(find(&caller, &id).await?.into()))
}

/// Call off whatever of a batch has not ended. Calling it off twice is the same as once.
#[utoipa::path(
    delete, path = "/api/batches/{batch_id}", operation_id = "cancelBatch",
    params(BatchPath),
    responses((status = 202, description = "What waited is off; what runs will be as soon as its worker notices", body = Batch)),
)]
pub(crate) async fn cancel(caller: Caller, BatchPath(id): BatchPath) -> Result<Response, ApiError> {
    find(&caller, &id).await?;
    let records = caller.records();
    records
        .cancel_batch(&id, &caller.actor, &caller.request_id)
        .await?;
    let batch = Batch::from(find(&caller, &id).await?);
    Ok((StatusCode::ACCEPTED, Json(batch)).into_response())
}

async fn find(caller: &Caller, id: &ObjectId) -> Result<BatchRow, ApiError> {
    let batch = caller.records().batch_for(&caller.actor, id).await?;
    batch.ok_or_else(|| {
        let detail = format!("there is no batch {id} that this key may see");
        ApiError::new(ProblemKind::NotFound, detail)
    })
}

/// Every item, or what is wrong with each that cannot be used.
fn read_items(caller: &Caller, items: &[Value]) -> Result<Vec<(ReportRequest, Manner)>, ApiError> {
    if !(1..=MOST_ITEMS).contains(&items.len()) {
        let detail = format!(
            "items has {} reports; a batch has 1 to {MOST_ITEMS}",
            items.len()
        );
        return Err(ApiError::new(ProblemKind::InvalidRequest, detail));
    }
    let (mut read, mut errors) = (Vec::with_capacity(items.len()), Vec::new());
    for (place, item) in items.iter().enumerate() {
        match asked(caller, item) {
            Ok(item) => read.push(item),
            Err(wrong) => errors.extend(within(&format!("/items/{place}"), wrong)),
        }
    }
    if errors.is_empty() {
        return Ok(read);
    }
    let wrong = items.len() - read.len();
    let what = format!(
        "{wrong} of {} items cannot be used, so nothing was accepted",
        items.len()
    );
    Err(pointed("", errors, &what).into())
}

/// The items, each with a label: that of the batch where it has none.
fn labelled(
    mut items: Vec<(ReportRequest, Manner)>,
    label: Option<&str>,
) -> Vec<(ReportRequest, Manner)> {
    for (_, manner) in &mut items {
        if manner.note.label().is_none() {
            let metadata = manner.note.metadata().clone();
            manner.note = Note::kept(label.map(str::to_owned), metadata);
        }
    }
    items
}

/// What one item asks for; what is wrong with it is pointed at from the item.
fn asked(caller: &Caller, item: &Value) -> Result<(ReportRequest, Manner), Vec<FieldError>> {
    let (ndc, body) = read_item(item)?;
    let manner = body.manner().map_err(|problem| problem.errors)?;
    let request = caller.registry().definitions.request(ndc, body.into());
    let request = request.map_err(|problem| faults(*problem))?;
    let manner = Manner {
        urgency: Urgency::Batch,
        answer: caller.state.maker.answer_key(&request, None),
        ..manner
    };
    Ok((request, manner))
}

impl From<BatchRow> for Batch {
    fn from(row: BatchRow) -> Self {
        let status = address(&format!("/api/batches/{}", row.id));
        let ended = row.states.iter().all(|(state, _)| state.is_final());
        Self {
            links: BatchLinks {
                tasks: address(&format!("/api/tasks?batch={}", row.id)),
                status,
            },
            label: row.note.label().map(str::to_owned),
            metadata: row.note.metadata().clone(),
            created_at: row.accepted_at,
            cancelled_at: row.cancelled_at,
            reports: row.reports,
            tasks: BatchCounts::of(&row.states),
            ended,
            batch_id: row.id,
        }
    }
}

impl BatchCounts {
    fn of(states: &[(State, u64)]) -> Self {
        let mut counts = Self::default();
        for (state, number) in states {
            *match StatusName::from(*state) {
                StatusName::Pending => &mut counts.pending,
                StatusName::Started => &mut counts.started,
                StatusName::Retry => &mut counts.retry,
                StatusName::Success => &mut counts.success,
                StatusName::Failure => &mut counts.failure,
                StatusName::Revoked => &mut counts.revoked,
            } = *number;
        }
        counts
    }
}
