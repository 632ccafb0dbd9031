//! `/api/tasks/{task_id}/comparison` and `/api/admin/modules/{name}/comparison`: what one report says otherwise
//! than another, and what one version of a module makes otherwise than another.

use axum::{Json, extract::State};
use quire_model::{Digest, Manifest, ProblemKind, ReportId, SectionDifference};
use quire_records::{Records, ReportRow};
use quire_registry::Registry;
use quire_reports::{
    ComparedSection, ComparedVersions, Side, compare_reports, compare_versions, last_made_with,
    made_with, stored_manifest,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError, ApiState,
    auth::{Auditor, Caller},
    backtest::version,
    described::{DigestText, SectionDifferenceShape, TaskIdText, VersionText},
    download,
    json_body::JsonBody,
    path::{ObjectName, TaskPath},
    query::Params,
    tasks,
    turns::OneAtATime,
};

/// Reports that are looked at for one that uses a module.
const LOOKED_AT: u32 = 50;

/// The report that another is compared with.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ComparedWith {
    /// The task of the report that is compared with: what it says is `active` in the differences.
    #[param(value_type = TaskIdText)]
    from: String,
}

/// Two versions of a module, and the report that each is to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TwoVersions {
    /// SHA-256 of the version that is compared with, or its first digits.
    #[schema(value_type = VersionText)]
    from: String,
    /// SHA-256 of the other version, or its first digits.
    #[schema(value_type = VersionText)]
    to: String,
    /// The task of a report that uses the module; the last one that does if absent.
    #[serde(default)]
    #[schema(value_type = Option<TaskIdText>)]
    task_id: Option<String>,
}

/// What two documents have in common, section by section.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonResult {
    /// The report whose data both were made from, where two versions are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TaskIdText>)]
    task_id: Option<ReportId>,
    /// In printed order, those without a difference included.
    sections: Vec<SectionEntry>,
}

/// One section of both.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SectionEntry {
    /// Its name in the definition.
    section: String,
    /// Its title, as printed.
    title: String,
    /// How the first document has it; absent if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<SideEntry>,
    /// How the second has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<SideEntry>,
    /// What the second says otherwise than the first.
    #[schema(value_type = SectionDifferenceShape)]
    difference: SectionDifference,
}

/// How one document has a section.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SideEntry {
    /// The name of the module that made it.
    module: String,
    /// The author's version.
    version: String,
    /// SHA-256 of the component.
    #[schema(value_type = DigestText)]
    digest: Digest,
    /// The page of the PDF on which it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

/// Compare what two reports say, block by block and number by number.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/comparison", operation_id = "compareReports",
    params(TaskPath, ComparedWith),
    responses(
        (status = 200, description = "What the report says otherwise", body = ComparisonResult),
        (status = 404, description = "The key has no such task, or one of them kept no document that can be compared"),
        download::Withheld,
    ),
)]
pub(crate) async fn of_reports(
    caller: Caller,
    TaskPath(id): TaskPath,
    Params(ComparedWith { from }): Params<ComparedWith>,
) -> Result<Json<ComparisonResult>, ApiError> {
    let from: ReportId = from
        .parse()
        .map_err(|error| ApiError::new(ProblemKind::InvalidRequest, format!("from: {error}")))?;
    let other = tasks::find(&caller, &id).await?;
    let one = tasks::find(&caller, &from).await?;
    let sections = reports_compared(caller.registry(), [&one, &other]).await?;
    let sections = sections.into_iter().map(SectionEntry::from).collect();
    Ok(Json(ComparisonResult {
        task_id: None,
        sections,
    }))
}

