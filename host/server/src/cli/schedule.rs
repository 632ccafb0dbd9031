//! What can be typed after `quire schedule`.

use clap::{Args, Subcommand, ValueEnum};
use quire_records::Missed;

use super::{module::Shown, wanted::WantedReport};
use crate::{settings::DataSettings, storage::Needs};

/// `quire schedule …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    /// List the schedules, the one made last first: when each runs next, and what came of its last run
    List(Shown),
    /// Have a report made again and again, and print the schedule's id and its next run
    #[command(after_help = "Examples:\n  \
        quire schedule add '0 6 * * MON' 61958-0802 --time-zone Europe/Berlin --only-if-changed\n  \
        quire schedule add '30 2 1 * *' 61958-0802 --missed once --label monthly --server https://quire.example\n  \
        quire schedule add '0 6 * * *' 61958-0802 --key key_01JD3Q0V5N8R6Z2W4Y7XK9MTBC\n\n\
        CRON has five fields: minute, hour, day of the month, month, day of the week. Quote it, or the shell reads \
        its stars. Each run is a task of the schedule's key: `quire task list` shows it.")]
    Add(Box<AddSchedule>),
    /// Show when a schedule runs next, and what came of its last run
    Show(OneSchedule),
    /// Let a schedule rest; what its runs ask for stays as it is
    Pause(RestSchedule),
    /// Let a schedule go on that was paused; what was due meanwhile is not made up for
    Resume(RestSchedule),
    /// Take a schedule away; the reports that it asked for stay
    Delete {
        /// The schedule's id, as `quire schedule list` shows it
        #[arg(value_name = "SCHEDULE")]
        schedule: String,
        #[command(flatten)]
        data: DataSettings,
    },
}

/// `quire schedule add`.
#[derive(Debug, Args)]
pub(crate) struct AddSchedule {
    /// When it runs: minute, hour, day of the month, month and day of the week, such as '0 6 * * MON'; at least 15 minutes
    /// lie between two runs
    #[arg(value_name = "CRON")]
    pub(crate) cron: String,
    /// The drug code of the reports: a product code, a package code, the 10, 11 or 12 digits without hyphens, or
    /// the digits of the package's barcode
    #[arg(value_name = "NDC")]
    pub(crate) ndc: String,
    /// The time zone that CRON is meant in, by IANA's name, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) time_zone: String,
    /// What becomes of a run that cannot be asked for within ten minutes of its time: skip leaves it out, once makes up for
    /// all that were missed with one
    #[arg(long, value_name = "WHAT", default_value = "skip")]
    pub(crate) missed: MissedName,
    /// Make no new document where the drug's reports, the modules and the definition are the same as for the last run
    #[arg(long, conflicts_with = "force")]
    pub(crate) only_if_changed: bool,
    /// Make it and let it rest: `quire schedule resume` lets it go on
    #[arg(long)]
    pub(crate) paused: bool,
    #[command(flatten)]
    pub(crate) wanted: WantedReport,
    /// Make each document anew, though an equal request has one
    #[arg(long)]
    pub(crate) force: bool,
    /// A line of your own, which each run has; a list of tasks shows it
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// A pair of your own, which comes back with each run; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub(crate) metadata: Vec<(String, String)>,
    /// In a data directory: the key whose reports they are, by its id, as `quire key list` shows it. With a server it is
    /// that of the key that asks
    #[arg(long, value_name = "KEY_ID")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// One schedule.
#[derive(Debug, Args)]
pub(crate) struct OneSchedule {
    /// The schedule's id, as `quire schedule list` shows it
    #[arg(value_name = "SCHEDULE")]
    pub(crate) schedule: String,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// A schedule that is to rest, or to go on.
#[derive(Debug, Args)]
pub(crate) struct RestSchedule {
    #[command(flatten)]
    pub(crate) one: OneSchedule,
    /// Do nothing if the schedule is not at this revision any more, which `quire schedule show` says
    #[arg(long, value_name = "REVISION")]
    pub(crate) if_revision: Option<u64>,
}

/// [`Missed`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MissedName {
    /// The next run is the next one.
    Skip,
    /// One run, for all of them.
    Once,
}

impl From<MissedName> for Missed {
    fn from(name: MissedName) -> Self {
        match name {
            MissedName::Skip => Self::Skip,
            MissedName::Once => Self::Once,
        }
    }
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE, such as order=A-17".to_owned()),
    }
}

impl ScheduleCommand {
    pub(super) const fn data(&self) -> (&DataSettings, Needs) {
        let data = match self {
            Self::List(shown) => &shown.data,
            Self::Add(command) => &command.shown.data,
            Self::Show(one) => &one.shown.data,
            Self::Pause(rest) | Self::Resume(rest) => &rest.one.shown.data,
            Self::Delete { data, .. } => data,
        };
        (data, Needs::Records)
    }
}
