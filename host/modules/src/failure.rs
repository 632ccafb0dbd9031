//! Whose fault an error is.

use std::io;

use quire_model::HostFault;
use rustix::io::Errno;
use wasmtime::{Store, Trap, WasmBacktrace};

use crate::{
    LoadError, RunError,
    bindings::types,
    engine::TABLE_ELEMENTS,
    log::printable,
    memory::Denied,
    stop::Stop,
    store::{Guest, HOSTCALL_BYTES},
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
    match guest.memory.denied() {
        Some(Denied::Memory) => {
            return RunError::MemoryExceeded {
                budget: guest.memory.limit_bytes(),
            };
        }
        Some(Denied::Table) => {
            return RunError::TableExceeded {
                limit: TABLE_ELEMENTS,
            };
        }
        None => {}
    }
    // wasmtime has no type for this one; a test holds the words.
    if format!("{error:#}").contains("fuel allocated for hostcalls has been exhausted") {
        return RunError::OutputTooLarge {
            limit_bytes: HOSTCALL_BYTES,
        };
    }
    if *stage == Stage::Instantiate && error.downcast_ref::<Trap>().is_none() {
        return match machine(error) {
            Some(fault) => RunError::Machine(fault),
            None => RunError::Host(format!("no instance: {error:#}")),
        };
    }
    let mut message = crash(error, &guest.sandbox.error.text());
    if let Some(query) = &guest.refused_query {
        let query = printable(query, WORDS_BYTES);
        message = format!("{message}\nthe last query that the host refused was {query}");
    }
    RunError::Crashed { message }
}

/// The same while a component is tried: a mismatch that only shows now is the author's.
pub(crate) fn explain_trial(broken: &Broken, store: &Store<Guest>) -> LoadError {
    let text = format!("{:#}", broken.error);
    if broken.stage == Stage::Instantiate && text.contains("failed to convert function") {
        return LoadError::Contract(text);
    }
    match explain(broken, store) {
        RunError::Host(text) => LoadError::Host(text),
        RunError::Machine(fault) => LoadError::Machine {
            what: "the component could not be tried".to_owned(),
            fault,
        },
        error => LoadError::Trial(error),
    }
}

/// What the machine lacked, if wasmtime could not map memory or open a file.
pub(crate) fn machine(error: &wasmtime::Error) -> Option<HostFault> {
    error.chain().find_map(|link| {
        let number = link.downcast_ref::<Errno>();
        let of_number = number.and_then(|number| HostFault::of_file(&io::Error::from(*number)));
        of_number.or_else(|| link.downcast_ref().and_then(HostFault::of_file))
    })
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
        Stop::SeriesBytes(limit_bytes) => RunError::SeriesTooLarge {
            limit_bytes: *limit_bytes,
        },
        Stop::Misuse(advice) => RunError::Crashed {
            message: advice.clone(),
        },
    }
}

/// What an author needs to find the place: the panic's words; and after an empty line, since nobody else reads it
/// (`Problem::gist`), the kind of trap and the frames.
fn crash(error: &wasmtime::Error, stderr: &str) -> String {
    let trap = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    };
    let panic = stderr.trim();
    let start = panic.ceil_char_boundary(panic.len().saturating_sub(STDERR_BYTES));
    let tail = printable(panic.get(start..).unwrap_or_default(), STDERR_BYTES);
    // Advice on a variable that no module has.
    let lines = tail
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("note: run with"));
    let words = lines.collect::<Vec<_>>().join("\n");
    let mut message = match words.is_empty() {
        true => trap,
        false => format!("{words}\n\n({trap})"),
    };
    if let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() {
        let gap = if words.is_empty() { "\n\n" } else { "\n" };
        message = format!("{message}{gap}{}", frames(&backtrace.to_string()));
    }
    message
}

/// The heading of a backtrace, and its frames from the first one that is the author's own: what the
/// standard library does on the way from a panic to a trap says nothing to anyone.
fn frames(backtrace: &str) -> String {
    let mut lines = backtrace.lines();
    let heading = lines.next().unwrap_or_default();
    let frames: Vec<&str> = lines.collect();
    let own = |line: &&str| function(line).is_some_and(|function| !is_library(function));
    let first = frames.iter().position(own).unwrap_or(0);
    let kept = frames.iter().skip(first).take(FRAMES);
    std::iter::once(&heading)
        .chain(kept)
        .map(|line| printable(line, 200))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The function that a line of a backtrace names, as in `   3:   0x1f2 - module.wasm!crate::function`.
fn function(line: &str) -> Option<&str> {
    let (_, place) = line.split_once(" - ")?;
    Some(
        place
            .split_once('!')
            .map_or(place, |(_, function)| function),
    )
}

/// Whether a function belongs to Rust's own libraries.
fn is_library(function: &str) -> bool {
    const CRATES: [&str; 7] = [
        "std",
        "core",
        "alloc",
        "__rustc",
        "dlmalloc",
        "panic_abort",
        "abort",
    ];
    // As in `<std[1a2b]::io::Error as core[3c4d]::fmt::Debug>::fmt`.
    let name = function.trim_start_matches('<');
    let owner = name.split(['[', ':']).next().unwrap_or(name);
    CRATES.contains(&owner) || owner.starts_with("__rust") || owner.starts_with("rust_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authors_own_frames_are_shown_and_not_those_of_the_panic() {
        let backtrace = "error while executing at wasm backtrace:\n\
            \x20   0:   0xa1 - hostile.wasm!abort\n\
            \x20   1:   0xa2 - hostile.wasm!std[d123b7]::sys::pal::wasi::helpers::abort_internal\n\
            \x20   2:   0xa3 - hostile.wasm!__rustc[d0a7]::rust_panic\n\
            \x20   3:   0xa4 - hostile.wasm!<core::panic::Payload as core::any::Any>::get\n\
            \x20   4:   0xa5 - hostile.wasm!hostile::deep\n\
            \x20   5:   0xa6 - hostile.wasm!core::ops::call_once\n\
            \x20   6:   0xa7 - hostile.wasm!quire:report/section@0.1.0#render";

        let shown = frames(backtrace);

        assert_eq!(
            shown,
            "error while executing at wasm backtrace:\n\
             \x20   4:   0xa5 - hostile.wasm!hostile::deep\n\
             \x20   5:   0xa6 - hostile.wasm!core::ops::call_once\n\
             \x20   6:   0xa7 - hostile.wasm!quire:report/section@0.1.0#render"
        );
    }

    #[test]
    fn frames_without_names_are_all_shown() {
        let backtrace = "error while executing at wasm backtrace:\n    0:   0x1 - m!<unknown>";

        assert_eq!(frames(backtrace), backtrace);
    }
}
