//! Reports whose worker died: whether they are the cause is found out without harming others.
//!
//! Whoever kills a worker takes along all that it was making, so a death says little about any of them. A
//! report that was there twice is a suspect: it rests, longer each time, so that a machine in trouble is
//! not taken for it, and is then made alone in its process. Suspects are claimed one after the other: a claim
//! counts, and one that only waited while another killed the worker again would be taken for it in the end.

use std::time::Duration;

use quire_model::ReportId;
use sqlx::{Sqlite, Transaction};

use crate::{Records, RecordsError, stored::Columns};

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

impl Records {
    /// How long a report of so many deaths waits for another suspect that is being made; zero if it is none.
    pub(crate) async fn others_turn(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
        deaths: u32,
    ) -> Result<Duration, RecordsError> {
        if deaths < SUSPECT_AFTER {
            return Ok(Duration::ZERO);
        }
        let row = sqlx::query(
            "SELECT max(lease_until) AS until FROM report
             WHERE state = 'running' AND id <> $1 AND attempt - failures > $2",
        )
        .bind(id.as_str())
        .bind(SUSPECT_AFTER)
        .fetch_one(&mut **change)
        .await?;
        let until = row.optional("until")?;
        Ok(self.bounds().lease_left(until, Duration::ZERO))
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
    async fn of_those_that_died_together_one_is_made_at_a_time_and_the_others_are_not_charged() {
        let records = Fixture::new().await;
        let (guilty, beside) = (records.enter().await, records.enter().await);
        for _ in 0..SUSPECT_AFTER {
            records.take(&guilty).await;
            records.take(&beside).await;
            records.clock.advance(LEASE);
        }
        records.clock.advance(records.settings.isolation);

        let third = records.take(&guilty).await;
        let waits = records.claim(&beside, "worker 2", LEASE).await.unwrap();
        assert_eq!(waits, Claim::Busy(LEASE));
        // It kills its worker again, and rests for longer.
        records.clock.advance(LEASE);
        let alone = records.take(&beside).await;

        assert_eq!((third.attempt, alone.attempt), (3, 3));
        let others = records.enter().await;
        records.take(&others).await;
    }

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
