//! The side of the parent: start a child, give it the component, wait no longer than agreed, and say
//! what became of it.

use std::{
    io::{self, Read, Write as _},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{ChildCompiler, CompileLimits, REFUSED};
use crate::{LoadError, engine::Shape, log::printable};

/// The largest code that is taken: 34 MB come of a Python interpreter.
const CODE_BYTES: u64 = 512 << 20;
/// The most that is read of a child's own words.
const WORDS_BYTES: u64 = 16 << 10;
/// How often to look whether a child has ended.
const LOOK: Duration = Duration::from_millis(2);

/// Compile in a child.
pub(super) fn compile(
    compiler: &ChildCompiler,
    shape: Shape,
    wasm: &[u8],
) -> Result<Vec<u8>, LoadError> {
    let _turn = Turn::wait();
    let fail = |error: io::Error| {
        let program = compiler.program.display();
        let what = format!("{program}, which compiles modules, cannot be run");
        LoadError::host(what, &error)
    };
    let mut child = start(compiler, shape).map_err(fail)?;
    let (input, output, words) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (status, code, words) = thread::scope(|scope| {
        // A child that ends early closes its input, which is no error: its status tells.
        scope.spawn(move || input.map(|mut input| input.write_all(wasm)));
        let code = scope.spawn(move || drain(output, CODE_BYTES));
        let words = scope.spawn(move || drain(words, WORDS_BYTES));
        let status = wait(&mut child, compiler.limits.wall);
        let (code, words) = (code.join(), words.join());
        (status, code, words)
    });
    let words = words.unwrap_or_default();
    let words = printable(String::from_utf8_lossy(&words).trim(), WORDS_BYTES as usize);
    match status.map_err(fail)? {
        Some(status) if status.success() => code
            .ok()
            .filter(|code| !code.is_empty())
            .ok_or_else(|| LoadError::CompileCrash("it gave no code".to_owned())),
        Some(status) => Err(explain(status, words, compiler.limits)),
        None => Err(LoadError::CompileTime {
            limit: compiler.limits.wall,
        }),
    }
}

fn start(compiler: &ChildCompiler, shape: Shape) -> io::Result<Child> {
    let limits = compiler.limits;
    let mut command = Command::new(&compiler.program);
    command
        .args(&compiler.arguments)
        .arg(format!("--memory-bytes={}", limits.memory_bytes))
        .arg(format!("--cpu-s={}", limits.cpu.as_secs().max(1)));
    if let Shape::OnDemand { memory_bytes } = shape {
        command.arg(format!("--reserve-bytes={memory_bytes}"));
    }
    command
        // Keys and addresses are none of its business.
        .env_clear()
        // So that it can be ended with everything it may have started.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Everything there is to read, of which the beginning is kept.
fn drain(from: Option<impl Read>, limit: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(mut from) = from {
        let _ = from.by_ref().take(limit).read_to_end(&mut kept);
        let _ = io::copy(&mut from, &mut io::sink());
    }
    kept
}

/// How the child ended; none if it had to be ended.
fn wait(child: &mut Child, wall: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        let ended = child.try_wait();
        if !matches!(ended, Ok(None)) {
            return ended;
        }
        if started.elapsed() > wall {
            // It may have ended by itself in between.
            let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// What a child's end means for the author of the component.
fn explain(status: ExitStatus, words: String, limits: CompileLimits) -> LoadError {
    let signal = status.signal();
    let is = |expected: Signal| signal == Some(expected.as_raw());
    if status.code() == Some(i32::from(REFUSED)) {
        return LoadError::Invalid(words);
    }
    if is(Signal::XCPU) {
        return LoadError::CompileTime { limit: limits.cpu };
    }
    // The words of Rust when an allocation fails, and of what starts threads when there is no stack;
    // the kernel kills without any.
    let short = [
        "memory allocation of",
        "Cannot allocate memory",
        "ThreadPoolBuild",
    ];
    if short.iter().any(|short| words.contains(short)) || is(Signal::KILL) {
        return LoadError::CompileMemory {
            limit_bytes: limits.memory_bytes,
        };
    }
    if words.is_empty() {
        LoadError::CompileCrash(status.to_string())
    } else {
        LoadError::CompileCrash(format!("{status}: {words}"))
    }
}

/// Children that run now. More than there are cores would only make each of them slower.
static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// The right to run one child.
struct Turn;

impl Turn {
    fn wait() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = ENDED
            .wait_while(running, |running| *running >= cores)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}
