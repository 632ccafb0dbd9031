//! Runs of versions that are on trial are counted, and what they lead to is carried out.

use quire_model::Digest;

use crate::{
    Cost, Records, RecordsError, Verdict,
    registry::module_change::ModuleChange,
    stored::{bound, micros},
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
        .bind(bound(own.memory_bytes))
        .bind(micros(before.cpu))
        .bind(micros(before.wall))
        .bind(bound(before.memory_bytes))
        .execute(&mut *self.transaction)
        .await?;
        Ok(counted.rows_affected() > 0)
    }
}
