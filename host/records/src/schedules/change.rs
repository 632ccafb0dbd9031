//! A schedule is made, changed and deleted; each with its audit event.

use quire_model::{Digest, ObjectId};
use sqlx::{Sqlite, Transaction};

use crate::{
    Actor, IdempotencyKey, KeyId, Plan, Records, RecordsError, Timestamp,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::{
        batch::new_id,
        named::{Made, object_before, remember},
    },
    stored::Columns as _,
};

/// Schedules that one key may have: each is looked at by every process.
const MOST_OF_ONE: i64 = 200;

/// A schedule that is to be, or what one is to be from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSchedule {
    /// When, and what for.
    pub plan: Plan,
    /// Whether it rests.
    pub paused: bool,
    /// Its next tick; none if it rests, or there is none.
    pub next: Option<Timestamp>,
}

/// What came of changing a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleChange {
    /// It is done.
    Done,
    /// Somebody has changed it since: it has this revision.
    Other(u64),
    /// There is no such schedule.
    Missing,
}

/// As a schedule stands before it is changed.
struct Before {
    revision: u64,
    plan: String,
    paused: bool,
    next: Option<Timestamp>,
}

impl Records {
    /// Make a schedule that asks for a key's reports, with its audit event.
    ///
    /// # Errors
    ///
    /// [`RecordsError::TooMany`] if the key has as many as it may have; if the records cannot be changed.
    pub async fn create_schedule(
        &self,
        new: &NewSchedule,
        owner: &KeyId,
        actor: &Actor,
        request_id: &str,
    ) -> Result<ObjectId, RecordsError> {
        let made = self.create_schedule_once(new, owner, actor, request_id, None);
        Ok(made.await?.0)
    }

    /// The same for a request that has a name of its caller's: whether it was made now, or is the one that was made for
    /// the same request before.
    ///
    /// # Errors
    ///
    /// As [`create_schedule`](Self::create_schedule); [`RecordsError::Conflict`] if the name belongs to another request,
    /// [`RecordsError::MadeAndGone`] if what it made is deleted.
    pub async fn create_schedule_once(
        &self,
        new: &NewSchedule,
        owner: &KeyId,
        actor: &Actor,
        request_id: &str,
        name: Option<&IdempotencyKey>,
    ) -> Result<(ObjectId, bool), RecordsError> {
        let (id, now) = (new_id()?, self.now());
        let oldest = now - millis(self.settings.idempotency_ttl);
        let plan = serde_json::to_string(&new.plan)?;
        let mut change = self.write().await?;
        if let Some(name) = name
            && let Some(before) = object_before(&mut change, actor, name, oldest).await?
        {
            return Ok((still_there(&mut change, before).await?, false));
        }
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM schedule WHERE owner = $1")
            .bind(owner.as_str())
            .fetch_one(&mut *change)
            .await?;
        if count >= MOST_OF_ONE {
            return Err(RecordsError::TooMany {
                what: "schedules",
                most: MOST_OF_ONE,
            });
        }
        sqlx::query(
            "INSERT INTO schedule (id, owner, revision, plan, paused, created, changed, next)
             VALUES ($1, $2, 1, $3, $4, $5, $5, $6)",
        )
        .bind(id.as_str())
        .bind(owner.as_str())
        .bind(&plan)
        .bind(new.paused)
        .bind(now)
        .bind(new.next.map(Timestamp::as_millisecond))
        .execute(&mut *change)
        .await?;
        let whose =
            (*owner != actor.key).then(|| format!("asks for reports of {}", owner.as_str()));
        let event = NewEvent {
            after: Some(Digest::of(plan.as_bytes())),
            reason: whose.as_deref(),
            ..told(actor, "schedule.created", &id, request_id)
        };
        append(&mut change, now, event).await?;
        if let Some(name) = name {
            let made = Made::Object(id.as_str());
            remember(&mut change, actor, name, made, (now, oldest)).await?;
        }
        change.commit().await?;
        Ok((id, true))
    }

