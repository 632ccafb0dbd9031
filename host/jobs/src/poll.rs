//! When a worker looks into the queue: steadily, and at once when it is woken.
//!
//! apalis-core 1.0.0's own interval strategy loses its wake-up when a fetch completes within one
//! poll: the new timer has no waker, and nothing is fetched until the next heartbeat. This one
//! polls its timer until it is pending, so a waker is always registered. It can go when upstream
//! does the same.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use apalis::prelude::{PollSnapshot, PollStrategy};
use futures::Stream;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Anything that calls when there is something to fetch.
type Wake = Pin<Box<dyn Stream<Item = ()> + Send + Sync>>;

/// A steady timer and a wake-up call.
pub(crate) struct SteadyPoll {
    interval: Interval,
    wake: Option<Wake>,
}

impl SteadyPoll {
    /// Look every `period`, and whenever `wake` yields.
    pub(crate) fn new(
        period: Duration,
        wake: impl Stream<Item = ()> + Send + Sync + 'static,
    ) -> Self {
        let mut interval = interval(period);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            interval,
            wake: Some(Box::pin(wake)),
        }
    }

    /// Whether the wake-up call came; all calls that wait count as one.
    fn called(&mut self, context: &mut Context<'_>) -> bool {
        let mut called = false;
        while let Some(wake) = &mut self.wake {
            match wake.as_mut().poll_next(context) {
                Poll::Ready(Some(())) => called = true,
                Poll::Ready(None) => self.wake = None,
                Poll::Pending => break,
            }
        }
        called
    }
}

impl PollStrategy for SteadyPoll {
    fn poll_drive(&mut self, context: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut due = self.called(context);
        while self.interval.poll_tick(context).is_ready() {
            due = true;
        }
        if due {
            Poll::Ready(Some(()))
        } else {
            Poll::Pending
        }
    }
}

impl fmt::Debug for SteadyPoll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SteadyPoll")
            .field("period", &self.interval.period())
            .finish_non_exhaustive()
    }
}
