//! The time by which leases run out and events are stamped.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

/// The machine's clock, or one that a test moves by hand. Processes that share the records run on
/// one machine, so they share its clock too.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is moved.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(start.as_millisecond()))))
    }

    /// Move a manual clock; the machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Some(clock) = &self.0 {
            clock.fetch_add(millis(by), Ordering::SeqCst);
        }
    }

    /// Set a manual clock back; the machine's clock is left alone.
    pub fn set_back(&self, by: Duration) {
        if let Some(clock) = &self.0 {
            clock.fetch_sub(millis(by), Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            None => Timestamp::now().as_millisecond(),
            Some(clock) => clock.load(Ordering::SeqCst),
        }
    }
}

/// Whole milliseconds, for the database.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
