//! A worker takes a report, holds it by a lease, and says how far it has come.

use std::time::Duration;

use quire_model::{ReportId, ReportRequest, TraceParent};
use sqlx::{Sqlite, Transaction};
use ulid::Ulid;

use crate::{
    KeyId, Pins, Progress, Records, RecordsError, State,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::{clock_bounds::LONGEST_LEASE, isolation},
    stored::{Columns, StoredRow},
    webhooks::outbox,
};

/// A report in the hands of one worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Which report.
    pub id: ReportId,
    /// Who asked for it.
    pub owner: KeyId,
    /// Counts every claim: 1 for the first.
    pub attempt: u32,
    /// How many attempts ended in a retry. `attempt - failures - 1` is how often a worker died.
    pub failures: u32,
    /// Proves the claim; a later claim makes it void.
    pub token: String,
    /// What was asked for.
    pub request: ReportRequest,
    /// The versions to use; none before the first claim [pinned](Records::pin_or_share) them.
    pub pins: Option<Pins>,
    /// The step of a trace that asked for it.
    pub trace: Option<TraceParent>,
    /// The report whose document it is given if nothing has changed since.
    pub unless_like: Option<ReportId>,
}

/// What comes of asking for a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is yours.
    Go(Box<Claimed>),
    /// Another worker has it, or its next attempt is not due, for so long. The ticket can be
    /// dropped: [`Records::overdue`] brings the report back when its time has come.
    Busy(Duration),
    /// Nothing is left to do.
    Finished,
    /// There is no such report.
    Missing,
}

/// What comes of holding on to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renew {
    /// The lease runs anew.
    Ok,
    /// Someone called the report off: stop and settle.
    Cancel,
    /// The claim is void: stop and write nothing.
    Lost,
}

impl Records {
    /// Take a report for `lease`, at most [`LONGEST_LEASE`], with its audit event. The attempt counts from here on, whatever
    /// becomes of the worker.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn claim(
        &self,
        id: &ReportId,
        worker: &str,
        lease: Duration,
    ) -> Result<Claim, RecordsError> {
        let mut change = self.write().await?;
        let claim = self.claim_in(&mut change, id, worker, lease).await?;
        change.commit().await?;
        Ok(claim)
    }

    /// The same as part of a larger change.
    pub(crate) async fn claim_in(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
        worker: &str,
        lease: Duration,
    ) -> Result<Claim, RecordsError> {
        let row = sqlx::query(
            "SELECT id, owner, state, cancel, attempt, failures, request, pins, definition_version,
                    lease_until, not_before, trace, unless_like
             FROM report WHERE id = $1",
        )
        .bind(id.as_str())
        .fetch_optional(&mut **change)
        .await?;
        let Some(row) = row else {
            return Ok(Claim::Missing);
        };
        let bounds = self.bounds();
        let deaths = row
            .read::<u32>("attempt")?
            .saturating_sub(row.read("failures")?);
        let wait = match row.read("state")? {
            State::Queued => Duration::ZERO,
            State::Running => {
                let rest = isolation::rest(self.settings.isolation, deaths);
                let own = bounds.lease_left(row.optional("lease_until")?, rest);
                own.max(self.others_turn(change, id, deaths).await?)
            }
            State::Retrying => {
                let own = bounds.pause_left(row.optional("not_before")?);
                own.max(self.others_turn(change, id, deaths).await?)
            }
            _ => return Ok(Claim::Finished),
        };
        if !wait.is_zero() {
            return Ok(Claim::Busy(wait));
        }
        let now = self.now();
        if row.read("cancel")? {
            call_off(change, id, worker, now).await?;
            return Ok(Claim::Finished);
        }
        let claimed = Claimed::next(&row)?;
        take(change, id, &claimed, worker, now, lease).await?;
        Ok(Claim::Go(Box::new(claimed)))
    }

    /// Hold on to a claim for another `lease`, at most [`LONGEST_LEASE`].
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn renew(
        &self,
        id: &ReportId,
        token: &str,
        lease: Duration,
    ) -> Result<Renew, RecordsError> {
        let until = self.now() + millis(lease.min(LONGEST_LEASE));
        let mut change = self.write().await?;
        let row = sqlx::query(
            "UPDATE report SET lease_until = $3, due = $3
             WHERE id = $1 AND token = $2 AND state = 'running' RETURNING cancel",
        )
        .bind(id.as_str())
        .bind(token)
        .bind(until)
        .fetch_optional(&mut *change)
        .await?;
        change.commit().await?;
        Ok(match row {
            None => Renew::Lost,
            Some(row) if row.read("cancel")? => Renew::Cancel,
            Some(_) => Renew::Ok,
        })
    }

    /// Say how far the attempt has come; nothing happens if the claim is void.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn progress(
        &self,
        id: &ReportId,
        token: &str,
        progress: &Progress,
    ) -> Result<(), RecordsError> {
        let mut change = self.write().await?;
        sqlx::query(
            "UPDATE report SET section = $3, done = $4, total = $5
             WHERE id = $1 AND token = $2 AND state = 'running'",
        )
        .bind(id.as_str())
        .bind(token)
        .bind(&progress.section)
        .bind(progress.done)
        .bind(progress.total)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }
}

