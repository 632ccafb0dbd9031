//! Runs one call of a module: a fresh instance, bounded, and its output checked.

use std::{future::Future, sync::Arc, time::Duration};

use quire_faers::CaseSeries;
use quire_model::{Block, Heading, Kind, SectionFacts};
use wasmtime::{Engine, Store};

use crate::{
    Call, Limits, Loaded, Manifest, Observed, Output, RunError,
    bindings::types,
    convert::{call as convert, document},
    epoch::TICK,
    failure::{self, Broken, Stage},
    founded::Founded,
    loaded::{Code, same_language},
    store::{self, Guest, Pace, World},
};

/// What a call is about, whatever its world.
pub(crate) struct Job {
    pub(crate) call: Call,
    pub(crate) data: Arc<CaseSeries>,
    /// For narratives.
    pub(crate) facts: Vec<SectionFacts>,
}

/// Run a call to its end. The instance is gone when this returns.
///
/// # Errors
///
/// [`RunError`], by who has to act.
pub(crate) async fn run(engine: &Engine, module: &Loaded, job: Job) -> Result<Output, RunError> {
    let (mut store, limits) = prepare(engine, module, &job)?;
    finish(&mut store, module, job, limits).await
}

/// The same for somebody who listens: everything that a module's author can be told.
pub(crate) async fn observe(engine: &Engine, module: &Loaded, job: Job) -> Observed {
    let (mut store, limits) = match prepare(engine, module, &job) {
        Ok(ready) => ready,
        Err(refusal) => return unobserved(refusal),
    };
    store.data_mut().log.listen();
    if module.kind == Kind::Narrative {
        let mut founded = Founded::default();
        founded.note(&job.facts);
        founded.note(&job.call.params);
        store.data_mut().founded = Some(founded);
    }
    let result = finish(&mut store, module, job, limits).await;
    let guest = store.data_mut();
    let founded = guest.founded.take().zip(result.as_ref().ok());
    let (printed, errors) = (guest.sandbox.output.text(), guest.sandbox.error.text());
    Observed {
        unfounded: founded.map_or_else(Vec::new, |(founded, output)| founded.unfounded(output)),
        result,
        lines: guest.log.heard(&printed, &errors),
        lines_dropped: guest.log.dropped(),
        cpu: guest.meter.cpu(),
        wall: guest.meter.wall(),
        memory_bytes: guest.memory.peak_bytes(),
    }
}

/// A call that was not made.
pub(crate) fn unobserved(refusal: RunError) -> Observed {
    Observed {
        result: Err(refusal),
        unfounded: Vec::new(),
        lines: Vec::new(),
        lines_dropped: 0,
        cpu: Duration::ZERO,
        wall: Duration::ZERO,
        memory_bytes: 0,
    }
}

/// A store for the call, unless it cannot be made.
fn prepare(
    engine: &Engine,
    module: &Loaded,
    job: &Job,
) -> Result<(Store<Guest>, Limits), RunError> {
    let limits = job.call.limits;
    if let Some(name) = limits.beyond_maximum() {
        return Err(RunError::LimitTooHigh(name));
    }
    if serde_json::from_str::<serde::de::IgnoredAny>(&job.call.params).is_err() {
        return Err(RunError::InvalidParams("they are not JSON".to_owned()));
    }
    let world = World {
        digest: module.digest,
        as_of: job.call.as_of,
        seed: job.call.seed,
    };
    Ok((store::new(engine, &limits, world, Pace::Yielding), limits))
}

async fn finish(
    store: &mut Store<Guest>,
    module: &Loaded,
    job: Job,
    limits: Limits,
) -> Result<Output, RunError> {
    let meter = Arc::clone(&store.data().meter);
    let answer = meter.measure(invoke(store, module, job));
    // The meter stops a guest that computes; this stops one that waits for the host.
    let answer = in_time(limits.wall, answer).await;
    let result = answer.and_then(|answer| judge(answer, store, &limits, &module.manifest));
    store.data().finish();
    count(module, &result, meter.cpu(), store.data());
    result
}

/// Check an answer, or say whose fault it is that there is none.
fn judge(
    answer: Answer,
    store: &Store<Guest>,
    limits: &Limits,
    manifest: &Manifest,
) -> Result<Output, RunError> {
    let output = match answer {
        Ok(Ok(output)) => output,
        Ok(Err(refusal)) => return Err(failure::answered(refusal)),
        Err(broken) => return Err(failure::explain(&broken, store)),
    };
    let guest = store.data();
    // Before the checks, which are the host's own time.
    let (cpu, wall) = (guest.meter.cpu(), guest.meter.wall());
    let passed = quire_check::output(
        output.blocks.into_iter().map(document::block),
        output.facts.into_iter().map(document::fact),
        limits.bounds(),
    )?;
    let mut blocks = passed.blocks;
    if !matches!(blocks.first(), Some(Block::Heading(heading)) if heading.level == 1) {
        blocks.insert(0, title(manifest));
    }
    Ok(Output {
        blocks,
        facts: passed.facts,
        cpu,
        wall,
        memory_bytes: guest.memory.peak_bytes(),
        output_bytes: passed.bytes,
        log_bytes: guest.log.kept_bytes(),
        log_dropped_bytes: guest.log.dropped_bytes(),
    })
}

