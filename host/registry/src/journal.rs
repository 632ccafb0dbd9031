//! What happened in the sections of one attempt: who ran, at what cost, and what a shadow needs to
//! run beside it. It outlives a report that fails.

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
    /// Time from call to answer.
    pub wall: Duration,
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

/// All that is needed to run another version on the same.
#[derive(Clone, Debug)]
pub struct ShadowInput {
    /// The section.
    pub spec: SectionSpec,
    /// The version on trial.
    pub candidate: Digest,
    /// What the active version was told.
    pub call: Call,
    /// The reports.
    pub series: Arc<CaseSeries>,
    /// What other sections established; none for a section that is no narrative.
    pub facts: Arc<[SectionFacts]>,
    /// How the active version fared.
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
    shadow_inputs: Vec<ShadowInput>,
}

impl Journal {
    /// One run more.
    pub fn record_run(&self, run: SectionRun) {
        self.entries().runs.push(run);
    }

    /// What a shadow needs to run beside it.
    pub fn keep_for_shadow(&self, input: ShadowInput) {
        self.entries().shadow_inputs.push(input);
    }

    /// All runs so far, by section name, so that the order does not depend on who was faster.
    #[must_use]
    pub fn runs(&self) -> Vec<SectionRun> {
        let mut runs = self.entries().runs.clone();
        runs.sort_by(|one, other| one.section.cmp(&other.section));
        runs
    }

    /// What shadows need; none is left behind.
    pub(crate) fn take_shadow_inputs(&self) -> Vec<ShadowInput> {
        std::mem::take(&mut self.entries().shadow_inputs)
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
