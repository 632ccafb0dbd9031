//! `Prefer: wait=N` (RFC 7240): how long a caller would like to wait for the end of a task.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, request::Parts},
    response::Response,
};
use quire_model::ReportId;
use utoipa::IntoParams;

use crate::auth::Caller;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The longest wait in seconds: an answer comes within a minute.
const MOST_S: u64 = 50;

/// How many seconds; none if nothing is preferred. What is not understood is no preference, as the RFC has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoParams)]
#[into_params(names("Prefer"), parameter_in = Header)]
pub(crate) struct Wait(
    /// `wait=N`: wait N seconds at most for the task to end; of more than 50 it is 50. What cannot be understood
    /// (`wait`, `wait=-1`, `wait=soon`) is ignored, as RFC 7240 has it: `Preference-Applied` in the answer says what
    /// was understood, and nothing is waited for without it
    #[param(value_type = Option<String>, example = "wait=30", required = false)]
    Option<u64>,
);

impl Wait {
    fn of(headers: &HeaderMap) -> Self {
        let preferred = headers.get_all(PREFER).iter();
        let preferred = preferred.filter_map(|value| value.to_str().ok());
        let waits = preferred
            .flat_map(|value| value.split(','))
            .filter_map(|one| {
                let (name, value) = one.split(';').next()?.split_once('=')?;
                let is_wait = name.trim().eq_ignore_ascii_case("wait");
                let seconds = value.trim().trim_matches('"').parse::<u64>().ok()?;
                (is_wait && seconds > 0).then_some(seconds.min(MOST_S))
            });
        Self(waits.take(1).next())
    }

    /// Whether anything is preferred.
    pub(crate) const fn is_preferred(self) -> bool {
        self.0.is_some()
    }

    /// Wait until the task has ended, as long as is preferred. Says whether it was waited.
    pub(crate) async fn for_the_end(self, caller: &Caller, task: &ReportId) -> bool {
        match self.0 {
            Some(seconds) => {
                let live = &caller.state.live;
                live.ended(task, Duration::from_secs(seconds)).await
            }
            None => false,
        }
    }

    /// The answer, which says that it was waited for.
    pub(crate) fn applied(self, mut response: Response) -> Response {
        let applied = self.0.map(|seconds| format!("wait={seconds}"));
        if let Some(Ok(applied)) = applied.map(HeaderValue::try_from) {
            response.headers_mut().insert(PREFERENCE_APPLIED, applied);
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Wait {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seconds_are_found_among_other_preferences() {
        let wait = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_static(value));
            }
            Wait::of(&headers).0
        };
        for (values, seconds) in [
            (&["wait=10"][..], Some(10)),
            (&["respond-async, wait=10"], Some(10)),
            (&["respond-async", "Wait = \"7\"; x=y"], Some(7)),
            (&["wait=3, wait=9"], Some(3)),
            (&["wait=100000"], Some(MOST_S)),
            (&["wait=0"], None),
            (&["wait=soon"], None),
            (&["wait"], None),
            (&[], None),
        ] {
            assert_eq!(wait(values), seconds, "{values:?}");
        }
    }
}
