//! A tick is taken, once: with the report that it asks for, or without one.

use std::time::Duration;

use quire_model::{ObjectId, ReportId, ReportRequest};
use sqlx::{Sqlite, Transaction};

use crate::{
    Accepted, Actor, Manner, Records, RecordsError, ScheduleRow, Timestamp,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::accept::NewReport,
    stored::{Columns as _, bound},
};

/// How long it is known that a tick was taken: longer than any clock is set back.
const KEPT: Duration = Duration::from_hours(24 * 92);

/// What a tick comes to.
#[derive(Clone, Debug)]
pub struct TickRun {
    /// When it was due.
    pub due: Timestamp,
    /// Whether its time had passed.
    pub missed: bool,
    /// The tick after it that is to be taken next.
    pub next: Option<Timestamp>,
    /// What it asks for.
    pub asks: Asks,
}

/// What a tick asks for.
#[derive(Clone, Debug)]
pub enum Asks {
    /// A report, for whoever it is.
    Report(Box<(ReportRequest, Manner, Actor)>),
    /// Nothing this time, for this reason.
    Nothing(String),
    /// Nothing ever again, for this reason: the schedule rests from now on.
    NothingMore(String),
}

/// What came of taking a tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is ours, and asked for this report.
    Asked(Accepted),
    /// It is ours, and asked for nothing.
    Nothing,
    /// Another process has it, or the schedule was changed meanwhile.
    Theirs,
}

impl Asks {
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Report(_) => None,
            Self::Nothing(reason) | Self::NothingMore(reason) => Some(reason),
        }
    }
}

impl Records {
    /// Take a tick: its report, its audit events and the schedule's next tick in one transaction. Nothing is asked for
    /// if it was taken before, or the schedule is not as it was read.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn take_tick(
        &self,
        schedule: &ScheduleRow,
        run: TickRun,
    ) -> Result<Taken, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        if !move_on(&mut change, schedule, run.next).await? {
            return Ok(Taken::Theirs);
        }
        if !claim(&mut change, &schedule.id, &run, now).await? {
            // Before the clock was set back. The schedule goes on to the next one.
            change.commit().await?;
            return Ok(Taken::Theirs);
        }
        let taken = match &run.asks {
            Asks::Report(asked) => {
                let (request, manner, actor) = &**asked;
                let asked = (request, manner.clone(), actor);
                Taken::Asked(self.ask(&mut change, schedule, asked, run.due).await?)
            }
            Asks::Nothing(reason) | Asks::NothingMore(reason) => {
                let more = matches!(run.asks, Asks::Nothing(_));
                refuse(&mut change, &schedule.id, reason, more, now).await?;
                Taken::Nothing
            }
        };
        change.commit().await?;
        if matches!(&taken, Taken::Asked(accepted) if accepted.shared_from.is_some()) {
            self.told.notify_one();
        }
        Ok(taken)
    }

    /// The report of a tick enters, in the change that takes it.
    async fn ask(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        schedule: &ScheduleRow,
        (request, manner, actor): (&ReportRequest, Manner, &Actor),
        due: Timestamp,
    ) -> Result<Accepted, RecordsError> {
        let object = format!("schedule {}", schedule.id);
        let manner = Manner {
            unless_like: match schedule.plan.only_if_changed {
                true => last_document(change, &schedule.id).await?,
                false => None,
            },
            schedule: Some(schedule.id.clone()),
            ..manner
        };
        let report = NewReport::new(manner, request, actor, &object, None)?;
        let accepted = report.enter(change, &self.settings).await?;
        sqlx::query("UPDATE tick SET report = $3 WHERE schedule = $1 AND due = $2")
            .bind(schedule.id.as_str())
            .bind(due.as_millisecond())
            .bind(accepted.id.as_str())
            .execute(&mut **change)
            .await?;
        let reason = format!("report {}, due at {due:.0}", accepted.id);
        let event = NewEvent {
            reason: Some(&reason),
            ..NewEvent::host("quire", "schedule.ran", object)
        };
        append(change, self.now(), event).await?;
        Ok(accepted)
    }

    /// Note why a tick that has come is not taken yet: what it asks for cannot be accepted at the moment. Said once a
    /// tick; says whether this was the time.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn put_off_tick(
        &self,
        schedule: &ScheduleRow,
        reason: &str,
    ) -> Result<bool, RecordsError> {
        let mut change = self.write().await?;
        let noted = sqlx::query(
            "UPDATE schedule SET refused = $4, refusal = $5
             WHERE id = $1 AND revision = $2 AND next = $3 AND (refused IS NULL OR refused < $3)",
        )
        .bind(schedule.id.as_str())
        .bind(bound(schedule.revision))
        .bind(schedule.next.map(Timestamp::as_millisecond))
        .bind(self.now())
        .bind(reason)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(noted.rows_affected() > 0)
    }

    /// Let a schedule wait for another tick than the one it waits for, since the clock was set back: only if that one
    /// was not taken, and nothing else has changed. Says whether it does.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn wait_for_tick(
        &self,
        schedule: &ScheduleRow,
        next: Timestamp,
    ) -> Result<bool, RecordsError> {
        let mut change = self.write().await?;
        let moved = sqlx::query(
            "UPDATE schedule SET next = $3
             WHERE id = $1 AND revision = $2 AND next = $4 AND paused = 0
                 AND NOT EXISTS (SELECT 1 FROM tick WHERE schedule = $1 AND due = $3)",
        )
        .bind(schedule.id.as_str())
        .bind(bound(schedule.revision))
        .bind(next.as_millisecond())
        .bind(schedule.next.map(Timestamp::as_millisecond))
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(moved.rows_affected() > 0)
    }
}

