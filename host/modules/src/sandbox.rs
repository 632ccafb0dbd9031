//! WASI 0.2 with nothing behind it: what the standard libraries of guests link, answered the same
//! way each time. No environment, no arguments, no files, no sockets; a fixed clock, a seeded
//! random source, captured output.

mod captured;
mod cli;
mod clocks;
pub(crate) mod handles;
mod io;
mod random;

use quire_model::{Date, epoch_days};

use captured::Captured;

/// The little world of one call.
#[derive(Debug)]
pub(crate) struct Sandbox {
    /// Seconds since 1970: midnight of the as-of date, always.
    wall_seconds: u64,
    /// Moves on by a microsecond with each look, so that guests which wait for it come to an end.
    monotonic_ns: u64,
    /// State of the random source.
    random: u64,
    pub(crate) output: Captured,
    pub(crate) error: Captured,
}

impl Sandbox {
    pub(crate) fn new(as_of: Date, seed: u64) -> Self {
        let days = u64::try_from(epoch_days(as_of)).unwrap_or(0);
        Self {
            wall_seconds: days * 86_400,
            monotonic_ns: 0,
            random: seed,
            output: Captured::default(),
            error: Captured::default(),
        }
    }
}
