//! `/api/admin/keys`: who may ask.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;
use quire_records::{KeyId, KeyRow, NewKey, Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError, auth::Admin, described::LineText, json_body::JsonBody, path::KeyPath, query::Params,
};

/// A key to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKey {
    /// What it allows.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Who or what will use it; 1 to 500 bytes.
    #[schema(value_type = LineText, example = "hospital dashboard")]
    label: String,
    /// When it ends by itself, RFC 3339; never if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Why it is made, for the audit trail; 1 to 500 bytes.
    #[serde(default)]
    #[schema(value_type = Option<LineText>, example = "asked for by pharmacovigilance")]
    reason: Option<String>,
}

/// What a key allows.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `quire_records::Role` to OpenAPI")]
pub(crate) enum RoleName {
    /// May ask for reports and read its own.
    Consumer,
    /// May do everything.
    Admin,
    /// May read everything, and change nothing.
    Auditor,
    /// May have components and definitions checked.
    Author,
}

/// A key that was made just now.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedKey {
    /// Names the key; not secret.
    id: String,
    /// The key itself. It cannot be shown again.
    key: String,
    /// What it allows.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Who or what will use it.
    label: String,
}

/// All keys.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct KeyList {
    /// In the order they were made.
    keys: Vec<Key>,
}

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Key {
    /// Names the key.
    id: String,
    /// What it allows.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Who or what uses it.
    label: String,
    /// When it was made, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
    /// When it ends, or ended, by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Why a key is revoked: in the body, or in the query, since there are programs that send no body with DELETE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RevokeKey {
    /// Kept in the audit trail; 1 to 500 bytes.
    #[serde(default)]
    #[schema(value_type = Option<LineText>, example = "left the company")]
    #[param(value_type = Option<LineText>, example = "left the company")]
    reason: Option<String>,
}

impl RevokeKey {
    /// The one reason that was given in either.
    fn or(self, other: Self) -> Result<String, ApiError> {
        let wrong = |detail| Err(ApiError::new(ProblemKind::InvalidRequest, detail));
        match (self.reason, other.reason) {
            (Some(one), Some(two)) if one != two => wrong(
                "`reason` is one thing in the query and another in the body; send one of them",
            ),
            (Some(reason), _) | (None, Some(reason)) => Ok(reason),
            (None, None) => wrong(
                "`reason` is missing: say in the body, {\"reason\": \"…\"}, or in the query, ?reason=…, why the key \
                 is revoked",
            ),
        }
    }
}

/// All keys, without their secrets.
#[utoipa::path(
    get, path = "/api/admin/keys", operation_id = "listKeys",
    responses((status = 200, description = "All keys, revoked ones too", body = KeyList)),
)]
pub(crate) async fn list(Admin(caller): Admin) -> Result<Json<KeyList>, ApiError> {
    let rows = caller.records().list_keys().await?;
    let keys = rows.into_iter().map(Key::from).collect();
    Ok(Json(KeyList { keys }))
}

/// Make a key. The answer is the only time that it is shown.
#[utoipa::path(
    post, path = "/api/admin/keys", operation_id = "createKey",
    request_body = CreateKey,
    responses((status = 201, description = "The key; it is shown only here", body = CreatedKey)),
)]
pub(crate) async fn create(
    Admin(caller): Admin,
    JsonBody(body): JsonBody<CreateKey>,
) -> Result<Response, ApiError> {
    let (role, label) = (body.role, body.label.trim());
    let key = NewKey {
        role,
        label,
        expires_at: body.expires_at,
        reason: body.reason.as_deref(),
    };
    let (id, secret) = caller
        .records()
        .make_key(&key, &caller.actor, &caller.request_id)
        .await?;
    let created = CreatedKey {
        id: id.to_string(),
        key: secret.expose().to_owned(),
        role,
        label: label.to_owned(),
    };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(created)).into_response())
}

/// Make a key invalid from now on.
#[utoipa::path(
    delete, path = "/api/admin/keys/{id}", operation_id = "revokeKey",
    params(KeyPath, RevokeKey),
    request_body(content = Option<RevokeKey>, description = "May be left out where the query says why"),
    responses(
        (status = 204, description = "It is revoked"),
        (status = 404, description = "There is no such key, or it is revoked already"),
        (status = 409, description = "It is the last valid key of an administrator"),
        (status = 422, description = "There is no reason"),
    ),
)]
pub(crate) async fn revoke(
    Admin(caller): Admin,
    KeyPath(id): KeyPath,
    Params(query): Params<RevokeKey>,
    JsonBody(body): JsonBody<RevokeKey>,
) -> Result<StatusCode, ApiError> {
    let reason = query.or(body)?;
    let id = KeyId::from(id.as_str());
    let revoked = caller
        .records()
        .revoke_key(&id, &reason, &caller.actor, &caller.request_id)
        .await?;
    if revoked {
        return Ok(StatusCode::NO_CONTENT);
    }
    let detail = "there is no such key, or it is revoked already; GET /api/admin/keys lists them";
    Err(ApiError::new(ProblemKind::NotFound, detail))
}

impl From<KeyRow> for Key {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id.to_string(),
            role: row.role,
            label: row.label,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
            expires_at: row.expires_at,
        }
    }
}
