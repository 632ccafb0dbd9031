//! `/api/schedules`: reports that are asked for again and again.

use std::collections::HashMap;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_jobs::{Cron, Order};
use quire_model::{FieldError, ObjectId, ProblemKind, ReportId};
use quire_records::{
    Missed, NewSchedule, Plan, ReportRow, Right, ScheduleChange, ScheduleRow, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Caller,
    base_path::address,
    if_match::{Revision, tagged},
    json_body::JsonBody,
    path::SchedulePath,
    query::{self, Params},
    report_items::{BatchItem, pointed, read_item},
};

/// Schedules sent when the caller does not say how many, and most that are sent.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// When reports are asked for, and which.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSchedule {
    /// Five fields of cron: minute, hour, day of the month, month, day of the week. At least 15 minutes have to lie
    /// between two runs.
    #[schema(example = "0 6 * * MON", max_length = 100)]
    cron: String,
    /// The time zone that they are meant in, by IANA's name. A time that clocks leave out comes as much later as they
    /// leap; of one that comes twice the first counts, but for what is meant for every hour.
    #[serde(default = "utc")]
    #[schema(example = "Europe/Berlin", max_length = 100, default = "UTC")]
    time_zone: String,
    /// What becomes of a run that cannot be asked for within ten minutes of its time, since the service was down or took
    /// no reports: `skip` leaves it out, `once` makes up for it, with one run for all that were missed.
    #[serde(default)]
    #[schema(value_type = MissedRuns)]
    missed: Missed,
    /// Make no new document where the drug's reports, the modules and the definition are the same as for the last run
    /// that has one: the task is given that document, and says `unchanged`. Not together with `force`.
    #[serde(default)]
    only_if_changed: bool,
    /// Let it rest. Runs whose time comes meanwhile are not made up for.
    #[serde(default)]
    paused: bool,
    /// What each run asks for. Without `as_of` it is as of the day on which it runs (UTC). Nobody waits for it, so
    /// `batch` makes no difference.
    #[schema(value_type = BatchItem)]
    request: Value,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// What becomes of runs whose time has passed.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `quire_records::Missed` to OpenAPI")]
pub(crate) enum MissedRuns {
    /// Nothing: the next is the next one.
    Skip,
    /// One run, for all of them.
    Once,
}

/// A schedule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Schedule {
    /// Names the schedule.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    schedule_id: ObjectId,
    /// The key that made it: its runs are tasks of that key.
    owner: String,
    /// Five fields of cron.
    cron: String,
    /// The time zone that they are meant in.
    time_zone: String,
    /// What becomes of runs whose time has passed.
    #[schema(value_type = MissedRuns)]
    missed: Missed,
    /// Whether a run over the same data as the last one makes no document of its own.
    only_if_changed: bool,
    /// Whether it rests: since it was told to, or since its key may ask for nothing more (`last_refusal` says so).
    paused: bool,
    /// What each run asks for.
    #[schema(value_type = BatchItem)]
    request: Value,
    /// When it was made, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    /// When it runs next; absent where it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_run: Option<Timestamp>,
    /// The last run; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_run: Option<LastRun>,
    /// The last time that it asked for nothing, or could not yet; absent where that has never been.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_refusal: Option<LastRefusal>,
    /// Where to go from here.
    links: ScheduleLinks,
}

/// A run of a schedule.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct LastRun {
    /// When it was due.
    #[schema(value_type = String, format = DateTime)]
    due: Timestamp,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Whether its time had passed by then.
    missed: bool,
    /// The task that it asked for.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    task_id: ReportId,
    /// Whether nothing had changed, so that the task was given the document of an earlier run.
    unchanged: bool,
}

/// Why a schedule asked for nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct LastRefusal {
    /// When that was.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Why, in words.
    reason: String,
}

/// Where to go from a schedule.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ScheduleLinks {
    /// This answer.
    schedule: String,
    /// Its runs, a page at a time.
    tasks: String,
    /// The task of the last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_task: Option<String>,
}

