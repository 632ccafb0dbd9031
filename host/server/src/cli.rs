//! What can be typed after `quire`.

mod audit;
mod background;
mod backup;
mod definition;
mod doctor;
mod inputs;
mod key;
mod module;
mod over_http;
mod replay;
mod report;
mod retention;
mod schedule;
mod serve;
mod task;
mod wanted;
mod webhook;
mod wit;

use clap::{Parser, Subcommand};

use crate::{
    operator,
    settings::{DataSettings, LogSettings, ServerSettings},
    storage::Needs,
};

pub(crate) use crate::settings::DEFAULT_DATA_DIR;
pub(crate) use audit::AuditCommand;
pub(crate) use background::BackgroundCommand;
pub(crate) use backup::{Backup, Restore};
pub(crate) use definition::{
    CheckDefinition, DefinitionCommand, PutDefinition, RollBackDefinition, ShowDefinition,
};
pub(crate) use doctor::Doctor;
pub(crate) use inputs::{ModuleFile, ModuleFiles, Sample};
pub(crate) use key::KeyCommand;
pub(crate) use module::{
    AcceptDifferences, BenchModule, BuildModule, CanaryModule, CheckModule, Compile, DiffModule,
    EndTrial, LimitModule, ModuleCommand, ModuleStep, NewModule, PreviewModule, PullModule,
    PushModule, ReplayModule, RequireClean, RunInputs, RunModule, ShadowModule, ShowModule, Shown,
    TestModule, VersionStep, WatchModule,
};
pub(crate) use over_http::OverHttp;
pub(crate) use replay::Replay;
pub(crate) use report::{FormName, Report, SectionParams, Verify};
pub(crate) use retention::RetentionCommand;
pub(crate) use schedule::{AddSchedule, OneSchedule, RestSchedule, ScheduleCommand};
pub(crate) use serve::{ConsoleLink, ReadyCommand, Serve, Worker};
pub(crate) use task::{DownloadTask, ListTasks, OneTask, TaskCommand};
pub(crate) use wanted::WantedReport;
pub(crate) use webhook::{AddWebhook, ListDeliveries, OneWebhook, WebhookCommand};
pub(crate) use wit::Wit;

/// Turns a drug code into a finished, cited, reproducible drug-safety report.
///
/// Every section of a report is a WebAssembly component that can be replaced while reports are
/// being made. The data are openFDA's adverse event reports.
#[derive(Debug, Parser)]
#[command(
    name = "quire",
    version,
    after_help = "Start here:\n  \
        quire report 61958-0802 --sample --output report.pdf   a report from bundled data, offline\n  \
        quire serve --sample                                   the HTTP API on the same data\n  \
        quire serve                                            the HTTP API on openFDA\n\n\
        `quire help COMMAND` explains a command and its settings. Each setting is a flag and an \
        environment variable; the flag wins."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// What is logged, and how.
    #[command(flatten)]
    pub(crate) log: LogSettings,

    /// Which server commands work with over HTTP, if they do.
    #[command(flatten)]
    pub(crate) server: ServerSettings,

    /// Who you are, for the audit trail [default: the system's user]
    #[arg(long = "as", env = "QUIRE_AS", value_name = "NAME", global = true, value_parser = operator::parse)]
    pub(crate) person: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the HTTP API, and make the reports that it accepts
    Serve(Box<Serve>),
    /// Make reports that a `serve` sharing the same Redis and data directory accepts
    Worker(Box<Worker>),
    /// Make one report and write it to a file, without a server or with one
    Report(Box<Report>),
    /// Make a report again from its stored data, and say whether the file is the same
    Verify(Verify),
    /// Make, list and revoke the keys that callers of the API need
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print a link that signs you in to the console of a server on this machine
    Console(ConsoleLink),
    /// Check, store, try and replace the modules that make sections
    #[command(subcommand)]
    Module(ModuleCommand),
    /// Print the contract that sections are built against, as WIT
    Wit(Wit),
    /// Print what a shell needs to complete commands
    #[command(
        after_help = "Example, for bash, in the present shell:\n  source <(quire completions bash)"
    )]
    Completions {
        /// Which shell's
        shell: clap_complete::Shell,
    },
    /// Read and change which sections a report has
    #[command(subcommand)]
    Definition(DefinitionCommand),
    /// Read and check the audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Import what reports are compared with, and say which import is used
    #[command(subcommand)]
    Background(BackgroundCommand),
    /// Copy the data directory of a running server into a folder
    Backup(Backup),
    /// Make a data directory out of such a folder, and verify it
    Restore(Restore),
    /// Say whether a server or worker on this machine is ready
    Ready(ReadyCommand),
    /// Look whether everything that a server needs is there, and say what to do
    Doctor(Box<Doctor>),
    /// Say and remove what is kept no longer
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// List, follow and call off the reports that were asked for, and have them made again
    #[command(subcommand)]
    Task(TaskCommand),
    /// Have addresses of yours told when reports end, and see what they were told
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Have reports made again and again, at times of your own
    #[command(subcommand)]
    Schedule(ScheduleCommand),
    /// Serve the bundled sample as if it were openFDA, for development and tests
    #[command(hide = true)]
    Replay(Replay),
    /// Compile one component, from standard input to standard output
    #[command(hide = true)]
    Compile(Compile),
}

impl Command {
    /// The data directory, if it works on one, and what has to be in it.
    pub(crate) fn data(&self) -> Option<(&DataSettings, Needs)> {
        match self {
            Self::Serve(command) => Some((&command.data, Needs::Nothing)),
            Self::Worker(command) => Some((&command.data, Needs::Nothing)),
            Self::Report(command) => Some((&command.data, Needs::Nothing)),
            // It looks at the file first, and at the records itself.
            Self::Verify(command) => Some((&command.data, Needs::Nothing)),
            Self::Key(command) => Some(command.data()),
            Self::Console(command) => Some((&command.data, Needs::Records)),
            Self::Module(command) => command.data(),
            Self::Definition(command) => Some(command.data()),
            Self::Audit(command) => command.data(),
            Self::Background(command) => Some(command.data()),
            Self::Task(command) => Some(command.data()),
            Self::Webhook(command) => Some(command.data()),
            Self::Schedule(command) => Some(command.data()),
            Self::Retention(command) => Some(command.data()),
            Self::Backup(command) => Some((&command.data, Needs::Records)),
            Self::Restore(command) => Some((&command.data, Needs::Nothing)),
            // A doctor changes nothing, not even the modes of files.
            Self::Doctor(_)
            | Self::Ready(_)
            | Self::Wit(_)
            | Self::Completions { .. }
            | Self::Replay(_)
            | Self::Compile(_) => None,
        }
    }
}
