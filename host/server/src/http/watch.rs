//! What is known of a connection: what it is doing, and by when it has to have gone on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::{sync::Notify, time::Instant};

use super::bounds::Bounds;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of a request is awaited or has begun.
    Head,
    /// A request is being answered.
    Answer,
    /// Between requests.
    Idle,
}

/// What is known of a connection, for itself and for those that need its place.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) bounds: Bounds,
    at: Mutex<(Phase, Instant)>,
    pub(super) closed: Notify,
}

impl Watch {
    /// A connection that begins now.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            at: Mutex::new((Phase::Head, Instant::now())),
            closed: Notify::new(),
        }
    }

    /// What it does, and since when.
    pub(super) fn at(&self) -> (Phase, Instant) {
        *self.lock()
    }

    /// Close it.
    pub(super) fn close(&self) {
        self.closed.notify_one();
    }

    /// When it has to have gone on; never while it waits for this process.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.at() {
            (Phase::Head, since) => Some(since + self.bounds.head),
            (Phase::Idle, since) => Some(since + self.bounds.idle),
            (Phase::Answer, _) => None,
        }
    }

    pub(super) fn enter(&self, phase: Phase) {
        *self.lock() = (phase, Instant::now());
    }

    /// Bytes came in: behind an answer they begin the next head.
    pub(super) fn read(&self) {
        if self.at().0 == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// Bytes went out: whoever reads them is not idle.
    pub(super) fn written(&self) {
        if self.at().0 == Phase::Idle {
            self.enter(Phase::Idle);
        }
    }

    fn lock(&self) -> MutexGuard<'_, (Phase, Instant)> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
