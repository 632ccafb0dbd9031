//! Who asks: the holder of the key in `Authorization: Bearer qk_…`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use quire_model::ProblemKind;
use quire_records::{Actor, Role};

use crate::{ApiError, ApiState};

/// The holder of any valid key.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) Actor);

/// The holder of a key with the role admin.
#[derive(Clone, Debug)]
pub(crate) struct Admin(pub(crate) Actor);

impl FromRequestParts<ApiState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let secret = bearer(&parts.headers)?;
        match state.records.authenticate(secret).await? {
            Some(actor) => Ok(Self(actor)),
            None => Err(refused("the API key is not known, or was revoked")),
        }
    }
}

impl FromRequestParts<ApiState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        match actor.role {
            Role::Admin => Ok(Self(actor)),
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
