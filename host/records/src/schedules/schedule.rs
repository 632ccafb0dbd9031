//! A schedule as it is kept: when it runs and what it asks for, and what came of that last.

use quire_model::{ObjectId, ReportId};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, QueryBuilder};

use crate::{
    Actor, KeyId, Records, RecordsError, Timestamp,
    stored::{Columns, StoredRow},
};

/// What becomes of runs whose time passed while nobody was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// Nothing: the next is the next one.
    #[default]
    Skip,
    /// One run, for all of them.
    Once,
}

/// When a schedule runs, and what it asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Five fields of cron.
    pub cron: String,
    /// IANA's name of the time zone that they are meant in.
    pub time_zone: String,
    /// What becomes of runs whose time has passed.
    #[serde(default)]
    pub missed: Missed,
    /// Whether a run over the same data as the last one makes no document of its own.
    #[serde(default)]
    pub only_if_changed: bool,
    /// What each run asks for, as the caller wrote it.
    pub request: serde_json::Value,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleRow {
    /// Which.
    pub id: ObjectId,
    /// The key that it asks for.
    pub owner: KeyId,
    /// Grows with each change.
    pub revision: u64,
    /// When, and what for.
    pub plan: Plan,
    /// Whether it rests.
    pub paused: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Its next tick; none if it rests, or there is none.
    pub next: Option<Timestamp>,
    /// The last tick that asked for a report.
    pub last: Option<TickRow>,
    /// The last time that a tick asked for nothing, or was put off.
    pub refusal: Option<RefusalRow>,
}

/// A tick that asked for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TickRow {
    /// When it was due.
    pub due: Timestamp,
    /// When it was taken.
    pub taken: Timestamp,
    /// Whether its time had passed by then.
    pub missed: bool,
    /// What it asked for.
    pub report: ReportId,
}

/// Why a tick asked for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    /// When that was found.
    pub at: Timestamp,
    /// Why, in words.
    pub reason: String,
}

const SELECT: &str = "SELECT schedule.*, due, taken, missed, report FROM schedule
    LEFT JOIN tick ON tick.schedule = schedule.id
        AND tick.due = (SELECT max(due) FROM tick WHERE tick.schedule = schedule.id AND report IS NOT NULL)";

impl Records {
    /// Schedules of a key, or of all, the last one made first; at most `limit`, made before `before`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn schedules(
        &self,
        owner: Option<&KeyId>,
        before: Option<&ObjectId>,
        limit: u32,
    ) -> Result<Vec<ScheduleRow>, RecordsError> {
        let mut query = QueryBuilder::new(format!("{SELECT} WHERE true"));
        if let Some(owner) = owner {
            query.push(" AND owner = ").push_bind(owner.as_str());
        }
        if let Some(before) = before {
            query.push(" AND id < ").push_bind(before.as_str());
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        Ok(query.build_query_as().fetch_all(&self.readers).await?)
    }

    /// A schedule, for those who may see it; none if there is none.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn schedule_for(
        &self,
        actor: &Actor,
        id: &ObjectId,
    ) -> Result<Option<ScheduleRow>, RecordsError> {
        let mut query = QueryBuilder::new(format!("{SELECT} WHERE id = "));
        query.push_bind(id.as_str());
        let row: Option<ScheduleRow> = query.build_query_as().fetch_optional(&self.readers).await?;
        Ok(row.filter(|row| actor.may_see(&row.owner)))
    }

    /// Schedules whose next tick is due, by id; at most `limit`, after `after`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn due_schedules(
        &self,
        after: Option<&ObjectId>,
        limit: u32,
    ) -> Result<Vec<ScheduleRow>, RecordsError> {
        let mut query = QueryBuilder::new(format!("{SELECT} WHERE next <= "));
        query.push_bind(self.now());
        if let Some(after) = after {
            query.push(" AND id > ").push_bind(after.as_str());
        }
        query.push(" ORDER BY id LIMIT ").push_bind(limit);
        Ok(query.build_query_as().fetch_all(&self.readers).await?)
    }

    /// The clock by which leases and ticks are told.
    ///
    /// # Errors
    ///
    /// If it tells a time that is none.
    pub fn clock_now(&self) -> Result<Timestamp, RecordsError> {
        crate::stored::time(self.now())
    }
}

impl FromRow<'_, StoredRow> for ScheduleRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        let tick = |due| -> sqlx::Result<TickRow> {
            Ok(TickRow {
                due,
                taken: row.read("taken")?,
                missed: row.read("missed")?,
                report: row.read("report")?,
            })
        };
        let refusal = |at| -> sqlx::Result<RefusalRow> {
            let reason = row.read("refusal")?;
            Ok(RefusalRow { at, reason })
        };
        Ok(Self {
            id: row.read("id")?,
            owner: row.read("owner")?,
            revision: row.read("revision")?,
            plan: row.json("plan")?,
            paused: row.read("paused")?,
            created_at: row.read("created")?,
            changed_at: row.read("changed")?,
            next: row.optional("next")?,
            last: row.optional("due")?.map(tick).transpose()?,
            refusal: row.optional("refused")?.map(refusal).transpose()?,
        })
    }
}
