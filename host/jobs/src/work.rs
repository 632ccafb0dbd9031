//! What a worker does with a report once it has it.

use std::{future::Future, sync::Arc};

use quire_model::{Failure, ReportId, ReportRequest};
use quire_records::{AnswerKey, Pins, Progress};
use quire_registry::Journal;
use quire_reports::{Generated, Maker};

/// Called before each step of the work, from any thread.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a worker does with a report. [`Maker`] is what it does in earnest; tests bring work that
/// hangs, fails and panics on purpose, which the real thing cannot be made to do.
pub trait Work: Send + Sync + 'static {
    /// The versions that a report should keep from its first attempt on. A share of the reports,
    /// told by their id, gets a version on trial.
    fn pins(&self, id: &ReportId, request: &ReportRequest) -> impl Future<Output = Pins> + Send;

    /// What a report that is made with these versions now has in common with those whose document it may be given,
    /// and which may be given its own; none where it is shared with nobody.
    fn answer_key(&self, _request: &ReportRequest, _pins: &Pins) -> Option<AnswerKey> {
        None
    }

    /// Make the report with the modules that were pinned.
    fn make(
        &self,
        id: ReportId,
        request: ReportRequest,
        pins: Pins,
        progress: ProgressSink,
    ) -> impl Future<Output = Result<Generated, Failure>> + Send;
}

impl Work for Maker {
    async fn pins(&self, id: &ReportId, request: &ReportRequest) -> Pins {
        // The process that accepted the report may have heard of its definition first.
        let definitions = &self.registry.definitions;
        if definitions.get(&request.definition).is_none()
            && let Err(error) = self.registry.catch_up().await
        {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(report.id = %id, error, "the definition of report {id} could not be looked up");
        }
        definitions
            .get(&request.definition)
            .map(|definition| self.registry.pins(id, &definition))
            .unwrap_or_default()
    }

    fn answer_key(&self, request: &ReportRequest, pins: &Pins) -> Option<AnswerKey> {
        Self::answer_key(self, request, Some(pins))
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
            .generate(&request, Some(&pins), &journal, |step| progress(step))
            .await;
        self.registry.look_back(id, &journal);
        result
    }
}
