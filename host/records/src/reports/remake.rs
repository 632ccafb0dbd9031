//! An administrator has a report made again: one that failed, or one in which a box stands in for a section.

use quire_model::{ReportId, TraceParent};
use sqlx::{Sqlite, Transaction};
use ulid::Ulid;

use crate::{
    Actor, Records, RecordsError, State, Success,
    access::keys::line,
    audit::event::{NewEvent, append},
    stored::{Columns, StoredRow, unreadable},
};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remade {
    /// The report itself waits again, with the versions that are used now.
    Again,
    /// This one is made in its place, for the same caller; the document that went out stays as it is.
    As(ReportId),
    /// It is neither failed nor incomplete.
    NotNeeded(State),
    /// There is no such report.
    Missing,
}

impl Records {
    /// Have a report made again, with its audit events; it belongs to the trace of whoever asks for that. Its ticket
    /// counts as lost, so the sweeper pushes it. One that was remade already stays so, and is named.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotALine`] unless the reason is one line of 1 to 500 bytes; if the records cannot be
    /// changed.
    pub async fn remake(
        &self,
        id: &ReportId,
        reason: &str,
        actor: &Actor,
        request_id: &str,
        trace: Option<TraceParent>,
    ) -> Result<Remade, RecordsError> {
        let reason = line("reason", reason)?;
        let now = self.now();
        let mut change = self.write().await?;
        let row = sqlx::query("SELECT state, owner, success, remade_as FROM report WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *change)
            .await?;
        let Some(row) = row else {
            return Ok(Remade::Missing);
        };
        let remade = match row.read("state")? {
            State::Failed => {
                queue_again(&mut change, id, trace, now).await?;
                Remade::Again
            }
            State::Succeeded if lacks_sections(&row)? => match row.optional("remade_as")? {
                Some(before) => return Ok(Remade::As(before)),
                None => Remade::As(in_place_of(&mut change, id, trace, now).await?),
            },
            other => return Ok(Remade::NotNeeded(other)),
        };
        let event = |action, id: &ReportId| NewEvent {
            reason: Some(reason),
            ..NewEvent::by(actor, action, format!("report {id}"), request_id)
        };
        append(&mut change, now, event("report.remade", id)).await?;
        if let Remade::As(new) = &remade {
            let accepted = NewEvent {
                reason: Some("made in place of an incomplete one"),
                ..event("report.accepted", new)
            };
            append(&mut change, now, accepted).await?;
        }
        change.commit().await?;
        Ok(remade)
    }
}

/// Whether a box stands in for a section.
fn lacks_sections(row: &StoredRow) -> Result<bool, RecordsError> {
    let success: Option<Success> = row.optional_json("success")?;
    Ok(success.is_some_and(|success| !success.placeholders.is_empty()))
}

/// As if it had just been accepted. Nothing is kept of the attempts before but what the trail says.
async fn queue_again(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    trace: Option<TraceParent>,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query(
        "UPDATE report SET state = 'queued', attempt = 0, failures = 0, cancel = 0, due = $2,
                not_before = NULL, lease_until = NULL, token = NULL, worker = NULL, pins = NULL,
                definition_version = NULL, problem = NULL, started = NULL, finished = NULL,
                anew = 1, answer_key = NULL, unless_like = NULL, trace = $3
         WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(now)
    .bind(trace.as_ref().map(ToString::to_string))
    .execute(&mut **change)
    .await?;
    Ok(())
}

/// A new report for the same caller, asked for in the same words.
async fn in_place_of(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    trace: Option<TraceParent>,
    now: i64,
) -> Result<ReportId, RecordsError> {
    let new = Ulid::generate().to_string();
    let new: ReportId = new.parse().map_err(|_| unreadable("report id", &new))?;
    sqlx::query(
        "INSERT INTO report (id, state, request, owner, batch, accepted, due, trace, label, metadata, anew, product)
         SELECT $1, 'queued', request, owner, batch, $2, $2, $4, label, metadata, 1, product FROM report WHERE id = $3",
    )
    .bind(new.as_str())
    .bind(now)
    .bind(id.as_str())
    .bind(trace.as_ref().map(ToString::to_string))
    .execute(&mut **change)
    .await?;
    sqlx::query("UPDATE report SET remade_as = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(new.as_str())
        .execute(&mut **change)
        .await?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Outcome,
        fixture::{Fixture, actor, problem, success},
    };

    async fn remake(records: &Fixture, id: &ReportId) -> Remade {
        let actor = actor();
        let made = records.remake(id, "the module is mended", &actor, "r", None);
        made.await.unwrap()
    }

    #[tokio::test]
    async fn a_report_that_failed_waits_again_and_begins_anew() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        assert_eq!(
            remake(&records, &id).await,
            Remade::NotNeeded(State::Queued)
        );
        let claimed = records.take(&id).await;
        let failed = Outcome::Failed(problem());
        assert!(records.settle(&id, &claimed.token, &failed).await.unwrap());

        assert_eq!(remake(&records, &id).await, Remade::Again);

        assert_eq!(
            records.overdue(10).await.unwrap(),
            std::slice::from_ref(&id)
        );
        let again = records.take(&id).await;
        assert_eq!((again.attempt, again.pins), (1, None));
        let late = records.settle(&id, &claimed.token, &failed).await.unwrap();
        assert!(!late, "the claim of before is void");
        assert!(records.verify_audit().await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_report_with_a_box_is_made_once_more_beside_it() {
        let records = Fixture::new().await;
        let mut made = Vec::new();
        for placeholders in [vec!["trend".to_owned()], Vec::new()] {
            let id = records.enter().await;
            let claimed = records.take(&id).await;
            let pdf = records
                .put_artifact(b"%PDF".to_vec(), "application/pdf")
                .await;
            let mut success = success(pdf.unwrap());
            success.placeholders = placeholders;
            let outcome = Outcome::Succeeded(success);
            assert!(records.settle(&id, &claimed.token, &outcome).await.unwrap());
            made.push(id);
        }

        let Remade::As(new) = remake(&records, &made[0]).await else {
            panic!("a box is a reason");
        };

        assert_eq!(remake(&records, &made[0]).await, Remade::As(new.clone()));
        assert_eq!(
            remake(&records, &made[1]).await,
            Remade::NotNeeded(State::Succeeded)
        );
        assert_eq!(
            remake(&records, &new).await,
            Remade::NotNeeded(State::Queued)
        );
        records.take(&new).await;
        let before = records.report(&made[0]).await.unwrap().unwrap();
        assert_eq!(
            (before.state, before.remade_as),
            (State::Succeeded, Some(new))
        );
    }
}
