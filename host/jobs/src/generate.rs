//! Makes one report: data, sections, narratives, pages.

use std::{collections::BTreeMap, time::Duration};

use quire_faers::{CacheState, Faers};
use quire_model::{Definition, Digest, Document, Problem, ProblemKind, ReportRequest};
use quire_modules::ModuleHost;
use quire_records::Progress;

use crate::Definitions;

/// Everything that making a report needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Where case series come from.
    pub faers: Faers,
    /// What makes sections.
    pub modules: ModuleHost,
    /// Which sections there are.
    pub definitions: Definitions,
    /// Name and version of the software, such as `Quire 0.1.0`.
    pub producer: String,
}

/// How long each stage took (`data`, `sections`, `pdf`) and each section (`section:trend`).
pub type Timings = BTreeMap<String, Duration>;

/// A document that is not drawn yet, and how it came about.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The document.
    pub document: Document,
    /// The digest of the data it was made from.
    pub data_digest: Digest,
    /// How the cache served the data.
    pub cache: CacheState,
    /// How old the data are.
    pub age: Duration,
    /// How long each stage and section took.
    pub timings: Timings,
    /// Sections that a placeholder stands in for.
    pub placeholders: Vec<String>,
}

/// A finished report.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The document and how it came about; its timings include `pdf`.
    pub composed: Composed,
    /// The document, drawn.
    pub pdf: Vec<u8>,
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Failure {
    /// In the form that callers read.
    pub problem: Problem,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Pipeline {
    /// Make a report. `pins` are the module digests to use; without them, the active ones.
    /// `progress` is called before each step, from any thread.
    ///
    /// # Errors
    ///
    /// [`Failure`] when there are no data, a required section fails or the pages cannot be drawn.
    pub async fn generate(
        &self,
        request: &ReportRequest,
        pins: Option<&BTreeMap<String, Digest>>,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Generated, Failure> {
        let _ = (request, pins, progress);
        Err(self.stub())
    }

    /// The same without drawing pages.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub async fn document(
        &self,
        request: &ReportRequest,
        pins: Option<&BTreeMap<String, Digest>>,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Composed, Failure> {
        let _ = (request, pins, progress);
        Err(self.stub())
    }

    /// The active module digests of a definition, by section name. Sections whose module is not
    /// installed are left out.
    #[must_use]
    pub fn pins(&self, definition: &Definition) -> BTreeMap<String, Digest> {
        let _ = definition;
        BTreeMap::new()
    }

    fn stub(&self) -> Failure {
        Failure {
            problem: Problem::new(ProblemKind::Internal, "stub"),
            retryable: false,
        }
    }
}
