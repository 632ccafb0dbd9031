//! An attempt ends.

use std::time::Duration;

use quire_model::{Digest, HostFault, Problem, ReportId};
use sqlx::{Sqlite, Transaction};

use crate::{
    Records, RecordsError, State, Success,
    audit::event::{NewEvent, append_all},
    clock::millis,
    reports::clock_bounds::LONGEST_PAUSE,
    reports::manifests,
    stored::Columns,
    webhooks::outbox,
};

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The document is stored.
    Succeeded(Box<Success>),
    /// There will be no document.
    Failed(Problem),
    /// Someone called the report off.
    Cancelled,
    /// Another attempt may succeed.
    Retry {
        /// Not before so long, at most [`LONGEST_PAUSE`].
        after: Duration,
        /// Why this one did not.
        problem: Problem,
    },
    /// The worker stops and gives the report back; the attempt does not count.
    HandedBack,
    /// The worker's machine could not do what the report needs; the attempt does not count.
    Spared {
        /// What the machine lacked.
        fault: HostFault,
        /// Its ticket is pushed again after so long.
        after: Duration,
    },
}

/// What an outcome writes into the row.
#[derive(Default)]
struct Ending {
    state: &'static str,
    action: &'static str,
    /// When the next attempt may begin; none if there is no next attempt.
    next: Option<i64>,
    /// Added to `attempt`.
    attempt: i64,
    /// Added to `failures`.
    failures: i64,
    problem: Option<String>,
    success: Option<String>,
    artifact: Option<Digest>,
    /// Until when its document may be given to others.
    fresh_until: Option<i64>,
    reason: Option<&'static str>,
}

impl Records {
    /// End an attempt, with its audit event. False, and nothing is written, if the claim is void.
    /// Settling the same outcome twice is true both times and written once.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn settle(
        &self,
        id: &ReportId,
        token: &str,
        outcome: &Outcome,
    ) -> Result<bool, RecordsError> {
        let settled = self.try_settle(id, token, outcome).await;
        self.health.note(settled)
    }

    async fn try_settle(
        &self,
        id: &ReportId,
        token: &str,
        outcome: &Outcome,
    ) -> Result<bool, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let row =
            sqlx::query("SELECT state, worker, cancel FROM report WHERE id = $1 AND token = $2")
                .bind(id.as_str())
                .bind(token)
                .fetch_optional(&mut *change)
                .await?;
        let Some(row) = row else { return Ok(false) };
        let ending = Ending::of(outcome, row.read("cancel")?, now)?;
        let state: State = row.read("state")?;
        if state != State::Running {
            return Ok(state.as_str() == ending.state);
        }
        ending.write(&mut change, id, now).await?;
        let worker: String = row.read("worker")?;
        let manifest = match outcome {
            Outcome::Succeeded(success) => success.manifest.as_deref(),
            _ => None,
        };
        let manifest = match manifest {
            Some(json) => Some(manifests::write(&mut change, id, &worker, json).await?),
            None => None,
        };
        let event = NewEvent {
            after: ending.artifact,
            reason: ending.reason,
            ..NewEvent::host(&worker, ending.action, format!("report {id}"))
        };
        append_all(&mut change, now, manifest.into_iter().chain([event])).await?;
        let told = match ending.state.parse() {
            Ok(state) => outbox::note(&mut change, id, state, now).await?,
            Err(_) => false,
        };
        change.commit().await?;
        if told {
            self.told.notify_one();
        }
        Ok(true)
    }
}

impl Ending {
    /// A report that was called off is not tried again.
    fn of(outcome: &Outcome, called_off: bool, now: i64) -> Result<Self, RecordsError> {
        Ok(match outcome {
            Outcome::Succeeded(success) => Self {
                state: "succeeded",
                action: "report.succeeded",
                success: Some(serde_json::to_string(success)?),
                artifact: Some(success.artifact.digest),
                fresh_until: success
                    .fresh_until
                    .filter(|_| success.placeholders.is_empty()),
                ..Self::default()
            },
            Outcome::Failed(problem) => Self {
                state: "failed",
                action: "report.failed",
                problem: Some(serde_json::to_string(problem)?),
                reason: Some(problem.kind.slug()),
                ..Self::default()
            },
            Outcome::Retry { after, problem } if !called_off => Self {
                state: "retrying",
                action: "report.retried",
                next: Some(now + millis((*after).min(LONGEST_PAUSE))),
                failures: 1,
                problem: Some(serde_json::to_string(problem)?),
                reason: Some(problem.kind.slug()),
                ..Self::default()
            },
            Outcome::HandedBack if !called_off => Self {
                state: "queued",
                action: "report.handed-back",
                next: Some(now),
                attempt: -1,
                ..Self::default()
            },
            Outcome::Spared { fault, after } if !called_off => Self {
                state: "queued",
                action: "report.handed-back",
                next: Some(now + millis(*after)),
                attempt: -1,
                reason: Some(fault.slug()),
                ..Self::default()
            },
            Outcome::Cancelled
            | Outcome::Retry { .. }
            | Outcome::HandedBack
            | Outcome::Spared { .. } => Self {
                state: "cancelled",
                action: "report.cancelled",
                ..Self::default()
            },
        })
    }

