//! `/api/admin/modules/{name}/differences`: what a shadow does otherwise than the active version.

use std::collections::BTreeSet;

use axum::Json;
use quire_model::{Digest, ReportId, SectionDifference};
use quire_records::{DifferenceRow, RunCost, ShadowVerdict, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Admin,
    described::{DigestText, SectionDifferenceShape, ShadowVerdictName, StandingShape, TaskIdText},
    modules,
    next_step::StandingEntry,
    path::ObjectName,
    query::{self, Order, Params},
};

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
    /// How many; 20 if absent, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Which come first; `oldest` if absent.
    #[serde(default)]
    order: Order,
}

/// Shadow runs of a module.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DifferencePage {
    /// What the version that is a shadow, or was the last one, has shown in all.
    /// Absent if no version was a shadow yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<StandingShape>)]
    summary: Option<StandingEntry>,
    /// In the order that was asked for.
    runs: Vec<ShadowRunEntry>,
    /// The `after` of the next runs; absent at the end, and when the newest come first.
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
    /// What came of it, as things stand now.
    #[schema(value_type = ShadowVerdictName)]
    verdict: ShadowVerdict,
    /// Where the two differ, in words that are the same in every report: what an acceptance covers.
    #[schema(value_type = Vec<String>)]
    places: BTreeSet<String>,
    /// The section's name in the report definition.
    section: String,
    /// The report that both were made from.
    #[schema(value_type = TaskIdText)]
    report: ReportId,
    /// SHA-256 of the active version.
    #[schema(value_type = DigestText)]
    active: Digest,
    /// SHA-256 of the version that ran beside it.
    #[schema(value_type = DigestText)]
    candidate: Digest,
    /// What the two say otherwise.
    #[schema(value_type = SectionDifferenceShape)]
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
#[utoipa::path(
    get, path = "/api/admin/modules/{name}/differences", operation_id = "listDifferences",
    params(ObjectName, DifferenceParams),
    responses(
        (status = 200, description = "Shadow runs; the last 1,000 of a module are kept", body = DifferencePage),
        (status = 404, description = "There is no such module"),
    ),
)]
pub(crate) async fn list(
    Admin(caller): Admin,
    ObjectName(name): ObjectName,
    Params(params): Params<DifferenceParams>,
) -> Result<Json<DifferencePage>, ApiError> {
    let limit = query::bounded("limit", params.limit.unwrap_or(USUAL_RUNS), MOST_RUNS)?;
    let records = caller.records();
    let module = records.module(&name).await?;
    let module = module.ok_or_else(|| modules::unknown(&name))?;
    let after = query::place("after", params.after)?.unwrap_or(0);
    let rows = match params.order {
        Order::Oldest => records.differences(&name, after, limit).await?,
        Order::Newest => records.last_differences(&name, after, limit).await?,
    };
    let summary = records.shadow_standing(&module).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|len| len >= limit);
    let full = full && params.order == Order::Oldest;
    let next_after = rows.last().map(|row| row.sequence).filter(|_| full);
    let runs = rows.into_iter().map(ShadowRunEntry::from).collect();
    Ok(Json(DifferencePage {
        summary: summary.map(StandingEntry::from),
        runs,
        next_after,
    }))
}

impl From<DifferenceRow> for ShadowRunEntry {
    fn from(row: DifferenceRow) -> Self {
        let run = row.run;
        Self {
            sequence: row.sequence,
            at: row.at,
            clean: row.clean,
            verdict: row.verdict,
            places: run.difference.places.clone(),
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
