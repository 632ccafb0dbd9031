//! Until when an answer of openFDA is what the same question gets.

use std::{ops::Deref, sync::Arc, time::Duration};

use crate::tuning::milliseconds;

/// Until when the same question gets the same answer, in milliseconds since 1970-01-01 UTC by the clock of the
/// process that fetched it. Afterwards openFDA is asked again, and may say something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FreshUntil(i64);

impl FreshUntil {
    /// Not even now: it stands in for an answer that openFDA did not give, or is past its time.
    pub const NEVER: Self = Self(i64::MIN);
    /// It does not come from openFDA.
    pub const ALWAYS: Self = Self(i64::MAX);

    /// As long after it was fetched.
    pub(crate) fn after(fetched_ms: i64, fresh_for: Duration) -> Self {
        Self(fetched_ms.saturating_add(milliseconds(fresh_for)))
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }
}

/// An answer, and until when it is that.
#[derive(Clone, Debug)]
pub struct Lasting<T> {
    /// The answer.
    pub answer: Arc<T>,
    /// Until when the same question gets it.
    pub until: FreshUntil,
}

impl<T> Lasting<T> {
    /// What is said where openFDA gave no answer; the next time it may.
    #[must_use]
    pub fn instead(answer: T) -> Self {
        Self {
            answer: Arc::new(answer),
            until: FreshUntil::NEVER,
        }
    }

    /// What does not come from openFDA.
    #[must_use]
    pub const fn own(answer: Arc<T>) -> Self {
        Self {
            answer,
            until: FreshUntil::ALWAYS,
        }
    }
}

impl<T> Deref for Lasting<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.answer
    }
}
