//! Someone calls a report off.

use quire_model::ReportId;
use sqlx::{Sqlite, Transaction};

use crate::{
    Actor, Records, RecordsError, State,
    audit::event::{NewEvent, append},
    stored::Columns,
    webhooks::outbox,
};

/// What came of calling a report off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// No worker had it; it is off.
    Done,
    /// It runs; its worker will notice at its next renewal.
    Requested,
    /// It had ended already, so.
    Finished(State),
    /// There is no such report.
    Missing,
}

impl Records {
    /// Call a report off, with its audit event. Doing it again changes nothing.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn cancel(
        &self,
        id: &ReportId,
        actor: &Actor,
        request_id: &str,
    ) -> Result<Cancel, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let cancel = cancel_in(&mut change, id, actor, request_id, now).await?;
        change.commit().await?;
        if cancel == Cancel::Done {
            self.told.notify_one();
        }
        Ok(cancel)
    }
}

/// The same as part of a larger change.
pub(crate) async fn cancel_in(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    actor: &Actor,
    request_id: &str,
    now: i64,
) -> Result<Cancel, RecordsError> {
    let row = sqlx::query("SELECT state, cancel FROM report WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut **change)
        .await?;
    let Some(row) = row else {
        return Ok(Cancel::Missing);
    };
    let state: State = row.read("state")?;
    if state.is_final() {
        return Ok(Cancel::Finished(state));
    }
    if row.read("cancel")? {
        return Ok(Cancel::Requested);
    }
    let running = state == State::Running;
    sqlx::query(if running {
        "UPDATE report SET cancel = 1 WHERE id = $1"
    } else {
        "UPDATE report SET cancel = 1, state = 'cancelled', finished = $2, due = NULL,
                not_before = NULL
         WHERE id = $1"
    })
    .bind(id.as_str())
    .bind(now)
    .execute(&mut **change)
    .await?;
    let (action, outcome) = if running {
        ("report.cancel-requested", Cancel::Requested)
    } else {
        ("report.cancelled", Cancel::Done)
    };
    let event = NewEvent::by(actor, action, format!("report {id}"), request_id);
    append(change, now, event).await?;
    if !running {
        outbox::note(change, id, State::Cancelled, now).await?;
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Claim, Outcome, Renew,
        fixture::{Fixture, LEASE, actor},
    };

    #[tokio::test]
    async fn a_waiting_report_is_off_at_once() {
        let records = Fixture::new().await;
        let id = records.enter().await;

        let first = records.cancel(&id, &actor(), "r").await.unwrap();
        let second = records.cancel(&id, &actor(), "r").await.unwrap();

        assert_eq!(first, Cancel::Done);
        assert_eq!(second, Cancel::Finished(State::Cancelled));
        let claim = records.claim(&id, "worker 1", LEASE).await.unwrap();
        assert_eq!(claim, Claim::Finished);
        assert_eq!(records.waiting().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn the_worker_of_a_running_report_hears_of_it_and_settles() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;

        let asked = records.cancel(&id, &actor(), "r").await.unwrap();
        let heard = records.renew(&id, &claimed.token, LEASE).await.unwrap();
        let settled = records
            .settle(&id, &claimed.token, &Outcome::Cancelled)
            .await;

        assert_eq!(asked, Cancel::Requested);
        assert_eq!(heard, Renew::Cancel);
        assert!(settled.unwrap());
    }

    #[tokio::test]
    async fn a_report_whose_worker_died_is_called_off_at_the_next_claim() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        records.take(&id).await;
        records.cancel(&id, &actor(), "r").await.unwrap();

        records.clock.advance(LEASE);
        let claim = records.claim(&id, "worker 2", LEASE).await.unwrap();

        assert_eq!(claim, Claim::Finished);
        let row = records.report(&id).await.unwrap().unwrap();
        assert_eq!(row.state, State::Cancelled);
    }

    #[tokio::test]
    async fn what_never_was_cannot_be_called_off() {
        let records = Fixture::new().await;
        let unknown = "0".repeat(26).parse().unwrap();

        let cancel = records.cancel(&unknown, &actor(), "r").await.unwrap();

        assert_eq!(cancel, Cancel::Missing);
    }
}
