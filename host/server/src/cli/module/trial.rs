//! What is typed after `quire module` of a version that is on trial.

use clap::Args;

use super::{ModuleStep, Shown, VersionStep};

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

/// `quire module end-trial`.
#[derive(Debug, Args)]
pub(crate) struct EndTrial {
    #[command(flatten)]
    pub(crate) step: ModuleStep,
    /// The version: its SHA-256, or the first digits if no other begins so [default: the one on trial]
    #[arg(id = "digest", value_name = "VERSION")]
    pub(crate) version: Option<String>,
}
