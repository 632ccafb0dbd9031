//! `POST /api/admin/modules/{name}/backtest`: what a version would have made of the data of the last reports.

use axum::{Json, extract::State};
use quire_model::{Digest, ProblemKind, ReportId, SectionDifference};
use quire_records::{Records, Timestamp, VersionRow};
use quire_reports::{Backtest, Backtested, BacktestedReport, MOST_BACKTESTED, backtest_last};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiError, ApiState,
    auth::Auditor,
    described::{DigestText, SectionDifferenceShape, TaskIdText, VersionText},
    json_body::JsonBody,
    path::ObjectName,
    query,
    turns::OneAtATime,
};

/// Reports that are tried when nobody says how many.
const fn usual_reports() -> u32 {
    10
}

/// Which version, on how many reports.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryVersion {
    /// SHA-256 of the component, or its first digits if no other version begins so.
    #[schema(value_type = VersionText, example = "3f9a1c52")]
    digest: String,
    /// How many of the last reports that succeeded; 10 if absent, at most 50.
    #[serde(default = "usual_reports")]
    #[schema(minimum = 1, maximum = 50)]
    reports: u32,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BacktestResult {
    /// SHA-256 of the version.
    #[schema(value_type = DigestText)]
    digest: Digest,
    /// Sections without a difference.
    same: usize,
    /// Sections that it would have made otherwise.
    differ: usize,
    /// Sections of which that cannot be told.
    unknown: usize,
    /// Reports that there was no time for.
    left_out: usize,
    /// The last report first.
    reports: Vec<TriedReport>,
}

/// One report, and what came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TriedReport {
    /// Its task.
    #[schema(value_type = TaskIdText)]
    task_id: ReportId,
    /// The drug code, as it was sent.
    ndc: String,
    /// When it was accepted, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    accepted_at: Timestamp,
    /// Its sections that the module makes.
    sections: Vec<TriedSection>,
}

/// One section.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TriedSection {
    /// Its name in the definition.
    section: String,
    /// What it would have made otherwise; absent if that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SectionDifferenceShape>)]
    difference: Option<SectionDifference>,
    /// Why it cannot be told, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_unknown: Option<String>,
}

/// Try a version on the stored data of the last reports, and compare with what stands in them.
///
/// Nothing is stored, no source is asked, and no report changes. One at a time for each key.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/backtest", operation_id = "backtestVersion",
    params(ObjectName), request_body = TryVersion,
    responses(
        (status = 200, description = "What it would have done otherwise", body = BacktestResult),
        (status = 404, description = "There is no such module or version"),
        OneAtATime,
    ),
)]
pub(crate) async fn run(
    Auditor(caller): Auditor,
    ObjectName(name): ObjectName,
    State(state): State<ApiState>,
    JsonBody(wanted): JsonBody<TryVersion>,
) -> Result<Json<BacktestResult>, ApiError> {
    let reports = query::bounded("reports", wanted.reports, MOST_BACKTESTED)?;
    let version = version(caller.records(), &name, &wanted.digest).await?;
    let _turn = state.turns.take(&caller.actor.key)?;
    let digest = version.digest;
    let backtest = backtest_last(caller.registry(), &name, digest, reports).await?;
    Ok(Json(BacktestResult::of(digest, backtest)))
}

/// The version of a module that someone named.
///
/// # Errors
///
/// If there is none.
pub async fn version(records: &Records, name: &str, named: &str) -> Result<VersionRow, ApiError> {
    let digest = records.version_named(name, named).await?;
    let version = records.version(name, digest).await?;
    let unknown = "the module has no such version";
    version.ok_or_else(|| ApiError::new(ProblemKind::UnknownVersion, unknown))
}

impl BacktestResult {
    fn of(digest: Digest, backtest: Backtest) -> Self {
        let [same, differ, unknown] = backtest.counts();
        Self {
            digest,
            same,
            differ,
            unknown,
            left_out: backtest.left_out,
            reports: backtest.tried.into_iter().map(TriedReport::from).collect(),
        }
    }
}

impl From<BacktestedReport> for TriedReport {
    fn from(tried: BacktestedReport) -> Self {
        Self {
            task_id: tried.row.id,
            ndc: tried.row.request.ndc.as_str().to_owned(),
            accepted_at: tried.row.accepted_at,
            sections: tried.sections.into_iter().map(TriedSection::from).collect(),
        }
    }
}

impl From<Backtested> for TriedSection {
    fn from(Backtested { section, found }: Backtested) -> Self {
        let (difference, why_unknown) = match found {
            Ok(difference) => (Some(difference), None),
            Err(why) => (None, Some(why)),
        };
        Self {
            section,
            difference,
            why_unknown,
        }
    }
}
