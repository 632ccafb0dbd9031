//! A report that was entered and cannot be promised after all is taken out again.
//!
//! It can be as long as nobody was told of it: the caller waits for an answer, no worker has taken it,
//! no sweeper has pushed its ticket, and no other request with its idempotency key was answered. All
//! of these change when its ticket is due, so that one number tells.

use quire_model::{Problem, ReportId};
use sqlx::{Sqlite, Transaction};

use crate::{
    Actor, IdempotencyKey, Records, RecordsError,
    audit::event::{NewEvent, append},
    clock::millis,
};

impl Records {
    /// Take out a report that this process entered a moment ago, with its audit event, and forget its
    /// idempotency key, so that the same request can be sent again. False, and nothing is written, if
    /// somebody knows of it by now: then it will be made, and its caller has to be told so.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed; then it will be made as well.
    pub async fn withdraw(
        &self,
        id: &ReportId,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
        problem: &Problem,
    ) -> Result<bool, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let withdrawn = sqlx::query(
            "UPDATE report SET state = 'cancelled', finished = $3, due = NULL, problem = $4
             WHERE id = $1 AND state = 'queued' AND attempt = 0 AND token IS NULL
                 AND due = accepted + $2",
        )
        .bind(id.as_str())
        .bind(millis(self.settings.grace))
        .bind(now)
        .bind(serde_json::to_string(problem)?)
        .execute(&mut *change)
        .await?;
        if withdrawn.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(idempotency) = idempotency {
            sqlx::query("DELETE FROM idempotency WHERE owner = $1 AND key = $2 AND report = $3")
                .bind(actor.key.as_str())
                .bind(&idempotency.key)
                .bind(id.as_str())
                .execute(&mut *change)
                .await?;
        }
        let event = NewEvent {
            reason: Some(problem.kind.slug()),
            ..NewEvent::by(
                actor,
                "report.withdrawn",
                format!("report {id}"),
                request_id,
            )
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(true)
    }
}

/// Somebody else is told of a report: from now on it cannot be withdrawn. Its ticket counts as overdue,
/// which costs a second one at most.
pub(crate) async fn tell(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query(
        "UPDATE report SET due = $2
         WHERE id = $1 AND state = 'queued' AND attempt = 0 AND due > $2",
    )
    .bind(id.as_str())
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use quire_model::{Digest, ProblemKind};

    use super::*;
    use crate::{
        Claim, State,
        fixture::{Fixture, LEASE, actor, request},
    };

    fn problem() -> Problem {
        Problem::new(ProblemKind::QueueUnavailable, "the queue is full")
    }

    fn key() -> IdempotencyKey {
        IdempotencyKey {
            key: "order-7".to_owned(),
            fingerprint: Digest::of(b"body"),
        }
    }

    async fn enter(records: &Records) -> crate::Accepted {
        records
            .accept(&request("61958-0802"), &actor(), "r", Some(&key()))
            .await
            .unwrap()
    }

    async fn withdraw(records: &Records, id: &ReportId) -> bool {
        records
            .withdraw(id, &actor(), "r", Some(&key()), &problem())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn what_is_withdrawn_is_never_made_and_its_key_is_free_again() {
        let records = Fixture::new().await;
        let id = enter(&records).await.id;

        assert!(withdraw(&records, &id).await);

        let claim = records.claim(&id, "worker 1", LEASE).await.unwrap();
        assert_eq!(claim, Claim::Finished);
        assert_eq!(records.waiting().await.unwrap(), 0);
        let again = enter(&records).await;
        assert!(again.created && again.id != id);
        let events = records.audit(0, 10).await.unwrap();
        let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(
            actions,
            ["report.accepted", "report.withdrawn", "report.accepted"]
        );
        assert!(!withdraw(&records, &id).await);
    }

    #[tokio::test]
    async fn what_a_worker_a_sweeper_or_another_caller_knows_of_stays() {
        let records = Fixture::new().await;

        let claimed = records.enter().await;
        records.take(&claimed).await;
        assert!(!withdraw(&records, &claimed).await);

        let told = enter(&records).await.id;
        assert!(!enter(&records).await.created);
        assert!(!withdraw(&records, &told).await);
        assert_eq!(
            records.report(&told).await.unwrap().unwrap().state,
            State::Queued
        );

        let swept = records.enter().await;
        records.clock.advance(LEASE * 2);
        records.overdue(10).await.unwrap();
        assert!(!withdraw(&records, &swept).await);
    }

    #[tokio::test]
    async fn who_asks_while_nothing_new_is_accepted_keeps_it_too() {
        let records = Fixture::new().await;
        let id = enter(&records).await.id;

        let before = records.accepted_before(&actor(), &key()).await.unwrap();

        assert_eq!(before, Some(id.clone()));
        assert!(!withdraw(&records, &id).await);
    }
}
