//! Reads forms: a field that is left empty is one that was not given.

use axum::{
    Form,
    extract::{FromRequest, Request, rejection::FormRejection},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::refusal::{Refusal, unreadable};

/// A form that was sent. Its type refuses unknown names.
#[derive(Clone, Debug)]
pub(crate) struct Posted<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Posted<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let read: Result<Form<T>, FormRejection> = Form::from_request(request, state).await;
        read.map(|Form(form)| Self(form))
            .map_err(|rejection| unreadable(&rejection))
    }
}

/// None for a field that is there and empty, as browsers send those that were left out.
///
/// # Errors
///
/// If the text is none of `T`.
pub(crate) fn filled<'de, D, T>(field: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(field)?;
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}
