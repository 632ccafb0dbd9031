//! Why a component was not taken.

/// Why a component was not taken. All but [`Host`](Self::Host) are the author's to mend.
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
    #[error("the component cannot be compiled: {0}")]
    Invalid(String),
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
    /// It names an import of the contract, but with other types or functions.
    #[error("the component does not fit the contract: {0}")]
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
    #[error("the component failed when it was tried: {0}")]
    Trial(crate::RunError),
    /// What it says about itself breaks a rule.
    #[error("the manifest is not allowed: {0}")]
    Manifest(String),
    /// The host itself failed.
    #[error("{0}")]
    Host(String),
}

impl LoadError {
    /// Whether the host is to blame, and not the component.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Host(_))
    }
}