/// A page of schedules.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ScheduleList {
    /// The one made last first.
    schedules: Vec<Schedule>,
    /// The `before` of the next page; absent where this one is not full.
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
#[utoipa::path(
    post, path = "/api/schedules", operation_id = "createSchedule",
    request_body = PutSchedule,
    responses(
        (status = 201, description = "It is made; `Location` is the schedule", body = Schedule, headers(
            ("Location" = String, description = "The schedule"),
            ("ETag" = String, description = "Its revision, for `If-Match`"),
        )),
        (status = 409, description = "The key has as many schedules as it may have"),
        (status = 422, description = "The expression, the time zone or the request cannot be used: `errors` points at which"),
    ),
)]
pub(crate) async fn create(
    caller: Caller,
    JsonBody(body): JsonBody<PutSchedule>,
) -> Result<Response, ApiError> {
    let new = new_schedule(&caller, body)?;
    let (actor, request_id) = (&caller.actor, &caller.request_id);
    let id = caller.records().create_schedule(&new, actor, request_id);
    let id = id.await?;
    let made = answer(&caller, &id).await?;
    let location = [(header::LOCATION, format!("/api/schedules/{id}"))];
    Ok((StatusCode::CREATED, location, made).into_response())
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
    let rows = records.schedules(owner, before.as_ref(), limit).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|len| len >= limit);
    let next_before = rows.last().map(|row| row.id.clone()).filter(|_| full);
    let schedules = shown(&caller, rows).await?;
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

/// Put another plan in the place of a schedule's, let it rest, or go on. What is left out is as for a new one.
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
    find(&caller, &id).await?;
    let new = new_schedule(&caller, body)?;
    let (actor, request_id) = (&caller.actor, &caller.request_id);
    let records = caller.records();
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
    let schedule = shown(caller, vec![row]).await?.pop();
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

/// Schedules with what came of their last runs.
async fn shown(caller: &Caller, rows: Vec<ScheduleRow>) -> Result<Vec<Schedule>, ApiError> {
    let last = rows.iter().filter_map(|row| row.last.as_ref());
    let reports: Vec<ReportId> = last.map(|tick| tick.report.clone()).collect();
    let reports = caller.records().reports_named(&reports).await?.into_iter();
    let reports: HashMap<ReportId, ReportRow> = reports.map(|row| (row.id.clone(), row)).collect();
    let schedules = rows.into_iter().map(|row| Schedule::of(row, &reports));
    Ok(schedules.collect())
}

/// What the caller wrote, found to be usable now.
fn new_schedule(caller: &Caller, body: PutSchedule) -> Result<NewSchedule, ApiError> {
    const WHAT: &str = "the schedule cannot be used";
    let wrong = |pointer: &str, detail: String| {
        let pointer = pointer.to_owned();
        pointed("", vec![FieldError { pointer, detail }], WHAT)
    };
    let now = caller.records().clock_now()?;
    let cron = Cron::for_new(&body.cron, &body.time_zone, now).map_err(|error| {
        let pointer = match error.is_of_zone() {
            true => "/time_zone",
            false => "/cron",
        };
        wrong(pointer, error.to_string())
    })?;
    let (_, asked) =
        read_item(&body.request).map_err(|errors| pointed("/request", errors, WHAT))?;
    asked
        .manner()
        .map_err(|problem| pointed("/request", problem.errors, WHAT))?;
    if body.only_if_changed && asked.force {
        let detail =
            "`force` makes a document anew, and `only_if_changed` does not: leave one of them out";
        return Err(wrong("/request/force", detail.to_owned()));
    }
    let order = Order::read(&body.request);
    order
        .and_then(|order| order.request(&caller.registry().definitions))
        .map_err(|problem| wrong("/request", problem.detail))?;
    Ok(NewSchedule {
        next: cron.after(now).filter(|_| !body.paused),
        paused: body.paused,
        plan: Plan {
            cron: body.cron,
            time_zone: body.time_zone,
            missed: body.missed,
            only_if_changed: body.only_if_changed,
            request: body.request,
        },
    })
}

impl Schedule {
    fn of(row: ScheduleRow, reports: &HashMap<ReportId, ReportRow>) -> Self {
        let last_run = row.last.map(|tick| LastRun {
            due: tick.due,
            at: tick.taken,
            missed: tick.missed,
            unchanged: reports
                .get(&tick.report)
                .is_some_and(|report| report.unchanged),
            task_id: tick.report,
        });
        let last_task = last_run.as_ref();
        Self {
            links: ScheduleLinks {
                schedule: address(&format!("/api/schedules/{}", row.id)),
                tasks: address(&format!("/api/tasks?schedule={}", row.id)),
                last_task: last_task.map(|run| address(&format!("/api/tasks/{}", run.task_id))),
            },
            schedule_id: row.id,
            owner: row.owner.to_string(),
            cron: row.plan.cron,
            time_zone: row.plan.time_zone,
            missed: row.plan.missed,
            only_if_changed: row.plan.only_if_changed,
            paused: row.paused,
            request: row.plan.request,
            created_at: row.created_at,
            changed_at: row.changed_at,
            next_run: row.next,
            last_run,
            last_refusal: row.refusal.map(|refusal| LastRefusal {
                at: refusal.at,
                reason: refusal.reason,
            }),
        }
    }
}
