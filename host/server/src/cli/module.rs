//! What can be typed after `quire module`.

mod author;
mod inputs;
mod project;
mod trial;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(crate) use self::{
    author::{BenchModule, CheckModule, PreviewModule, ReplayModule, RunModule, WatchModule},
    inputs::RunInputs,
    project::{BuildModule, NewModule, TestModule},
    trial::{AcceptDifferences, CanaryModule, DiffModule, EndTrial, ShadowModule},
};
use crate::{settings::DataSettings, storage::Needs};

/// `quire module …`.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "`new`, `build`, `test`, `check`, `run`, `preview`, `watch` and `bench` are an author's, and need no data \
    directory. All others work on the data directory itself, which a running server follows within a second, or with \
    `--server` on a server."
)]
pub(crate) enum ModuleCommand {
    /// Begin a section in a folder of its own, in the language of your choice
    New(NewModule),
    /// Build a project's component
    Build(BuildModule),
    /// Build a project, and hold its section to what its cases expect
    Test(TestModule),
    /// Check a component as an upload is checked, and store nothing
    Check(CheckModule),
    /// Make a section with a component, and show it, its facts, what it said and what it cost
    Run(RunModule),
    /// Make a section with a component, as PDF or HTML, alone or in a report
    Preview(PreviewModule),
    /// Build a component whenever it is saved, and show its section in a browser
    Watch(WatchModule),
    /// Say what a component costs on little and on much data
    Bench(BenchModule),
    /// Make a section of a report of before again, with a component of yours, and say what differs
    Replay(ReplayModule),
    /// Check a component and store it as a version of a module
    Push(PushModule),
    /// Write the component of a version to a file: to keep it, to try it, or to push it elsewhere
    Pull(PullModule),
    /// List the modules, with what is active and on trial
    List(Shown),
    /// Show a module and its versions
    Show(ShowModule),
    /// Decide that a checked version may be used
    Stage(VersionStep),
    /// Make a version the active one; reports that are being made keep theirs
    Activate(VersionStep),
    /// Bring back the version that was active before
    Rollback(ModuleStep),
    /// Make a share of the reports with a version, and roll it back by itself if it fails or costs too much
    Canary(CanaryModule),
    /// Run a version beside the active one, unseen, and compare
    Shadow(ShadowModule),
    /// Show what a shadow does otherwise than the active version
    Diff(DiffModule),
    /// Accept what a version does otherwise: you have looked, and it is what you want
    AcceptDifferences(AcceptDifferences),
    /// End the trial of a canary or a shadow
    EndTrial(EndTrial),
    /// Withdraw a version that is not active
    Retire(VersionStep),
    /// Set what a module's calls may use
    Limits(LimitModule),
    /// Ask every version for clean shadow runs before it is made a canary or activated
    RequiredClean(RequireClean),
}

impl ModuleCommand {
    /// The data directory, if it works on one, and what has to be in it. The first version may be pushed
    /// before a server has started.
    pub(crate) fn data(&self) -> Option<(&DataSettings, Needs)> {
        let shown = match self {
            Self::New(_)
            | Self::Build(_)
            | Self::Test(_)
            | Self::Check(_)
            | Self::Run(_)
            | Self::Preview(_)
            | Self::Watch(_)
            | Self::Bench(_) => {
                return None;
            }
            // It looks at the report first, and at the records itself.
            Self::Replay(command) => return Some((&command.data, Needs::Nothing)),
            Self::Pull(command) => return Some((&command.data, Needs::Records)),
            Self::Push(command) => &command.shown,
            Self::List(shown) => shown,
            Self::Show(command) => &command.shown,
            Self::Stage(step) | Self::Activate(step) | Self::Retire(step) => &step.shown,
            Self::Rollback(step) => &step.shown,
            Self::EndTrial(command) => &command.step.shown,
            Self::Canary(command) => &command.step.shown,
            Self::Shadow(command) => &command.step.shown,
            Self::Diff(command) => &command.shown,
            Self::AcceptDifferences(command) => &command.step.shown,
            Self::Limits(command) => &command.step.shown,
            Self::RequiredClean(command) => &command.step.shown,
        };
        Some((&shown.data, Needs::Records))
    }
}

