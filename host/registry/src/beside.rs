//! Runs other versions beside a report that is made already: a shadow, to see what it does otherwise,
//! and the version before the one on trial, to see what that one costs. Their output goes nowhere else.
//! A report never waits for it: when too many wait already, it is skipped and counted.

use quire_model::{Digest, Kind, ReportId};
use quire_modules::{ModuleHost, Output, RunError};
use quire_records::Records;

use crate::{
    Assignments,
    journal::{Beside, TrialInput},
    measure::measure,
    shadow::compare_beside,
};

/// What runs beside one report.
#[derive(Clone, Copy)]
pub(crate) struct Bystander<'a> {
    pub(crate) records: &'a Records,
    assignments: &'a Assignments,
    modules: &'a ModuleHost,
    pub(crate) report: &'a ReportId,
}

/// Run them, one after another, when those of other reports are done.
pub(crate) async fn run_beside(
    assignments: &Assignments,
    modules: &ModuleHost,
    report: &ReportId,
    inputs: Vec<TrialInput>,
) {
    let Some(records) = assignments.records().filter(|_| !inputs.is_empty()) else {
        return;
    };
    let Some(_turn) = assignments.turn_beside().await else {
        metrics::counter!("quire_shadow_runs_skipped_total").increment(1);
        return;
    };
    let bystander = Bystander {
        records,
        assignments,
        modules,
        report,
    };
    for input in inputs {
        match input.beside {
            Beside::Shadow(candidate) => compare_beside(bystander, &input, candidate).await,
            Beside::Before(before) => measure(bystander, &input, before).await,
        }
    }
}

impl Bystander<'_> {
    /// Run a version on what the report was made from. None if nothing is learnt from it, since the
    /// version is not to be had here or the machine was to blame.
    pub(crate) async fn run(
        &self,
        input: &TrialInput,
        digest: Digest,
    ) -> Option<Result<Output, RunError>> {
        let module = self.assignments.load(self.modules, digest).await.ok()?;
        let (call, series) = (input.call.clone(), input.series.clone());
        let result = match input.spec.kind {
            Kind::Section => self.modules.render(&module, call, series).await,
            Kind::Narrative => {
                let facts = input.facts.to_vec();
                self.modules.compose(&module, call, series, facts).await
            }
        };
        if result.as_ref().is_err_and(RunError::is_retryable) {
            metrics::counter!("quire_shadow_runs_skipped_total").increment(1);
            return None;
        }
        Some(result)
    }
}
