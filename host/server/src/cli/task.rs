//! What can be typed after `quire task`.

use std::{fmt, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use quire_api::StatusName;
use quire_model::{Moment, Ndc, ObjectId, ReportId};

use super::{module::Shown, report::FormName};
use crate::{settings::DataSettings, storage::Needs};

/// `quire task …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TaskCommand {
    /// List the reports that were asked for, the last one first
    List(ListTasks),
    /// Show where a report stands
    Show(OneTask),
    /// Follow a report until it has ended
    #[command(after_help = "Exit status: 0 the document is there; 1 it failed or was called off.")]
    Watch(OneTask),
    /// Write the document of a report to a file, in any of its forms
    #[command(after_help = "Examples:\n  \
        quire task download 01JD3Q0V5N8R6Z2W4Y7XK9MTBC --output report.pdf\n  \
        quire task download 01JD3Q0V5N8R6Z2W4Y7XK9MTBC --output tables.zip\n  \
        quire task download 01JD3Q0V5N8R6Z2W4Y7XK9MTBC --format csv --table reaction-table/reactions --output -\n\n\
        What is handed out stands in the audit trail.")]
    Download(DownloadTask),
    /// Call reports off
    Cancel {
        /// The tasks' ids
        #[arg(required = true, value_name = "TASK")]
        tasks: Vec<String>,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Have reports made again: those that failed under their own ids, those that lack a section beside them
    #[command(after_help = "Example:\n  \
        quire task remake 01JD3Q0V5N8R6Z2W4Y7XK9MTBC --reason \"the module trend is mended\"\n\n\
        `quire task list --incomplete` lists reports that lack a section, `quire task list --status FAILURE` those that \
        failed.")]
    Remake {
        /// The tasks' ids
        #[arg(required = true, value_name = "TASK")]
        tasks: Vec<String>,
        /// Why; kept in the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        data: DataSettings,
    },
}

/// `quire task list`.
#[derive(Debug, Args)]
pub(crate) struct ListTasks {
    /// Only those that stand so; several with commas between
    #[arg(long, value_name = "STATUS", ignore_case = true, value_delimiter = ',')]
    pub(crate) status: Vec<Status>,
    /// Only those on this drug, however its code was written there and is here
    #[arg(long, value_name = "NDC")]
    pub(crate) ndc: Option<Ndc>,
    /// Only those whose label has these words in it
    #[arg(long, value_name = "WORDS")]
    pub(crate) label: Option<String>,
    /// Only those of this batch
    #[arg(long, value_name = "BATCH")]
    pub(crate) batch: Option<ObjectId>,
    /// Only the runs of this schedule
    #[arg(long, value_name = "SCHEDULE")]
    pub(crate) schedule: Option<ObjectId>,
    /// Only those accepted then or later, such as 2026-11-28 (UTC) or 2026-11-28T09:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) created_from: Option<Moment>,
    /// Only those accepted then or earlier; a day counts to its end
    #[arg(long, value_name = "TIME")]
    pub(crate) created_to: Option<Moment>,
    /// Only those accepted before this task: the last of the list before
    #[arg(long, value_name = "TASK")]
    pub(crate) before: Option<ReportId>,
    /// Only those in whose document a box stands in for a section
    #[arg(long)]
    pub(crate) incomplete: bool,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// One task.
#[derive(Debug, Args)]
pub(crate) struct OneTask {
    /// The task's id
    #[arg(value_name = "TASK")]
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `quire task download`.
#[derive(Debug, Args)]
pub(crate) struct DownloadTask {
    /// The task's id
    #[arg(value_name = "TASK")]
    pub(crate) task: String,
    /// The file to write; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The form to write: html is one file, csv a ZIP archive of all tables [default: what the ending of the file means,
    /// else pdf]
    #[arg(long, value_name = "FORM")]
    pub(crate) format: Option<FormName>,
    /// With csv: write this table alone, named as in the archive's index.csv
    #[arg(long, value_name = "SECTION/ID")]
    pub(crate) table: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// [`StatusName`], as typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Status(pub(crate) StatusName);

impl ValueEnum for Status {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Status; 6] = [
            Status(StatusName::Pending),
            Status(StatusName::Started),
            Status(StatusName::Retry),
            Status(StatusName::Success),
            Status(StatusName::Failure),
            Status(StatusName::Revoked),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl TaskCommand {
    pub(super) const fn data(&self) -> (&DataSettings, Needs) {
        let data = match self {
            Self::List(command) => &command.shown.data,
            Self::Show(command) | Self::Watch(command) => &command.shown.data,
            Self::Download(command) => &command.data,
            Self::Cancel { data, .. } | Self::Remake { data, .. } => data,
        };
        (data, Needs::Records)
    }
}