/// Let the schedule wait for the tick after this one. False if it is not as it was read.
async fn move_on(
    change: &mut Transaction<'static, Sqlite>,
    schedule: &ScheduleRow,
    next: Option<Timestamp>,
) -> Result<bool, RecordsError> {
    let moved = sqlx::query(
        "UPDATE schedule SET next = $3 WHERE id = $1 AND revision = $2 AND next = $4 AND paused = 0",
    )
    .bind(schedule.id.as_str())
    .bind(bound(schedule.revision))
    .bind(next.map(Timestamp::as_millisecond))
    .bind(schedule.next.map(Timestamp::as_millisecond))
    .execute(&mut **change)
    .await?;
    Ok(moved.rows_affected() > 0)
}

/// Take the tick, unless it was taken before; and forget the oldest, but for the last that asked for a report.
async fn claim(
    change: &mut Transaction<'static, Sqlite>,
    id: &ObjectId,
    run: &TickRun,
    now: i64,
) -> Result<bool, RecordsError> {
    let claimed = sqlx::query(
        "INSERT INTO tick (schedule, due, taken, missed, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (schedule, due) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(run.due.as_millisecond())
    .bind(now)
    .bind(run.missed)
    .bind(run.asks.reason())
    .execute(&mut **change)
    .await?;
    if claimed.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "DELETE FROM tick WHERE schedule = $1 AND due < $2
             AND due < (SELECT max(due) FROM tick WHERE schedule = $1 AND report IS NOT NULL)",
    )
    .bind(id.as_str())
    .bind(run.due.as_millisecond() - millis(KEPT))
    .execute(&mut **change)
    .await?;
    Ok(true)
}

/// A tick asks for nothing: the schedule says why, and rests if it is to ask for nothing more.
async fn refuse(
    change: &mut Transaction<'static, Sqlite>,
    id: &ObjectId,
    reason: &str,
    more: bool,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query("UPDATE schedule SET refused = $2, refusal = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(now)
        .bind(reason)
        .execute(&mut **change)
        .await?;
    if !more {
        sqlx::query(
            "UPDATE schedule SET paused = 1, next = NULL, revision = revision + 1, changed = $2 WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(now)
        .execute(&mut **change)
        .await?;
    }
    let action = match more {
        true => "schedule.skipped",
        false => "schedule.stopped",
    };
    let event = NewEvent {
        reason: Some(reason),
        ..NewEvent::host("quire", action, format!("schedule {id}"))
    };
    append(change, now, event).await
}

/// The last run that has its document.
async fn last_document(
    change: &mut Transaction<'static, Sqlite>,
    id: &ObjectId,
) -> Result<Option<ReportId>, RecordsError> {
    let row = sqlx::query(
        "SELECT id FROM report WHERE of_schedule = $1 AND state = 'succeeded' AND artifact IS NOT NULL
         ORDER BY id DESC LIMIT 1",
    )
    .bind(id.as_str())
    .fetch_optional(&mut **change)
    .await?;
    Ok(row.map(|row| row.read("id")).transpose()?)
}
