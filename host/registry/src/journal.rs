//! What happened in the sections of one attempt: who ran, at what cost, and what other
//! versions need to run beside it. It outlives a report that fails.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use quire_faers::CaseSeries;
use quire_model::{Block, Digest, Fact, ProblemKind, SectionFacts, SectionSpec};
use quire_modules::Call;

/// How one section of a report went.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionRun {
    /// The section's name in the definition.
    pub section: String,
    /// The module's name.
    pub module: String,
    /// Which version ran.
    pub digest: Digest,
    /// How it ended.
    pub end: RunEnd,
    /// CPU time of the guest; zero if it failed.
    pub cpu: Duration,
    /// Peak linear memory in bytes; zero if it failed.
    pub memory_bytes: u64,
    /// Size of what it returned, in bytes; zero if it failed.
    pub output_bytes: u64,
}

/// How a module's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// It made its section.
    Made,
    /// It said that there is nothing to show.
    NothingToShow,
    /// It failed, by its own fault.
    Failed(ProblemKind),
    /// The host failed, or the machine was too busy; nothing is known about the module.
    HostFailed,
}

/// Which other version runs beside a report, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A version that nobody sees: what does it do otherwise than the active one?
    Shadow(Digest),
    /// The version before the one that is on trial: what does that one cost beside it?
    Before(Digest),
}

/// All that is needed to run another version on the same.
#[derive(Clone, Debug)]
pub struct TrialInput {
    /// The section.
    pub spec: SectionSpec,
    /// Which version runs, and what for.
    pub beside: Beside,
    /// What the version was told that the report was made with.
    pub call: Call,
    /// The reports.
    pub series: Arc<CaseSeries>,
    /// What other sections established; none for a section that is no narrative.
    pub facts: Arc<[SectionFacts]>,
    /// How the version fared that the report was made with.
    pub run: SectionRun,
    /// What it returned.
    pub blocks: Vec<Block>,
    /// What it established.
    pub found: Vec<Fact>,
}

/// Collects runs from many tasks.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    runs: Vec<SectionRun>,
    trial_inputs: Vec<TrialInput>,
}

impl Journal {
    /// One run more.
    pub fn record_run(&self, run: SectionRun) {
        self.entries().runs.push(run);
    }

    /// What another version needs to run beside it.
    pub fn keep_for_trial(&self, input: TrialInput) {
        self.entries().trial_inputs.push(input);
    }

    /// All runs so far, by section name, so that the order does not depend on who was faster.
    #[must_use]
    pub fn runs(&self) -> Vec<SectionRun> {
        let mut runs = self.entries().runs.clone();
        runs.sort_by(|one, other| one.section.cmp(&other.section));
        runs
    }

    /// What those beside need; none is left behind.
    pub(crate) fn take_trial_inputs(&self) -> Vec<TrialInput> {
        std::mem::take(&mut self.entries().trial_inputs)
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
