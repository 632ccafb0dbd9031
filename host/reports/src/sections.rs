//! Runs the modules of a report, and decides what a failed one means for it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use quire_faers::CaseSeries;
use quire_model::{
    Digest, Failure, Kind, ModuleRef, Problem, ProblemKind, SectionFacts, SectionSpec,
};
use quire_modules::{Call, Loaded, ModuleHost, Output, RunError};
use quire_registry::{Beside, Journal, RunEnd, SectionRun, TrialInput};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::{
    chosen::Chosen,
    made::{Made, accept, boxed, failed, missing},
    placeholder::no_data,
};

/// How often a call is made when only the host is to blame, such as a machine so busy that the wall
/// time was over before the work was. Each try may cost the whole wall time.
const TRIES: u32 = 2;

/// What all sections of a report share.
#[derive(Clone)]
pub(crate) struct SectionInput {
    pub(crate) modules: ModuleHost,
    pub(crate) call: Call,
    pub(crate) series: Arc<CaseSeries>,
    /// What sections established, for narratives.
    pub(crate) facts: Arc<[SectionFacts]>,
    pub(crate) journal: Journal,
}

/// Run modules side by side; the order of the answers is that of the questions. When a required
/// section fails the others are dropped.
pub(crate) async fn make_all(
    shared: &SectionInput,
    chosen: Vec<Chosen>,
    begin: &(dyn Fn(&str) + Send + Sync),
) -> Result<Vec<Made>, Failure> {
    let mut running = JoinSet::new();
    for (place, chosen) in chosen.into_iter().enumerate() {
        let name = chosen.spec.name.clone();
        let mut shared = shared.clone();
        shared.call.params = chosen.spec.params.to_string();
        shared.call.limits = chosen
            .limits
            .iter()
            .fold(shared.modules.limits(), |limits, own| limits.with(own));
        let span = tracing::info_span!("section", section = %name);
        let making = async move { (place, name, make(shared, chosen).await) };
        running.spawn(making.instrument(span));
    }
    let mut made = BTreeMap::new();
    while let Some(joined) = running.join_next().await {
        let (place, name, result) = joined.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "running a module crashed");
            let detail = "Quire crashed while it ran a module; its log says where.";
            Failure::passing(Problem::new(ProblemKind::Internal, detail))
        })?;
        begin(&name);
        made.insert(place, result?);
    }
    Ok(made.into_values().collect())
}

/// One section, or what stands in for it.
async fn make(shared: SectionInput, chosen: Chosen) -> Result<Made, Failure> {
    let Chosen {
        spec,
        module,
        beside,
        ..
    } = chosen;
    let module = match module {
        Ok(module) if module.kind == spec.kind => module,
        Ok(module) => return missing(&spec, Some(module.digest), &wrong_kind(&spec)),
        Err(digest) => return missing(&spec, digest, &not_installed(&spec, digest)),
    };
    let began = Instant::now();
    let result = run(&shared, &spec, &module).await;
    let took = began.elapsed();
    record_run(&shared, &spec, &module, beside, &result);
    let made_by = ModuleRef {
        name: spec.module.clone(),
        version: module.manifest.version.clone(),
        digest: module.digest,
    };
    let title = module.manifest.title.clone();
    match result {
        Ok(output) => Ok(accept(spec, made_by, title, output, took)),
        Err(RunError::NoData(text)) => {
            let blocks = no_data(&title, &text);
            Ok(boxed(spec, made_by, title, blocks, took, false))
        }
        // A box would stand in the document for ever; a moment later there is none.
        Err(RunError::Machine(fault)) => Err(Failure::of_host(fault)),
        Err(error) => {
            let problem = error.problem(&spec.name, module.digest);
            failed(&spec, made_by, title, problem, error.is_retryable(), took)
        }
    }
}

/// Write down how a run went, and what those beside need to do the same.
fn record_run(
    shared: &SectionInput,
    spec: &SectionSpec,
    module: &Loaded,
    beside: Vec<Beside>,
    result: &Result<Output, RunError>,
) {
    let (cpu, memory_bytes, output_bytes) = result.as_ref().map_or_else(
        |_| (Duration::ZERO, 0, 0),
        |output| {
            let (memory, size) = (output.memory_bytes as u64, output.output_bytes as u64);
            (output.cpu, memory, size)
        },
    );
    let run = SectionRun {
        section: spec.name.clone(),
        module: spec.module.clone(),
        digest: module.digest,
        end: match result {
            Ok(_) => RunEnd::Made,
            Err(RunError::NoData(_)) => RunEnd::NothingToShow,
            Err(RunError::Host(_) | RunError::Machine(_)) => RunEnd::HostFailed,
            Err(error) => RunEnd::Failed(error.kind()),
        },
        cpu,
        memory_bytes,
        output_bytes,
    };
    let told = |beside: &Beside| match beside {
        Beside::Shadow(_) => run.end != RunEnd::HostFailed,
        Beside::Before(_) => run.end == RunEnd::Made,
    };
    for beside in beside.into_iter().filter(told) {
        let output = result
            .as_ref()
            .ok()
            .filter(|_| matches!(beside, Beside::Shadow(_)));
        shared.journal.keep_for_trial(TrialInput {
            spec: spec.clone(),
            beside,
            call: shared.call.clone(),
            series: Arc::clone(&shared.series),
            facts: Arc::clone(&shared.facts),
            blocks: output
                .map(|output| output.blocks.clone())
                .unwrap_or_default(),
            found: output
                .map(|output| output.facts.clone())
                .unwrap_or_default(),
            run: run.clone(),
        });
    }
    shared.journal.record_run(run);
}

/// Call the module, again if the host was to blame.
async fn run(
    shared: &SectionInput,
    spec: &SectionSpec,
    module: &Loaded,
) -> Result<Output, RunError> {
    let mut attempt = 1;
    loop {
        let (call, series) = (shared.call.clone(), Arc::clone(&shared.series));
        let result = match spec.kind {
            Kind::Section => shared.modules.render(module, call, series).await,
            Kind::Narrative => {
                let facts = shared.facts.to_vec();
                shared.modules.compose(module, call, series, facts).await
            }
        };
        match result {
            Err(error) if error.is_retryable() && attempt < TRIES => attempt += 1,
            result => return result,
        }
    }
}

fn wrong_kind(spec: &SectionSpec) -> String {
    let (is, should) = match spec.kind {
        Kind::Section => ("narrative", "section"),
        Kind::Narrative => ("section", "narrative"),
    };
    format!(
        "Module {} is a {is} module, but the report definition uses it as a {should}. Activate a \
         {should} module under this name, or change the definition.",
        spec.module
    )
}

fn not_installed(spec: &SectionSpec, digest: Option<Digest>) -> String {
    match digest {
        None => format!("No module called {} is installed.", spec.module),
        Some(digest) => format!(
            "Version {} of module {}, with which the report began, is not installed here.",
            digest.short(),
            spec.module
        ),
    }
}
