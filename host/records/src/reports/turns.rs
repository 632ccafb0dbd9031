//! Whose report is made next.
//!
//! A ticket says that a report waits; which one is decided when a worker has the ticket. Callers take
//! turns, so that one who asks for thousands keeps nobody else waiting, and of one caller's the oldest goes
//! first. Reports that somebody waits for go before those that nobody does, but for one in a few. Who is in line, and how
//! many of their reports wait and were accepted today, triggers keep.

use std::time::Duration;

use quire_model::ReportId;
use sqlx::{Sqlite, Transaction};

use crate::{Claim, KeyId, Records, RecordsError, State, stored::Columns};

/// How soon a report is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for it.
    #[default]
    Interactive,
    /// Nobody does: it is one of many.
    Batch,
}

/// Of so many claims one is a batch report's, however many others wait: they must come to an end too.
const BATCH_ONE_IN: i64 = 8;

/// What a caller has waiting and has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Reports that wait, of whomever.
    pub all_waiting: u64,
    /// Reports of theirs that wait.
    pub waiting: u64,
    /// Reports that were accepted since midnight UTC.
    pub today: u64,
}

impl Records {
    /// Take a report for a ticket: the one that it names if that was begun before and may go on, else the
    /// one whose turn it is. Each ticket takes one, so as long as there are as many tickets as reports, none
    /// is forgotten, whatever the tickets say.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn claim_next(
        &self,
        ticket: &ReportId,
        worker: &str,
        lease: Duration,
    ) -> Result<Claim, RecordsError> {
        let mut change = self.write().await?;
        let named = self.state_in(&mut change, ticket).await?;
        let mut claim = match named {
            None => Claim::Missing,
            Some(State::Running | State::Retrying) => {
                self.claim_in(&mut change, ticket, worker, lease).await?
            }
            Some(State::Queued) => Claim::Busy(Duration::ZERO),
            Some(_) => Claim::Finished,
        };
        while !matches!(claim, Claim::Go(_)) {
            let Some((owner, id)) = self.whose_turn(&mut change).await? else {
                break;
            };
            match self.claim_in(&mut change, &id, worker, lease).await? {
                Claim::Go(claimed) => {
                    had_a_turn(&mut change, &owner).await?;
                    claim = Claim::Go(claimed);
                }
                // It was called off, and is out of the line now.
                Claim::Finished => {}
                Claim::Busy(_) | Claim::Missing => break,
            }
        }
        change.commit().await?;
        Ok(claim)
    }

    /// What a caller has waiting and has asked for today.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn asked(&self, owner: &KeyId) -> Result<Asked, RecordsError> {
        let row = sqlx::query(
            "SELECT coalesce((SELECT sum(reports) FROM waiting), 0) AS all_waiting,
                    coalesce((SELECT reports FROM waiting WHERE owner = $1), 0) AS waiting,
                    coalesce((SELECT reports FROM asked WHERE owner = $1 AND day = $2), 0) AS today",
        )
        .bind(owner.as_str())
        .bind(day(self.now()))
        .fetch_one(&self.readers)
        .await?;
        Ok(Asked {
            all_waiting: row.read("all_waiting")?,
            waiting: row.read("waiting")?,
            today: row.read("today")?,
        })
    }

    async fn state_in(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
    ) -> Result<Option<State>, RecordsError> {
        let row = sqlx::query("SELECT state FROM report WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut **change)
            .await?;
        Ok(row.map(|row| row.read("state")).transpose()?)
    }

    /// The queued report whose turn it is, and whose it is.
    async fn whose_turn(
        &self,
        change: &mut Transaction<'static, Sqlite>,
    ) -> Result<Option<(KeyId, ReportId)>, RecordsError> {
        let claims: i64 = sqlx::query_scalar("SELECT coalesce(max(last), 0) FROM turn")
            .fetch_one(&mut **change)
            .await?;
        let batch_first = claims % BATCH_ONE_IN == BATCH_ONE_IN - 1;
        for batch in [batch_first, !batch_first] {
            if let Some(found) = self.waited_longest(change, batch).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn waited_longest(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        batch: bool,
    ) -> Result<Option<(KeyId, ReportId)>, RecordsError> {
        let bounds = self.bounds();
        // One that was handed back rests.
        let row = sqlx::query(
            "SELECT owner, (SELECT min(id) FROM report
                            WHERE report.owner = turn.owner AND state = 'queued' AND batch = $1
                                AND (not_before IS NULL OR not_before <= $2 OR not_before > $3)) AS id
             FROM turn
             WHERE EXISTS (SELECT 1 FROM report
                           WHERE report.owner = turn.owner AND state = 'queued' AND batch = $1
                               AND (not_before IS NULL OR not_before <= $2 OR not_before > $3))
             ORDER BY last LIMIT 1",
        )
        .bind(i64::from(batch))
        .bind(bounds.now)
        .bind(bounds.lease)
        .fetch_optional(&mut **change)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.read("owner")?, row.read("id")?)))
    }
}

/// Whoever has had a turn is the last in line.
async fn had_a_turn(
    change: &mut Transaction<'static, Sqlite>,
    owner: &KeyId,
) -> Result<(), RecordsError> {
    sqlx::query("UPDATE turn SET last = (SELECT max(last) FROM turn) + 1 WHERE owner = $1")
        .bind(owner.as_str())
        .execute(&mut **change)
        .await?;
    Ok(())
}

