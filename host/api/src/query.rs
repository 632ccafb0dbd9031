//! The query string, with every fault as a problem that names the parameter.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use quire_model::{Problem, ProblemKind};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::ApiError;

/// The parameters behind the question mark. Their types refuse unknown names.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(params) = Query::from_request_parts(parts, state).await?;
        Ok(Self(params))
    }
}

/// Which of a list come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    /// The oldest.
    #[default]
    Oldest,
    /// The newest.
    Newest,
}

/// A place in a list that is counted through: no list gets longer than the records can count.
pub(crate) fn place(name: &str, value: Option<u64>) -> Result<Option<u64>, ApiError> {
    match value {
        Some(value) if i64::try_from(value).is_err() => {
            let detail = format!("{name} is {value}; it must be from 0 to {}", i64::MAX);
            Err(ApiError::new(ProblemKind::InvalidRequest, detail))
        }
        value => Ok(value),
    }
}

/// A problem of what stands in a query, which no JSON Pointer points at: `detail` names the parameter.
pub(crate) fn unpointed(mut problem: Box<Problem>) -> Box<Problem> {
    problem.errors = Vec::new();
    problem
}

/// Refuse a number outside its bounds.
pub(crate) fn bounded(name: &str, value: u32, most: u32) -> Result<u32, ApiError> {
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    let detail = format!("{name} is {value}; it must be from 1 to {most}");
    Err(ApiError::new(ProblemKind::InvalidRequest, detail))
}
