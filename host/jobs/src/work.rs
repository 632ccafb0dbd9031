//! What a worker does with a report once it has it.

use std::{future::Future, sync::Arc};

use quire_model::{ReportId, ReportRequest};
use quire_records::{Pins, Progress};

use crate::{Failure, Generated, Pipeline, beside::run_beside, journal::Journal, tallying::tally};

/// Called before each step of the work, from any thread.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a worker does with a report. [`Pipeline`] is what it does in earnest; tests bring work that
/// hangs, fails and panics on purpose, which the real thing cannot be made to do.
pub trait Work: Send + Sync + 'static {
    /// The versions that a report should keep from its first attempt on. A share of the reports,
    /// told by their id, gets a version on trial.
    fn pins(&self, id: &ReportId, request: &ReportRequest) -> impl Future<Output = Pins> + Send;

    /// Make the report with the modules that were pinned.
    fn make(
        &self,
        id: ReportId,
        request: ReportRequest,
        pins: Pins,
        progress: ProgressSink,
    ) -> impl Future<Output = Result<Generated, Failure>> + Send;
}

impl Work for Pipeline {
    async fn pins(&self, id: &ReportId, request: &ReportRequest) -> Pins {
        // The process that accepted the report may have heard of its definition first.
        if self.definitions.get(&request.definition).is_none()
            && let Err(error) = self.catch_up().await
        {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(report.id = %id, error, "the definition of report {id} could not be looked up");
        }
        self.definitions
            .get(&request.definition)
            .map(|definition| self.pins(id, &definition))
            .unwrap_or_default()
    }

    async fn make(
        &self,
        id: ReportId,
        request: ReportRequest,
        pins: Pins,
        progress: ProgressSink,
    ) -> Result<Generated, Failure> {
        let journal = Journal::default();
        let result = self
            .generate_noted(&request, Some(&pins), &journal, |step| progress(step))
            .await;
        self.look_back(id, journal);
        result
    }
}

impl Pipeline {
    /// What an attempt tells about versions on trial is seen to beside it: the report does not wait.
    fn look_back(&self, id: ReportId, journal: Journal) {
        let Some(records) = self.assignments.records().cloned() else {
            return;
        };
        let runs = journal.runs();
        let tallied = runs
            .iter()
            .any(|run| self.assignments.of_module(&run.module).on_trial);
        let witnesses = journal.take_witnesses();
        if !tallied && witnesses.is_empty() {
            return;
        }
        let (assignments, modules) = (self.assignments.clone(), self.modules.clone());
        tokio::spawn(async move {
            tally(&assignments, &records, &id, &runs).await;
            run_beside(&assignments, &modules, &id, witnesses).await;
        });
    }
}