/// What a section begins with that has no title of its own.
fn title(manifest: &Manifest) -> Block {
    Block::Heading(Heading {
        level: 1,
        text: manifest.title.clone(),
        anchor: None,
    })
}

fn count(module: &Loaded, result: &Result<Output, RunError>, cpu: Duration, guest: &Guest) {
    let digest = module.digest.short();
    let outcome = result.as_ref().map_or_else(RunError::outcome, |_| "ok");
    metrics::counter!("quire_module_calls_total", "digest" => digest.clone(), "outcome" => outcome)
        .increment(1);
    metrics::histogram!("quire_module_cpu_seconds", "digest" => digest.clone()).record(cpu);
    if matches!(result, Err(RunError::CpuExceeded { .. })) {
        metrics::histogram!("quire_module_cpu_overrun_seconds").record(guest.meter.overrun());
    }
    if guest.log.dropped() > 0 {
        metrics::counter!("quire_module_log_lines_dropped_total", "digest" => digest)
            .increment(guest.log.dropped());
    }
}

/// Ask a component what it is, without data.
///
/// # Errors
///
/// What broke; the store knows more.
pub(crate) async fn describe(
    store: &mut Store<Guest>,
    code: &Code,
) -> Result<types::Manifest, Broken> {
    match code {
        Code::Section(pre) => {
            let instance = pre
                .instantiate_async(&mut *store)
                .await
                .map_err(instantiating)?;
            let section = instance.quire_report_section();
            section.call_describe(store).await.map_err(running)
        }
        Code::Narrative(pre) => {
            let instance = pre
                .instantiate_async(&mut *store)
                .await
                .map_err(instantiating)?;
            let narrative = instance.quire_report_narrative();
            narrative.call_describe(store).await.map_err(running)
        }
    }
}

/// What the export said: output or refusal, unless it broke.
type Answer = Result<Result<types::Output, types::Failure>, Broken>;

async fn invoke(store: &mut Store<Guest>, module: &Loaded, job: Job) -> Answer {
    store.data_mut().recipe = job.call.recipe.clone();
    let locale = locale(&job.call.locale, &module.manifest);
    store.data_mut().background = Arc::clone(&job.call.background);
    store.data_mut().label = Arc::clone(&job.call.label);
    let context = convert::context(job.call, locale);
    match &module.code {
        Code::Section(pre) => {
            let instance = pre
                .instantiate_async(&mut *store)
                .await
                .map_err(instantiating)?;
            let series = store.data_mut().give(job.data).map_err(running)?;
            let section = instance.quire_report_section();
            section
                .call_render(store, &context, series)
                .await
                .map_err(running)
        }
        Code::Narrative(pre) => {
            let instance = pre
                .instantiate_async(&mut *store)
                .await
                .map_err(instantiating)?;
            let series = store.data_mut().give(job.data).map_err(running)?;
            let facts: Vec<_> = job.facts.into_iter().map(convert::section_facts).collect();
            let narrative = instance.quire_report_narrative();
            narrative
                .call_compose(store, &context, series, &facts)
                .await
                .map_err(running)
        }
    }
}

async fn in_time<T>(wall: Duration, call: impl Future<Output = T>) -> Result<T, RunError> {
    // Two ticks later than the meter, whose error says where the guest stood.
    tokio::time::timeout(wall + 2 * TICK, call)
        .await
        .map_err(|_| RunError::WallExceeded {
            budget: wall,
            place: String::new(),
        })
}

/// The language to ask for: the wanted one, one of the same language, or the module's default.
fn locale(wanted: &str, manifest: &Manifest) -> String {
    let locales = &manifest.locales;
    locales
        .iter()
        .find(|tag| tag.eq_ignore_ascii_case(wanted))
        .or_else(|| locales.iter().find(|tag| same_language(tag, wanted)))
        .or_else(|| locales.first())
        .map_or_else(|| wanted.to_owned(), Clone::clone)
}

fn instantiating(error: wasmtime::Error) -> Broken {
    Broken {
        stage: Stage::Instantiate,
        error,
    }
}

fn running(error: wasmtime::Error) -> Broken {
    Broken {
        stage: Stage::Run,
        error,
    }
}
