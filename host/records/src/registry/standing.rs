//! Where a version stands on its way into use: what it has to show, what it has shown, and what an
//! administrator can do next.

use std::collections::{BTreeMap, BTreeSet};

use quire_model::{Act, Digest, NextStep};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::{
    Acceptance, Canary, ModuleRow, Probation, Records, RecordsError, ShadowVerdict, Tally,
    VersionRow, VersionState,
    registry::acceptance::{acceptances, accepted_places},
    registry::module_change::ModuleChange,
    registry::shadow_runs::{CountedRun, counted_runs},
};

/// Where a version stands. Counts of shadow runs are of those since the trial began and what is active
/// last changed, of which the last 1,000 are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The module's name.
    pub module: String,
    /// Which version.
    pub digest: Digest,
    /// Its state.
    pub state: VersionState,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted it has to
    /// show; the larger of what was asked of it and of every version of the module.
    pub required_clean: u32,
    /// How many such runs it has shown, the last ones.
    pub clean_runs: u32,
    /// Whether nothing is asked of it: there is nothing to compare with, or it was active before and no trial asks for
    /// clean runs of it.
    pub exempt: bool,
    /// Shadow runs.
    pub shadow_runs: u32,
    /// Of them: without a difference.
    pub same: u32,
    /// With differences that were accepted.
    pub accepted: u32,
    /// With differences that were not.
    pub differing: u32,
    /// Failed by the version's own fault, which nobody can accept.
    pub failed: u32,
    /// Where it differs, facts last, what differs in most runs first.
    pub places: Vec<PlaceCount>,
    /// The last shadow run; 0 if there was none.
    pub last_run: u64,
    /// How the last run failed, if it did.
    pub last_failure: Option<String>,
    /// What was accepted, the oldest first.
    pub acceptances: Vec<Acceptance>,
    /// Its trial as a canary, if it is one.
    pub canary: Option<Canary>,
    /// How it is judged, if it is freshly active.
    pub probation: Option<Probation>,
    /// How it fares as one of these.
    pub tally: Option<Tally>,
}

/// A place at which two versions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceCount {
    /// Which, in words that are the same in every report.
    pub place: String,
    /// In how many shadow runs.
    pub runs: u32,
    /// Whether it was accepted.
    pub accepted: bool,
}

impl Records {
    /// Where each version of a module stands that is neither replaced nor settled in: staged, on trial, or
    /// active on probation.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn standings(
        &self,
        module: &ModuleRow,
        versions: &[VersionRow],
    ) -> Result<Vec<Standing>, RecordsError> {
        let mut standings = Vec::new();
        let mut reading = self.readers.acquire().await?;
        for version in versions {
            let told = match version.state {
                VersionState::Staged | VersionState::Canary | VersionState::Shadow => true,
                VersionState::Active => module.probation.is_some(),
                VersionState::Checked | VersionState::Retired => false,
            };
            if told {
                standings.push(standing(&mut reading, module, version).await?);
            }
        }
        Ok(standings)
    }
}

impl Records {
    /// Where the version stands that is the shadow of a module, or was the last one; none if there was
    /// none.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn shadow_standing(
        &self,
        module: &ModuleRow,
    ) -> Result<Option<Standing>, RecordsError> {
        let mut candidate = module.shadow;
        if candidate.is_none() {
            let last = self.last_differences(&module.name, 0, 1).await?;
            candidate = last.first().map(|row| row.run.candidate);
        }
        let Some(candidate) = candidate else {
            return Ok(None);
        };
        let Some(version) = self.version(&module.name, candidate).await? else {
            return Ok(None);
        };
        let mut reading = self.readers.acquire().await?;
        standing(&mut reading, module, &version).await.map(Some)
    }
}

impl ModuleChange<'_> {
    /// Where a version stands.
    pub(crate) async fn standing(
        &mut self,
        version: &VersionRow,
    ) -> Result<Standing, RecordsError> {
        standing(&mut self.transaction, &self.row, version).await
    }

    /// Whether a version has shown the shadow runs that are asked of it.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotProven`].
    pub(crate) async fn proven(&mut self, version: &VersionRow) -> Result<(), RecordsError> {
        let standing = self.standing(version).await?;
        if standing.is_proven() {
            return Ok(());
        }
        Err(RecordsError::NotProven(Box::new(standing)))
    }
}

async fn standing(
    records: &mut SqliteConnection,
    module: &ModuleRow,
    version: &VersionRow,
) -> Result<Standing, RecordsError> {
    let runs = counted_runs(records, module, version).await?;
    let accepted = acceptances(records, version).await?;
    Ok(Standing::of(module, version, &runs, accepted))
}

/// Whether a trial of now asks for clean runs. A version that was active may come back at once, unless somebody wants to
/// see it compared first.
fn asked_again(version: &VersionRow) -> bool {
    let on_trial = matches!(
        version.state,
        VersionState::Staged | VersionState::Shadow | VersionState::Canary
    );
    on_trial && version.required_clean > 0
}

