//! Who asks: the holder of the key in `Authorization: Bearer qk_…`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use quire_model::ProblemKind;
use quire_records::{Actor, Decision, Records, Role};
use quire_registry::Registry;

use crate::{ApiError, ApiState, envelope::RequestId};

/// The holder of any valid key, and what is there to answer them with.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) state: ApiState,
    pub(crate) actor: Actor,
    /// Names this request in the log and the audit trail.
    pub(crate) request_id: String,
}

/// The holder of a key with the role admin.
#[derive(Clone, Debug)]
pub(crate) struct Admin(pub(crate) Caller);

impl Caller {
    pub(crate) fn records(&self) -> &Records {
        &self.state.records
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.state.maker.registry
    }

    /// What the caller decides, as the audit trail tells it, on the state with that revision.
    pub(crate) fn decision<'a>(&'a self, reason: &'a str, revision: Option<u64>) -> Decision<'a> {
        Decision {
            actor: &self.actor,
            reason,
            request_id: &self.request_id,
            expected_revision: revision,
        }
    }
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let secret = bearer(&parts.headers)?;
        let Some(actor) = state.records.authenticate(secret).await? else {
            return Err(refused("the API key is not known, or was revoked"));
        };
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let state = state.clone();
        Ok(Self {
            state,
            actor,
            request_id,
        })
    }
}

impl FromRequestParts<ApiState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match caller.actor.role {
            Role::Admin => Ok(Self(caller)),
            Role::Consumer => Err(ApiError::new(
                ProblemKind::Forbidden,
                "this needs a key with the role admin; the key that was sent has the role consumer",
            )),
        }
    }
}

/// The key in the header; its scheme is not case-sensitive.
fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(refused(
            "no API key was sent; send the header Authorization: Bearer qk_…",
        ));
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| secret.trim())
        .filter(|secret| !secret.is_empty())
        .ok_or_else(|| {
            refused("the header Authorization cannot be read; it must be Bearer and an API key")
        })
}

fn refused(detail: &str) -> ApiError {
    ApiError::new(ProblemKind::Unauthenticated, detail)
}