    async fn write(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        id: &ReportId,
        now: i64,
    ) -> Result<(), RecordsError> {
        sqlx::query(
            "UPDATE report SET state = $2, attempt = attempt + $3, failures = failures + $4,
                    due = $5, not_before = $5, lease_until = NULL, finished = $6,
                    problem = $7, success = $8, artifact = $9, fresh_until = $10,
                    section = NULL, done = NULL, total = NULL
             WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(self.state)
        .bind(self.attempt)
        .bind(self.failures)
        .bind(self.next)
        .bind(self.next.is_none().then_some(now))
        .bind(self.problem.as_deref())
        .bind(self.success.as_deref())
        .bind(self.artifact.map(|digest| digest.to_string()))
        .bind(self.fresh_until)
        .execute(&mut **change)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ArtifactRef, Cancel, Claim, State,
        fixture::{Fixture, LEASE, actor, problem, success},
    };

    #[tokio::test]
    async fn an_old_token_cannot_settle() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let old = records.take(&id).await;
        records.clock.advance(LEASE);
        let new = records.take(&id).await;
        let artifact = records
            .put_artifact(b"%PDF".to_vec(), "application/pdf")
            .await
            .unwrap();

        let by_old = records
            .settle(&id, &old.token, &Outcome::Failed(problem()))
            .await;
        let by_new = records
            .settle(&id, &new.token, &Outcome::Succeeded(success(artifact)))
            .await;

        assert!(!by_old.unwrap());
        assert!(by_new.unwrap());
        let row = records.report(&id).await.unwrap().unwrap();
        assert_eq!(row.state, State::Succeeded);
        assert_eq!(row.success.unwrap().artifact, artifact);
        assert_eq!(row.problem, None);
    }

    #[tokio::test]
    async fn settling_twice_is_written_once() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let failed = Outcome::Failed(problem());

        assert!(records.settle(&id, &claimed.token, &failed).await.unwrap());
        assert!(records.settle(&id, &claimed.token, &failed).await.unwrap());
        assert!(
            !records
                .settle(&id, &claimed.token, &Outcome::Cancelled)
                .await
                .unwrap()
        );

        let actions: Vec<_> = records.audit(0, 100).await.unwrap();
        let actions: Vec<_> = actions.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(
            actions,
            ["report.accepted", "report.started", "report.failed"]
        );
    }

    #[tokio::test]
    async fn a_success_without_its_artifact_is_not_written() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let nowhere = ArtifactRef {
            digest: Digest::of(b"nowhere"),
            size_bytes: 7,
        };

        let settled = records
            .settle(&id, &claimed.token, &Outcome::Succeeded(success(nowhere)))
            .await;

        assert!(matches!(settled, Err(RecordsError::Database(_))));
        assert_eq!(
            records.report(&id).await.unwrap().unwrap().state,
            State::Running
        );
        assert_eq!(records.verify_audit().await.unwrap(), Ok(2));
    }

    #[tokio::test]
    async fn a_retry_waits_its_time_and_counts_its_failures() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let first = records.take(&id).await;
        let after = Duration::from_secs(4);
        let retry = Outcome::Retry {
            after,
            problem: problem(),
        };

        assert!(records.settle(&id, &first.token, &retry).await.unwrap());

        let row = records.report(&id).await.unwrap().unwrap();
        assert_eq!(row.state, State::Retrying);
        assert_eq!(row.problem, Some(problem()));
        assert!(row.retry_at.is_some());
        let early = records.claim(&id, "worker 1", LEASE).await.unwrap();
        assert_eq!(early, Claim::Busy(after));
        records.clock.advance(after);
        let second = records.take(&id).await;
        assert_eq!((second.attempt, second.failures), (2, 1));
    }

    #[tokio::test]
    async fn a_report_that_is_handed_back_loses_no_attempt() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let first = records.take(&id).await;

        records
            .settle(&id, &first.token, &Outcome::HandedBack)
            .await
            .unwrap();

        assert_eq!(
            records.report(&id).await.unwrap().unwrap().state,
            State::Queued
        );
        assert_eq!(
            records.overdue(10).await.unwrap(),
            std::slice::from_ref(&id)
        );
        assert_eq!(records.take(&id).await.attempt, 1);
    }

    #[tokio::test]
    async fn a_fault_of_the_machine_costs_no_attempt_however_often_it_comes() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let spared = Outcome::Spared {
            fault: HostFault::DiskFull,
            after: Duration::from_secs(5),
        };
        for _ in 0..10 {
            let claimed = records.take(&id).await;
            assert_eq!((claimed.attempt, claimed.failures), (1, 0));
            assert!(records.settle(&id, &claimed.token, &spared).await.unwrap());
            assert!(records.settle(&id, &claimed.token, &spared).await.unwrap());
            assert!(records.overdue(10).await.unwrap().is_empty());
        }

        let old = records.take(&id).await;
        records.clock.advance(LEASE);
        let new = records.take(&id).await;

        assert!(!records.settle(&id, &old.token, &spared).await.unwrap());
        assert_eq!(new.attempt, 2);
        let events = records.audit(0, 100).await.unwrap();
        let back = events
            .iter()
            .filter(|event| event.action == "report.handed-back");
        let reasons: Vec<_> = back.filter_map(|event| event.reason.as_deref()).collect();
        assert_eq!(reasons, ["disk-full"; 10]);
    }

    #[tokio::test]
    async fn what_was_called_off_is_not_tried_again() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;

        let cancel = records.cancel(&id, &actor(), "r").await.unwrap();
        let retry = Outcome::Retry {
            after: LEASE,
            problem: problem(),
        };
        records.settle(&id, &claimed.token, &retry).await.unwrap();

        assert_eq!(cancel, Cancel::Requested);
        assert_eq!(
            records.report(&id).await.unwrap().unwrap().state,
            State::Cancelled
        );
    }
}