/// Make a report again with each of two versions of a module, and compare what they say.
///
/// Nothing is stored, no source is asked, and no report changes. One at a time for each key.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/comparison", operation_id = "compareVersions",
    params(ObjectName), request_body = TwoVersions,
    responses(
        (status = 200, description = "What the second makes otherwise", body = ComparisonResult),
        (status = 404, description = "There is no such module or version, or no report that uses it"),
        (status = 409, description = "The report cannot be made again here"),
        OneAtATime,
    ),
)]
pub(crate) async fn of_versions(
    Auditor(caller): Auditor,
    ObjectName(name): ObjectName,
    State(state): State<ApiState>,
    JsonBody(wanted): JsonBody<TwoVersions>,
) -> Result<Json<ComparisonResult>, ApiError> {
    let records = caller.records();
    let from = version(records, &name, &wanted.from).await?;
    let to = version(records, &name, &wanted.to).await?;
    let task = wanted.task_id.as_deref().map(str::parse).transpose();
    let task = task
        .map_err(|error| ApiError::new(ProblemKind::InvalidRequest, format!("task_id: {error}")))?;
    let _turn = state.turns.take(&caller.actor.key)?;
    let versions = [from.digest, to.digest];
    let (row, compared) =
        versions_compared(caller.registry(), &name, versions, task.as_ref()).await?;
    let sections = compared.sections.into_iter().map(SectionEntry::from);
    Ok(Json(ComparisonResult {
        task_id: Some(row.id),
        sections: sections.collect(),
    }))
}

/// What the second of two reports says otherwise than the first.
///
/// # Errors
///
/// If one of them has no document, or none that can be compared.
pub async fn reports_compared(
    registry: &Registry,
    rows: [&ReportRow; 2],
) -> Result<Vec<ComparedSection>, ApiError> {
    for row in rows {
        if row.success.is_none() {
            return Err(download::no_document(row));
        }
    }
    let compared = compare_reports(registry, rows).await?;
    compared.ok_or_else(|| {
        let detail =
            "one of the reports was made by a version of Quire that kept no document to compare";
        ApiError::new(ProblemKind::NotFound, detail)
    })
}

/// What the second of two versions makes otherwise than the first of the data of a report: the one that is named,
/// or the last one that uses the module.
///
/// # Errors
///
/// If there is no such report, or it cannot be made again.
pub async fn versions_compared(
    registry: &Registry,
    module: &str,
    versions: [Digest; 2],
    task: Option<&ReportId>,
) -> Result<(ReportRow, ComparedVersions), ApiError> {
    let (row, manifest) = report_with(registry.records()?, module, task).await?;
    let compared = compare_versions(registry, &manifest, module, versions).await?;
    let compared = compared.map_err(|why| {
        let detail = format!("the report {} cannot be made again: {why}", row.id);
        ApiError::new(ProblemKind::StateConflict, detail)
    })?;
    Ok((row, compared))
}

async fn report_with(
    records: &Records,
    module: &str,
    task: Option<&ReportId>,
) -> Result<(ReportRow, Manifest), ApiError> {
    let found = match task {
        Some(id) => {
            let manifest = stored_manifest(records, id).await?;
            let manifest = manifest.filter(|manifest| made_with(manifest, module));
            records.report(id).await?.zip(manifest)
        }
        None => last_made_with(records, module, LOOKED_AT).await?,
    };
    found.ok_or_else(|| {
        let detail = match task {
            Some(id) => {
                format!("there is no report {id} that was made with the module {module}")
            }
            None => format!(
                "none of the last {LOOKED_AT} reports was made with the module {module}; ask for one, and \
                 compare then"
            ),
        };
        ApiError::new(ProblemKind::NotFound, detail)
    })
}

impl From<ComparedSection> for SectionEntry {
    fn from(compared: ComparedSection) -> Self {
        let [from, to] = compared.sides.map(|side| side.map(SideEntry::from));
        Self {
            section: compared.section,
            title: compared.title,
            from,
            to,
            difference: compared.found,
        }
    }
}

impl From<Side> for SideEntry {
    fn from(Side { module, page }: Side) -> Self {
        Self {
            module: module.name,
            version: module.version,
            digest: module.digest,
            page,
        }
    }
}
