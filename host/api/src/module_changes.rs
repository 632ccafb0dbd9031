//! `/api/admin/modules/{name}/…`: the steps by which an administrator replaces a version, each with a
//! reason and guarded by `If-Match`.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use quire_model::{Digest, LimitOverrides, Problem, ProblemKind};
use quire_modules::Limits;
use quire_records::{Actor, CanaryBudget, Decision};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    ApiError, ApiState, auth::Admin, envelope::RequestId, if_match::Revision, json_body::JsonBody,
    modules,
};

/// What every step has in common: who, on which state, in which request.
struct Step {
    actor: Actor,
    request_id: String,
    revision: u64,
}

impl Step {
    fn decision<'a>(&'a self, reason: &'a str) -> Decision<'a> {
        Decision {
            actor: &self.actor,
            reason,
            request_id: &self.request_id,
            expected_revision: Some(self.revision),
        }
    }
}

fn step(
    Admin(actor): Admin,
    RequestId(request_id): RequestId,
    Revision(revision): Revision,
) -> Step {
    Step {
        actor,
        request_id,
        revision,
    }
}

/// A step with one version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneVersion {
    /// SHA-256 of the component, 64 hexadecimal digits.
    #[schema(value_type = String)]
    digest: Digest,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(example = "shows quarters, as agreed on Monday")]
    reason: String,
}

/// A step that needs no more than a reason.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnlyReason {
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(example = "the chart of the new version is cut off")]
    pub(crate) reason: String,
}

/// A version for a share of the reports.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartCanary {
    /// SHA-256 of the component.
    #[schema(value_type = String)]
    digest: Digest,
    /// Of 100 reports, so many are made with it.
    #[schema(minimum = 1, maximum = 99, example = 10)]
    percent: u8,
    /// What ends it: `failures` (3), `cpu_percent` (200) and `wall_percent` (400) of the active
    /// version's mean, compared after `timed_after` (20) runs; what is absent is as in brackets.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    budget: CanaryBudget,
    /// Why; kept in the audit trail.
    reason: String,
}

/// A version that runs unseen.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartShadow {
    /// SHA-256 of the component.
    #[schema(value_type = String)]
    digest: Digest,
    /// How many clean runs in a row it has to show before it can be activated; 0 if absent.
    #[serde(default)]
    required_clean: u32,
    /// Why; kept in the audit trail.
    reason: String,
}

/// Limits of a module's calls.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetLimits {
    /// `cpu_ms`, `wall_ms`, `memory_bytes`, `output_bytes`, `blocks`, `rows`, `log_bytes`, `handles`;
    /// what is absent is as usual.
    #[schema(value_type = Object)]
    limits: LimitOverrides,
    /// Why; kept in the audit trail.
    reason: String,
}

/// What a module asks of every new version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRequiredClean {
    /// Clean shadow runs in a row; 0 asks for none.
    runs: u32,
    /// Why; kept in the audit trail.
    reason: String,
}

/// Decide that a checked version may be used. A retired one may be staged again.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/stage",
    operation_id = "stageVersion",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = OneVersion,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn stage(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<OneVersion>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .stage(&name, body.digest, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Make a version the active one.
///
/// Reports that are claimed from now on are made with it, in every process within a second; reports
/// that are being made keep the version they began with.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/activate",
    operation_id = "activateVersion",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = OneVersion,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn activate(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<OneVersion>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .activate(&name, body.digest, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Bring back the version that was active before. Calling it again goes forth again.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/rollback",
    operation_id = "rollBackModule",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = OnlyReason,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn rollback(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<OnlyReason>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .roll_back(&name, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Make a share of the reports with a version. It is rolled back by itself when its budget is used
/// up. Which reports is decided by their id, so that a retry stays on its side.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/canary",
    operation_id = "startCanary",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = StartCanary,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn canary(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<StartCanary>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .start_canary(
            &name,
            body.digest,
            body.percent,
            body.budget,
            &step.decision(&body.reason),
        )
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Run a version beside the active one on live reports. Its output is compared and never shown.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/shadow",
    operation_id = "startShadow",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = StartShadow,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn shadow(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<StartShadow>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .start_shadow(
            &name,
            body.digest,
            body.required_clean,
            &step.decision(&body.reason),
        )
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// End the trial of a canary or a shadow; it is staged again.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/end-trial",
    operation_id = "endTrial",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = OneVersion,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn end_trial(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<OneVersion>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .end_trial(&name, body.digest, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Withdraw a version that is not active. Reports that were made with it can still be verified.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    post,
    path = "/api/admin/modules/{name}/retire",
    operation_id = "retireVersion",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = OneVersion,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn retire(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<OneVersion>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .retire(&name, body.digest, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Set what the calls of a module may use, in place of what is usual.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    put,
    path = "/api/admin/modules/{name}/limits",
    operation_id = "setLimits",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = SetLimits,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn limits(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<SetLimits>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    Limits::check_overrides(&body.limits).map_err(refused_limits)?;
    let row = state
        .records
        .set_limits(&name, body.limits, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Set how many clean shadow runs in a row every version of the module has to show before it is
/// activated.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module or version, `409` if the version's
/// state does not allow it, `412` if the module was changed since it was read, `422` without a
/// reason, `428` without `If-Match`.
#[utoipa::path(
    put,
    path = "/api/admin/modules/{name}/required-clean",
    operation_id = "setRequiredClean",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        ("If-Match" = String, Header, description = "The module's `ETag`, as it was read"),
    ),
    request_body = SetRequiredClean,
    responses(
        (status = 200, description = "The module as it stands now", body = modules::Module),
        (status = 400, description = "The body is not JSON"),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module or version"),
        (status = 409, description = "The version is in a state that does not allow it"),
        (status = 412, description = "The module was changed since it was read"),
        (status = 415, description = "The body is not declared as JSON"),
        (status = 422, description = "There is no reason, or a field cannot be used"),
        (status = 428, description = "`If-Match` is missing"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn required_clean(
    State(state): State<ApiState>,
    admin: Admin,
    Extension(request_id): Extension<RequestId>,
    Path(name): Path<String>,
    revision: Revision,
    JsonBody(body): JsonBody<SetRequiredClean>,
) -> Result<Response, ApiError> {
    let step = step(admin, request_id, revision);
    let row = state
        .records
        .set_required_clean(&name, body.runs, &step.decision(&body.reason))
        .await?;
    Ok(modules::changed(&state, row).await)
}

/// Every limit that cannot be granted, by its place in the body.
fn refused_limits(errors: Vec<quire_model::FieldError>) -> ApiError {
    let detail = "some limits cannot be granted; errors says which and what can be";
    let mut problem = Problem::new(ProblemKind::InvalidRequest, detail);
    problem.errors = errors
        .into_iter()
        .map(|mut error| {
            error.pointer.insert_str(0, "/limits");
            error
        })
        .collect();
    problem.into()
}