/// `quire module push`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module push my_trend.wasm --name trend --reason \"shows quarters\"\n  \
    quire module push my_trend.wasm --name trend --activate --reason \"shows quarters\"\n\n\
    It is checked as `quire module check` does, and stored; no report uses it before it is activated. \
    A running server on the same data directory follows within a second.\n\n\
    Exit status: 0 it is stored; 1 it is not, and why is said; 2 the command is wrong.")]
pub(crate) struct PushModule {
    /// The component, a `.wasm` file; or a project's folder [default: the project where you are]
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: Option<PathBuf>,
    /// The module's name; a new name makes a new module [default: the project's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Stage it as well, so that it can be activated or tried
    #[arg(long)]
    pub(crate) stage: bool,
    /// Stage and activate it as well
    #[arg(long, conflicts_with = "stage")]
    pub(crate) activate: bool,
    #[command(flatten)]
    pub(crate) why: Why,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `quire module pull`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module pull trend --output trend.wasm\n  \
    quire module pull trend 9760e1b7 --output before.wasm\n\n\
    It is byte for byte what was pushed: its SHA-256 is the version's name. A file that is there is replaced.")]
pub(crate) struct PullModule {
    /// The module's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The version: its SHA-256, or the first digits if no other begins so [default: the active one]
    #[arg(id = "digest", value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// The file to write; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// Why something is changed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Why {
    /// Why; kept in the audit trail
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Where the records are, and how they are shown.
#[derive(Clone, Debug, Args)]
pub(crate) struct Shown {
    /// Say it in JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// A module.
#[derive(Debug, Args)]
pub(crate) struct ShowModule {
    /// The module's name, as `quire module list` shows it
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// A step with one version of a module.
#[derive(Debug, Args)]
pub(crate) struct VersionStep {
    /// The module's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The version: its SHA-256, or the first digits if no other begins so
    #[arg(id = "digest", value_name = "VERSION")]
    pub(crate) version: String,
    #[command(flatten)]
    pub(crate) why: Why,
    /// Do nothing if the module is not at this revision any more, which `quire module show` says
    #[arg(long, value_name = "REVISION")]
    pub(crate) if_revision: Option<u64>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// A step with a module as a whole.
#[derive(Debug, Args)]
pub(crate) struct ModuleStep {
    /// The module's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) why: Why,
    /// Do nothing if the module is not at this revision any more, which `quire module show` says
    #[arg(long, value_name = "REVISION")]
    pub(crate) if_revision: Option<u64>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `quire module limits`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module limits trend --cpu-ms 20000 --reason \"25,000 cases\"\n\n\
    What is left out is as usual. Limits of a definition's section take precedence.")]
pub(crate) struct LimitModule {
    #[command(flatten)]
    pub(crate) step: ModuleStep,
    /// CPU time in milliseconds
    #[arg(long, value_name = "MS")]
    pub(crate) cpu_ms: Option<u64>,
    /// Wall time in milliseconds
    #[arg(long, value_name = "MS")]
    pub(crate) wall_ms: Option<u64>,
    /// Memory in bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) memory_bytes: Option<u64>,
    /// Text and numbers that may be returned, in bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) output_bytes: Option<u64>,
    /// Blocks that may be returned
    #[arg(long, value_name = "BLOCKS")]
    pub(crate) blocks: Option<u64>,
    /// Table rows that may be returned
    #[arg(long, value_name = "ROWS")]
    pub(crate) rows: Option<u64>,
    /// Log lines that are kept, in bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) log_bytes: Option<u64>,
    /// Case series that may be held at a time
    #[arg(long, value_name = "HANDLES")]
    pub(crate) handles: Option<u64>,
}

/// `quire module required-clean`.
#[derive(Debug, Args)]
pub(crate) struct RequireClean {
    #[command(flatten)]
    pub(crate) step: ModuleStep,
    /// Shadow runs in a row that neither failed nor differed in a way not accepted, of every version; 0 asks
    /// for none
    #[arg(long, value_name = "RUNS")]
    pub(crate) runs: u32,
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
    /// Keep the usual priority: someone waits, and nothing else is to be done
    #[arg(long)]
    pub(crate) hurry: bool,
    /// Take the code of functions that were compiled before from this directory, and keep new ones there
    #[arg(long, value_name = "DIR")]
    pub(crate) functions: Option<PathBuf>,
}
