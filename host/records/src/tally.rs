//! How versions on trial fare, counted over all processes; and the verdict, which Quire carries out
//! by itself.

use std::time::Duration;

use quire_model::Digest;
use serde::Serialize;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    CanaryBudget, ModuleRow, Probation, Records, RecordsError, VersionState,
    decision::Author,
    module_change::ModuleChange,
    stored::{count, digest},
};

/// Means shorter than this count as this: what takes a millisecond is noise in percent.
const SHORTEST_MEAN: Duration = Duration::from_millis(5);

/// One run of a version that is on trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which version.
    pub digest: Digest,
    /// Whether the module failed, by its own fault.
    pub failed: bool,
    /// CPU time of the guest.
    pub cpu: Duration,
    /// Time from call to answer.
    pub wall: Duration,
}

/// What runs of one version amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Which version.
    pub digest: Digest,
    /// How often it ran.
    pub runs: u32,
    /// How often it failed by its own fault.
    pub failures: u32,
    /// CPU time of the runs that did not fail, in microseconds.
    pub cpu_us: u64,
    /// Wall time of the runs that did not fail, in microseconds.
    pub wall_us: u64,
}

/// What Quire did by itself upon a tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which module.
    pub module: String,
    /// The version that is out of use.
    pub bad: Digest,
    /// The version that all reports are made with again.
    pub good: Digest,
    /// Why, with the numbers, in a whole sentence.
    pub reason: String,
}

impl Records {
    /// Count a run of a module that [is on trial](ModuleRow::is_on_trial). If that uses up the budget
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
        let tallies = change.tallies().await?;
        let verdict = judge(&change.row, &tallies);
        match verdict {
            Judged::Wait => change.transaction.commit().await?,
            Judged::Passed => {
                change.row.probation = None;
                // A canary is judged on: what it did so far still counts.
                if change.row.canary.is_none() {
                    change.tally_anew(&[]).await?;
                }
                let author = Author::quire("it made as many reports as were asked of it");
                let mut event = author.event("module.probation-passed", change.object());
                event.after = change.row.active;
                change.event(event).await?;
                change.commit().await?;
            }
            Judged::Canary(reason) => return change.end_canary(reason).await,
            Judged::Active(reason) => return change.end_active(reason).await,
        }
        Ok(None)
    }
}

impl ModuleChange<'_> {
    /// False if nobody counts runs of this version.
    async fn count_run(&mut self, run: Run) -> Result<bool, RecordsError> {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let counted = sqlx::query(
            "UPDATE tally SET runs = runs + 1, failures = failures + ?3, cpu_us = cpu_us + ?4,
                    wall_us = wall_us + ?5
             WHERE module = ?1 AND digest = ?2",
        )
        .bind(&self.row.name)
        .bind(run.digest.to_string())
        .bind(run.failed)
        .bind(if run.failed { 0 } else { micros(run.cpu) })
        .bind(if run.failed { 0 } else { micros(run.wall) })
        .execute(&mut *self.transaction)
        .await?;
        Ok(counted.rows_affected() > 0)
    }

    async fn tallies(&mut self) -> Result<Vec<Tally>, RecordsError> {
        sqlx::query("SELECT * FROM tally WHERE module = ?1 ORDER BY digest")
            .bind(&self.row.name)
            .fetch_all(&mut *self.transaction)
            .await?
            .iter()
            .map(Tally::read)
            .collect()
    }

    /// A canary that used up its budget is retired.
    async fn end_canary(mut self, reason: String) -> Result<Option<Verdict>, RecordsError> {
        let (Some(canary), Some(good)) = (self.row.canary, self.row.active) else {
            return Ok(None);
        };
        let bad = canary.digest;
        self.end_trial_of(bad).await?;
        self.move_to(bad, VersionState::Retired).await?;
        let mut event = Author::quire(&reason).event("module.canary-rolled-back", self.object());
        (event.before, event.after) = (Some(bad), Some(good));
        self.event(event).await?;
        self.close(bad, good, reason).await
    }

    /// A freshly activated version that keeps failing gives way to the one before it.
    async fn end_active(mut self, reason: String) -> Result<Option<Verdict>, RecordsError> {
        let (Some(bad), Some(good)) = (self.row.active, self.row.previous) else {
            return Ok(None);
        };
        self.roll_back(Author::quire(&reason)).await?;
        // A person's roll back must not bring back what has just failed.
        self.row.previous = None;
        self.close(bad, good, reason).await
    }

    async fn close(
        mut self,
        bad: Digest,
        good: Digest,
        reason: String,
    ) -> Result<Option<Verdict>, RecordsError> {
        self.notice(&reason)?;
        let row = self.commit().await?;
        Ok(Some(Verdict {
            module: row.name,
            bad,
            good,
            reason,
        }))
    }
}

