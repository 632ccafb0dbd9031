//! `/api/admin/modules`: which modules there are, and which of their versions does what.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use quire_model::{Digest, Kind, LimitOverrides, ProblemKind};
use quire_records::{
    Canary, ModuleRow, Notice, Probation, RecordsError, Tally, Timestamp, VersionRow,
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::{
    ApiError,
    auth::{Admin, Caller},
    described::{
        CanaryShape, DigestText, KindName, LimitOverridesShape, NameText, NoticeShape,
        ProbationShape, StandingShape, TallyShape, VersionOriginName, VersionStateName,
    },
    if_match::tagged,
    next_step::StandingEntry,
    path::ObjectName,
};

/// All modules.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ModuleList {
    /// By name.
    modules: Vec<Module>,
}

/// A module: a name, and which of its versions does what.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Module {
    /// Its name; report definitions name it so.
    #[schema(value_type = NameText, example = "reaction-table")]
    name: String,
    /// What its versions are.
    #[schema(value_type = KindName)]
    kind: Kind,
    /// Grows with each change; the entity tag.
    revision: u64,
    /// SHA-256 of the version that reports are made with.
    #[schema(value_type = Option<DigestText>)]
    active: Option<Digest>,
    /// The version that a roll back returns to.
    #[schema(value_type = Option<DigestText>)]
    previous: Option<Digest>,
    /// The version that a share of the reports is made with.
    #[schema(value_type = Option<CanaryShape>)]
    canary: Option<Canary>,
    /// The version that runs beside the active one, unseen.
    #[schema(value_type = Option<DigestText>)]
    shadow: Option<Digest>,
    /// Whether the last change of what is active was a roll back.
    rolled_back: bool,
    /// While the active version is new: it is rolled back after so many `failures` in so many `runs`, or
    /// when it takes more than the percentages in `costs` of what the version before it takes.
    #[schema(value_type = Option<ProbationShape>)]
    probation: Option<Probation>,
    /// Limits of its calls in place of the usual ones.
    #[schema(value_type = LimitOverridesShape)]
    limits: LimitOverrides,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted every version
    /// has to show before it can be made a canary or activated.
    required_clean: u32,
    /// What Quire did to the module by itself, until a person next changes what is active.
    #[schema(value_type = Option<NoticeShape>)]
    notice: Option<Notice>,
    /// How the canary and the version on probation fare.
    #[schema(value_type = Vec<TallyShape>)]
    tallies: Vec<Tally>,
}

/// A module after a change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChangedModule {
    /// The module.
    #[serde(flatten)]
    module: Module,
    /// Where the versions stand that are staged, on trial or on probation: what is required of each, what it
    /// has shown (`told`) and what to do next (`next`).
    #[schema(value_type = Vec<StandingShape>)]
    standings: Vec<StandingEntry>,
}

/// The module as it stands now
#[derive(Debug, IntoResponses)]
#[response(status = 200, headers(("ETag" = String, description = "Names this state; send it as `If-Match` with a change")))]
pub(crate) struct ModuleNow(ChangedModule);

/// A module with its versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ModuleDetail {
    /// The module.
    #[serde(flatten)]
    module: ChangedModule,
    /// Its versions, the newest first.
    versions: Vec<Version>,
}

/// One component under one name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Version {
    /// SHA-256 of the component: its name.
    #[schema(value_type = DigestText)]
    pub(crate) digest: Digest,
    /// What it does.
    #[schema(value_type = VersionStateName)]
    state: String,
    /// Where it came from.
    #[schema(value_type = VersionOriginName)]
    origin: String,
    /// The author's own version.
    version: String,
    /// What the component calls itself.
    title: String,
    /// All that it says of itself, the schema of its parameters included.
    #[schema(value_type = Map<String, Value>)]
    manifest: serde_json::Value,
    /// The size of the component.
    size_bytes: u64,
    /// When it was entered, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// By whom: a key's id, `operator`, or `quire` for what is part of it.
    created_by: String,
    /// When it came into its state.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    /// When it was last made active.
    #[schema(value_type = Option<String>, format = DateTime)]
    activated_at: Option<Timestamp>,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted it has to show.
    required_clean: u32,
    /// How many such runs it has shown, the last ones.
    clean_runs: u32,
    /// How many shadow runs there were in all.
    shadow_runs: u32,
}

