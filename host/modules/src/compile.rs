//! Who turns a component into machine code: usually a process of its own, which may crash, run out
//! of memory or take for ever without harming anyone.
//!
//! The compiler is several hundred thousand lines that read a stranger's bytes. The child is this
//! same program, started with [`ChildCompiler::arguments`]; it gives up priority and rights
//! (`compile::child`), reads the component from its standard input and writes the code to its
//! standard output. The parent ends it when its time is over (`compile::parent`).

mod child;
mod functions;
mod parent;

use std::{ffi::OsString, path::PathBuf, time::Duration};

use wasmtime::Engine;

use crate::{LoadError, engine::Shape};

pub use child::{CompileTask, compile};

/// Exit status of a child that refused the component; why is on its standard error.
const REFUSED: u8 = 3;

/// Who compiles components.
#[derive(Clone, Debug)]
pub enum Compiler {
    /// This process. A defect of the compiler ends it, and a compilation takes both cores.
    InProcess,
    /// A process for each component.
    Child(ChildCompiler),
}

/// How to start a process that compiles, and what it may use.
#[derive(Clone, Debug)]
pub struct ChildCompiler {
    /// The program; it must call [`compile()`].
    pub program: PathBuf,
    /// What it is started with; the options that [`CompileTask`] stands for follow.
    pub arguments: Vec<OsString>,
    /// What it may use.
    pub limits: CompileLimits,
}

/// What a process that compiles may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileLimits {
    /// Memory that it may write to (`RLIMIT_DATA`).
    pub memory_bytes: u64,
    /// CPU time, over all its threads.
    pub cpu: Duration,
    /// Wall time; it has the lowest priority, so that a busy machine makes it wait.
    pub wall: Duration,
}

impl Default for CompileLimits {
    /// Interpreters of 18 MB take 0.4 GiB and 10 s.
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            cpu: Duration::from_secs(120),
            wall: Duration::from_secs(300),
        }
    }
}

impl Compiler {
    /// Machine code for `engine`, which has the given shape.
    ///
    /// # Errors
    ///
    /// [`LoadError::Invalid`], one of the `Compile…` cases, or [`LoadError::Host`] if no process can
    /// be started.
    pub(crate) fn compile(
        &self,
        engine: &Engine,
        shape: Shape,
        wasm: &[u8],
    ) -> Result<Vec<u8>, LoadError> {
        match self {
            Self::InProcess => engine
                .precompile_component(wasm)
                .map_err(|error| LoadError::Invalid(format!("{error:#}"))),
            Self::Child(child) => parent::compile(child, shape, wasm),
        }
    }
}