/// Days since 1970-01-01 UTC.
fn day(now: i64) -> i64 {
    now.div_euclid(24 * 60 * 60 * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Actor, Outcome, State,
        fixture::{Fixture, LEASE, actor, request},
    };

    async fn enter(records: &Fixture, owner: &str, urgency: Urgency) -> ReportId {
        let actor = Actor {
            key: owner.into(),
            ..actor()
        };
        let accepted = records
            .accept_as(urgency.into(), &request("61958-0802"), &actor, "r", None)
            .await;
        accepted.unwrap().id
    }

    /// Whose report comes next; the ticket is always the same.
    async fn next(records: &Fixture, ticket: &ReportId) -> String {
        match records.claim_next(ticket, "worker 1", LEASE).await.unwrap() {
            Claim::Go(claimed) => claimed.owner.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn callers_take_turns_whatever_the_tickets_say() {
        let records = Fixture::new().await;
        let mut first = None;
        for owner in ["a", "a", "a", "a", "b", "c", "c"] {
            let id = enter(&records, owner, Urgency::Interactive).await;
            first.get_or_insert(id);
        }
        let ticket = first.unwrap();

        let mut turns = Vec::new();
        for _ in 0..7 {
            turns.push(next(&records, &ticket).await);
        }

        assert_eq!(turns, ["a", "b", "c", "a", "c", "a", "a"]);
        let asked = records.asked(&"a".into()).await.unwrap();
        assert_eq!((asked.all_waiting, asked.waiting, asked.today), (0, 0, 4));
        assert!(next(&records, &ticket).await.starts_with("Busy"));
    }

    /// The number that is kept, and what is counted; both of all and of the caller `a`.
    async fn waits(records: &Fixture) -> [(i64, i64); 2] {
        let asked = records.asked(&"a".into()).await.unwrap();
        let kept = (asked.all_waiting, asked.waiting);
        let counted: (i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(owner = 'a'), 0) FROM report
             WHERE state IN ('queued', 'retrying')",
        )
        .fetch_one(&records.readers)
        .await
        .unwrap();
        [(kept.0 as i64, kept.1 as i64), counted]
    }

    #[tokio::test]
    async fn how_many_wait_is_kept_through_everything_that_becomes_of_a_report() {
        let records = Fixture::new().await;
        let mut seen = Vec::new();
        let mut entered = Vec::new();
        for owner in ["a", "a", "a", "b", "b"] {
            entered.push(enter(&records, owner, Urgency::Interactive).await);
        }
        seen.push(waits(&records).await);
        let taken = records.take(&entered[0]).await;
        seen.push(waits(&records).await);
        let spared = Outcome::Spared {
            fault: quire_model::HostFault::Memory,
            after: LEASE,
        };
        let settled = records.settle(&entered[0], &taken.token, &spared).await;
        assert!(settled.unwrap());
        seen.push(waits(&records).await);
        records.clock.advance(LEASE * 2);
        records.take(&entered[0]).await;
        seen.push(waits(&records).await);
        records
            .cancel(&entered[1], &Actor::operator(), "r")
            .await
            .unwrap();
        seen.push(waits(&records).await);
        sqlx::query("DELETE FROM report WHERE id = $1")
            .bind(entered[4].as_str())
            .execute(&records.writer)
            .await
            .unwrap();
        seen.push(waits(&records).await);

        let kept: Vec<_> = seen.iter().map(|[kept, _]| *kept).collect();
        let counted: Vec<_> = seen.iter().map(|[_, counted]| *counted).collect();
        assert_eq!(kept, counted);
        assert_eq!(kept, [(5, 3), (4, 2), (5, 3), (4, 2), (3, 1), (2, 1)]);
    }

    #[tokio::test]
    async fn what_somebody_waits_for_goes_first_but_batches_come_to_an_end() {
        let records = Fixture::new().await;
        let ticket = enter(&records, "batch", Urgency::Batch).await;
        enter(&records, "batch", Urgency::Batch).await;
        for _ in 0..20 {
            enter(&records, "person", Urgency::Interactive).await;
        }

        let mut turns = Vec::new();
        for _ in 0..16 {
            turns.push(next(&records, &ticket).await);
        }

        let batches = turns.iter().filter(|owner| *owner == "batch").count();
        assert_eq!((turns[0].as_str(), batches), ("person", 2), "{turns:?}");
    }

    #[tokio::test]
    async fn one_that_was_begun_goes_on_by_its_own_ticket_and_one_that_rests_is_passed_over() {
        let records = Fixture::new().await;
        let begun = records.enter().await;
        let claimed = records.take(&begun).await;
        let resting = records.enter().await;
        let spared = Outcome::Spared {
            fault: quire_model::HostFault::Memory,
            after: LEASE * 2,
        };
        let taken = records.take(&resting).await;
        assert!(
            records
                .settle(&resting, &taken.token, &spared)
                .await
                .unwrap()
        );

        assert!(next(&records, &resting).await.starts_with("Busy"));
        records.clock.advance(LEASE);
        let again = records.claim_next(&begun, "worker 2", LEASE).await.unwrap();
        assert!(matches!(again, Claim::Go(again) if again.attempt == claimed.attempt + 1));
        records.clock.advance(LEASE);
        let rested = records
            .claim_next(&resting, "worker 2", LEASE)
            .await
            .unwrap();
        assert!(matches!(rested, Claim::Go(rested) if rested.id == resting));
        let row = records.report(&resting).await.unwrap().unwrap();
        assert_eq!(row.state, State::Running);
    }
}
