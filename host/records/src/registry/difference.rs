//! What a shadow did otherwise than the active version, report by report; and how many clean runs it
//! has shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;
use quire_model::{Digest, ReportId, SectionDifference};
use serde::Serialize;
use sqlx::FromRow;

use crate::{
    Acceptance, Records, RecordsError, ShadowVerdict,
    registry::acceptance::{acceptances, accepted_places},
    registry::decision::Author,
    registry::module_change::ModuleChange,
    registry::shadow_runs::verdict,
    stored::{Columns, StoredRow, bound, micros},
};

/// Differences kept for one module; beyond it the oldest go. An administrator reads tens.
const KEPT: u32 = 1_000;

/// What one of two versions needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunCost {
    /// CPU time of the guest.
    pub cpu: Duration,
    /// Peak linear memory, in bytes.
    pub memory_bytes: u64,
}

/// One run of a shadow beside the active version.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowRun {
    /// The module's name.
    pub module: String,
    /// The section's name in the report definition.
    pub section: String,
    /// The report that both were made from.
    pub report: ReportId,
    /// The active version.
    pub active: Digest,
    /// The version that ran beside it.
    pub candidate: Digest,
    /// What is not the same.
    pub difference: SectionDifference,
    /// What the active version needed.
    pub active_cost: RunCost,
    /// What the candidate needed.
    pub candidate_cost: RunCost,
}

/// A shadow run, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceRow {
    /// Grows with each run; lists continue behind it.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Whether there was no difference.
    pub clean: bool,
    /// What came of it, as things stand now.
    pub verdict: ShadowVerdict,
    /// The run.
    pub run: ShadowRun,
}

impl Records {
    /// Store what a shadow run showed and count it. A failure is an audit event, and so are a difference
    /// that was not accepted and the run with which the version has shown all that is required. False, and nothing is stored, if
    /// the version is no shadow any more or the active version is another.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn add_shadow_run(&self, run: &ShadowRun) -> Result<bool, RecordsError> {
        let mut change = self.change_module(&run.module, None).await?;
        if change.row.shadow != Some(run.candidate) || change.row.active != Some(run.active) {
            return Ok(false);
        }
        let version = change.version(run.candidate).await?;
        let accepted = acceptances(&mut change.transaction, &version).await?;
        let (failed, places) = (run.difference.failure().is_some(), places_of(run));
        let verdict = verdict(failed, &places, &accepted_places(&accepted));
        change.insert_run(run, &places).await?;
        let now_shown = change.count_clean(run.candidate, verdict.counts()).await?;
        let required = version.required_clean.max(change.row.required_clean);
        if !verdict.counts() {
            change.differed(run).await?;
        } else if required > 0 && now_shown == required {
            let reason = format!(
                "{required} shadow runs in a row that neither failed nor differed in a way not \
                 accepted, as required"
            );
            let author = Author::quire(&reason);
            let (before, after) = (Some(run.active), Some(run.candidate));
            change
                .event(author, "module.shadow-proven", before, after)
                .await?;
        }
        // No change of what reports are made with: the counter stays.
        change.transaction.commit().await?;
        Ok(true)
    }

    /// Shadow runs of a module after sequence `after`, the oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn differences(
        &self,
        module: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DifferenceRow>, RecordsError> {
        let rows = "SELECT * FROM difference WHERE module = $1 AND sequence > $2
                    ORDER BY sequence LIMIT $3";
        self.read_differences(rows, module, after, limit).await
    }

    /// The same, the newest first.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn last_differences(
        &self,
        module: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DifferenceRow>, RecordsError> {
        let rows = "SELECT * FROM difference WHERE module = $1 AND sequence > $2
                    ORDER BY sequence DESC LIMIT $3";
        self.read_differences(rows, module, after, limit).await
    }

    async fn read_differences(
        &self,
        rows: &'static str,
        module: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DifferenceRow>, RecordsError> {
        let rows = sqlx::query(rows)
            .bind(module)
            .bind(bound(after))
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        let accepted = sqlx::query("SELECT * FROM acceptance WHERE module = $1")
            .bind(module)
            .fetch_all(&self.readers)
            .await?;
        let mut places: Accepted = BTreeMap::new();
        for row in &accepted {
            let acceptance = Acceptance::from_row(row)?;
            let pair = (acceptance.active, row.read("digest")?);
            places.entry(pair).or_default().extend(acceptance.places);
        }
        rows.iter()
            .map(|row| Ok(difference_row(row, &places)?))
            .collect()
    }
}

