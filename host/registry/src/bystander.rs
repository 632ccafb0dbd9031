//! Another version, run on what a report was made from.

use quire_model::{Digest, Kind, ReportId};
use quire_modules::{ModuleHost, Output, RunError};
use quire_records::Records;

use crate::{Assignments, journal::TrialInput};

/// What runs beside one report.
#[derive(Clone, Copy)]
pub(crate) struct Bystander<'a> {
    pub(crate) records: &'a Records,
    pub(crate) assignments: &'a Assignments,
    pub(crate) modules: &'a ModuleHost,
    pub(crate) report: &'a ReportId,
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
