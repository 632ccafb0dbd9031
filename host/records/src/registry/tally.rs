//! How a canary and a freshly activated version fare, counted over all processes.

use std::time::Duration;

use quire_model::Digest;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use crate::{
    Cost, RecordsError,
    stored::{Columns, StoredRow},
};

/// What runs of a version on trial amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// How the versions of a module fare that are on trial.
pub(crate) async fn tallies(
    records: &mut SqliteConnection,
    module: &str,
) -> Result<Vec<Tally>, RecordsError> {
    let rows = sqlx::query_as("SELECT * FROM tally WHERE module = $1 ORDER BY digest").bind(module);
    Ok(rows.fetch_all(records).await?)
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
}

impl FromRow<'_, StoredRow> for Tally {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            digest: row.read("digest")?,
            runs: row.read("runs")?,
            failures: row.read("failures")?,
            compared: row.read("compared")?,
            cpu_us: row.read("cpu_us")?,
            wall_us: row.read("wall_us")?,
            memory_bytes: row.read("memory_bytes")?,
            before_cpu_us: row.read("before_cpu_us")?,
            before_wall_us: row.read("before_wall_us")?,
            before_memory_bytes: row.read("before_memory_bytes")?,
        })
    }
}
