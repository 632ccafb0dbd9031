//! `/api/schedules`: reports that are asked for again and again.

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::{ObjectId, ProblemKind};
use quire_records::{Right, ScheduleChange, ScheduleRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Caller,
    idempotency::{self, IdempotencyKeyHeader, replayed},
    if_match::{Revision, tagged},
    json_body::JsonBody,
    path::SchedulePath,
    query::{self, Params},
    schedule_plan::PutSchedule,
    schedule_status::Schedule,
};

/// Schedules sent when the caller does not say how many, and most that are sent.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// A page of schedules.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ScheduleList {
    /// The one made last first.
    schedules: Vec<Schedule>,
    /// The `before` of the next page; absent where there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    next_before: Option<ObjectId>,
}

/// Which schedules.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Only those made before this one: `next_before` of the page before.
    #[param(pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    before: Option<String>,
    /// How many; 50 if absent, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Ask for a report again and again. Each run is a task of this key; it runs once, however many processes there are
/// and however the clock is set.
///
/// With an `Idempotency-Key` the same schedule can be sent again safely: within 24 hours it gives the same schedule, as it
/// stands by then. A key names one request, be it for a report, a batch, a schedule or a webhook.
#[utoipa::path(
    post, path = "/api/schedules", operation_id = "createSchedule",
    params(IdempotencyKeyHeader),
    request_body = PutSchedule,
    responses(
        (status = 201, description = "It is made; `Location` is the schedule", body = Schedule, headers(
            ("Location" = String, description = "The schedule"),
            ("ETag" = String, description = "Its revision, for `If-Match`"),
            ("Idempotency-Replayed" = Option<String>, description = "`true` where the request was sent before with this key: nothing new was made"),
        )),
        (status = 409, description = "The key has as many schedules as it may have; or the one that this Idempotency-Key made was deleted since"),
        (status = 422, description = "The expression, the time zone or the request cannot be used: `errors` points at which. Or the Idempotency-Key belongs to another request"),
    ),
)]
pub(crate) async fn create(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<PutSchedule>,
) -> Result<Response, ApiError> {
    let name = idempotency::key_of(&headers, "schedule", &body)?;
    let now = caller.records().clock_now()?;
    let new = body.usable(None, &caller.registry().definitions, now)?;
    let (actor, request_id) = (&caller.actor, &caller.request_id);
    let records = caller.records();
    let made = records.create_schedule_once(&new, &actor.key, actor, request_id, name.as_ref());
    let (id, is_new) = made.await?;
    let made = answer(&caller, &id).await?;
    let location = [(header::LOCATION, format!("/api/schedules/{id}"))];
    let answer = (StatusCode::CREATED, location, made).into_response();
    Ok(match is_new {
        true => answer,
        false => replayed(answer),
    })
}

/// The schedules of the caller's key, the last one made first; for administrators and auditors those of all keys.
#[utoipa::path(
    get, path = "/api/schedules", operation_id = "listSchedules",
    params(ListParams),
    responses((status = 200, description = "A page of schedules", body = ScheduleList)),
)]
pub(crate) async fn list(
    caller: Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<ScheduleList>, ApiError> {
    let limit = query::bounded("limit", params.limit.unwrap_or(USUAL), MOST)?;
    let before = params.before.as_deref().map(str::parse::<ObjectId>);
    let before = before
        .transpose()
        .map_err(|error| ApiError::new(ProblemKind::InvalidRequest, format!("before: {error}")))?;
    let (actor, records) = (&caller.actor, caller.records());
    let owner = (!actor.role.may(Right::ReadAll)).then_some(&actor.key);
    // One more tells whether there are more.
    let mut rows = records.schedules(owner, before.as_ref(), limit + 1).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|len| len > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_before = rows.last().map(|row| row.id.clone()).filter(|_| full);
    let schedules = Schedule::seen(records, rows).await?;
    Ok(Json(ScheduleList {
        schedules,
        next_before,
    }))
}

/// A schedule: when it runs next, and what came of the last run.
#[utoipa::path(
    get, path = "/api/schedules/{schedule_id}", operation_id = "getSchedule",
    params(SchedulePath),
    responses((status = 200, description = "The schedule", body = Schedule, headers(
        ("ETag" = String, description = "Its revision, for `If-Match`"),
    ))),
)]
pub(crate) async fn show(
    caller: Caller,
    SchedulePath(id): SchedulePath,
) -> Result<Response, ApiError> {
    answer(&caller, &id).await
}