/// What a tally leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Judged {
    /// Nothing yet.
    Wait,
    /// The active version has come through its probation.
    Passed,
    /// The canary is out, for this reason.
    Canary(String),
    /// The active version is out, for this reason.
    Active(String),
}

fn judge(module: &ModuleRow, tallies: &[Tally]) -> Judged {
    let of = |digest: Option<Digest>| {
        tallies
            .iter()
            .find(|tally| Some(tally.digest) == digest)
            .copied()
    };
    let active = of(module.active);
    if let Some(canary) = module.canary
        && let (Some(tally), Some(active)) = (of(Some(canary.digest)), active)
        && let Some(reason) = overspent(&module.name, canary.budget, tally, active)
    {
        return Judged::Canary(reason);
    }
    match (module.probation, active) {
        (Some(probation), Some(active)) => probe(&module.name, probation, active),
        _ => Judged::Wait,
    }
}

fn probe(module: &str, probation: Probation, active: Tally) -> Judged {
    if active.failures >= probation.failures.max(1) {
        return Judged::Active(format!(
            "Version {} of module {module} failed {} times in its first {} runs, so it was rolled \
             back to the version before it.",
            active.digest.short(),
            active.failures,
            active.runs
        ));
    }
    if active.runs >= probation.runs {
        Judged::Passed
    } else {
        Judged::Wait
    }
}

/// Why a canary is out; none while it keeps to its budget.
fn overspent(module: &str, budget: CanaryBudget, canary: Tally, active: Tally) -> Option<String> {
    let who = format!("The canary {} of module {module}", canary.digest.short());
    if canary.failures >= budget.failures {
        return Some(format!(
            "{who} failed {} times in {} runs, so it was rolled back; its budget is less than {} \
             failures.",
            canary.failures, canary.runs, budget.failures
        ));
    }
    let (timed, usual_timed) = (canary.made(), active.made());
    if timed.min(usual_timed) < budget.timed_after {
        return None;
    }
    let times = [
        ("CPU", canary.cpu_us, active.cpu_us, budget.cpu_percent),
        ("wall", canary.wall_us, active.wall_us, budget.wall_percent),
    ];
    times
        .into_iter()
        .find_map(|(time, of_canary, of_active, limit)| {
            let (mean, usual) = (mean(of_canary, timed), mean(of_active, usual_timed));
            let percent = mean.as_micros() * 100 / usual.as_micros().max(1);
            (percent > u128::from(limit)).then(|| {
            format!(
                "{who} takes {:.1} ms of {time} time in the mean of {} runs, {percent} % of the \
                 active version's {:.1} ms, so it was rolled back; its budget is {limit} %.",
                millis(mean),
                timed,
                millis(usual)
            )
        })
        })
}

fn mean(total_us: u64, runs: u32) -> Duration {
    Duration::from_micros(total_us / u64::from(runs.max(1))).max(SHORTEST_MEAN)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

impl Tally {
    /// Runs that did not fail.
    #[must_use]
    pub const fn made(&self) -> u32 {
        self.runs.saturating_sub(self.failures)
    }

    pub(crate) fn read(row: &SqliteRow) -> Result<Self, RecordsError> {
        Ok(Self {
            digest: digest(row.try_get("digest")?)?,
            runs: count(row.try_get("runs")?)?,
            failures: count(row.try_get("failures")?)?,
            cpu_us: row.try_get::<i64, _>("cpu_us")?.unsigned_abs(),
            wall_us: row.try_get::<i64, _>("wall_us")?.unsigned_abs(),
        })
    }
}
