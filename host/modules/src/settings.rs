//! Budgets and paths.

use std::{path::PathBuf, time::Duration};

/// Budgets of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time of the guest and of the host functions that it calls.
    pub cpu: Duration,
    /// Wall time of the call, waiting on the host included, waiting for a free slot not.
    pub wall: Duration,
    /// Linear memory, summed over all memories of the instance.
    pub memory_bytes: usize,
    /// Text and numbers that it may return.
    pub output_bytes: usize,
    /// Lines that it may log.
    pub log_bytes: usize,
}

/// What `wit/types.wit` promises to authors.
impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(10),
            wall: Duration::from_secs(30),
            memory_bytes: 256 << 20,
            output_bytes: 32 << 20,
            log_bytes: 256 << 10,
        }
    }
}

/// How the module host is set up.
#[derive(Clone, Debug)]
pub struct ModuleSettings {
    /// Compiled code is kept here, private to the host.
    pub code_dir: PathBuf,
    /// How many instances may live at a time; further calls wait.
    pub slots: u32,
    /// Budgets of one call.
    pub limits: Limits,
}
