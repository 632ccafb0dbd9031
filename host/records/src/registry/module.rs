//! A module: a name, and which of its versions does what.

use jiff::Timestamp;
use quire_model::{Digest, Kind, LimitOverrides};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use crate::{
    CostLimits, Records, RecordsError, Tally, VersionRow,
    registry::tally::tallies,
    stored::{Columns, StoredRow},
};

/// A module, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModuleRow {
    /// Its name, such as `reaction-table`.
    pub name: String,
    /// Which world its versions implement; the same for all of them.
    pub kind: Kind,
    /// Grows with each change. An administrator names it as the one that a decision was made on.
    pub revision: u64,
    /// The version that reports are made with.
    pub active: Option<Digest>,
    /// The version that a roll back returns to.
    pub previous: Option<Digest>,
    /// The version that a share of the reports is made with.
    pub canary: Option<Canary>,
    /// The version that runs beside the active one, unseen.
    pub shadow: Option<Digest>,
    /// Whether the last change of what is active was a roll back.
    pub rolled_back: bool,
    /// While the active version is new: how it is judged.
    pub probation: Option<Probation>,
    /// Limits of its calls in place of the usual ones.
    pub limits: LimitOverrides,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted every
    /// version has to show before it is made a canary or activated.
    pub required_clean: u32,
    /// What Quire last did to the module by itself, until a person next changes what is active.
    pub notice: Option<Notice>,
    /// How the canary and the version on probation fare.
    pub tallies: Vec<Tally>,
}

/// A version that a share of the reports is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canary {
    /// Which version.
    pub digest: Digest,
    /// Of 100 reports, so many.
    pub percent: u8,
    /// What ends it.
    pub budget: CanaryBudget,
}

/// What a canary may cost before it is rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CanaryBudget {
    /// So many failed sections end it; at least 1.
    pub failures: u32,
    /// More mean CPU time, in percent of the active version's, ends it.
    pub cpu_percent: u32,
    /// The same for wall time.
    pub wall_percent: u32,
    /// The same for memory.
    pub memory_percent: u32,
    /// Costs are judged once they were compared on so many sections.
    pub timed_after: u32,
}

/// How a freshly activated version is judged: rolled back after so many failures in so many runs, or
/// when it costs more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probation {
    /// How many runs are judged; 0 judges none.
    pub runs: u32,
    /// How many failures among them roll it back.
    pub failures: u32,
    /// What it may cost.
    pub costs: CostLimits,
}

/// What Quire did by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// What, and why, in whole sentences.
    pub text: String,
}

impl CanaryBudget {
    /// What it says about costs.
    #[must_use]
    pub const fn costs(&self) -> CostLimits {
        CostLimits {
            cpu_percent: self.cpu_percent,
            wall_percent: self.wall_percent,
            memory_percent: self.memory_percent,
        }
    }
}

impl Default for CanaryBudget {
    /// A third failure is no accident.
    fn default() -> Self {
        let CostLimits {
            cpu_percent,
            wall_percent,
            memory_percent,
        } = CostLimits::default();
        Self {
            failures: 3,
            cpu_percent,
            wall_percent,
            memory_percent,
            timed_after: 20,
        }
    }
}

impl Default for Probation {
    /// Most faults show in the first reports; three of them are no accident.
    fn default() -> Self {
        Self {
            runs: 20,
            failures: 3,
            costs: CostLimits::default(),
        }
    }
}

