//! What every change by an administrator has in common: who makes it, to what, on which state, in
//! which request and why.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use quire_model::{Digest, ProblemKind};
use quire_records::{Actor, Decision};
use serde::Deserialize;
use utoipa::{IntoParams, IntoResponses, ToSchema};

use crate::{ApiError, ApiState, auth::Admin, envelope::RequestId, if_match::Revision};

/// A change of the object that the address names, asked for by an administrator who has read it.
pub(crate) struct Change {
    pub(crate) state: ApiState,
    /// The object's name.
    pub(crate) name: String,
    actor: Actor,
    request_id: String,
    revision: u64,
}

impl Change {
    /// The change, as the audit trail tells it.
    pub(crate) fn decision<'a>(&'a self, reason: &'a str) -> Decision<'a> {
        Decision {
            actor: &self.actor,
            reason,
            request_id: &self.request_id,
            expected_revision: Some(self.revision),
        }
    }
}

impl Change {
    /// The version of the module that the body names.
    pub(crate) async fn version(&self, named: &str) -> Result<Digest, ApiError> {
        Ok(self.state.records.version_named(&self.name, named).await?)
    }
}

impl FromRequestParts<ApiState> for Change {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let Admin(actor) = Admin::from_request_parts(parts, state).await?;
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let Path(name) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| ApiError::new(ProblemKind::NotFound, rejection.body_text()))?;
        let Revision(revision) = Revision::from_request_parts(parts, state).await?;
        Ok(Self {
            state: state.clone(),
            name,
            actor,
            request_id,
            revision,
        })
    }
}

/// A change that needs no more than a reason.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnlyReason {
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(example = "the chart of the new version is cut off")]
    pub(crate) reason: String,
}

/// What a change is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(
    dead_code,
    reason = "describes a part of the address, which `Change` reads"
)]
pub(crate) struct ObjectName {
    /// The name of the module or the report definition
    name: String,
}

/// The state that a change was decided on.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header, which `Revision` reads")]
pub(crate) struct IfMatch {
    /// The object's `ETag`, as it was read; `"0"` for what does not exist yet
    #[param(rename = "If-Match")]
    if_match: String,
}

/// How a change can fail.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes what `ApiError` answers")]
pub(crate) enum ChangeFailed {
    /// The body is not JSON
    #[response(status = 400)]
    Malformed,
    /// The key does not have the role admin
    #[response(status = 403)]
    Forbidden,
    /// There is no such object or version
    #[response(status = 404)]
    Unknown,
    /// The state of the object or version does not allow it
    #[response(status = 409)]
    Conflict,
    /// The object was changed since it was read
    #[response(status = 412)]
    Stale,
    /// The body is too long
    #[response(status = 413)]
    TooLong,
    /// The body is not declared as JSON
    #[response(status = 415)]
    NotJson,
    /// There is no reason, or a field cannot be used
    #[response(status = 422)]
    Invalid,
    /// `If-Match` is missing
    #[response(status = 428)]
    Unguarded,
    /// The records cannot be reached
    #[response(status = 503)]
    Unavailable,
}
