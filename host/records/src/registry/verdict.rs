//! What the tallies of a canary and a freshly activated version lead to, which Quire carries out by itself.

use quire_model::Digest;

use crate::{
    CostLimits, ModuleRow, Probation, RecordsError, Tally, VersionState, registry::cost::excess,
    registry::decision::Author, registry::module_change::ModuleChange, registry::tally::tallies,
};

/// A version on probation whose costs can hardly be compared, since the one before it fails or the
/// machine is too busy to run it, is let go after so many times the runs that are judged.
const MOST_PATIENCE: u32 = 10;

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

impl ModuleChange<'_> {
    /// Carry out what the tallies lead to.
    pub(crate) async fn judge(mut self) -> Result<Option<Verdict>, RecordsError> {
        let tallies = tallies(&mut self.transaction, &self.row.name).await?;
        match judge(&self.row, &tallies) {
            Judged::Wait => self.transaction.commit().await?,
            Judged::Passed => self.pass().await?,
            Judged::Canary(reason) => return self.end_canary(reason).await,
            Judged::Active(reason) => return self.end_active(reason).await,
        }
        Ok(None)
    }

    /// The active version has come through its probation.
    async fn pass(mut self) -> Result<(), RecordsError> {
        self.row.probation = None;
        // A canary is judged on: what it did so far still counts.
        if self.row.canary.is_none() {
            self.tally_anew(&[]).await?;
        }
        let author = Author::quire("it made as many sections as were asked of it");
        let active = self.row.active;
        self.event(author, "module.probation-passed", None, active)
            .await?;
        self.commit().await?;
        Ok(())
    }

    /// A canary that used up its budget is retired.
    async fn end_canary(mut self, reason: String) -> Result<Option<Verdict>, RecordsError> {
        let (Some(canary), Some(good)) = (self.row.canary, self.row.active) else {
            return Ok(None);
        };
        let bad = canary.digest;
        self.end_trial_of(bad).await?;
        self.move_to(bad, VersionState::Retired).await?;
        let author = Author::quire(&reason);
        self.event(author, "module.canary-rolled-back", Some(bad), Some(good))
            .await?;
        self.close(bad, good, reason).await
    }

    /// A freshly activated version that keeps failing, or costs too much, gives way to the one before
    /// it.
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
        let tally = tallies.iter().find(|tally| Some(tally.digest) == digest);
        tally.copied()
    };
    let name = &module.name;
    if let Some(canary) = module.canary
        && let Some(tally) = of(Some(canary.digest))
    {
        let who = format!("The canary {} of module {name}", tally.digest.short());
        let budget = canary.budget;
        let failed = (tally.failures >= budget.failures).then(|| {
            format!(
                "{who} failed {} times in {} runs, so it was rolled back; its budget is less than {} \
                 failures.",
                tally.failures, tally.runs, budget.failures
            )
        });
        let reason =
            failed.or_else(|| tally.costs_too_much(&who, budget.timed_after, budget.costs()));
        if let Some(reason) = reason {
            return Judged::Canary(reason);
        }
    }
    match (module.probation, of(module.active)) {
        (Some(probation), Some(active)) => probe(name, probation, active),
        _ => Judged::Wait,
    }
}

fn probe(module: &str, probation: Probation, active: Tally) -> Judged {
    let Probation {
        runs,
        failures,
        costs,
    } = probation;
    let who = format!("Version {} of module {module}", active.digest.short());
    if active.runs <= runs && active.failures >= failures.max(1) {
        return Judged::Active(format!(
            "{who} failed {} times in its first {} runs, so it was rolled back to the version before \
             it.",
            active.failures, active.runs
        ));
    }
    if let Some(reason) = active.costs_too_much(&who, runs, costs) {
        return Judged::Active(reason);
    }
    let compared = active.compared >= runs || active.runs >= runs.saturating_mul(MOST_PATIENCE);
    if active.runs >= runs && compared {
        Judged::Passed
    } else {
        Judged::Wait
    }
}

impl Tally {
    /// Why it is out, if it costs too much; never before so many comparisons.
    fn costs_too_much(&self, who: &str, after: u32, limits: CostLimits) -> Option<String> {
        if self.compared < after {
            return None;
        }
        let excess = excess(self.mean()?, self.mean_before()?, limits)?;
        let runs = self.compared;
        Some(format!(
            "{who} {excess} (means of {runs} runs of each), so it was rolled back."
        ))
    }
}
