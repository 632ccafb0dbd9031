//! How the module host is set up.

use std::path::PathBuf;

use crate::{Compiler, Limits};

/// How the module host is set up.
#[derive(Clone, Debug)]
pub struct ModuleSettings {
    /// Compiled code is kept here, private to the host.
    pub code_dir: PathBuf,
    /// How many bytes of it are kept, where what was used least lately goes; none keeps all that this engine uses.
    pub code_bytes: Option<u64>,
    /// How many instances may live at a time; further calls wait.
    pub slots: u32,
    /// Bounds of a call whose caller does not say otherwise, and of trials.
    pub limits: Limits,
    /// Who compiles.
    pub compiler: Compiler,
}

impl ModuleSettings {
    /// The usual bounds, and a compiler in this process: for tests and measurements.
    #[must_use]
    pub fn new(code_dir: PathBuf, slots: u32) -> Self {
        Self {
            code_dir,
            code_bytes: None,
            slots,
            limits: Limits::DEFAULT,
            compiler: Compiler::InProcess,
        }
    }
}