/// All modules, with what is active and on trial.
#[utoipa::path(
    get, path = "/api/admin/modules", operation_id = "listModules",
    responses((status = 200, description = "All modules", body = ModuleList)),
)]
pub(crate) async fn list(Admin(caller): Admin) -> Result<Json<ModuleList>, ApiError> {
    let modules = caller.records().modules().await?;
    let modules = modules.into_iter().map(Module::from).collect();
    Ok(Json(ModuleList { modules }))
}

/// One module with all its versions. Send its `ETag` as `If-Match` with a change.
#[utoipa::path(
    get, path = "/api/admin/modules/{name}", operation_id = "getModule",
    params(ObjectName),
    responses(
        (status = 200, description = "The module", body = ModuleDetail, headers(
            ("ETag" = String, description = "Names this state; send it as `If-Match` with a change"),
        )),
        (status = 404, description = "There is no such module"),
    ),
)]
pub(crate) async fn show(
    Admin(caller): Admin,
    ObjectName(name): ObjectName,
) -> Result<Response, ApiError> {
    let row = caller.records().module(&name).await?;
    let row = row.ok_or_else(|| unknown(&name))?;
    let versions = caller.records().versions(&name).await?;
    let revision = row.revision;
    let detail = ModuleDetail {
        module: standing(&caller, row, &versions).await?,
        versions: versions.into_iter().map(Version::from).collect(),
    };
    Ok(tagged(revision, Json(detail)))
}

impl ModuleNow {
    /// A module after a change, which this process uses from now on; or why it was not changed, on the state that it is
    /// in.
    pub(crate) async fn after(
        caller: &Caller,
        name: &str,
        changed: Result<ModuleRow, RecordsError>,
    ) -> Result<Self, ApiError> {
        let row = match changed {
            Ok(row) => row,
            Err(error) => {
                let module = caller.records().module(name).await.ok().flatten();
                return Err(ApiError::from(error).on_state(module.map(|module| module.revision)));
            }
        };
        caller.registry().take_up_change().await;
        let versions = caller.records().versions(&row.name).await?;
        Ok(Self(standing(caller, row, &versions).await?))
    }
}

impl IntoResponse for ModuleNow {
    fn into_response(self) -> Response {
        tagged(self.0.module.revision, Json(self.0))
    }
}

async fn standing(
    caller: &Caller,
    row: ModuleRow,
    versions: &[VersionRow],
) -> Result<ChangedModule, ApiError> {
    let standings = caller.records().standings(&row, versions).await?;
    Ok(ChangedModule {
        module: row.into(),
        standings: standings.into_iter().map(StandingEntry::from).collect(),
    })
}

pub(crate) fn unknown(name: &str) -> ApiError {
    let name: String = name.chars().take(80).collect();
    let detail = format!("there is no module {name:?}");
    ApiError::new(ProblemKind::UnknownModule, detail)
}

impl From<ModuleRow> for Module {
    fn from(row: ModuleRow) -> Self {
        Self {
            name: row.name,
            kind: row.kind,
            revision: row.revision,
            active: row.active,
            previous: row.previous,
            canary: row.canary,
            shadow: row.shadow,
            rolled_back: row.rolled_back,
            probation: row.probation,
            limits: row.limits,
            required_clean: row.required_clean,
            notice: row.notice,
            tallies: row.tallies,
        }
    }
}

impl From<VersionRow> for Version {
    fn from(row: VersionRow) -> Self {
        Self {
            digest: row.digest,
            state: row.state.to_string(),
            origin: row.origin.as_str().to_owned(),
            version: row.version,
            title: row.title,
            manifest: row.manifest,
            size_bytes: row.size_bytes,
            created_at: row.created_at,
            created_by: row.created_by,
            changed_at: row.changed_at,
            activated_at: row.activated_at,
            required_clean: row.required_clean,
            clean_runs: row.clean_runs,
            shadow_runs: row.shadow_runs,
        }
    }
}
