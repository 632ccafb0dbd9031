//! Whose fault an error is.

use std::io;

use quire_model::HostFault;
use rustix::io::Errno;
use wasmtime::{Store, Trap, WasmBacktrace};

use crate::{
    LoadError, RunError, backtrace,
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
/// What a language says of something that no module gets, and what an author should know then.
const ADVICE: [(&str, &str); 5] = [
    (
        "No such file or directory",
        "modules get no files: what they read comes with the call",
    ),
    ("failed to spawn thread", "modules have one thread"),
    ("can't start new thread", "modules have one thread"),
    (
        "ModuleNotFoundError",
        "Python has what was imported at the top of a file when the component was built, and of its own library at that",
    ),
    (
        "/socket.py\"",
        "modules get no network: what they read comes with the call",
    ),
];

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
        return stopped(stop, error);
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

fn stopped(stop: &Stop, error: &wasmtime::Error) -> RunError {
    match stop {
        Stop::Cpu(budget) => RunError::CpuExceeded {
            budget: *budget,
            place: place(error),
        },
        Stop::Wall(budget) => RunError::WallExceeded {
            budget: *budget,
            place: place(error),
        },
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

/// Where the guest stood when it was stopped, after an empty line: for its author.
fn place(error: &wasmtime::Error) -> String {
    let backtrace = error.downcast_ref::<WasmBacktrace>();
    backtrace.map_or_else(String::new, |backtrace| {
        format!("\n\n{}", backtrace::frames(&backtrace.to_string()))
    })
}

/// What an author needs to find the place: the panic's words; and after an empty line, since nobody else reads it
/// (`Problem::gist`), the kind of trap and the frames.
fn crash(error: &wasmtime::Error, stderr: &str) -> String {
    let backtrace = error.downcast_ref::<WasmBacktrace>();
    let backtrace = backtrace.map(ToString::to_string);
    let trap = match error.downcast_ref::<Trap>() {
        // A guest's own stack lies in its memory, below everything else.
        Some(Trap::StackOverflow | Trap::MemoryOutOfBounds)
            if let Some(caller) = backtrace.as_deref().and_then(backtrace::recursion) =>
        {
            format!("its stack ran out: `{caller}` calls itself too deep or without end")
        }
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
    let mut words = lines.collect::<Vec<_>>().join("\n");
    for (said, advice) in ADVICE {
        if words.contains(said) {
            words = format!("{words}\n{advice}");
        }
    }
    let mut message = match words.is_empty() {
        true => trap,
        false => format!("{words}\n\n({trap})"),
    };
    if let Some(backtrace) = backtrace {
        let gap = if words.is_empty() { "\n\n" } else { "\n" };
        message = format!("{message}{gap}{}", backtrace::frames(&backtrace));
    }
    message
}
