//! What every change by an administrator has in common: who makes it, to what, on which state, in
//! which request and why.

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use quire_model::Digest;
use quire_records::{Decision, Records};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{
    ApiError, ApiState,
    auth::{Admin, Caller},
    described::ReasonText,
    if_match::Revision,
    json_body::JsonBody,
    path::ObjectName,
};

/// A change of the object that the address names, asked for by an administrator who has read it.
pub(crate) struct Change<B> {
    pub(crate) caller: Caller,
    /// The object's name.
    pub(crate) name: String,
    /// What to change, and why.
    pub(crate) body: B,
    revision: u64,
}

/// The body of a change. It always says why.
pub(crate) trait Reasoned {
    fn reason(&self) -> &str;
}

/// Bodies with a field `reason`.
macro_rules! reasoned {
    ($($body:ty),+) => {
        $(impl $crate::change::Reasoned for $body {
            fn reason(&self) -> &str {
                &self.reason
            }
        })+
    };
}
pub(crate) use reasoned;

impl<B: Reasoned> Change<B> {
    /// The change, as the audit trail tells it.
    pub(crate) fn decision(&self) -> Decision<'_> {
        self.caller
            .decision(self.body.reason(), Some(self.revision))
    }

    /// Where it is written.
    pub(crate) fn records(&self) -> &Records {
        self.caller.records()
    }

    /// The version of the module that the body names.
    pub(crate) async fn version(&self, named: &str) -> Result<Digest, ApiError> {
        Ok(self.records().version_named(&self.name, named).await?)
    }
}

impl<B: DeserializeOwned> FromRequest<ApiState> for Change<B> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Admin(caller) = Admin::from_request_parts(&mut parts, state).await?;
        let ObjectName(name) = ObjectName::from_request_parts(&mut parts, state).await?;
        let Revision(revision) = Revision::from_request_parts(&mut parts, state).await?;
        let request = Request::from_parts(parts, body);
        let JsonBody(body) = JsonBody::from_request(request, state).await?;
        Ok(Self {
            caller,
            name,
            body,
            revision,
        })
    }
}

/// A change that needs no more than a reason.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnlyReason {
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText, example = "the chart of the new version is cut off")]
    reason: String,
}

reasoned!(OnlyReason);
