//! How a canary and a freshly activated version fare, counted over all processes.

use std::time::Duration;

use quire_model::Digest;
use serde::Serialize;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Cost, Records, RecordsError, Verdict,
    registry::module_change::ModuleChange,
    stored::{count, digest},
};

/// One run of a version that is on trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which version.
    pub digest: Digest,
    /// Whether the module failed, by its own fault.
    pub failed: bool,
}

/// What a version on trial and the version before it needed for the same section of the same report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The version on trial.
    pub judged: Digest,
    /// The version before it: for a canary the active one.
    pub before: Digest,
    /// What the version on trial needed.
    pub cost: Cost,
    /// What the version before it needed.
    pub cost_before: Cost,
}

/// What runs of a version on trial amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Which version.
    pub digest: Digest,
    /// How often it ran.
    pub runs: u32,
    /// How often it failed by its own fault.
    pub failures: u32,
    /// On how many sections its cost was compared with that of the version before it.
    pub compared: u32,
    /// Its CPU time there, in microseconds, in all.
    pub cpu_us: u64,
    /// Its wall time there, in microseconds, in all.
    pub wall_us: u64,
    /// Its peak memory there, in bytes, in all.
    pub memory_bytes: u64,
    /// The same of the version before it.
    pub before_cpu_us: u64,
    /// The same of the version before it.
    pub before_wall_us: u64,
    /// The same of the version before it.
    pub before_memory_bytes: u64,
}

impl Records {
    /// Count a run of a module that [is on trial](crate::ModuleRow::is_on_trial). If that uses up the budget
    /// of its canary, or the patience with a freshly activated version, the version is rolled back
    /// in the same transaction, with its audit event. Runs of versions that are not on trial (any
    /// more) change nothing.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn tally(&self, module: &str, run: Run) -> Result<Option<Verdict>, RecordsError> {
        let mut change = self.change_module(module, None).await?;
        if !change.count_run(run).await? {
            return Ok(None);
        }
        change.judge().await
    }

    /// Count what a version on trial costs beside the version before it, and judge as
    /// [`tally`](Self::tally) does. Nothing is counted if either is another by now.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn compare_costs(
        &self,
        module: &str,
        comparison: Comparison,
    ) -> Result<Option<Verdict>, RecordsError> {
        let mut change = self.change_module(module, None).await?;
        let row = &change.row;
        let is_canary = row
            .canary
            .is_some_and(|canary| canary.digest == comparison.judged);
        let before = if is_canary { row.active } else { row.previous };
        if before != Some(comparison.before) || !change.count_costs(comparison).await? {
            return Ok(None);
        }
        change.judge().await
    }
}

impl ModuleChange<'_> {
    /// False if nobody counts runs of this version.
    async fn count_run(&mut self, run: Run) -> Result<bool, RecordsError> {
        let counted = sqlx::query(
            "UPDATE tally SET runs = runs + 1, failures = failures + $3
             WHERE module = $1 AND digest = $2",
        )
        .bind(&self.row.name)
        .bind(run.digest.to_string())
        .bind(run.failed)
        .execute(&mut *self.transaction)
        .await?;
        Ok(counted.rows_affected() > 0)
    }

    /// False if nobody counts runs of this version.
    async fn count_costs(&mut self, comparison: Comparison) -> Result<bool, RecordsError> {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let bytes = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
        let (own, before) = (comparison.cost, comparison.cost_before);
        let counted = sqlx::query(
            "UPDATE tally SET compared = compared + 1, cpu_us = cpu_us + $3, wall_us = wall_us + $4,
                    memory_bytes = memory_bytes + $5, before_cpu_us = before_cpu_us + $6,
                    before_wall_us = before_wall_us + $7,
                    before_memory_bytes = before_memory_bytes + $8
             WHERE module = $1 AND digest = $2",
        )
        .bind(&self.row.name)
        .bind(comparison.judged.to_string())
        .bind(micros(own.cpu))
        .bind(micros(own.wall))
        .bind(bytes(own.memory_bytes))
        .bind(micros(before.cpu))
        .bind(micros(before.wall))
        .bind(bytes(before.memory_bytes))
        .execute(&mut *self.transaction)
        .await?;
        Ok(counted.rows_affected() > 0)
    }

    pub(crate) async fn tallies(&mut self) -> Result<Vec<Tally>, RecordsError> {
        sqlx::query("SELECT * FROM tally WHERE module = $1 ORDER BY digest")
            .bind(&self.row.name)
            .fetch_all(&mut *self.transaction)
            .await?
            .iter()
            .map(Tally::read)
            .collect()
    }
}

impl Tally {
    /// What it needs in the mean; none before its cost was compared at all.
    #[must_use]
    pub fn mean(&self) -> Option<Cost> {
        self.mean_of(self.cpu_us, self.wall_us, self.memory_bytes)
    }

    /// What the version before it needs in the mean, for the same.
    #[must_use]
    pub fn mean_before(&self) -> Option<Cost> {
        self.mean_of(
            self.before_cpu_us,
            self.before_wall_us,
            self.before_memory_bytes,
        )
    }

    fn mean_of(&self, cpu_us: u64, wall_us: u64, memory_bytes: u64) -> Option<Cost> {
        let runs = u64::from(self.compared);
        Some(Cost {
            cpu: Duration::from_micros(cpu_us.checked_div(runs)?),
            wall: Duration::from_micros(wall_us.checked_div(runs)?),
            memory_bytes: memory_bytes.checked_div(runs)?,
        })
    }

    pub(crate) fn read(row: &SqliteRow) -> Result<Self, RecordsError> {
        let sum = |name| Ok::<u64, RecordsError>(row.try_get::<i64, _>(name)?.unsigned_abs());
        Ok(Self {
            digest: digest(row.try_get("digest")?)?,
            runs: count(row.try_get("runs")?)?,
            failures: count(row.try_get("failures")?)?,
            compared: count(row.try_get("compared")?)?,
            cpu_us: sum("cpu_us")?,
            wall_us: sum("wall_us")?,
            memory_bytes: sum("memory_bytes")?,
            before_cpu_us: sum("before_cpu_us")?,
            before_wall_us: sum("before_wall_us")?,
            before_memory_bytes: sum("before_memory_bytes")?,
        })
    }
}
