//! How much time a guest may take: CPU time and wall time, counted apart.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use rustix::time::{ClockId, clock_gettime};

use crate::stop::Stop;

/// Counts the time of one call. CPU time is that of the thread which polls the call, so time in
/// which other tasks ran is not counted.
#[derive(Debug)]
pub(crate) struct Meter {
    cpu_limit: Duration,
    wall_limit: Duration,
    started: Instant,
    /// CPU time of the polls that are over, in nanoseconds.
    spent_ns: AtomicU64,
    /// The thread's CPU clock when the running poll began, in nanoseconds.
    poll_began_ns: AtomicU64,
    /// CPU time of the call at the last check, in nanoseconds.
    checked_ns: AtomicU64,
    /// The most CPU time between two checks, in nanoseconds.
    longest_tick_ns: AtomicU64,
}

impl Meter {
    pub(crate) fn new(cpu_limit: Duration, wall_limit: Duration) -> Self {
        Self {
            cpu_limit,
            wall_limit,
            started: Instant::now(),
            spent_ns: AtomicU64::new(0),
            poll_began_ns: AtomicU64::new(0),
            checked_ns: AtomicU64::new(0),
            longest_tick_ns: AtomicU64::new(0),
        }
    }

    /// CPU time of the polls that are over.
    pub(crate) fn cpu(&self) -> Duration {
        Duration::from_nanos(self.spent_ns.load(Relaxed))
    }

    /// Time since the call began.
    pub(crate) fn wall(&self) -> Duration {
        self.started.elapsed()
    }

    /// By how much the CPU time was exceeded at the last check.
    pub(crate) fn overrun(&self) -> Duration {
        Duration::from_nanos(self.checked_ns.load(Relaxed)).saturating_sub(self.cpu_limit)
    }

    /// The most CPU time that went by between two checks: a tick, longer on a busy machine.
    #[cfg(test)]
    pub(crate) fn longest_tick(&self) -> Duration {
        Duration::from_nanos(self.longest_tick_ns.load(Relaxed))
    }

    /// Whether the call, from within a poll of it, may go on.
    ///
    /// # Errors
    ///
    /// If one of the budgets is used up.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        let running = thread_cpu_ns().saturating_sub(self.poll_began_ns.load(Relaxed));
        let total = self.spent_ns.load(Relaxed).saturating_add(running);
        let tick = total.saturating_sub(self.checked_ns.swap(total, Relaxed));
        self.longest_tick_ns.fetch_max(tick, Relaxed);
        if Duration::from_nanos(total) > self.cpu_limit {
            return Err(Stop::Cpu(self.cpu_limit));
        }
        if self.started.elapsed() > self.wall_limit {
            return Err(Stop::Wall(self.wall_limit));
        }
        Ok(())
    }

    /// Run a call, counting the CPU time of each poll.
    pub(crate) async fn measure<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        poll_fn(|context| {
            let began = thread_cpu_ns();
            self.poll_began_ns.store(began, Relaxed);
            let polled = call.as_mut().poll(context);
            let spent = thread_cpu_ns().saturating_sub(began);
            self.spent_ns.fetch_add(spent, Relaxed);
            polled
        })
        .await
    }
}

/// CPU time of the current thread.
fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn computing_is_counted() {
        let meter = Meter::new(LONG, LONG);

        block_on(meter.measure(async {
            let until = thread_cpu_ns() + 2_000_000;
            while thread_cpu_ns() < until {
                std::hint::spin_loop();
            }
        }));

        assert!(meter.cpu() >= Duration::from_millis(2));
        assert!(meter.check().is_ok());
    }

    #[test]
    fn each_budget_has_its_own_error() {
        let cpu = Meter::new(Duration::ZERO, LONG);
        let wall = Meter::new(LONG, Duration::ZERO);

        assert!(matches!(cpu.check(), Err(Stop::Cpu(_))));
        assert!(matches!(wall.check(), Err(Stop::Wall(_))));
    }
}