impl Claimed {
    /// The claim that is about to be made, with a token of its own.
    fn next(row: &StoredRow) -> sqlx::Result<Self> {
        let version = row.optional("definition_version")?;
        let pins = |modules| Pins {
            definition_version: version,
            modules,
        };
        Ok(Self {
            id: row.read("id")?,
            owner: row.read("owner")?,
            attempt: row.read::<u32>("attempt")? + 1,
            failures: row.read("failures")?,
            token: Ulid::generate().to_string(),
            request: row.json("request")?,
            pins: row.optional_json("pins")?.map(pins),
            trace: row.optional::<TraceParent>("trace")?,
            unless_like: row.optional("unless_like")?,
        })
    }
}

/// Write the claim down. Its lease running out is what makes it overdue.
async fn take(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    claimed: &Claimed,
    worker: &str,
    now: i64,
    lease: Duration,
) -> Result<(), RecordsError> {
    sqlx::query(
        "UPDATE report SET state = 'running', attempt = $2, worker = $3, token = $4,
                started = coalesce(started, $5), lease_until = $6, due = $6,
                not_before = NULL, section = NULL, done = NULL, total = NULL
         WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(claimed.attempt)
    .bind(worker)
    .bind(&claimed.token)
    .bind(now)
    .bind(now + millis(lease.min(LONGEST_LEASE)))
    .execute(&mut **change)
    .await?;
    let event = NewEvent::host(worker, "report.started", format!("report {id}"));
    append(change, now, event).await
}

/// End a report that was called off and that no worker holds any more.
async fn call_off(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    worker: &str,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query(
        "UPDATE report SET state = 'cancelled', finished = $2, due = NULL, lease_until = NULL,
                not_before = NULL
         WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(now)
    .execute(&mut **change)
    .await?;
    let event = NewEvent::host(worker, "report.cancelled", format!("report {id}"));
    append(change, now, event).await?;
    outbox::note(change, id, State::Cancelled, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use quire_model::Digest;

    use super::*;
    use crate::{
        Outcome, Pinned, State,
        fixture::{Fixture, LEASE, problem},
    };

    #[tokio::test]
    async fn a_claim_is_exclusive_until_its_lease_runs_out() {
        let records = Fixture::new().await;
        let id = records.enter().await;

        let first = records.take(&id).await;
        let busy = records.claim(&id, "worker 2", LEASE).await.unwrap();
        records.clock.advance(LEASE);
        let second = records.take(&id).await;

        assert_eq!(busy, Claim::Busy(LEASE));
        assert_eq!((first.attempt, second.attempt), (1, 2));
        assert_ne!(first.token, second.token);
    }

    #[tokio::test]
    async fn renewing_keeps_the_claim() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;

        records.clock.advance(LEASE / 2);
        let renewed = records.renew(&id, &claimed.token, LEASE).await.unwrap();
        records.clock.advance(LEASE / 2);
        let other = records.claim(&id, "worker 2", LEASE).await.unwrap();

        assert_eq!(renewed, Renew::Ok);
        assert_eq!(other, Claim::Busy(LEASE / 2));
    }

    #[tokio::test]
    async fn a_worker_that_lost_its_claim_is_told_and_writes_nothing() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let old = records.take(&id).await;
        records.clock.advance(LEASE);
        records.take(&id).await;
        let progress = Progress {
            section: "trend".to_owned(),
            done: 3,
            total: 8,
        };

        let renewed = records.renew(&id, &old.token, LEASE).await.unwrap();
        let pins = Pins::default();
        let pinned = records.pin_or_share(&id, &old.token, &pins, None, true);
        let pinned = pinned.await;
        records.progress(&id, &old.token, &progress).await.unwrap();

        assert_eq!(renewed, Renew::Lost);
        assert_eq!(pinned.unwrap(), Pinned::Void);
        assert_eq!(records.report(&id).await.unwrap().unwrap().progress, None);
    }

    #[tokio::test]
    async fn pins_are_fixed_once_and_kept_by_later_claims() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let pins = |version: &[u8]| Pins {
            definition_version: Some(3),
            modules: BTreeMap::from([("trend".to_owned(), Digest::of(version))]),
        };
        let (pins, others) = (pins(b"trend 1"), pins(b"trend 2"));

        assert_eq!(claimed.pins, None);
        for (pins, pinned) in [(&pins, Pinned::Fixed), (&others, Pinned::Void)] {
            let fixed = records.pin_or_share(&id, &claimed.token, pins, None, true);
            assert_eq!(fixed.await.unwrap(), pinned);
        }
        records.clock.advance(LEASE);

        assert_eq!(records.take(&id).await.pins, Some(pins));
    }

    #[tokio::test]
    async fn progress_shows_while_it_runs() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let progress = Progress {
            section: "trend".to_owned(),
            done: 3,
            total: 8,
        };

        records
            .progress(&id, &claimed.token, &progress)
            .await
            .unwrap();

        let row = records.report(&id).await.unwrap().unwrap();
        assert_eq!(row.state, State::Running);
        assert_eq!(row.progress, Some(progress));
    }

    #[tokio::test]
    async fn what_has_ended_or_never_was_cannot_be_claimed() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let failed = Outcome::Failed(problem());
        records.settle(&id, &claimed.token, &failed).await.unwrap();
        let unknown = "0".repeat(26).parse().unwrap();

        let ended = records.claim(&id, "worker 2", LEASE).await.unwrap();
        let missing = records.claim(&unknown, "worker 2", LEASE).await;

        assert_eq!(ended, Claim::Finished);
        assert_eq!(missing.unwrap(), Claim::Missing);
    }
}
