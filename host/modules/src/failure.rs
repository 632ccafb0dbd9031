//! Whose fault an error is.

use wasmtime::{Store, Trap, WasmBacktrace};

use crate::{
    LoadError, RunError,
    bindings::types,
    log::printable,
    store::{Guest, HOSTCALL_BYTES, Stop},
};

/// The most that is kept of a module's own words.
const WORDS_BYTES: usize = 4 << 10;
/// The most that is kept of standard error in the message of a crash.
const STDERR_BYTES: usize = 2 << 10;
/// Frames of a backtrace that an author needs.
const FRAMES: usize = 12;

/// How far a call had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Building the instance: nothing of the guest need have run.
    Instantiate,
    /// In the export.
    Run,
}

/// An error of wasmtime, and the stage in which it came up.
pub(crate) struct Broken {
    pub(crate) stage: Stage,
    pub(crate) error: wasmtime::Error,
}

/// Tell who has to act.
pub(crate) fn explain(broken: &Broken, store: &Store<Guest>) -> RunError {
    let Broken { stage, error } = broken;
    let guest = store.data();
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stopped(stop);
    }
    if guest.memory.was_denied() {
        return RunError::MemoryExceeded {
            budget: guest.memory.limit_bytes(),
        };
    }
    // wasmtime has no type for this one; a test holds the words.
    if format!("{error:#}").contains("fuel allocated for hostcalls has been exhausted") {
        return RunError::OutputTooLarge {
            limit_bytes: HOSTCALL_BYTES,
        };
    }
    if *stage == Stage::Instantiate && error.downcast_ref::<Trap>().is_none() {
        return RunError::Host(format!("no instance: {error:#}"));
    }
    RunError::Crashed {
        message: crash(error, &guest.sandbox.error.text()),
    }
}

/// The same while a component is tried: a mismatch that only shows now is the author's.
pub(crate) fn explain_trial(broken: &Broken, store: &Store<Guest>) -> LoadError {
    let text = format!("{:#}", broken.error);
    if broken.stage == Stage::Instantiate && text.contains("failed to convert function") {
        return LoadError::Contract(text);
    }
    match explain(broken, store) {
        RunError::Host(text) => LoadError::Host(text),
        error => LoadError::Trial(error),
    }
}

/// A module's own answer.
pub(crate) fn answered(failure: types::Failure) -> RunError {
    match failure {
        types::Failure::InvalidParams(text) => RunError::InvalidParams(words(&text)),
        types::Failure::NoData(text) => RunError::NoData(words(&text)),
        types::Failure::Failed(text) => RunError::Failed(words(&text)),
    }
}

fn words(text: &str) -> String {
    printable(text, WORDS_BYTES)
}

fn stopped(stop: &Stop) -> RunError {
    match stop {
        Stop::Cpu(budget) => RunError::CpuExceeded { budget: *budget },
        Stop::Wall(budget) => RunError::WallExceeded { budget: *budget },
        Stop::Exit(code) => RunError::Exited(*code),
        Stop::Forbidden(name) => RunError::Forbidden(name.clone()),
        Stop::Series(limit) => RunError::SeriesExceeded { limit: *limit },
        Stop::Misuse(advice) => RunError::Crashed {
            message: advice.clone(),
        },
    }
}

/// What an author needs to find the place: the panic's words, the kind of trap, the frames.
fn crash(error: &wasmtime::Error, stderr: &str) -> String {
    let mut message = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    };
    let panic = stderr.trim();
    if !panic.is_empty() {
        let start = panic.ceil_char_boundary(panic.len().saturating_sub(STDERR_BYTES));
        let tail = panic.get(start..).unwrap_or_default();
        message = format!("{}\n({message})", printable(tail, STDERR_BYTES));
    }
    if let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() {
        let frames: Vec<String> = backtrace
            .to_string()
            .lines()
            .take(FRAMES)
            .map(|line| printable(line, 200))
            .collect();
        message = format!("{message}\n{}", frames.join("\n"));
    }
    message
}
