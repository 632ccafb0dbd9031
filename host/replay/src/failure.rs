//! Errors in openFDA's form.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::search::SearchError;

/// An error in openFDA's form.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    body: Value,
}

impl Failure {
    fn new(status: StatusCode, code: &str, message: &str) -> Self {
        let body = json!({"error": {"code": code, "message": message}});
        Self { status, body }
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(crate) fn invalid_parameter(name: &str) -> Self {
        Self::bad_request(&format!("Invalid parameter: {name}"))
    }

    pub(crate) fn search_not_supported(search: &str) -> Self {
        Self::bad_request(&format!("Search not supported: {search}"))
    }

    pub(crate) fn limit_too_big() -> Self {
        Self::bad_request(
            "Limit cannot exceed 1000 results for search requests. Use the skip or search_after \
             param to get additional results.",
        )
    }

    pub(crate) fn skip_too_big() -> Self {
        Self::bad_request("Skip value must 25000 or less.")
    }

    pub(crate) fn sort(field: &str) -> Self {
        let message = format!("Sorting allowed by non-analyzed fields only: {field}");
        Self::bad_request(&message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "No matches found!")
    }

    pub(crate) fn nothing_to_count() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Nothing to count")
    }

    pub(crate) fn key_invalid() -> Self {
        let message = "An invalid api_key was supplied. Get one at https://api.fda.gov:443";
        Self::new(StatusCode::FORBIDDEN, "API_KEY_INVALID", message)
    }

    pub(crate) fn over_rate_limit() -> Self {
        let message = "You have exceeded your rate limit. Try again later or contact us for \
            assistance.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "OVER_RATE_LIMIT", message)
    }

    /// What a query that cannot be parsed gets.
    pub(crate) fn server_error() -> Self {
        let body = json!({"error": {
            "code": "SERVER_ERROR",
            "message": "Check your request and try again",
            "details": "[token_mgr_error] token_mgr_error: Lexical error at line 1, column 32.  \
                Encountered: <EOF> after : \"\"",
        }});
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            body,
        }
    }
}

impl From<SearchError> for Failure {
    fn from(_: SearchError) -> Self {
        Self::server_error()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (self.status, kind, self.body.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bodies_are_those_that_were_recorded() {
        let recorded = [
            (
                Failure::sort("invalid_field"),
                include_str!("../../../tests/data/openfda/errors/vcr_400_bad_request_0.json"),
            ),
            (
                Failure::key_invalid(),
                include_str!("../../../tests/data/openfda/errors/vcr_403_api_key_invalid_1.json"),
            ),
            (
                Failure::not_found(),
                include_str!("../../../tests/data/openfda/errors/vcr_404_not_found_2.json"),
            ),
            (
                Failure::server_error(),
                include_str!("../../../tests/data/openfda/errors/vcr_500_server_error_4.json"),
            ),
            (
                Failure::invalid_parameter("foo"),
                include_str!(
                    "../../../tests/data/openfda/errors/synthetic_400_invalid_parameter.json"
                ),
            ),
            (
                Failure::limit_too_big(),
                include_str!("../../../tests/data/openfda/errors/synthetic_400_limit_too_big.json"),
            ),
            (
                Failure::skip_too_big(),
                include_str!("../../../tests/data/openfda/errors/synthetic_400_skip_too_big.json"),
            ),
            (
                Failure::nothing_to_count(),
                include_str!(
                    "../../../tests/data/openfda/errors/synthetic_404_nothing_to_count.json"
                ),
            ),
            (
                Failure::over_rate_limit(),
                include_str!(
                    "../../../tests/data/openfda/errors/synthetic_429_over_rate_limit.json"
                ),
            ),
        ];
        for (failure, text) in recorded {
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(failure.body, expected);
        }
    }
}
