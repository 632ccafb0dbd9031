//! What a worker does with a report once it has it.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use quire_model::{Digest, ReportRequest};
use quire_records::Progress;

use crate::{Failure, Generated, Pipeline};

/// Called before each step of the work, from any thread.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a worker does with a report. [`Pipeline`] is what it does in earnest; tests bring work that
/// hangs, fails and panics on purpose, which the real thing cannot be made to do.
pub trait Work: Send + Sync + 'static {
    /// The module digests that a report should keep from its first attempt on, by section name.
    fn pins(&self, request: &ReportRequest) -> BTreeMap<String, Digest>;

    /// Make the report with the modules that were pinned.
    fn make(
        &self,
        request: ReportRequest,
        pins: BTreeMap<String, Digest>,
        progress: ProgressSink,
    ) -> impl Future<Output = Result<Generated, Failure>> + Send;
}

impl Work for Pipeline {
    fn pins(&self, request: &ReportRequest) -> BTreeMap<String, Digest> {
        self.definitions
            .get(&request.definition)
            .map(|definition| self.pins(definition))
            .unwrap_or_default()
    }

    async fn make(
        &self,
        request: ReportRequest,
        pins: BTreeMap<String, Digest>,
        progress: ProgressSink,
    ) -> Result<Generated, Failure> {
        self.generate(&request, Some(&pins), |step| progress(step))
            .await
    }
}
