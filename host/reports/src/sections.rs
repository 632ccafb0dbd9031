//! Runs the modules of a report, and decides what a failed one means for it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use quire_faers::CaseSeries;
use quire_model::{
    Block, Definition, Digest, Failure, Kind, LimitOverrides, ModuleRef, Policy, Problem,
    ProblemKind, Section, SectionFacts, SectionSpec, SectionUsage,
};
use quire_modules::{Call, Loaded, ModuleHost, Output, RunError};
use quire_records::Pins;
use quire_registry::{Assignments, Beside, Journal, RunEnd, SectionRun, TrialInput};
use tokio::task::JoinSet;

use crate::placeholder::{no_data, stand_in};

/// How often a call is made when only the host is to blame, such as a machine so busy that the wall
/// time was over before the work was. Each try may cost the whole wall time.
const TRIES: u32 = 2;

/// Stands for a version that nobody has.
const NOT_INSTALLED: &str = "not installed";

/// A section of the definition with the module that makes it.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) spec: SectionSpec,
    /// The module, or the digest that was pinned and is not to be had here.
    module: Result<Arc<Loaded>, Option<Digest>>,
    /// Limits of the module, then those of the section.
    limits: [LimitOverrides; 2],
    /// The versions that run beside it afterwards.
    beside: Vec<Beside>,
}

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

/// A section that is in the document, one way or another.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) section: Section,
    /// Its title, as printed.
    pub(crate) title: String,
    /// Whether a box stands in for it.
    pub(crate) placeholder: bool,
    pub(crate) took: Duration,
    /// What its module used; zero where it did not run to its end.
    pub(crate) usage: SectionUsage,
}

impl Chosen {
    /// What it may use in place of the usual: the module's limits, with the section's in their place.
    pub(crate) fn limits(&self) -> LimitOverrides {
        let [of_module, of_section] = self.limits;
        LimitOverrides {
            cpu_ms: of_section.cpu_ms.or(of_module.cpu_ms),
            wall_ms: of_section.wall_ms.or(of_module.wall_ms),
            memory_bytes: of_section.memory_bytes.or(of_module.memory_bytes),
            output_bytes: of_section.output_bytes.or(of_module.output_bytes),
            blocks: of_section.blocks.or(of_module.blocks),
            rows: of_section.rows.or(of_module.rows),
            log_bytes: of_section.log_bytes.or(of_module.log_bytes),
            handles: of_section.handles.or(of_module.handles),
        }
    }

    /// Let it use this, whatever anyone says now.
    pub(crate) fn limit(&mut self, limits: LimitOverrides) {
        self.limits = [limits, LimitOverrides::default()];
    }

    /// The author's version of that code.
    pub(crate) fn version(&self) -> &str {
        match &self.module {
            Ok(module) => &module.manifest.version,
            Err(_) => NOT_INSTALLED,
        }
    }

    /// Whether its module asks for the background.
    pub(crate) fn wants_background(&self) -> bool {
        matches!(&self.module, Ok(module) if module.wants_background)
    }

    /// Which code makes the section.
    pub(crate) fn digest(&self) -> Option<Digest> {
        match &self.module {
            Ok(module) => Some(module.digest),
            Err(pinned) => *pinned,
        }
    }
}

/// The module of each section: the pinned version, or where nothing is pinned at all the one that the
/// definition names or the active one. A section that is missing from the pins had no module when the
/// report began, and a module that was installed since must not change it.
pub(crate) fn choose(
    modules: &ModuleHost,
    assignments: &Assignments,
    definition: &Definition,
    pins: Option<&Pins>,
) -> Vec<Chosen> {
    let by_digest = |digest| modules.by_digest(digest).ok_or(Some(digest));
    let module_of = |spec: &SectionSpec| -> Result<Arc<Loaded>, Option<Digest>> {
        match (pins, spec.digest) {
            (None, None) => modules.active(&spec.module).ok_or(None),
            (None, Some(digest)) => by_digest(digest),
            (Some(pins), _) => match pins.modules.get(&spec.name) {
                Some(digest) => by_digest(*digest),
                None => Err(None),
            },
        }
    };
    let choose = |spec: &SectionSpec| {
        let module = module_of(spec);
        let assigned = assignments.of_module(&spec.module);
        let digest = module.as_ref().ok().map(|module| module.digest);
        Chosen {
            limits: [assigned.limits, spec.limits],
            // What the definition names is not on trial, and not what a shadow is to replace.
            beside: digest
                .filter(|_| spec.digest.is_none())
                .map(|digest| assigned.beside(digest))
                .unwrap_or_default(),
            spec: spec.clone(),
            module,
        }
    };
    definition.sections.iter().map(choose).collect()
}

