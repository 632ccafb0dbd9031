//! Why a request is not answered with what it asked for. The status and the words are the API's.

use axum::{
    extract::rejection::FormRejection,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quire_api::ApiError;
use quire_model::ProblemKind;

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody is signed in; the address to come back to.
    SignIn(String),
    /// Nobody is signed in as far as this request says: it comes from another site, and the browser
    /// keeps the cookie back. The same address, asked for from here, tells.
    AskAgain(String),
    /// Anything else.
    Problem(ApiError),
}

impl Refusal {
    /// A refusal of the console's own.
    pub(crate) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        ApiError::new(kind, detail).into()
    }
}

impl<E: Into<ApiError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(to) => {
                let to = utf8_percent_encode(&to, NON_ALPHANUMERIC);
                Redirect::to(&format!("/console/sign-in?to={to}")).into_response()
            }
            // No redirection: the browser would still hold it for the other site's.
            Self::AskAgain(address) => (
                [(header::REFRESH, format!("0; url={address}"))],
                "One moment …",
            )
                .into_response(),
            Self::Problem(error) => error.into_response(),
        }
    }
}

/// A form that cannot be read.
pub(crate) fn unreadable(rejection: &FormRejection) -> Refusal {
    Refusal::new(
        ProblemKind::InvalidRequest,
        format!("the form cannot be read: {}", rejection.body_text()),
    )
}
