//! The engine, the modules that are loaded, and the call.

use std::{path::PathBuf, sync::Arc, time::Duration};

use quire_faers::CaseSeries;
use quire_model::{Attribute, Block, Date, Digest, Fact, Kind, SectionFacts};

use crate::{LoadError, RunError};

/// Budgets of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time of the guest.
    pub cpu: Duration,
    /// Wall time of the call, waiting on the host included.
    pub wall: Duration,
    /// Linear memory, summed over all memories of the instance.
    pub memory_bytes: usize,
    /// Text and numbers that it may return.
    pub output_bytes: usize,
    /// Lines that it may log.
    pub log_bytes: usize,
}

/// How the module host is set up.
#[derive(Clone, Debug)]
pub struct ModuleSettings {
    /// Compiled code is kept here, private to the host.
    pub code_dir: PathBuf,
    /// How many instances may live at a time; further calls wait.
    pub slots: u32,
    /// Budgets of one call.
    pub limits: Limits,
}

/// What a module says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What an administrator reads in a list.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The author's own version.
    pub version: String,
    /// BCP 47 tags; the first is the default.
    pub locales: Vec<String>,
    /// JSON Schema of its parameters.
    pub params_schema: Option<String>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// One component, compiled and tried. Its code lives until the last `Arc` goes.
#[derive(Debug)]
pub struct Loaded {
    /// The digest of the component.
    pub digest: Digest,
    /// Which world it implements.
    pub kind: Kind,
    /// What it says about itself.
    pub manifest: Manifest,
}

/// Everything about the request that is not data.
#[derive(Clone, Debug)]
pub struct Call {
    /// Identifies the document.
    pub document_id: String,
    /// Title of the report.
    pub title: String,
    /// BCP 47.
    pub locale: String,
    /// "Today" for the document.
    pub as_of: Date,
    /// First and last day that the report covers.
    pub period: (Date, Date),
    /// For any sampling.
    pub seed: u64,
    /// JSON that satisfies the module's schema.
    pub params: String,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// What a module returned, checked, and what it cost.
#[derive(Clone, Debug)]
pub struct Output {
    /// The content.
    pub blocks: Vec<Block>,
    /// What it established.
    pub facts: Vec<Fact>,
    /// CPU time of the guest.
    pub cpu: Duration,
    /// Peak linear memory.
    pub memory_bytes: usize,
}

/// The engine and the modules that are active. Cheap to clone; one for the process.
#[derive(Clone, Debug)]
pub struct ModuleHost {}

impl ModuleHost {
    /// Start the engine and its epoch thread.
    ///
    /// # Errors
    ///
    /// If the machine does not support the engine's settings, or `code_dir` cannot be made.
    pub fn new(settings: ModuleSettings) -> Result<Self, LoadError> {
        let _ = settings;
        Ok(Self {})
    }

    /// Check, compile (or read compiled code) and try a component. Takes up to seconds: call it
    /// off the async threads. Does not activate it.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names what the author has to change.
    pub fn load(&self, wasm: &[u8]) -> Result<Arc<Loaded>, LoadError> {
        let _ = wasm;
        Err(LoadError::Host("stub".to_owned()))
    }

    /// Make a loaded component the active version of a module name. Running calls are unaffected.
    pub fn activate(&self, name: &str, module: Arc<Loaded>) {
        let _ = (name, module);
    }

    /// The active version of a module name.
    #[must_use]
    pub fn active(&self, name: &str) -> Option<Arc<Loaded>> {
        let _ = name;
        None
    }

    /// A loaded version by digest, active or not (a retry pins the digests of its first attempt).
    #[must_use]
    pub fn by_digest(&self, digest: Digest) -> Option<Arc<Loaded>> {
        let _ = digest;
        None
    }

    /// Active modules by name, sorted.
    #[must_use]
    pub fn list(&self) -> Vec<(String, Arc<Loaded>)> {
        Vec::new()
    }

    /// Render a section in a fresh instance.
    ///
    /// # Errors
    ///
    /// [`RunError`], by who has to act.
    pub async fn render(
        &self,
        module: &Loaded,
        call: Call,
        data: Arc<CaseSeries>,
    ) -> Result<Output, RunError> {
        let _ = (module, call, data);
        Err(RunError::NoData("stub".to_owned()))
    }

    /// Compose a narrative in a fresh instance.
    ///
    /// # Errors
    ///
    /// [`RunError`], by who has to act.
    pub async fn compose(
        &self,
        module: &Loaded,
        call: Call,
        data: Arc<CaseSeries>,
        facts: Vec<SectionFacts>,
    ) -> Result<Output, RunError> {
        let _ = (module, call, data, facts);
        Err(RunError::NoData("stub".to_owned()))
    }
}
