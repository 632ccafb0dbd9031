//! What a process knows of modules and definitions, and which of them a report gets.

use quire_model::{
    Definition, Digest, Failure, HostFault, Problem, ProblemKind, ReportId, SectionSpec,
};
use quire_modules::ModuleHost;
use quire_records::{Pins, Records, RecordsError};

use crate::{
    Assignments, Definitions, assignments::LoadFault, beside::run_beside, journal::Journal,
    tallying::tally,
};

/// Modules, definitions, and what the records say of them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Registry {
    /// What runs sections.
    pub modules: ModuleHost,
    /// Which sections there are.
    pub definitions: Definitions,
    /// Which versions make them, when not simply those that `modules` holds.
    pub assignments: Assignments,
}

impl Registry {
    /// The records that say which versions are used.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Absent`] for a registry that has none.
    pub fn records(&self) -> Result<&Records, RecordsError> {
        self.assignments.records().ok_or(RecordsError::Absent)
    }

    /// The versions that this report should be made with: the one that the definition names, the one
    /// on trial if the report is among its share, or the active one. Sections whose module is not
    /// installed are left out.
    #[must_use]
    pub fn pins(&self, report: &ReportId, definition: &Definition) -> Pins {
        self.pinned(definition, |module| {
            self.assignments.canary_for(report, module)
        })
    }

    /// The same, where a module may have a version on trial.
    fn pinned(&self, definition: &Definition, on_trial: impl Fn(&str) -> Option<Digest>) -> Pins {
        let digest = |section: &SectionSpec| {
            let on_trial = || on_trial(&section.module);
            let active = || Some(self.modules.active(&section.module)?.digest);
            section.digest.or_else(on_trial).or_else(active)
        };
        Pins {
            definition_version: Some(definition.version),
            modules: definition
                .sections
                .iter()
                .filter_map(|section| Some((section.name.clone(), digest(section)?)))
                .collect(),
        }
    }

    /// The versions that every report of this definition is made with now; none while one of its modules is on
    /// trial: then some reports get other versions, and each is a run that the trial counts.
    #[must_use]
    pub fn settled_pins(&self, definition: &Definition) -> Option<Pins> {
        let mut sections = definition.sections.iter();
        let on_trial = sections.any(|section| {
            let assignment = self.assignments.of_module(&section.module);
            assignment.on_trial || assignment.canary.is_some() || assignment.shadow.is_some()
        });
        (!on_trial).then(|| self.pinned(definition, |_| None))
    }

    /// Take over what the records say, if it is news: load versions, and swap. Without records this
    /// does nothing.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn catch_up(&self) -> Result<(), RecordsError> {
        self.assignments
            .catch_up(&self.modules, &self.definitions)
            .await
    }

    /// Use a change that was made just now, so that whoever made it meets it with the next request. If
    /// that fails it is taken over like a change by another process, within a second.
    pub async fn take_up_change(&self) {
        if let Err(error) = self.catch_up().await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a change is not in use yet; it will be taken over");
        }
    }

    /// See to it that the versions of a report are loaded. Those that are not to be had count as
    /// missing when their section's turn comes.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that may pass, if this host or its records were to blame.
    pub async fn load_all(
        &self,
        definition: &Definition,
        pins: Option<&Pins>,
    ) -> Result<(), Failure> {
        let pinned = pins.iter().flat_map(|pins| pins.modules.values().copied());
        let named = definition
            .sections
            .iter()
            .filter_map(|section| section.digest);
        let wanted: Vec<Digest> = pinned.chain(named).collect();
        for digest in wanted {
            let reason = match self.assignments.load(&self.modules, digest).await {
                Ok(_) | Err(LoadFault::Lasting) => continue,
                Err(LoadFault::Host(fault)) => return Err(Failure::of_host(fault)),
                Err(LoadFault::Passing(reason)) => reason,
            };
            let detail = format!(
                "The module {} could not be loaded just now: {reason}.",
                digest.short()
            );
            let problem = Problem::new(ProblemKind::ModuleMissing, detail);
            return Err(Failure::passing(problem));
        }
        Ok(())
    }

    /// Whether a version can be run here; one that is stored but not loaded is loaded.
    ///
    /// # Errors
    ///
    /// What this machine lacked, so that it cannot be told.
    pub async fn has(&self, digest: Digest) -> Result<bool, HostFault> {
        match self.assignments.load(&self.modules, digest).await {
            Ok(_) => Ok(true),
            Err(LoadFault::Lasting | LoadFault::Passing(_)) => Ok(false),
            Err(LoadFault::Host(fault)) => Err(fault),
        }
    }

    /// What an attempt tells about versions on trial is seen to beside it: the report does not wait.
    pub fn look_back(&self, report: ReportId, journal: &Journal) {
        let Some(records) = self.assignments.records().cloned() else {
            return;
        };
        let runs = journal.runs();
        let tallied = runs
            .iter()
            .any(|run| self.assignments.of_module(&run.module).on_trial);
        let inputs = journal.take_trial_inputs();
        if !tallied && inputs.is_empty() {
            return;
        }
        let (assignments, modules) = (self.assignments.clone(), self.modules.clone());
        tokio::spawn(async move {
            tally(&assignments, &records, &report, &runs).await;
            run_beside(&assignments, &modules, &report, inputs).await;
        });
    }
}
