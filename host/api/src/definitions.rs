//! `/api/admin/definitions`: which sections a report has, as versions like those of modules.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use quire_model::{Definition, Digest, FieldError, Problem, ProblemKind};
use quire_records::{DefinitionOrigin, DefinitionRow, DefinitionVersionRow, Timestamp};
use quire_registry::DefinitionError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use crate::{
    ApiError,
    auth::{Admin, Checker},
    change::{Change, OnlyReason, reasoned},
    described::{DefinitionShape, DigestText, NameText, ReasonText},
    if_match::{Revision, tagged},
    json_body::JsonBody,
    path::ObjectName,
};

/// All report definitions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionList {
    /// By name.
    definitions: Vec<DefinitionState>,
}

/// A report definition, as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionState {
    /// What callers name it by.
    #[schema(value_type = NameText, example = "cer")]
    name: String,
    /// Grows with each change; the entity tag.
    revision: u64,
    /// The version in use, whole.
    #[schema(value_type = DefinitionShape)]
    current: Definition,
    /// The version that was in use before.
    previous: Option<u32>,
}

/// The definition as it stands now
#[derive(Debug, IntoResponses)]
#[response(status = 200, headers(("ETag" = String, description = "Names this state; send it as `If-Match` with a change")))]
pub(crate) struct DefinitionNow(DefinitionState);

/// The versions of a report definition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionVersions {
    /// The newest first.
    versions: Vec<DefinitionVersion>,
}

/// A version of a report definition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionVersion {
    /// Counts from 1.
    version: u32,
    /// SHA-256 of the definition as JSON; manifests name it.
    #[schema(value_type = DigestText)]
    digest: Digest,
    /// Where it came from.
    #[schema(value_type = DefinitionOriginName)]
    origin: DefinitionOrigin,
    /// The definition.
    #[schema(value_type = DefinitionShape)]
    definition: Definition,
    /// When it was entered, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// By whom.
    created_by: String,
}

/// Where a version of a report definition came from.
#[derive(ToSchema)]
#[schema(as = DefinitionOrigin, rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `DefinitionOrigin` to OpenAPI")]
pub(crate) enum DefinitionOriginName {
    /// It is part of a binary `quire`.
    BuiltIn,
    /// An administrator put it.
    Put,
}

/// A new version of a report definition.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutDefinition {
    /// The definition. Its `version` is given by the server; what is sent is ignored.
    #[schema(value_type = DefinitionShape)]
    definition: Definition,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText, example = "reactions before outcomes, as medical affairs asked")]
    reason: String,
}

/// An earlier version to use again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseVersion {
    /// Which.
    version: u32,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText)]
    reason: String,
}

reasoned!(PutDefinition, UseVersion);

/// All report definitions, with the version in use.
#[utoipa::path(
    get, path = "/api/admin/definitions", operation_id = "listDefinitions",
    responses((status = 200, description = "All definitions", body = DefinitionList)),
)]
pub(crate) async fn list(Admin(caller): Admin) -> Result<Json<DefinitionList>, ApiError> {
    let rows = caller.records().definitions().await?;
    let definitions = rows.into_iter().map(DefinitionState::from).collect();
    Ok(Json(DefinitionList { definitions }))
}

/// One report definition. Send its `ETag` as `If-Match` with a change.
#[utoipa::path(
    get, path = "/api/admin/definitions/{name}", operation_id = "getDefinition",
    params(ObjectName),
    responses(
        DefinitionNow,
        (status = 404, description = "There is no such definition"),
    ),
)]
pub(crate) async fn show(
    Admin(caller): Admin,
    ObjectName(name): ObjectName,
) -> Result<DefinitionNow, ApiError> {
    let row = caller.records().definition(&name).await?;
    row.map(DefinitionNow::from).ok_or_else(|| unknown(&name))
}

/// The versions of a report definition, the newest first.
#[utoipa::path(
    get, path = "/api/admin/definitions/{name}/versions", operation_id = "listDefinitionVersions",
    params(ObjectName),
    responses(
        (status = 200, description = "Its versions", body = DefinitionVersions),
        (status = 404, description = "There is no such definition"),
    ),
)]
pub(crate) async fn versions(
    Admin(caller): Admin,
    ObjectName(name): ObjectName,
) -> Result<Json<DefinitionVersions>, ApiError> {
    let rows = caller.records().definition_versions(&name).await?;
    if rows.is_empty() {
        return Err(unknown(&name));
    }
    let versions = rows.into_iter().map(DefinitionVersion::from).collect();
    Ok(Json(DefinitionVersions { versions }))
}

