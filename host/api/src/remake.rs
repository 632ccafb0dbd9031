//! `POST /api/admin/tasks/{task_id}/remake`: an administrator has a report made again.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_jobs::current_trace;
use quire_model::ProblemKind;
use quire_records::Remade;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    ApiError, auth::Admin, described::LineText, json_body::JsonBody, path::TaskPath,
    reports::AcceptedReport, task_status::StatusName, tasks,
};

/// Why a report is made again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemakeReport {
    /// Kept in the audit trail; 1 to 500 bytes.
    #[schema(value_type = LineText, example = "the module trend is mended")]
    reason: String,
}

/// Have a report made again that failed, or whose document lacks a section.
///
/// One that failed is begun anew under its own id, with the versions that are used now. A document that went out
/// stays what it is: in its place another report is made for the same caller, and both say so. Doing it again
/// names the same one.
#[utoipa::path(
    post, path = "/api/admin/tasks/{task_id}/remake", operation_id = "remakeTask",
    params(TaskPath),
    request_body = RemakeReport,
    responses(
        (status = 202, description = "Accepted; `Location` is the task to follow", body = AcceptedReport, headers(
            ("Location" = String, description = "The task"),
        )),
        (status = 409, description = "It neither failed nor lacks a section"),
        (status = 422, description = "There is no reason"),
    ),
)]
pub(crate) async fn remake(
    Admin(caller): Admin,
    TaskPath(id): TaskPath,
    JsonBody(RemakeReport { reason }): JsonBody<RemakeReport>,
) -> Result<Response, ApiError> {
    let remade = caller
        .records()
        .remake(
            &id,
            &reason,
            &caller.actor,
            &caller.request_id,
            current_trace(),
        )
        .await?;
    let made = match remade {
        Remade::Again => id,
        Remade::As(new) => new,
        Remade::NotNeeded(state) => {
            let stands = StatusName::from(state).as_str();
            let detail = format!(
                "the task stands as {stands} and lacks nothing, so there is nothing to make again"
            );
            return Err(ApiError::new(ProblemKind::StateConflict, detail));
        }
        Remade::Missing => return Err(tasks::unknown(&id)),
    };
    let location = [(header::LOCATION, format!("/api/tasks/{made}"))];
    let body = Json(AcceptedReport::of(made));
    Ok((StatusCode::ACCEPTED, location, body).into_response())
}
