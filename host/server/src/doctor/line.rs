//! What was found of one thing, and what to do about it.

use serde::Serialize;

use crate::terminal;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// It works, and might not always.
    Warn,
    /// It does not work.
    Fail,
}

/// One line.
#[derive(Debug, Serialize)]
struct Line {
    state: State,
    check: &'static str,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// Everything that was found, in the order it was looked at.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(State::Ok, check, found.into(), None);
    }

    pub(super) fn warn(
        &mut self,
        check: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(State::Warn, check, found.into(), Some(remedy.into()));
    }

    pub(super) fn fail(
        &mut self,
        check: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(State::Fail, check, found.into(), Some(remedy.into()));
    }

    fn add(&mut self, state: State, check: &'static str, found: String, remedy: Option<String>) {
        self.0.push(Line {
            state,
            check,
            found,
            remedy,
        });
    }

    /// How the worst of it stands.
    pub(super) fn worst(&self) -> State {
        self.0
            .iter()
            .map(|line| line.state)
            .max()
            .unwrap_or(State::Ok)
    }

    /// For a person: what to do stands below what was found.
    pub(super) fn tell(&self) {
        for line in &self.0 {
            let word = match line.state {
                State::Ok => "ok",
                State::Warn => "warn",
                State::Fail => "FAIL",
            };
            terminal::say(format_args!("{word:<5} {:<14} {}", line.check, line.found));
            if let Some(remedy) = &line.remedy {
                terminal::say(format_args!("{:>20} → {remedy}", ""));
            }
        }
    }
}
