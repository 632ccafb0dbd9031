//! What can be typed after `quire wit`.

use std::path::PathBuf;

use clap::Args;

/// `quire wit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire wit > report.wit\n  \
    quire wit --reference > reference.md\n  \
    quire wit --output wit && wit-bindgen c --world quire:report/section-module wit\n\n\
    It is the contract that this binary serves. What was built against an earlier 0.1 works as it is.")]
pub(crate) struct Wit {
    /// Write the package's files into this directory, which is made if missing, instead of one text to
    /// standard output
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Print the reference instead: every function, type and field with its meaning, in Markdown
    #[arg(long, conflicts_with = "output")]
    pub(crate) reference: bool,
}
