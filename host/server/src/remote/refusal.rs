//! What a server refused, in its own words.

use std::fmt;

use quire_api::{NEXT_STEP, ProblemBody};
use quire_model::{FieldError, NextStep};
use reqwest::StatusCode;

/// A refusal, with the problem that says why.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    problem: Option<Box<ProblemBody>>,
    address: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, problem: Option<ProblemBody>, address: &str) -> Self {
        Self {
            status,
            problem: problem.map(Box::new),
            address: address.to_owned(),
        }
    }

    /// Whether an error is a refusal with this status, by a Quire server.
    pub(crate) fn is(error: &anyhow::Error, status: StatusCode) -> bool {
        let refusal = error.downcast_ref::<Self>();
        refusal.is_some_and(|refusal| refusal.status == status && refusal.problem.is_some())
    }

    /// Its status.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The refusal without the request that is its way out, and that way; none if it has none.
    pub(crate) fn and_way(&self) -> Option<(String, NextStep)> {
        let problem = self.problem.as_ref()?;
        let step = problem.next_step.clone()?;
        let what = problem.detail.split(NEXT_STEP).next()?;
        let bare = Self {
            problem: Some(Box::new(ProblemBody {
                detail: what.to_owned(),
                ..(**problem).clone()
            })),
            status: self.status,
            address: self.address.clone(),
        };
        Some((bare.to_string(), step))
    }

    /// The problem, if it is one.
    pub(crate) fn problem(&self) -> Option<&ProblemBody> {
        self.problem.as_deref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(problem) = &self.problem else {
            return write!(
                f,
                "{} answered {}, and not as a Quire server does: look at the address",
                self.address, self.status
            );
        };
        f.write_str(&in_words(problem))?;
        match &problem.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

/// A problem in a line: what is wrong with each field, where that is not said already.
pub(crate) fn in_words(problem: &ProblemBody) -> String {
    let mut words = format!("{}: {}", problem.title, problem.detail);
    let untold = |error: &&FieldError| !problem.detail.contains(&error.detail);
    for error in problem.errors.iter().filter(untold) {
        words.push_str(&format!("; {} {}", error.pointer, error.detail));
    }
    if let Some(seconds) = problem.retry_after_s {
        words.push_str(&format!(
            "; another try may succeed after {seconds} seconds"
        ));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_request_by_which_the_server_knows_it() {
        let problem = serde_json::json!({
            "type": "/problems/invalid-request", "title": "Invalid request", "status": 422, "detail": "no",
            "request_id": "r-1", "errors": [{"pointer": "/a", "detail": "is wrong"}, {"pointer": "/b", "detail": "no"}],
        });
        let problem = serde_json::from_value(problem).unwrap();
        let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, Some(problem), "http://q");

        assert_eq!(
            refusal.to_string(),
            "Invalid request: no; /a is wrong (request r-1)"
        );
        let proxy = Refusal::new(StatusCode::NOT_FOUND, None, "http://q");
        assert!(!Refusal::is(&proxy.into(), StatusCode::NOT_FOUND));
    }
}
