//! `/api/admin/modules/{name}/differences`: what a shadow does otherwise than the active version.

use axum::{
    Json,
    extract::{Path, State},
};
use quire_model::{Digest, ReportId, SectionDifference};
use quire_records::{DifferenceRow, RunCost, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{ApiError, ApiState, auth::Admin, modules, query, query::Params};

/// Runs sent when the caller does not say how many, and most that are sent.
const USUAL_RUNS: u32 = 20;
const MOST_RUNS: u32 = 200;

/// Which runs.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DifferenceParams {
    /// Runs after this sequence number; from the first one that is kept if absent.
    after: Option<u64>,
    /// How many, oldest first; 20 if absent, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Shadow runs of a module.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DifferencePage {
    /// Oldest first.
    runs: Vec<ShadowRunEntry>,
    /// The `after` of the next runs; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<u64>,
}

/// One run of a shadow beside the active version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ShadowRunEntry {
    /// Grows with each run.
    sequence: u64,
    /// When, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Whether there was no difference.
    clean: bool,
    /// The section's name in the report definition.
    section: String,
    /// The report that both were made from.
    #[schema(value_type = String)]
    report: ReportId,
    /// SHA-256 of the active version.
    #[schema(value_type = String)]
    active: Digest,
    /// SHA-256 of the version that ran beside it.
    #[schema(value_type = String)]
    candidate: Digest,
    /// `outcome`, `blocks` (added, removed, changed) and `numbers` (with the old and the new value).
    #[schema(value_type = Object)]
    difference: SectionDifference,
    /// What the active version needed.
    active_cost: Cost,
    /// What the candidate needed.
    candidate_cost: Cost,
}

/// What one of two versions needed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Cost {
    /// CPU time in microseconds.
    cpu_us: u64,
    /// Peak memory in bytes.
    memory_bytes: u64,
}

/// What the shadow of a module did otherwise than the active version, report by report.
///
/// # Errors
///
/// `403` without the role admin, `404` if there is no such module.
#[utoipa::path(
    get,
    path = "/api/admin/modules/{name}/differences",
    operation_id = "listDifferences",
    tag = "admin",
    params(
        ("name" = String, Path, description = "The module's name", example = "trend"),
        DifferenceParams,
    ),
    responses(
        (status = 200, description = "Shadow runs; the last 1,000 of a module are kept", body = DifferencePage),
        (status = 403, description = "The key does not have the role admin"),
        (status = 404, description = "There is no such module"),
        (status = 422, description = "A parameter cannot be used"),
        (status = 503, description = "The records cannot be reached"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    _admin: Admin,
    Path(name): Path<String>,
    Params(params): Params<DifferenceParams>,
) -> Result<Json<DifferencePage>, ApiError> {
    let limit = query::bounded("limit", params.limit.unwrap_or(USUAL_RUNS), MOST_RUNS)?;
    if state.records.module(&name).await?.is_none() {
        return Err(modules::unknown(&name));
    }
    let after = params.after.unwrap_or(0);
    let rows = state.records.differences(&name, after, limit).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|len| len >= limit);
    let next_after = rows.last().map(|row| row.sequence).filter(|_| full);
    let runs = rows.into_iter().map(ShadowRunEntry::from).collect();
    Ok(Json(DifferencePage { runs, next_after }))
}

impl From<DifferenceRow> for ShadowRunEntry {
    fn from(row: DifferenceRow) -> Self {
        let run = row.run;
        Self {
            sequence: row.sequence,
            at: row.at,
            clean: row.clean,
            section: run.section,
            report: run.report,
            active: run.active,
            candidate: run.candidate,
            difference: run.difference,
            active_cost: run.active_cost.into(),
            candidate_cost: run.candidate_cost.into(),
        }
    }
}

impl From<RunCost> for Cost {
    fn from(cost: RunCost) -> Self {
        Self {
            cpu_us: u64::try_from(cost.cpu.as_micros()).unwrap_or(u64::MAX),
            memory_bytes: cost.memory_bytes,
        }
    }
}