/// What all sections established, in printed order.
pub(crate) fn facts_of(made: &[Made]) -> Arc<[SectionFacts]> {
    made.iter()
        .filter(|made| !made.placeholder)
        .map(|made| SectionFacts {
            section: made.section.name.clone(),
            title: made.title.clone(),
            facts: made.section.facts.clone(),
        })
        .collect()
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
        running.spawn(async move { (place, name, make(shared, chosen).await) });
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

/// A section as its module made it.
fn accept(
    spec: SectionSpec,
    module: ModuleRef,
    manifest_title: String,
    output: Output,
    took: Duration,
) -> Made {
    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Heading(heading) if heading.level == 1 => Some(heading.text.clone()),
        _ => None,
    });
    Made {
        usage: usage(&spec.name, &output),
        section: Section {
            name: spec.name,
            module,
            blocks: output.blocks,
            facts: output.facts,
        },
        title: printed.unwrap_or(manifest_title),
        placeholder: false,
        took,
    }
}

/// What a module used of its limits.
fn usage(section: &str, output: &Output) -> SectionUsage {
    SectionUsage {
        section: section.to_owned(),
        cpu_ms: millis(output.cpu),
        wall_ms: millis(output.wall),
        memory_bytes: output.memory_bytes as u64,
        output_bytes: output.output_bytes as u64,
        log_bytes: output.log_bytes as u64,
    }
}

/// For what is written down.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A section of which only a heading and a box are printed.
fn boxed(
    spec: SectionSpec,
    module: ModuleRef,
    title: String,
    blocks: Vec<Block>,
    took: Duration,
    placeholder: bool,
) -> Made {
    Made {
        usage: SectionUsage {
            section: spec.name.clone(),
            wall_ms: millis(took),
            ..SectionUsage::default()
        },
        section: Section {
            name: spec.name,
            module,
            blocks,
            facts: Vec::new(),
        },
        title,
        placeholder,
        took,
    }
}

/// A failed section follows its policy.
fn failed(
    spec: &SectionSpec,
    module: ModuleRef,
    title: String,
    problem: Problem,
    retryable: bool,
    took: Duration,
) -> Result<Made, Failure> {
    tracing::warn!(
        section = spec.name,
        module.digest = %module.digest,
        problem = problem.kind.slug(),
        "section {} failed: {}",
        spec.name,
        problem.kind.slug()
    );
    metrics::counter!("quire_section_failures_total",
        "section" => spec.name.clone(), "problem" => problem.kind.slug())
    .increment(1);
    match spec.policy {
        Policy::Required => Err(Failure {
            problem,
            retryable,
            fault: None,
        }),
        Policy::Placeholder => {
            let blocks = stand_in(&title, &spec.name, &module, &problem);
            Ok(boxed(spec.clone(), module, title, blocks, took, true))
        }
    }
}

/// A section whose module is not to be had.
fn missing(spec: &SectionSpec, digest: Option<Digest>, detail: &str) -> Result<Made, Failure> {
    let mut problem = Problem::new(ProblemKind::ModuleMissing, detail);
    problem.section = Some(spec.name.clone());
    problem.component_digest = digest.map(|digest| digest.to_string());
    let nobody = ModuleRef {
        name: spec.module.clone(),
        version: NOT_INSTALLED.to_owned(),
        digest: digest.unwrap_or_else(|| Digest::of(b"")),
    };
    failed(
        spec,
        nobody,
        titled(&spec.name),
        problem,
        false,
        Duration::ZERO,
    )
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

/// A title for a section that nobody can name: `reaction-table` becomes `Reaction table`.
fn titled(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
