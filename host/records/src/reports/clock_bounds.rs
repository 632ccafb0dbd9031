//! How far ahead a time in the ledger can lie. One that lies further was written by a clock that
//! stood wrong and has been set back since: it would keep its report waiting until the clock comes by
//! there again, so it counts as past.

use std::time::Duration;

use crate::{Records, clock::millis};

/// The longest lease. Workers renew every few seconds; a longer one would only prolong what the
/// death of a worker costs.
pub const LONGEST_LEASE: Duration = Duration::from_mins(1);

/// The longest pause between two attempts.
pub const LONGEST_PAUSE: Duration = Duration::from_mins(20);

/// The latest times that a right clock can have written, in milliseconds since 1970-01-01 UTC. Each
/// has a grace period to spare, so that small corrections of the clock change nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClockBounds {
    pub(crate) now: i64,
    /// The latest end of a lease, and of the grace period of a ticket.
    pub(crate) lease: i64,
    /// The latest end of a pause.
    pub(crate) pause: i64,
}

impl Records {
    pub(crate) fn bounds(&self) -> ClockBounds {
        let now = self.now();
        let grace = millis(self.settings.grace);
        ClockBounds {
            now,
            lease: now + millis(LONGEST_LEASE) + grace,
            pause: now + millis(LONGEST_PAUSE) + grace,
        }
    }
}

impl ClockBounds {
    /// How long a lease still runs, and the rest after it; zero once both are over.
    pub(crate) fn lease_left(&self, until: Option<i64>, rest: Duration) -> Duration {
        let rest = millis(rest);
        let until = until.filter(|until| *until <= self.lease);
        self.left(until.map(|until| until + rest), self.lease + rest)
    }

    /// How long the pause still is; zero once it is over.
    pub(crate) fn pause_left(&self, until: Option<i64>) -> Duration {
        self.left(until, self.pause)
    }

    fn left(&self, until: Option<i64>, latest: i64) -> Duration {
        let left = until
            .filter(|until| (self.now..=latest).contains(until))
            .map_or(0, |until| until - self.now);
        Duration::from_millis(left.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{
        Claim, Outcome, Renew, State,
        fixture::{Fixture, LEASE, problem},
    };

    /// How far the clock was off in these tests: a day, a year, and just beyond what is possible.
    const OFF: [Duration; 3] = [
        Duration::from_hours(24),
        Duration::from_hours(24 * 365),
        Duration::from_mins(30),
    ];

    #[tokio::test]
    async fn a_lease_of_a_clock_that_was_set_back_has_run_out() {
        for off in OFF {
            let records = Fixture::new().await;
            records.clock.advance(off);
            let id = records.enter().await;
            let dead = records.take(&id).await;
            records.clock.set_back(off);

            assert!(records.any_overdue().await.unwrap());
            assert_eq!(records.claimable().await.unwrap(), 1);
            assert_eq!(
                records.overdue(10).await.unwrap(),
                std::slice::from_ref(&id)
            );
            assert!(records.overdue(10).await.unwrap().is_empty());
            let taken = records.take(&id).await;
            let late = Outcome::Failed(problem());
            assert!(!records.settle(&id, &dead.token, &late).await.unwrap());
            assert_eq!(taken.attempt, 2);
        }
    }

    #[tokio::test]
    async fn a_worker_that_lives_keeps_its_claim_when_the_clock_is_set_back() {
        let records = Fixture::new().await;
        records.clock.advance(Duration::from_hours(5));
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        records.clock.set_back(Duration::from_hours(5));

        let renewed = records.renew(&id, &claimed.token, LEASE).await.unwrap();

        assert_eq!(renewed, Renew::Ok);
        assert!(!records.any_overdue().await.unwrap());
        let other = records.claim(&id, "worker 2", LEASE).await.unwrap();
        assert_eq!(other, Claim::Busy(LEASE));
    }

    #[tokio::test]
    async fn a_pause_of_a_clock_that_was_set_back_is_over() {
        for off in OFF {
            let records = Fixture::new().await;
            records.clock.advance(off);
            let id = records.enter().await;
            let claimed = records.take(&id).await;
            let retry = Outcome::Retry {
                after: Duration::from_secs(4),
                problem: problem(),
            };
            records.settle(&id, &claimed.token, &retry).await.unwrap();
            records.clock.set_back(off);

            assert!(records.any_overdue().await.unwrap());
            assert_eq!(records.claimable().await.unwrap(), 1);
            assert_eq!(
                records.overdue(10).await.unwrap(),
                std::slice::from_ref(&id)
            );
            assert_eq!(records.take(&id).await.attempt, 2);
        }
    }

    #[tokio::test]
    async fn a_ticket_of_a_clock_that_was_set_back_is_overdue() {
        for off in OFF {
            let records = Fixture::new().await;
            records.clock.advance(off);
            let waiting = records.enter().await;
            let back = records.enter().await;
            let claimed = records.take(&back).await;
            records
                .settle(&back, &claimed.token, &Outcome::HandedBack)
                .await
                .unwrap();
            records.clock.set_back(off);

            let mut overdue = records.overdue(10).await.unwrap();
            overdue.sort();

            let mut expected = vec![waiting.clone(), back.clone()];
            expected.sort();
            assert_eq!(overdue, expected);
            records.take(&waiting).await;
            records.take(&back).await;
        }
    }

    #[tokio::test]
    async fn the_longest_pause_is_waited_for_and_no_pause_is_longer() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let retry = Outcome::Retry {
            after: Duration::from_hours(24),
            problem: problem(),
        };
        records.settle(&id, &claimed.token, &retry).await.unwrap();

        let early = records.claim(&id, "worker 1", LEASE).await.unwrap();
        assert_eq!(early, Claim::Busy(super::LONGEST_PAUSE));
        assert!(!records.any_overdue().await.unwrap());
        assert_eq!(records.claimable().await.unwrap(), 0);
        records.clock.advance(super::LONGEST_PAUSE);
        assert_eq!(records.overdue(10).await.unwrap(), [id]);
    }

    #[tokio::test]
    async fn a_clock_that_jumps_ahead_strands_nothing_and_makes_no_report_twice() {
        let records = Fixture::new().await;
        let (running, waiting) = (records.enter().await, records.enter().await);
        let claimed = records.take(&running).await;

        records.clock.advance(Duration::from_hours(24));

        assert_eq!(records.overdue(10).await.unwrap().len(), 2);
        let other = records.take(&running).await;
        let failed = Outcome::Failed(problem());
        assert!(
            !records
                .settle(&running, &claimed.token, &failed)
                .await
                .unwrap()
        );
        assert!(
            records
                .settle(&running, &other.token, &failed)
                .await
                .unwrap()
        );
        records.take(&waiting).await;
        let row = records.report(&running).await.unwrap().unwrap();
        assert_eq!(row.state, State::Failed);
    }

    #[tokio::test]
    async fn looking_for_overdue_reports_reads_no_more_than_there_are() {
        let records = Fixture::new().await;
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
            "EXPLAIN QUERY PLAN SELECT EXISTS (SELECT 1 FROM report
             WHERE due <= 5 OR due > 7 AND due > CASE state WHEN 'retrying' THEN 9 ELSE 7 END)",
        )
        .fetch_all(&records.readers)
        .await
        .unwrap();

        let scans = plan.iter().any(|step| step.3.starts_with("SCAN report"));
        assert!(!scans, "{plan:?}");
    }
}