    /// Put another plan in the place of a schedule's, with its audit event; only if it has the revision yet. A tick
    /// that is waited for stays so, unless it is told by another clock from now on.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn change_schedule(
        &self,
        id: &ObjectId,
        new: &NewSchedule,
        revision: u64,
        actor: &Actor,
        request_id: &str,
    ) -> Result<ScheduleChange, RecordsError> {
        let now = self.now();
        let plan = serde_json::to_string(&new.plan)?;
        let mut change = self.write().await?;
        let Some(before) = found(&mut change, id).await? else {
            return Ok(ScheduleChange::Missing);
        };
        if before.revision != revision {
            return Ok(ScheduleChange::Other(before.revision));
        }
        let next = new.next.map(|next| before.waits_for(&new.plan, next));
        sqlx::query(
            "UPDATE schedule SET revision = revision + 1, plan = $2, paused = $3, changed = $4, next = $5
             WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(&plan)
        .bind(new.paused)
        .bind(now)
        .bind(next.map(Timestamp::as_millisecond))
        .execute(&mut *change)
        .await?;
        let rests = match (before.paused, new.paused) {
            (false, true) => Some("paused"),
            (true, false) => Some("goes on"),
            _ => None,
        };
        let event = NewEvent {
            before: Some(Digest::of(before.plan.as_bytes())),
            after: Some(Digest::of(plan.as_bytes())),
            reason: rests,
            ..told(actor, "schedule.changed", id, request_id)
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(ScheduleChange::Done)
    }

    /// Delete a schedule and what is known of its ticks, with its audit event. Reports that it asked for stay. False if
    /// there is no such schedule.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn delete_schedule(
        &self,
        id: &ObjectId,
        actor: &Actor,
        request_id: &str,
    ) -> Result<bool, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let Some(before) = found(&mut change, id).await? else {
            return Ok(false);
        };
        for statement in [
            "DELETE FROM tick WHERE schedule = $1",
            "DELETE FROM schedule WHERE id = $1",
        ] {
            sqlx::query(statement)
                .bind(id.as_str())
                .execute(&mut *change)
                .await?;
        }
        let event = NewEvent {
            before: Some(Digest::of(before.plan.as_bytes())),
            ..told(actor, "schedule.deleted", id, request_id)
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(true)
    }
}

impl Before {
    /// The tick that is waited for from now on. One that is due and was not taken yet is not forgotten because
    /// something else is changed.
    fn waits_for(&self, plan: &Plan, next: Timestamp) -> Timestamp {
        let told_alike = serde_json::from_str::<Plan>(&self.plan)
            .is_ok_and(|before| before.cron == plan.cron && before.time_zone == plan.time_zone);
        match self.next {
            Some(waits_for) if told_alike => waits_for.min(next),
            _ => next,
        }
    }
}

/// How it stands, if there is such a schedule.
async fn found(
    change: &mut Transaction<'static, Sqlite>,
    id: &ObjectId,
) -> Result<Option<Before>, RecordsError> {
    let row = sqlx::query("SELECT plan, paused, next, revision FROM schedule WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut **change)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Before {
        revision: row.read("revision")?,
        plan: row.read("plan")?,
        paused: row.read("paused")?,
        next: row.optional("next")?,
    }))
}

/// The schedule that was made before, if it was not deleted since.
async fn still_there(
    change: &mut Transaction<'static, Sqlite>,
    id: String,
) -> Result<ObjectId, RecordsError> {
    let found = sqlx::query("SELECT id FROM schedule WHERE id = $1")
        .bind(&id)
        .fetch_optional(&mut **change)
        .await?;
    let what = "schedule";
    let row = found.ok_or(RecordsError::MadeAndGone { what, id })?;
    Ok(row.read("id")?)
}

fn told<'a>(
    actor: &'a Actor,
    action: &'static str,
    id: &ObjectId,
    request_id: &'a str,
) -> NewEvent<'a> {
    NewEvent::by(actor, action, format!("schedule {id}"), request_id)
}