/// Put a new version of a report definition in use, or the first of a new name (`If-Match: "0"`).
///
/// Modules, parameters, limits and the sections that no report may lack are checked before. Reports
/// that are being made keep the version that they began with.
#[utoipa::path(
    put, path = "/api/admin/definitions/{name}", operation_id = "putDefinition",
    params(ObjectName, Revision), request_body = PutDefinition, responses(DefinitionNow),
)]
pub(crate) async fn put(change: Change<PutDefinition>) -> Result<DefinitionNow, ApiError> {
    let definition = &change.body.definition;
    if definition.name != change.name {
        return Err(refused(vec![FieldError {
            pointer: "/definition/name".to_owned(),
            detail: format!("it is not the {:?} of the address", change.name),
        }]));
    }
    let row = change
        .caller
        .registry()
        .put_definition(definition, &change.decision())
        .await;
    row.map(DefinitionNow::from).map_err(|error| match error {
        DefinitionError::Invalid(errors) => refused(errors.into_iter().map(in_body).collect()),
        DefinitionError::Records(error) => error.into(),
        other => ApiError::new(ProblemKind::Internal, other.to_string()),
    })
}

/// Check a report definition, and store nothing.
#[utoipa::path(
    post, path = "/api/admin/definition-check", operation_id = "checkDefinition",
    request_body(content = DefinitionShape, description = "The definition"),
    responses(
        (status = 204, description = "It could be put"),
        (status = 422, description = "It breaks a rule"),
    ),
)]
pub(crate) async fn check(
    Checker(caller): Checker,
    JsonBody(definition): JsonBody<Definition>,
) -> Result<StatusCode, ApiError> {
    let errors = caller.registry().check_definition(&definition).await;
    if errors.is_empty() {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(refused(errors))
    }
}

/// Use an earlier version of a report definition again.
#[utoipa::path(
    post, path = "/api/admin/definitions/{name}/use", operation_id = "useDefinition",
    params(ObjectName, Revision), request_body = UseVersion, responses(DefinitionNow),
)]
pub(crate) async fn use_version(change: Change<UseVersion>) -> Result<DefinitionNow, ApiError> {
    let (name, version) = (&change.name, change.body.version);
    let row = change
        .records()
        .use_definition(name, version, &change.decision())
        .await?;
    change.caller.registry().take_up_change().await;
    Ok(row.into())
}

/// Use the version of a report definition that was in use before. A second call is refused (409): a roll back never
/// undoes one. To use the other version again, name it.
#[utoipa::path(
    post, path = "/api/admin/definitions/{name}/rollback", operation_id = "rollBackDefinition",
    params(ObjectName, Revision), request_body = OnlyReason, responses(DefinitionNow),
)]
pub(crate) async fn rollback(change: Change<OnlyReason>) -> Result<DefinitionNow, ApiError> {
    let row = change
        .records()
        .roll_back_definition(&change.name, &change.decision())
        .await?;
    change.caller.registry().take_up_change().await;
    Ok(row.into())
}

/// The same fault, by its place in the body that the definition came in.
fn in_body(mut error: FieldError) -> FieldError {
    error.pointer.insert_str(0, "/definition");
    error
}

fn refused(errors: Vec<FieldError>) -> ApiError {
    let detail = "the definition breaks a rule; errors points at each field";
    let mut problem = Problem::new(ProblemKind::InvalidDefinition, detail);
    problem.errors = errors;
    problem.into()
}

fn unknown(name: &str) -> ApiError {
    let name: String = name.chars().take(80).collect();
    let detail = format!("there is no report definition {name:?}");
    ApiError::new(ProblemKind::NotFound, detail)
}

impl From<DefinitionRow> for DefinitionNow {
    fn from(row: DefinitionRow) -> Self {
        Self(row.into())
    }
}

impl IntoResponse for DefinitionNow {
    fn into_response(self) -> Response {
        tagged(self.0.revision, Json(self.0))
    }
}

impl From<DefinitionRow> for DefinitionState {
    fn from(row: DefinitionRow) -> Self {
        Self {
            name: row.name,
            revision: row.revision,
            current: row.current,
            previous: row.previous,
        }
    }
}

impl From<DefinitionVersionRow> for DefinitionVersion {
    fn from(row: DefinitionVersionRow) -> Self {
        Self {
            version: row.version,
            digest: row.digest,
            origin: row.origin,
            definition: row.definition,
            created_at: row.created_at,
            created_by: row.created_by,
        }
    }
}
