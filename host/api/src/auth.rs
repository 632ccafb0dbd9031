//! Who asks: the holder of the key in `Authorization: Bearer qk_…`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use quire_model::ProblemKind;
use quire_records::{Actor, Decision, Records, Right, Role};
use quire_registry::Registry;

use crate::{
    ApiError, ApiState,
    caller_address::{AskedBy, CallerAddress},
    envelope::RequestId,
    rates::Policy,
};

/// Whoever may ask for reports, or to read an auditor too; and what is there to answer them with.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) state: ApiState,
    pub(crate) actor: Actor,
    /// Names this request in the log and the audit trail.
    pub(crate) request_id: String,
}

/// Whoever may change what reports are made with; to read, an auditor too.
#[derive(Clone, Debug)]
pub(crate) struct Admin(pub(crate) Caller);

/// Whoever may have a component or a definition checked.
#[derive(Clone, Debug)]
pub(crate) struct Checker(pub(crate) Caller);

/// Whoever may look at reports, also where looking takes a POST.
#[derive(Clone, Debug)]
pub(crate) struct Reader(pub(crate) Caller);

/// Whoever may read everything, also where looking takes a POST.
#[derive(Clone, Debug)]
pub(crate) struct Auditor(pub(crate) Caller);

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
        holder(parts, state, &or_reading(parts, Right::Request)).await
    }
}

impl FromRequestParts<ApiState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let needed = or_reading(parts, Right::Change);
        holder(parts, state, &needed).await.map(Self)
    }
}

impl FromRequestParts<ApiState> for Checker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        holder(parts, state, &[Right::Check]).await.map(Self)
    }
}

impl FromRequestParts<ApiState> for Auditor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        holder(parts, state, &[Right::ReadAll]).await.map(Self)
    }
}

impl FromRequestParts<ApiState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let needed = [Right::Request, Right::ReadAll];
        holder(parts, state, &needed).await.map(Self)
    }
}

/// The right, or that to read everything where nothing is changed.
fn or_reading(parts: &Parts, right: Right) -> Vec<Right> {
    let reading = parts.method.is_safe().then_some(Right::ReadAll);
    std::iter::once(right).chain(reading).collect()
}

/// The holder of a valid key that has one of these rights.
async fn holder(parts: &mut Parts, state: &ApiState, needed: &[Right]) -> Result<Caller, ApiError> {
    let (secret, came) = (bearer(&parts.headers), &parts.extensions);
    if !secret
        .as_ref()
        .is_ok_and(|secret| state.records.knew(secret))
    {
        state.sign_ins.pass(came)?;
    }
    let secret = secret.inspect_err(|_| state.sign_ins.refused(came))?;
    let Some(actor) = state.records.authenticate(secret).await? else {
        state.sign_ins.refused(came);
        return Err(refused("the API key is not known, or was revoked"));
    };
    AskedBy::tell(&parts.extensions, &actor.key);
    let told = parts.extensions.get().cloned().unwrap_or_default();
    state.rates.tell(&actor.key, Policy::Requests, &told)?;
    let may = |role: Role| needed.iter().any(|right| role.may(*right));
    if !may(actor.role) {
        let enough = Role::ALL.into_iter().filter(|role| may(*role));
        let enough: Vec<_> = enough.map(Role::as_str).collect();
        let (enough, role) = (enough.join(" or "), actor.role);
        let detail = format!(
            "this needs a key with the role {enough}; the key that was sent has the role {role}"
        );
        return Err(ApiError::new(ProblemKind::Forbidden, detail));
    }
    let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
    let state = state.clone();
    let actor = actor.at(CallerAddress::of(&parts.extensions));
    Ok(Caller {
        state,
        actor,
        request_id,
    })
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
