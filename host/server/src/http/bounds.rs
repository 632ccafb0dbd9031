//! How many connections there may be, and how long they may wait.

use std::time::Duration;

/// How long the head of a request may take, from its first byte; for the first request, from the
/// connection on. A head has a few hundred bytes: who takes longer has a broken line or means harm.
const HEAD_LIMIT: Duration = Duration::from_secs(15);

/// How long a connection may be idle between requests, or an answer stand still because nobody reads it.
/// Longer than the 60 s that load balancers keep idle connections, so that it is they who close.
const IDLE_LIMIT: Duration = Duration::from_secs(75);

/// How many connections there may be, and how long they may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// In all.
    pub(crate) all: usize,
    /// From one address, or one /64 of IPv6, which is what one caller is given.
    pub(crate) per_address: usize,
    /// For the head of a request.
    pub(crate) head: Duration,
    /// Between requests.
    pub(crate) idle: Duration,
}

impl Bounds {
    /// So many, for as long as is usual.
    pub(crate) const fn new(all: usize, per_address: usize) -> Self {
        Self {
            all,
            per_address,
            head: HEAD_LIMIT,
            idle: IDLE_LIMIT,
        }
    }
}
