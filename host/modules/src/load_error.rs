//! Why a component was not taken.

use std::{io, time::Duration};

use quire_model::{HostFault, Problem, ProblemKind};

use crate::RunError;

/// Why a component was not taken. All but [`Host`](Self::Host) and [`Machine`](Self::Machine) are
/// the author's to mend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file is larger than is ever compiled.
    #[error("the module has {bytes} bytes; at most {limit} are taken")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The largest size.
        limit: usize,
    },
    /// The bytes are not WebAssembly.
    #[error("this is not a WebAssembly component: {0}")]
    NotWasm(String),
    /// Compiled code, which could do anything.
    #[error(
        "this is compiled machine code; upload the WebAssembly component that it was made from"
    )]
    Precompiled,
    /// A core module instead of a component.
    #[error(
        "this is a core WebAssembly module, not a component; build for wasm32-wasip2, or wrap it \
         with `wasm-tools component new`"
    )]
    CoreModule,
    /// The component is malformed or uses a feature that is switched off.
    #[error(
        "the component is malformed or uses a feature of WebAssembly that modules do not get: {0}"
    )]
    Invalid(String),
    /// Compiling took too long.
    #[error(
        "compiling the component was stopped after {} s; make its functions smaller, or build it \
         with optimisation",
        limit.as_secs()
    )]
    CompileTime {
        /// What it was given.
        limit: Duration,
    },
    /// Compiling took too much memory.
    #[error(
        "compiling the component takes more than {} MiB of memory; make its functions smaller",
        limit_bytes >> 20
    )]
    CompileMemory {
        /// What it was given.
        limit_bytes: u64,
    },
    /// The compiler did not survive the component.
    #[error(
        "the compiler crashed on the component, which is a defect of the compiler; build it with \
         another version of its tools ({0})"
    )]
    CompileCrash(String),
    /// It imports what no module gets.
    #[error("the component imports what modules do not get: {}; served are {}", names.join(", "), served.join(", "))]
    Imports {
        /// Every import that is not served.
        names: Vec<String>,
        /// What is.
        served: Vec<String>,
    },
    /// It exports neither world.
    #[error(
        "the component exports {exports}; a module exports {}",
        served.join(" or ")
    )]
    UnknownWorld {
        /// What it exports.
        exports: String,
        /// What is served.
        served: Vec<String>,
    },
    /// It was built against a version of the contract that is not served.
    #[error(
        "the component was built against {}; this host serves {}: build it against one of those \
         versions of `wit/`",
        found.join(", "),
        served.join(", ")
    )]
    Version {
        /// The interfaces of other versions that it names.
        found: Vec<String>,
        /// The versions that are served.
        served: Vec<String>,
    },
    /// It names an import of the contract, but with other types or functions.
    #[error("the component does not fit the contract: {0}; build it against an unchanged `wit/`")]
    Contract(String),
    /// It needs more memory to start than a call may use.
    #[error("the component starts with {bytes} bytes of memory; a call may use {limit}")]
    Memory {
        /// What it starts with.
        bytes: u64,
        /// What it may use.
        limit: usize,
    },
    /// It crashed or overran when it was started and asked what it is.
    #[error("the component failed when it was asked what it is (`describe`): {0}")]
    Trial(RunError),
    /// What it says about itself breaks a rule.
    #[error("the manifest is not allowed: {0}")]
    Manifest(String),
    /// The schema of its parameters is none.
    #[error("the schema of the parameters is not allowed: {0}")]
    ParamsSchema(String),
    /// It did not make its section from sample data.
    #[error("the component failed on {data} with the parameters {params}: {error}")]
    SelfTest {
        /// What it was tried on, such as `sample data`.
        data: String,
        /// The parameters that it was given, as JSON.
        params: String,
        /// What became of it.
        error: RunError,
    },
    /// The host itself failed.
    #[error("{0}")]
    Host(String),
    /// The machine could not give what the host needs; the same component is taken once it can.
    #[error("{what}: {fault}")]
    Machine {
        /// What could not be done.
        what: String,
        /// What the machine lacked.
        fault: HostFault,
    },
}

impl LoadError {
    /// Whether the host is to blame, and not the component.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Host(_) | Self::Machine { .. })
    }

    /// What the machine lacked, if that is what it is.
    #[must_use]
    pub fn fault(&self) -> Option<HostFault> {
        match self {
            Self::Machine { fault, .. } => Some(*fault),
            _ => None,
        }
    }

    /// The host failed at something, by the machine's fault or its own.
    pub(crate) fn host(what: impl Into<String>, error: &io::Error) -> Self {
        let what = what.into();
        match HostFault::of_file(error) {
            Some(fault) => Self::Machine { what, fault },
            None => Self::Host(format!("{what}: {error}")),
        }
    }

    /// Which check refused it: a stable word for people, programs and counters.
    #[must_use]
    pub fn refusal(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "size",
            Self::NotWasm(_) => "not-wasm",
            Self::Precompiled => "precompiled",
            Self::CoreModule => "core-module",
            Self::Invalid(_) => "invalid",
            Self::CompileTime { .. } => "compile-time",
            Self::CompileMemory { .. } => "compile-memory",
            Self::CompileCrash(_) => "compile-crash",
            Self::Imports { .. } => "imports",
            Self::UnknownWorld { .. } => "world",
            Self::Version { .. } => "version",
            Self::Contract(_) => "contract",
            Self::Memory { .. } => "memory",
            Self::Trial(_) => "trial",
            Self::Manifest(_) => "manifest",
            Self::ParamsSchema(_) => "params-schema",
            Self::SelfTest { .. } => "self-test",
            Self::Host(_) | Self::Machine { .. } => "host",
        }
    }

    /// The same in the form that callers read.
    #[must_use]
    pub fn problem(&self) -> Problem {
        if self.fault().is_some() {
            let mut problem = Problem::new(ProblemKind::HostFault, self.to_string());
            problem.retry_after_s = Some(5);
            return problem;
        }
        if self.is_ours() {
            return Problem::new(ProblemKind::Internal, self.to_string());
        }
        let mut problem = Problem::new(ProblemKind::ModuleRefused, self.to_string());
        problem.refusal = Some(self.refusal().to_owned());
        problem
    }
}
