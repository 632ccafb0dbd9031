//! What can be typed after `quire module`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `quire module …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ModuleCommand {
    /// Check a component as an upload is checked, and store nothing
    Check(CheckModule),
}

/// `quire module check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module check target/wasm32-wasip2/guest/quire_section_trend.wasm\n\n\
    It is compiled, linked, asked what it is, and makes its section from the bundled sample.\n\n\
    Exit status: 0 it can be uploaded; 1 it cannot, and why is said; 2 the command is wrong.")]
pub(crate) struct CheckModule {
    /// The component, a `.wasm` file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// `quire compile`, which this program starts itself with, once for each component.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// Memory that it may write to
    #[arg(long, value_name = "BYTES")]
    pub(crate) memory_bytes: u64,
    /// CPU time that it may use
    #[arg(long, value_name = "SECONDS")]
    pub(crate) cpu_s: u64,
    /// Address space behind each memory of the module, where that is short
    #[arg(long, value_name = "BYTES")]
    pub(crate) reserve_bytes: Option<u64>,
}
