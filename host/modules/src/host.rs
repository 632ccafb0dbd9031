//! The front door: loads modules, knows which are active, and calls them.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use arc_swap::ArcSwap;
use quire_faers::CaseSeries;
use quire_model::{Digest, Kind, SectionFacts};
use tokio::sync::Semaphore;
use wasmtime::{Engine, component::Linker};

use crate::{
    Call, Compiler, Limits, LoadError, Loaded, ModuleSettings, Observed, Output, RunError,
    code::CodeDir,
    engine::{self, Shape},
    epoch, linker,
    load::Loader,
    run::{self, Job},
    store::Guest,
};

/// The engine and the modules that are active. Cheap to clone; one for the process.
#[derive(Clone)]
pub struct ModuleHost {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    shape: Shape,
    linker: Linker<Guest>,
    compiler: Compiler,
    code_dir: CodeDir,
    limits: Limits,
    /// As many permits as the pool has room for calls.
    slots: Semaphore,
    /// Held while a component is tried.
    trial: Mutex<()>,
    /// The active version of each name.
    active: ArcSwap<BTreeMap<String, Arc<Loaded>>>,
    /// Every version that was loaded and not forgotten.
    loaded: Mutex<BTreeMap<Digest, Arc<Loaded>>>,
}

impl ModuleHost {
    /// Start the engine and its epoch thread.
    ///
    /// # Errors
    ///
    /// If the machine does not support the engine's settings, or `code_dir` cannot be made.
    pub fn new(settings: ModuleSettings) -> Result<Self, LoadError> {
        let engine::Sized {
            engine,
            shape,
            slots,
        } = engine::start(settings.slots, settings.limits.memory_bytes)?;
        let code_dir = CodeDir::open(&settings.code_dir, &engine, settings.code_bytes)?;
        epoch::start(&engine)?;
        let linker = linker::base(&engine)?;
        let shared = Shared {
            engine,
            shape,
            linker,
            compiler: settings.compiler,
            code_dir,
            limits: settings.limits,
            slots: Semaphore::new(slots as usize),
            trial: Mutex::new(()),
            active: ArcSwap::default(),
            loaded: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Check, compile (or read compiled code) and try a component. Takes up to seconds: call it
    /// off the async threads. Does not activate it. What was loaded before is returned as it is.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names what the author has to change.
    pub fn load(&self, wasm: &[u8]) -> Result<Arc<Loaded>, LoadError> {
        let module = self.try_out(wasm)?;
        self.code().is_used(module.digest);
        self.lock_loaded()
            .insert(module.digest, Arc::clone(&module));
        Ok(module)
    }

    /// Bounds of a call whose caller does not say otherwise.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// The component, loaded but not kept.
    pub(crate) fn try_out(&self, wasm: &[u8]) -> Result<Arc<Loaded>, LoadError> {
        let digest = Digest::of(wasm);
        if let Some(module) = self.by_digest(digest) {
            return Ok(module);
        }
        let shared = &self.shared;
        let loader = Loader {
            engine: &shared.engine,
            shape: shared.shape,
            compiler: &shared.compiler,
            linker: &shared.linker,
            code_dir: &shared.code_dir,
            limits: &shared.limits,
            trial: &shared.trial,
        };
        let began = Instant::now();
        let loaded = loader.load(digest, wasm).inspect_err(count_refusal)?;
        let took = began.elapsed();
        metrics::histogram!("quire_module_load_seconds").record(took);
        let (module, micros) = (digest.short(), took.as_micros());
        tracing::debug!(module.digest = %module, micros, "loaded component {module} in {micros} µs");
        Ok(Arc::new(loaded))
    }

    /// Make a loaded component the active version of a module name. Running calls are unaffected.
    pub fn activate(&self, name: &str, module: Arc<Loaded>) {
        self.shared.active.rcu(|active| {
            let mut active = BTreeMap::clone(active);
            active.insert(name.to_owned(), Arc::clone(&module));
            active
        });
    }

    /// The active version of a module name.
    #[must_use]
    pub fn active(&self, name: &str) -> Option<Arc<Loaded>> {
        self.shared.active.load().get(name).cloned()
    }

    /// A loaded version by digest, active or not (a retry pins the digests of its first attempt).
    #[must_use]
    pub fn by_digest(&self, digest: Digest) -> Option<Arc<Loaded>> {
        self.lock_loaded().get(&digest).cloned()
    }

    /// Stop keeping a version for [`by_digest`](Self::by_digest). It stays active where it is
    /// active, and its code lives until the last call has ended.
    pub fn forget(&self, digest: Digest) {
        self.lock_loaded().remove(&digest);
    }

    /// Compiled code on the disk.
    pub(crate) fn code(&self) -> &CodeDir {
        &self.shared.code_dir
    }

    /// Active modules by name, sorted.
    #[must_use]
    pub fn list(&self) -> Vec<(String, Arc<Loaded>)> {
        let active = self.shared.active.load();
        active
            .iter()
            .map(|(name, module)| (name.clone(), Arc::clone(module)))
            .collect()
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
        if module.kind != Kind::Section {
            return Err(RunError::WrongKind("section"));
        }
        let facts = Vec::new();
        self.run(module, Job { call, data, facts }).await
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
        if module.kind != Kind::Narrative {
            return Err(RunError::WrongKind("narrative"));
        }
        self.run(module, Job { call, data, facts }).await
    }

    /// Make one call of a module of either world, and listen to what it says.
    pub async fn observe(
        &self,
        module: &Loaded,
        call: Call,
        data: Arc<CaseSeries>,
        facts: Vec<SectionFacts>,
    ) -> Observed {
        let job = Job { call, data, facts };
        match self.shared.slots.acquire().await {
            Ok(_slot) => run::observe(&self.shared.engine, module, job).await,
            Err(_) => run::unobserved(RunError::Host("it is shutting down".to_owned())),
        }
    }

    async fn run(&self, module: &Loaded, job: Job) -> Result<Output, RunError> {
        let shared = &self.shared;
        let _slot = shared
            .slots
            .acquire()
            .await
            .map_err(|_| RunError::Host("it is shutting down".to_owned()))?;
        run::run(&shared.engine, module, job).await
    }

    fn lock_loaded(&self) -> std::sync::MutexGuard<'_, BTreeMap<Digest, Arc<Loaded>>> {
        self.shared
            .loaded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn count_refusal(error: &LoadError) {
    metrics::counter!("quire_module_refusals_total", "refusal" => error.refusal()).increment(1);
}

impl fmt::Debug for ModuleHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleHost")
            .field("limits", &self.shared.limits)
            .field("active", &self.shared.active.load().keys())
            .finish_non_exhaustive()
    }
}
