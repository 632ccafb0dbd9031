//! `/api/tasks/{task_id}`: where a report stands, and how to call it off.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::{ProblemKind, ReportId};
use quire_records::{Actor, Cancel, Records, ReportRow, State as ReportState, Timestamp};

use crate::{
    ApiError,
    auth::Caller,
    path::TaskPath,
    prefer::Wait,
    task_status::{StatusName, TaskStatus},
};

/// Where a report stands.
///
/// With `Prefer: wait=N` the answer comes when the task has ended, or after N seconds. Else ask again after
/// `Retry-After` until the status is `SUCCESS`, `FAILURE` or `REVOKED`. A task that
/// failed is answered with `200`: the question was answered. Its `error` is the problem.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}", operation_id = "getTask",
    params(TaskPath, Wait),
    responses(
        (status = 200, description = "Where it stands", body = TaskStatus, headers(
            ("Retry-After" = Option<u64>, description = "Seconds after which to ask again; absent when the task has ended"),
            ("Preference-Applied" = Option<String>, description = "How long was waited at most, such as `wait=30`; absent if it was not"),
        )),
        (status = 410, description = "A rule of retention removed it"),
    ),
)]
pub(crate) async fn show(
    caller: Caller,
    wait: Wait,
    TaskPath(id): TaskPath,
) -> Result<Response, ApiError> {
    let row = find(&caller, &id).await?;
    if row.state.is_final() || !wait.for_the_end(&caller, &id).await {
        return Ok(answer(&caller, StatusCode::OK, row));
    }
    let row = find(&caller, &id).await?;
    Ok(wait.applied(answer(&caller, StatusCode::OK, row)))
}

/// Call a report off. Calling it off twice is the same as once.
#[utoipa::path(
    delete, path = "/api/tasks/{task_id}", operation_id = "cancelTask",
    params(TaskPath),
    responses(
        (status = 202, description = "It is off, or will be as soon as its worker notices", body = TaskStatus),
        (status = 409, description = "It has already ended"),
        (status = 410, description = "A rule of retention removed it"),
    ),
)]
pub(crate) async fn cancel(caller: Caller, TaskPath(id): TaskPath) -> Result<Response, ApiError> {
    find(&caller, &id).await?;
    match caller
        .records()
        .cancel(&id, &caller.actor, &caller.request_id)
        .await?
    {
        Cancel::Done | Cancel::Requested | Cancel::Finished(ReportState::Cancelled) => {}
        Cancel::Finished(ended) => {
            let ended = StatusName::from(ended).as_str();
            let detail =
                format!("the task has already ended as {ended}; there is nothing left to call off");
            return Err(ApiError::new(ProblemKind::AlreadyEnded, detail));
        }
        Cancel::Missing => return Err(unknown(&id)),
    }
    let row = find(&caller, &id).await?;
    Ok(answer(&caller, StatusCode::ACCEPTED, row))
}

/// A task that the caller may see. Others' tasks do not exist for them, so ids cannot be probed.
pub(crate) async fn find(caller: &Caller, id: &ReportId) -> Result<ReportRow, ApiError> {
    let row = caller.records().report_for(&caller.actor, id).await?;
    match row {
        Some(row) => Ok(row),
        None => Err(gone(caller.records(), &caller.actor, id).await?),
    }
}

/// Why there is no such task: it was removed, or never was.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn gone(records: &Records, actor: &Actor, id: &ReportId) -> Result<ApiError, ApiError> {
    Ok(match records.removed_report(actor, id).await? {
        None => unknown(id),
        Some(removed) => {
            let detail = format!(
                "the task {id} was removed with its document on {:.0}, by the rule {:?} of this server's retention; the \
                 audit trail still tells of it",
                removed.at, removed.rule
            );
            ApiError::new(ProblemKind::Removed, detail)
        }
    })
}

/// Seconds after which to ask again; none when nothing more will happen.
pub(crate) fn retry_after_s(row: &ReportRow) -> Option<u64> {
    if row.state.is_final() {
        return None;
    }
    let wait_s = row
        .retry_at
        .filter(|_| row.state == ReportState::Retrying)
        .map_or(0, |at| at.as_second() - Timestamp::now().as_second());
    Some(u64::try_from(wait_s).unwrap_or(0).max(1))
}

pub(crate) fn unknown(id: &ReportId) -> ApiError {
    let detail = format!("there is no task {id} that this key may see");
    ApiError::new(ProblemKind::UnknownTask, detail)
}

/// The task as it stands, with when to ask again.
pub(crate) fn answer(caller: &Caller, status: StatusCode, row: ReportRow) -> Response {
    let retry_after_s = retry_after_s(&row);
    let mut response = (status, Json(TaskStatus::seen_by(&caller.actor, row))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