impl Records {
    /// Every module, by name.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn modules(&self) -> Result<Vec<ModuleRow>, RecordsError> {
        // One transaction, so that tallies and modules are of one moment.
        let mut reading = self.readers.begin().await?;
        let mut modules: Vec<ModuleRow> = sqlx::query_as("SELECT * FROM module ORDER BY name")
            .fetch_all(&mut *reading)
            .await?;
        let tallies = sqlx::query("SELECT * FROM tally ORDER BY module, digest");
        for row in tallies.fetch_all(&mut *reading).await? {
            let name: String = row.read("module")?;
            if let Some(module) = modules.iter_mut().find(|module| module.name == name) {
                module.tallies.push(Tally::from_row(&row)?);
            }
        }
        Ok(modules)
    }

    /// One module; none if there is none of that name.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn module(&self, name: &str) -> Result<Option<ModuleRow>, RecordsError> {
        let mut reading = self.readers.begin().await?;
        let mut module = module_of(&mut reading, name).await?;
        if let Some(module) = &mut module {
            module.tallies = tallies(&mut reading, name).await?;
        }
        Ok(module)
    }

    /// The versions of a module, the newest first; empty if there is no such module.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn versions(&self, module: &str) -> Result<Vec<VersionRow>, RecordsError> {
        let rows = "SELECT * FROM module_version WHERE module = $1 ORDER BY created DESC, digest";
        let rows = sqlx::query_as(rows).bind(module);
        Ok(rows.fetch_all(&self.readers).await?)
    }

    /// One version of a module.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn version(
        &self,
        module: &str,
        digest: Digest,
    ) -> Result<Option<VersionRow>, RecordsError> {
        version_of(&mut *self.readers.acquire().await?, module, digest).await
    }
}

impl Records {
    /// The version of a module whose digest begins so.
    ///
    /// # Errors
    ///
    /// [`RecordsError::UnknownModule`]; [`RecordsError::UnknownVersion`] if none does;
    /// [`RecordsError::AmbiguousVersion`] if several do.
    pub async fn version_named(
        &self,
        module: &str,
        beginning: &str,
    ) -> Result<Digest, RecordsError> {
        let module: String = module.chars().take(80).collect();
        let wanted: String = beginning.trim().chars().take(80).collect();
        let wanted = wanted.to_ascii_lowercase();
        let versions = self.versions(&module).await?;
        let found: Vec<Digest> = versions
            .iter()
            .map(|version| version.digest)
            .filter(|digest| !wanted.is_empty() && digest.to_string().starts_with(&wanted))
            .collect();
        let version = format!("{wanted:?}");
        match found.as_slice() {
            [digest] => Ok(*digest),
            _ if versions.is_empty() => Err(RecordsError::UnknownModule(module)),
            [] => Err(RecordsError::UnknownVersion { module, version }),
            _ => Err(RecordsError::AmbiguousVersion { module, version }),
        }
    }
}

impl ModuleRow {
    /// Whether how its versions fare has to be [tallied](Records::tally).
    #[must_use]
    pub const fn is_on_trial(&self) -> bool {
        self.canary.is_some() || self.probation.is_some()
    }
}

impl FromRow<'_, StoredRow> for ModuleRow {
    /// Without its tallies.
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        let probation = Probation {
            runs: row.read("probation_runs")?,
            failures: row.read("probation_failures")?,
            costs: row.json("probation_costs")?,
        };
        let canary = |digest| -> sqlx::Result<Canary> {
            Ok(Canary {
                digest,
                percent: row.read("canary_percent")?,
                budget: row.json("canary_budget")?,
            })
        };
        let notice = |text| -> sqlx::Result<Notice> {
            let at = row.read("notice_at")?;
            Ok(Notice { at, text })
        };
        Ok(Self {
            name: row.read("name")?,
            kind: row.read("kind")?,
            revision: row.read("revision")?,
            active: row.optional("active")?,
            previous: row.optional("previous")?,
            canary: row.optional("canary")?.map(canary).transpose()?,
            shadow: row.optional("shadow")?,
            rolled_back: row.read("rolled_back")?,
            probation: Some(probation).filter(|probation| probation.runs > 0),
            limits: row.json("limits")?,
            required_clean: row.read("required_clean")?,
            notice: row.optional("notice")?.map(notice).transpose()?,
            tallies: Vec::new(),
        })
    }
}

/// A module by its name, without its tallies.
pub(crate) async fn module_of(
    records: &mut SqliteConnection,
    name: &str,
) -> Result<Option<ModuleRow>, RecordsError> {
    let row = sqlx::query_as("SELECT * FROM module WHERE name = $1").bind(name);
    Ok(row.fetch_optional(records).await?)
}

/// A version of a module.
pub(crate) async fn version_of(
    records: &mut SqliteConnection,
    module: &str,
    digest: Digest,
) -> Result<Option<VersionRow>, RecordsError> {
    let row = sqlx::query_as("SELECT * FROM module_version WHERE module = $1 AND digest = $2")
        .bind(module)
        .bind(digest.to_string());
    Ok(row.fetch_optional(records).await?)
}
