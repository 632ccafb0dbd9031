//! Reports whose worker died: whether they are the cause is found out without harming others.
//!
//! Whoever kills a worker takes along all that it was making, so a death says little about any of them. A
//! report that was there twice is a suspect: it rests, longer each time, so that a machine in trouble is
//! not taken for it, and is then made alone in its process.

use std::time::Duration;

/// Deaths from which on a report is a suspect.
pub const SUSPECT_AFTER: u32 = 2;

/// How much longer each rest is than the one before.
const GROWTH: u32 = 4;

/// How long a report rests after its lease, for so many deaths of its workers. `first` is the rest of a suspect.
pub(crate) fn rest(first: Duration, deaths: u32) -> Duration {
    match deaths.checked_sub(SUSPECT_AFTER) {
        Some(more) => first.saturating_mul(GROWTH.saturating_pow(more.min(2))),
        None => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Claim,
        fixture::{Fixture, LEASE},
    };

    #[tokio::test]
    async fn a_report_whose_workers_keep_dying_rests_longer_each_time() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let first = records.settings.isolation;
        records.take(&id).await;
        records.clock.advance(LEASE);
        records.take(&id).await;

        for rest in [first, first * GROWTH] {
            records.clock.advance(LEASE);
            let early = records.claim(&id, "worker 1", LEASE).await.unwrap();
            assert_eq!(early, Claim::Busy(rest));
            records.clock.advance(rest);
            records.take(&id).await;
        }
    }
}