impl Standing {
    fn of(
        module: &ModuleRow,
        version: &VersionRow,
        runs: &[CountedRun],
        acceptances: Vec<Acceptance>,
    ) -> Self {
        let accepted = accepted_places(&acceptances);
        let verdicts: Vec<_> = runs.iter().map(|run| run.verdict(&accepted)).collect();
        let count = |verdict| {
            let alike = verdicts.iter().filter(|other| **other == verdict).count();
            u32::try_from(alike).unwrap_or(u32::MAX)
        };
        let newest = runs.first();
        Self {
            module: module.name.clone(),
            digest: version.digest,
            state: version.state,
            required_clean: version.required_clean.max(module.required_clean),
            clean_runs: version.clean_runs,
            exempt: module.active.is_none()
                || (version.activated_at.is_some() && !asked_again(version)),
            shadow_runs: u32::try_from(runs.len()).unwrap_or(u32::MAX),
            same: count(ShadowVerdict::Same),
            accepted: count(ShadowVerdict::Accepted),
            differing: count(ShadowVerdict::Differs),
            failed: count(ShadowVerdict::Failed),
            places: places(runs, &accepted),
            last_run: newest.map_or(0, |run| run.sequence),
            last_failure: newest.and_then(|run| run.failure.clone()),
            acceptances,
            canary: module
                .canary
                .filter(|canary| canary.digest == version.digest),
            probation: module
                .probation
                .filter(|_| module.active == Some(version.digest)),
            tally: module
                .tallies
                .iter()
                .find(|tally| tally.digest == version.digest)
                .copied(),
        }
    }

    /// Whether it has shown what is asked of it.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        self.exempt || self.clean_runs >= self.required_clean
    }

    /// What an administrator does next; none if there is nothing to do.
    #[must_use]
    pub fn next_step(&self) -> Option<NextStep> {
        let act = match self.state {
            VersionState::Checked => Act::Stage,
            VersionState::Retired if self.exempt => Act::Activate,
            VersionState::Retired => Act::Stage,
            VersionState::Active => return None,
            _ if !self.is_proven() => self.prove(),
            VersionState::Canary => Act::Activate,
            VersionState::Staged | VersionState::Shadow => Act::Canary,
        };
        Some(NextStep::of(&self.module, self.digest, act))
    }

    /// What brings it nearer to what it has to show.
    fn prove(&self) -> Act {
        if self.last_failure.is_some() {
            Act::Mend
        } else if self.differing > 0 {
            Act::Accept {
                up_to: self.last_run,
            }
        } else if self.state == VersionState::Shadow {
            Act::MakeReports {
                runs: self.required_clean.saturating_sub(self.clean_runs),
            }
        } else {
            Act::Shadow {
                required_clean: self.required_clean,
            }
        }
    }

    /// What it has shown, in words: `has shown 0 of 20 …`.
    #[must_use]
    pub fn told(&self) -> String {
        let (clean, required) = (self.clean_runs, self.required_clean);
        let count = match required {
            0 => format!("needs no clean shadow runs and has shown {clean} in a row"),
            _ => format!("has shown {clean} of {required} clean shadow runs in a row"),
        };
        if self.shadow_runs == 0 {
            return format!("{count}; it has not run as a shadow yet");
        }
        let kinds = [
            (self.same, "without a difference"),
            (self.accepted, "with only what was accepted"),
            (self.differing, "with something else"),
            (self.failed, "failed"),
        ];
        let kinds = kinds.iter().filter(|(runs, _)| *runs > 0);
        let kinds: Vec<String> = kinds.map(|(runs, how)| format!("{runs} {how}")).collect();
        let runs = match self.shadow_runs {
            1 => "its one run".to_owned(),
            runs => format!("its {runs} runs"),
        };
        let mut told = format!("{count}; of {runs} {}", kinds.join(", "));
        if let Some(failure) = &self.last_failure {
            told.push_str(&format!(
                "; the last one failed ({failure}), which cannot be accepted"
            ));
        }
        let open: Vec<&str> = self.open_places().collect();
        if let [first, rest @ ..] = open.as_slice() {
            let more = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            told.push_str(&format!("; not accepted: {first}{more}"));
        }
        told
    }

    /// Where it differs and nobody accepted it.
    pub fn open_places(&self) -> impl Iterator<Item = &str> {
        let open = self.places.iter().filter(|place| !place.accepted);
        open.map(|place| place.place.as_str())
    }
}

/// Every place of these runs, facts last, what differs in most of them first. What failed runs show is no difference.
fn places(runs: &[CountedRun], accepted: &BTreeSet<String>) -> Vec<PlaceCount> {
    let mut runs_at: BTreeMap<&String, u32> = BTreeMap::new();
    for run in runs.iter().filter(|run| run.failure.is_none()) {
        for place in &run.places {
            *runs_at.entry(place).or_default() += 1;
        }
    }
    let mut places: Vec<PlaceCount> = runs_at
        .into_iter()
        .map(|(place, runs)| PlaceCount {
            place: place.clone(),
            runs,
            accepted: accepted.contains(place),
        })
        .collect();
    // What a reader sees comes before the facts behind it.
    let is_fact = |count: &PlaceCount| count.place.contains("fact \"");
    places.sort_by_key(|count| (is_fact(count), std::cmp::Reverse(count.runs)));
    places
}
