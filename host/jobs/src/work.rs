//! What a worker does with a report once it has it.

use std::{future::Future, sync::Arc};

use quire_model::{ReportId, ReportRequest};
use quire_records::{Pins, Progress};

use crate::{Failure, Generated, Pipeline};

/// Called before each step of the work, from any thread.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a worker does with a report. [`Pipeline`] is what it does in earnest; tests bring work that
/// hangs, fails and panics on purpose, which the real thing cannot be made to do.
pub trait Work: Send + Sync + 'static {
    /// The versions that a report should keep from its first attempt on. A share of the reports,
    /// told by their id, gets a version on trial.
    fn pins(&self, id: &ReportId, request: &ReportRequest) -> Pins;

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
    fn pins(&self, _: &ReportId, request: &ReportRequest) -> Pins {
        let Some(definition) = self.definitions.get(&request.definition) else {
            return Pins::default();
        };
        Pins {
            definition_version: Some(definition.version),
            modules: self.pins(definition),
        }
    }

    async fn make(
        &self,
        _: ReportId,
        request: ReportRequest,
        pins: Pins,
        progress: ProgressSink,
    ) -> Result<Generated, Failure> {
        self.generate(&request, Some(&pins.modules), |step| progress(step))
            .await
    }
}