/// Places accepted of a version, the second, beside an active one, the first.
type Accepted = BTreeMap<(Digest, Digest), BTreeSet<String>>;

/// Where the two differ.
fn places_of(run: &ShadowRun) -> BTreeSet<String> {
    let mut places = run.difference.places.clone();
    if places.is_empty() {
        places = run.difference.listed_places();
    }
    places
}

impl ModuleChange<'_> {
    async fn insert_run(
        &mut self,
        run: &ShadowRun,
        places: &BTreeSet<String>,
    ) -> Result<(), RecordsError> {
        sqlx::query(
            "INSERT INTO difference (module, section, report, active, candidate, clean, difference,
                    active_cpu_us, candidate_cpu_us, active_memory, candidate_memory, created,
                    failure, places)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(&run.module)
        .bind(&run.section)
        .bind(run.report.as_str())
        .bind(run.active.to_string())
        .bind(run.candidate.to_string())
        .bind(run.difference.is_clean())
        .bind(serde_json::to_string(&run.difference)?)
        .bind(micros(run.active_cost.cpu))
        .bind(micros(run.candidate_cost.cpu))
        .bind(bound(run.active_cost.memory_bytes))
        .bind(bound(run.candidate_cost.memory_bytes))
        .bind(self.now)
        .bind(run.difference.failure())
        .bind(serde_json::to_string(places)?)
        .execute(&mut *self.transaction)
        .await?;
        sqlx::query(
            "DELETE FROM difference WHERE module = $1 AND sequence <=
                 (SELECT sequence FROM difference WHERE module = $1
                  ORDER BY sequence DESC LIMIT 1 OFFSET $2)",
        )
        .bind(&run.module)
        .bind(KEPT)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Runs in a row that count as clean, this one included.
    async fn count_clean(&mut self, candidate: Digest, clean: bool) -> Result<u32, RecordsError> {
        Ok(sqlx::query_scalar(
            "UPDATE module_version SET shadow_runs = shadow_runs + 1,
                    clean_runs = CASE $3 WHEN 1 THEN clean_runs + 1 ELSE 0 END
             WHERE module = $1 AND digest = $2 RETURNING clean_runs",
        )
        .bind(&self.row.name)
        .bind(candidate.to_string())
        .bind(clean)
        .fetch_one(&mut *self.transaction)
        .await?)
    }

    async fn differed(&mut self, run: &ShadowRun) -> Result<(), RecordsError> {
        let SectionDifference {
            outcome,
            blocks,
            numbers,
            omitted,
            ..
        } = &run.difference;
        let reason = match outcome {
            Some(outcome) => format!(
                "report {}, section {}: {} where the active version says {}",
                run.report, run.section, outcome.candidate, outcome.active
            ),
            None => format!(
                "report {}, section {}: {} numbers and {} blocks differ, {omitted} more changes",
                run.report,
                run.section,
                numbers.len(),
                blocks.len()
            ),
        };
        let author = Author::quire(&reason);
        let (before, after) = (Some(run.active), Some(run.candidate));
        self.event(author, "module.shadow-differed", before, after)
            .await
    }
}

/// A stored run, judged by what is accepted of the two versions.
fn difference_row(row: &StoredRow, accepted: &Accepted) -> sqlx::Result<DifferenceRow> {
    let cost = |cpu, memory| -> sqlx::Result<RunCost> {
        Ok(RunCost {
            cpu: Duration::from_micros(row.read(cpu)?),
            memory_bytes: row.read(memory)?,
        })
    };
    let mut difference: SectionDifference = row.json("difference")?;
    let places = row.optional_json("places")?;
    difference.places = places.unwrap_or_else(|| difference.listed_places());
    let (active, candidate) = (row.read("active")?, row.read("candidate")?);
    let none = BTreeSet::new();
    let accepted = accepted.get(&(active, candidate)).unwrap_or(&none);
    Ok(DifferenceRow {
        sequence: row.read("sequence")?,
        at: row.read("created")?,
        clean: row.read("clean")?,
        verdict: verdict(difference.failure().is_some(), &difference.places, accepted),
        run: ShadowRun {
            module: row.read("module")?,
            section: row.read("section")?,
            report: row.read("report")?,
            active,
            candidate,
            difference,
            active_cost: cost("active_cpu_us", "active_memory")?,
            candidate_cost: cost("candidate_cpu_us", "candidate_memory")?,
        },
    })
}
