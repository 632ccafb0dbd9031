//! `GET /api/tasks`: the tasks that a caller may see, the last one first.

use axum::Json;
use quire_model::{Moment, MomentError, Ndc, ObjectId, ObjectIdError, ProblemKind, ReportId, tidy};
use quire_records::{ReportFilter, Right, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Caller,
    described::{NdcText, TaskIdText},
    query::{self, Params},
    task_status::{StatusName, TaskStatus},
};

/// Tasks sent when the caller does not say how many, and most that are sent.
const USUAL_TASKS: u32 = 50;
const MOST_TASKS: u32 = 200;

/// Which tasks.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Only those that stand so; several with commas between, such as those that have not ended.
    #[param(
        pattern = "^(PENDING|STARTED|RETRY|SUCCESS|FAILURE|REVOKED)(,(PENDING|STARTED|RETRY|SUCCESS|FAILURE|REVOKED)){0,5}$",
        example = "PENDING,STARTED,RETRY"
    )]
    status: Option<String>,
    /// Only those on this drug, however its code was written there and is here.
    #[param(value_type = Option<NdcText>, example = "61958-0802")]
    ndc: Option<String>,
    /// Only those of this batch.
    #[param(pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    batch: Option<String>,
    /// Only the runs of this schedule.
    #[param(pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    schedule: Option<String>,
    /// Only those created then or later: RFC 3339, or a day (UTC).
    #[param(example = "2026-11-28T09:00:00Z")]
    created_from: Option<String>,
    /// Only those created then or earlier; a day counts to its end.
    #[param(example = "2026-11-28")]
    created_to: Option<String>,
    /// Only those whose label has these words in it; the case of ASCII letters makes no difference.
    #[param(example = "weekly signals")]
    label: Option<String>,
    /// Only those in whose document a box stands in for a section.
    #[serde(default)]
    incomplete: bool,
    /// Only those accepted before this task: `next_before` of the page before.
    #[param(value_type = Option<TaskIdText>)]
    before: Option<String>,
    /// How many; 50 if absent, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A page of tasks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskList {
    /// The one accepted last first.
    tasks: Vec<TaskStatus>,
    /// The `before` of the next page; absent where there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TaskIdText>)]
    next_before: Option<ReportId>,
}

/// The tasks of the caller's key, the last one first; for administrators and auditors those of all keys.
#[utoipa::path(
    get, path = "/api/tasks", operation_id = "listTasks",
    params(ListParams),
    responses((status = 200, description = "A page of tasks", body = TaskList)),
)]
pub(crate) async fn list(
    caller: Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<TaskList>, ApiError> {
    let limit = query::bounded("limit", params.limit.unwrap_or(USUAL_TASKS), MOST_TASKS)?;
    let drug = params.ndc.as_deref().map(str::parse::<Ndc>).transpose();
    let drug =
        drug.map_err(|error| ApiError::new(ProblemKind::InvalidNdc, format!("ndc: {error}")))?;
    let before = params.before.as_deref().map(str::parse::<ReportId>);
    let before = before
        .transpose()
        .map_err(|error| ApiError::new(ProblemKind::InvalidRequest, format!("before: {error}")))?;
    let filter = ReportFilter {
        batch: object("batch", params.batch.as_deref())?,
        schedule: object("schedule", params.schedule.as_deref())?,
        owner: (!caller.actor.role.may(Right::ReadAll)).then(|| caller.actor.key.clone()),
        states: states(params.status.as_deref())?,
        drug,
        accepted_from: moment("created_from", params.created_from.as_deref())?.map(Moment::begin),
        accepted_before: moment("created_to", params.created_to.as_deref())?.map(Moment::end),
        label: params.label.as_deref().map(tidy),
        made: false,
        incomplete: params.incomplete,
        before,
    };
    // One more tells whether there are more.
    let mut rows = caller.records().reports(&filter, limit + 1).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|len| len > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_before = rows.last().map(|row| row.id.clone()).filter(|_| full);
    let seen = |row| TaskStatus::seen_by(&caller.actor, row);
    let tasks = rows.into_iter().map(seen).collect();
    Ok(Json(TaskList { tasks, next_before }))
}

/// The states in a parameter, if it is there.
fn states(text: Option<&str>) -> Result<Vec<State>, ApiError> {
    let named = text.into_iter().flat_map(|text| text.split(','));
    let read = |named: &str| {
        let known = |status: &&StatusName| status.as_str() == named.trim();
        let status = StatusName::ALL.iter().find(known).copied();
        status.map(State::from).ok_or_else(|| {
            let named: String = named.chars().take(40).collect();
            let all = StatusName::ALL.map(StatusName::as_str).join(", ");
            let detail = format!(
                "status: {named:?} is no status; expected one of {all}, or several with commas between"
            );
            ApiError::new(ProblemKind::InvalidRequest, detail)
        })
    };
    named.map(read).collect()
}

/// The time in a parameter, if it is there.
fn moment(name: &str, text: Option<&str>) -> Result<Option<Moment>, ApiError> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|error: MomentError| {
        ApiError::new(ProblemKind::InvalidRequest, format!("{name}: {error}"))
    })
}

/// What a parameter names, if it is there.
fn object(name: &str, text: Option<&str>) -> Result<Option<ObjectId>, ApiError> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|error: ObjectIdError| {
        ApiError::new(ProblemKind::InvalidRequest, format!("{name}: {error}"))
    })
}
