//! What stands in the address: a drug code, a task id or a name, parsed at the edge.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use quire_model::{Ndc, ObjectId, ProblemKind, ReportId};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use crate::{
    ApiError,
    described::{NameText, NdcText, TaskIdText},
};

/// The drug code in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("ndc"), parameter_in = Path)]
pub(crate) struct NdcPath(
    /// Drug code: a product code (61958-0802), a package code (61958-0802-1), the 10, 11 or 12 digits without hyphens, or
    /// the digits of the package's barcode
    #[param(value_type = NdcText, example = "61958-0802")]
    pub(crate) Ndc,
);

/// The task id in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("task_id"), parameter_in = Path)]
pub struct TaskPath(
    /// The task's id, as the request for the report was answered
    #[param(value_type = TaskIdText)]
    pub ReportId,
);

/// The batch in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("batch_id"), parameter_in = Path)]
pub(crate) struct BatchPath(
    /// As the request for the batch was answered
    #[param(value_type = String, pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    pub(crate) ObjectId,
);

/// The schedule in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("schedule_id"), parameter_in = Path)]
pub(crate) struct SchedulePath(
    /// As the schedule was made
    #[param(value_type = String, pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    pub(crate) ObjectId,
);

impl<S: Send + Sync> FromRequestParts<S> for SchedulePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = parse(parts, state, ProblemKind::NotFound).await?;
        Ok(Self(id))
    }
}

/// The name in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("name"), parameter_in = Path)]
pub(crate) struct ObjectName(
    /// The name of the module or the report definition
    #[param(value_type = NameText)]
    pub(crate) String,
);

/// The module and one of its versions in the address.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct VersionPath {
    /// The name of the module
    #[param(value_type = NameText, example = "trend")]
    pub(crate) name: String,
    /// The version: its SHA-256, or the first digits if no other begins so
    #[param(pattern = "^[0-9A-Fa-f]{1,64}$")]
    pub(crate) digest: String,
}

/// The key in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("id"), parameter_in = Path)]
pub(crate) struct KeyPath(
    /// The key's id, as the list of keys shows it
    #[param(pattern = "^key_[0-9A-HJKMNP-TV-Z]{26}$")]
    pub(crate) String,
);

/// The webhook in the address.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("webhook_id"), parameter_in = Path)]
pub(crate) struct WebhookPath(
    /// The webhook's id, as the list of webhooks shows it
    #[param(pattern = "^wh_[0-9A-HJKMNP-TV-Z]{26}$")]
    pub(crate) String,
);

/// The webhook and one of its deliveries in the address.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DeliveryPath {
    /// The webhook's id, as the list of webhooks shows it
    #[param(pattern = "^wh_[0-9A-HJKMNP-TV-Z]{26}$")]
    pub(crate) webhook_id: String,
    /// The delivery's id, as the list of deliveries shows it
    #[param(pattern = "^msg_[0-9A-HJKMNP-TV-Z]{26}$")]
    pub(crate) delivery_id: String,
}

impl<S: Send + Sync> FromRequestParts<S> for WebhookPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = parse(parts, state, ProblemKind::NotFound).await?;
        Ok(Self(id))
    }
}

/// An address with two names in it.
async fn both<T: DeserializeOwned + Send, S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<T, ApiError> {
    let found = Path::from_request_parts(parts, state).await;
    let Path(found) =
        found.map_err(|rejection| ApiError::new(ProblemKind::NotFound, rejection.body_text()))?;
    Ok(found)
}

impl<S: Send + Sync> FromRequestParts<S> for DeliveryPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        both(parts, state).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VersionPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        both(parts, state).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KeyPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = parse(parts, state, ProblemKind::NotFound).await?;
        Ok(Self(id))
    }
}

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

impl<S: Send + Sync> FromRequestParts<S> for BatchPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = parse(parts, state, ProblemKind::NotFound).await?;
        Ok(Self(id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ObjectName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let name = parse(parts, state, ProblemKind::NotFound).await?;
        Ok(Self(name))
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
