//! What stands in the address: a drug code or a task id, parsed at the edge.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use quire_model::{Ndc, ProblemKind, ReportId};

use crate::ApiError;

/// The drug code in the address.
#[derive(Clone, Debug)]
pub(crate) struct NdcPath(pub(crate) Ndc);

/// The task id in the address.
#[derive(Clone, Debug)]
pub(crate) struct TaskPath(pub(crate) ReportId);

impl<S: Send + Sync> FromRequestParts<S> for NdcPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let ndc = parse(parts, state, ProblemKind::InvalidNdc).await?;
        Ok(Self(ndc))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TaskPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = parse(parts, state, ProblemKind::UnknownTask).await?;
        Ok(Self(id))
    }
}

/// The only parameter of the address, which is at fault if it cannot be read.
async fn parse<T, S>(parts: &mut Parts, state: &S, kind: ProblemKind) -> Result<T, ApiError>
where
    T: FromStr<Err: std::fmt::Display>,
    S: Send + Sync,
{
    let Path(text) = Path::<String>::from_request_parts(parts, state)
        .await
        .map_err(|rejection| ApiError::new(kind, rejection.body_text()))?;
    text.parse()
        .map_err(|error: T::Err| ApiError::new(kind, error.to_string()))
}
