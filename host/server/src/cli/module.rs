//! What can be typed after `quire module`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use quire_model::{Date, Ndc};

use crate::{settings::DataSettings, storage::Needs};

/// `quire module …`.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "All but `check` and `run` work on the data directory itself; a running server on it \
    follows within a second."
)]
pub(crate) enum ModuleCommand {
    /// Check a component as an upload is checked, and store nothing
    Check(CheckModule),
    /// Make a section with a component, and show it, its facts, what it said and what it cost
    Run(RunModule),
    /// Check a component and store it as a version of a module
    Push(PushModule),
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
    EndTrial(VersionStep),
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
            Self::Check(_) | Self::Run(_) => return None,
            Self::Push(command) => return Some((&command.shown.data, Needs::Nothing)),
            Self::List(shown) => shown,
            Self::Show(command) => &command.shown,
            Self::Stage(step)
            | Self::Activate(step)
            | Self::EndTrial(step)
            | Self::Retire(step) => &step.shown,
            Self::Rollback(step) => &step.shown,
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

/// `quire module check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module check target/wasm32-wasip2/guest/quire_section_trend.wasm\n\n\
    It is compiled, linked, asked what it is, and makes its section from the bundled sample, with no parameters, \
    with the defaults of its schema and with each of its examples; then from no reports, without a background, and \
    from 1,000 made-up reports. `quire module run` shows the section.\n\n\
    Exit status: 0 it can be uploaded; 1 it cannot, and why is said; 2 the command is wrong.")]
pub(crate) struct CheckModule {
    /// The component, a `.wasm` file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// `quire module run`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module run my_trend.wasm\n  \
    quire module run my_trend.wasm --params '{\"by\": \"quarter\"}' --role suspect\n  \
    quire module run my_trend.wasm --empty\n  \
    quire module run my_trend.wasm --data page.json --ndc 0003-0894 --json\n\n\
    Without --data it reads the bundled reports that name 61958-0802; the background and the label are made up. \
    Nothing is stored but compiled code, in your own cache directory.\n\n\
    Exit status: 0 the section is made, or there is nothing to show; 1 it is not, and why is said; 2 the command is \
    wrong.")]
pub(crate) struct RunModule {
    /// The component, a `.wasm` file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Its parameters [default: none, else the defaults of its schema, else its first example]
    #[arg(long, value_name = "JSON", value_parser = parse_object)]
    pub(crate) params: Option<serde_json::Value>,
    /// Reports to read: an answer of openFDA's drug/event, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// The drug that --data is about
    #[arg(long, value_name = "NDC", requires = "data")]
    pub(crate) ndc: Option<Ndc>,
    /// Read no reports at all
    #[arg(long, conflicts_with_all = ["data", "from", "to"])]
    pub(crate) empty: bool,
    /// Have nothing to compare with, and no label
    #[arg(long)]
    pub(crate) no_background: bool,
    /// Only reports in which the drug has such a role
    #[arg(long, value_name = "ROLE", default_value = "any")]
    pub(crate) role: super::report::DrugRoleName,
    /// Only reports first received on this day or later
    #[arg(long, value_name = "DATE", value_parser = super::report::parse_date)]
    pub(crate) from: Option<Date>,
    /// Only reports first received on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = super::report::parse_date)]
    pub(crate) to: Option<Date>,
    /// "Today" for the section [default: 2025-06-30 for the bundled reports, else today]
    #[arg(long, value_name = "DATE", value_parser = super::report::parse_date)]
    pub(crate) as_of: Option<Date>,
    /// Say all of it in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn parse_object(text: &str) -> Result<serde_json::Value, String> {
    match serde_json::from_str(text) {
        Ok(value @ serde_json::Value::Object(_)) => Ok(value),
        _ => Err("expected a JSON object, such as {\"top\": 10}".to_owned()),
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
    /// The component, a `.wasm` file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The module's name; a new name makes a new module
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
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

/// `quire module canary`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module canary trend 3f9a --percent 10 --reason \"a tenth of Tuesday\"\n\n\
    It is rolled back by itself when its budget is used up; `quire module show` says so, with the figures. \
    Costs are means over sections that both versions made of the same reports, one after the other; CPU \
    times under 5 ms count as 5 ms, wall times under 50 ms as 50 ms, memory under 16 MiB as 16 MiB.")]
pub(crate) struct CanaryModule {
    #[command(flatten)]
    pub(crate) step: VersionStep,
    /// Of 100 reports, so many are made with it
    #[arg(long, value_name = "SHARE", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(crate) percent: u8,
    /// So many failed sections end it
    #[arg(long, value_name = "SECTIONS", default_value_t = 3)]
    pub(crate) failures: u32,
    /// More mean CPU time, in percent of the active version's, ends it
    #[arg(long, value_name = "PERCENT", default_value_t = 200)]
    pub(crate) cpu_percent: u32,
    /// The same for wall time
    #[arg(long, value_name = "PERCENT", default_value_t = 400)]
    pub(crate) wall_percent: u32,
    /// The same for memory
    #[arg(long, value_name = "PERCENT", default_value_t = 200)]
    pub(crate) memory_percent: u32,
    /// Costs are judged once they were compared on so many sections
    #[arg(long, value_name = "SECTIONS", default_value_t = 20)]
    pub(crate) timed_after: u32,
}

/// `quire module shadow`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module shadow trend 3f9a --required-clean 20 --reason \"before Thursday\"\n\n\
    It runs beside the active version on the reports that the server makes. `quire module diff` shows what \
    it does otherwise; if that is what you want, `quire module accept-differences` says so, and such runs \
    count as clean.")]
pub(crate) struct ShadowModule {
    #[command(flatten)]
    pub(crate) step: VersionStep,
    /// Shadow runs in a row that neither failed nor differed in a way not accepted, before it can be made a
    /// canary or activated
    #[arg(long, value_name = "RUNS", default_value_t = 0)]
    pub(crate) required_clean: u32,
}

/// `quire module accept-differences`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module diff trend\n  \
    quire module accept-differences trend 3f9a --up-to 27 --reason \"quarters, as agreed\"\n\n\
    It covers the places at which the version differed in the runs that you looked at: the paragraph, the \
    column of a table, the fact. Where it differs there again, a run counts as clean, runs of before \
    included; a new place needs a new acceptance, and so does a new trial. A failure is never accepted.")]
pub(crate) struct AcceptDifferences {
    #[command(flatten)]
    pub(crate) step: VersionStep,
    /// The last run that you looked at, by its number in `quire module diff`; all so far if absent
    #[arg(long, value_name = "RUN")]
    pub(crate) up_to: Option<u64>,
}

/// `quire module diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "A summary of the trial comes first, then its runs, the newest first. With --json each \
    is a line, the summary too."
)]
pub(crate) struct DiffModule {
    /// The module's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Only runs after this one, by its number
    #[arg(long, value_name = "RUN", default_value_t = 0)]
    pub(crate) after: u64,
    /// How many runs at most, after the summary
    #[arg(long, value_name = "RUNS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) limit: u32,
    /// Show all of each run, and all places
    #[arg(long)]
    pub(crate) full: bool,
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
}