/// Put another plan in the place of a schedule's, let it rest, or go on.
///
/// The body is the whole plan, and nothing of the old one is kept: what is left out goes back to its default (`time_zone`
/// to UTC, `paused` to false), and a label of `request` is gone if it is not sent again. To change one thing, read the
/// schedule, change that, and send all of `cron`, `time_zone`, `missed`, `only_if_changed`, `paused` and `request`.
#[utoipa::path(
    put, path = "/api/schedules/{schedule_id}", operation_id = "putSchedule",
    params(SchedulePath, Revision),
    request_body = PutSchedule,
    responses(
        (status = 200, description = "It is changed", body = Schedule, headers(
            ("ETag" = String, description = "Its revision, for `If-Match`"),
        )),
        (status = 422, description = "The expression, the time zone or the request cannot be used: `errors` points at which"),
    ),
)]
pub(crate) async fn put(
    caller: Caller,
    SchedulePath(id): SchedulePath,
    Revision(revision): Revision,
    JsonBody(body): JsonBody<PutSchedule>,
) -> Result<Response, ApiError> {
    let records = caller.records();
    let kept = find(&caller, &id).await?.plan;
    let definitions = &caller.registry().definitions;
    let new = body.usable(Some(&kept), definitions, records.clock_now()?)?;
    let (actor, request_id) = (&caller.actor, &caller.request_id);
    let changed = records.change_schedule(&id, &new, revision, actor, request_id);
    match changed.await? {
        ScheduleChange::Done => answer(&caller, &id).await,
        ScheduleChange::Missing => Err(unknown(&id)),
        ScheduleChange::Other(now) => {
            let detail = format!(
                "the schedule was changed since: its revision is {now}, not {revision}; read it again and repeat the \
                 change"
            );
            Err(ApiError::new(ProblemKind::PreconditionFailed, detail))
        }
    }
}

/// Delete a schedule. Tasks that it asked for stay.
#[utoipa::path(
    delete, path = "/api/schedules/{schedule_id}", operation_id = "deleteSchedule",
    params(SchedulePath),
    responses((status = 204, description = "It asks for nothing more")),
)]
pub(crate) async fn delete(
    caller: Caller,
    SchedulePath(id): SchedulePath,
) -> Result<StatusCode, ApiError> {
    find(&caller, &id).await?;
    let (actor, request_id) = (&caller.actor, &caller.request_id);
    let deleted = caller.records().delete_schedule(&id, actor, request_id);
    match deleted.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown(&id)),
    }
}

/// The schedule as it stands, with its revision.
async fn answer(caller: &Caller, id: &ObjectId) -> Result<Response, ApiError> {
    let row = find(caller, id).await?;
    let revision = row.revision;
    let schedule = Schedule::seen(caller.records(), vec![row]).await?.pop();
    let schedule = schedule.ok_or_else(|| unknown(id))?;
    Ok(tagged(revision, Json(schedule)))
}

async fn find(caller: &Caller, id: &ObjectId) -> Result<ScheduleRow, ApiError> {
    let schedule = caller.records().schedule_for(&caller.actor, id).await?;
    schedule.ok_or_else(|| unknown(id))
}

fn unknown(id: &ObjectId) -> ApiError {
    let detail = format!(
        "there is no schedule {id} that this key may see; GET /api/schedules lists those that it may"
    );
    ApiError::new(ProblemKind::NotFound, detail)
}
