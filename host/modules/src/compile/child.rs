//! The side of the child: give up priority and rights, compile, answer.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::process::{
    Resource, Rlimit, Signal, getrlimit, nice, set_parent_process_death_signal, setrlimit,
};

use super::{REFUSED, functions::Functions};
use crate::{code::CodeDir, engine, engine::Shape};

/// The lowest priority there is: a server has reports to make meanwhile.
const NICE: i32 = 19;

/// Single functions are looked up only for components that are longer: others compile in a moment.
const LARGE_BYTES: usize = 512 << 10;
/// What the functions are called in their directory.
const FUNCTIONS: &str = "functions";

/// What a child is told on its command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileTask {
    /// `--memory-bytes`: memory that it may write to.
    pub memory_bytes: u64,
    /// `--cpu-s`: CPU time in seconds.
    pub cpu_s: u64,
    /// `--reserve-bytes`: the address space behind each memory, where that is short.
    pub reserve_bytes: Option<u64>,
    /// `--hurry`: keep the usual priority.
    pub hurry: bool,
    /// `--functions`: a directory of compiled code in which that of single functions is kept for the next
    /// compilation.
    pub functions: Option<PathBuf>,
}

/// Compile the component on standard input and write the code to standard output, within the bounds
/// of the task. Call it first thing in a process that does nothing else, before there are threads.
/// Gives the exit status.
#[must_use]
pub fn compile(task: &CompileTask) -> u8 {
    match run(task) {
        Ok(()) => 0,
        Err(Ended::Refused(words)) => {
            eprintln!("{words}");
            REFUSED
        }
        Err(Ended::Broken(words)) => {
            eprintln!("{words}");
            1
        }
    }
}

/// Why there is no code.
enum Ended {
    /// The component is to blame.
    Refused(String),
    /// Something else is.
    Broken(String),
}

fn run(task: &CompileTask) -> Result<(), Ended> {
    bound(task).map_err(|error| Ended::Broken(format!("no bounds can be set: {error}")))?;
    let mut wasm = Vec::new();
    io::stdin()
        .read_to_end(&mut wasm)
        .map_err(|error| Ended::Broken(format!("the component cannot be read: {error}")))?;
    let shape = match task.reserve_bytes {
        None => Shape::Pooled,
        Some(memory_bytes) => Shape::OnDemand { memory_bytes },
    };
    let directory = task.functions.as_deref();
    let directory = directory.filter(|_| wasm.len() >= LARGE_BYTES);
    let kept = directory.and_then(|directory| Kept::open(directory, shape));
    let functions = kept.as_ref().map(|kept| Arc::clone(&kept.functions));
    let engine = engine::for_compiling(shape, functions.map(|functions| functions as _))
        .map_err(|error| Ended::Broken(format!("no engine: {error:#}")))?;
    let code = engine
        .precompile_component(&wasm)
        .map_err(|error| Ended::Refused(format!("{error:#}")))?;
    answer(&code)?;
    if let Some(kept) = kept {
        kept.keep();
    }
    Ok(())
}

/// Functions of compilations before, in the directory that they are kept in.
struct Kept {
    code_dir: CodeDir,
    functions: Arc<Functions>,
}

impl Kept {
    /// None where there can be no such directory: it is a convenience.
    fn open(directory: &Path, shape: Shape) -> Option<Self> {
        let engine = engine::for_compiling(shape, None).ok()?;
        let code_dir = CodeDir::open(directory, &engine, Some(u64::MAX)).ok()?;
        let kept = code_dir.sealed(FUNCTIONS).unwrap_or_default();
        Some(Self {
            code_dir,
            functions: Arc::new(Functions::of(kept)),
        })
    }

    /// What cannot be kept is compiled again.
    fn keep(self) {
        if let Some(bytes) = self.functions.to_keep() {
            let _ = self.code_dir.seal(FUNCTIONS, &bytes);
        }
    }
}

fn answer(code: &[u8]) -> Result<(), Ended> {
    #[expect(clippy::disallowed_methods, reason = "code for the parent, never text")]
    let mut output = io::stdout().lock();
    output
        .write_all(code)
        .and_then(|()| output.flush())
        .map_err(|error| Ended::Broken(format!("the code cannot be written: {error}")))
}

/// Bounds that the kernel holds this process to.
fn bound(task: &CompileTask) -> io::Result<()> {
    // Gone with its parent, whose thread waits for it all the time.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if !task.hurry {
        nice(NICE)?;
    }
    // The first to go when the machine runs out of memory. Not everywhere is there such a file.
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
    let limit = |resource, soft: u64, hard: u64| {
        // What is bounded already stays so.
        let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let limits = Rlimit {
            current: Some(soft.min(most)),
            maximum: Some(hard.min(most)),
        };
        setrlimit(resource, limits)
    };
    limit(Resource::Core, 0, 0)?;
    limit(Resource::Data, task.memory_bytes, task.memory_bytes)?;
    // At the first the kernel says so (SIGXCPU), at the second it kills.
    limit(Resource::Cpu, task.cpu_s, task.cpu_s.saturating_add(1))?;
    Ok(())
}
