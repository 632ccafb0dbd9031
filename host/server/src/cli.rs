//! What can be typed after `quire`.

mod definition;
mod module;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use quire_model::{Date, DrugRole, Ndc, Paper};
use quire_records::Role;
use quire_replay::Odd;

use crate::{
    settings::{
        AdminKey, DataSettings, HttpSettings, LogSettings, QueueSettings, SourceSettings,
        WorkerHttpSettings, WorkerSettings,
    },
    storage::Needs,
};

pub(crate) use crate::settings::DEFAULT_DATA_DIR;
pub(crate) use definition::{
    CheckDefinition, DefinitionCommand, PutDefinition, RollBackDefinition, ShowDefinition,
};
pub(crate) use module::{
    AcceptDifferences, CanaryModule, CheckModule, Compile, DiffModule, LimitModule, ModuleCommand,
    ModuleStep, PushModule, RequireClean, ShadowModule, ShowModule, Shown, VersionStep,
};

/// Turns a drug code into a finished, cited, reproducible drug-safety report.
///
/// Every section of a report is a WebAssembly component that can be replaced while reports are
/// being made. The data are openFDA's adverse event reports.
#[derive(Debug, Parser)]
#[command(
    name = "quire",
    version,
    propagate_version = true,
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
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the HTTP API, and make the reports that it accepts
    Serve(Box<Serve>),
    /// Make reports that a `serve` sharing the same Redis and data directory accepts
    Worker(Box<Worker>),
    /// Make one report and write it to a file, without a server
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
    /// Read and change which sections a report has
    #[command(subcommand)]
    Definition(DefinitionCommand),
    /// Read and check the audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Import what reports are compared with, and say which import is used
    #[command(subcommand)]
    Background(BackgroundCommand),
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
            Self::Replay(_) | Self::Compile(_) => None,
        }
    }
}

impl KeyCommand {
    fn data(&self) -> (&DataSettings, Needs) {
        match self {
            Self::Create { data, .. } => (data, Needs::Nothing),
            Self::List { data } | Self::Revoke { data, .. } => (data, Needs::Records),
        }
    }
}

impl AuditCommand {
    fn data(&self) -> Option<(&DataSettings, Needs)> {
        match self {
            Self::Verify { file: Some(_), .. } => None,
            Self::List { data, .. } | Self::Verify { data, .. } | Self::Export { data, .. } => {
                Some((data, Needs::Records))
            }
        }
    }
}

impl BackgroundCommand {
    fn data(&self) -> (&DataSettings, Needs) {
        match self {
            // Those that name an import say best themselves that there is none.
            Self::Import { data, .. } | Self::Use { data, .. } | Self::Remove { data, .. } => {
                (data, Needs::Nothing)
            }
            Self::List { data } | Self::Show { data, .. } => (data, Needs::Imports),
        }
    }
}

/// `quire serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire serve --sample\n  \
    QUIRE_ADMIN_KEY=… QUIRE_OPENFDA_KEY=… quire serve --listen 0.0.0.0:8080\n  \
    quire serve --redis-url redis://127.0.0.1:6379/0 --workers 8\n\n\
    The first start makes an admin key and prints it once, unless QUIRE_ADMIN_KEY gives one. Then:\n  \
    curl -X POST -H \"Authorization: Bearer $KEY\" http://127.0.0.1:8080/api/cer/61958-0802/enhanced-pdf")]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) http: HttpSettings,
    #[command(flatten)]
    pub(crate) admin: AdminKey,
    #[command(flatten)]
    pub(crate) data: DataSettings,
    #[command(flatten)]
    pub(crate) queue: QueueSettings,
    #[command(flatten)]
    pub(crate) source: SourceSettings,
    #[command(flatten)]
    pub(crate) workers: WorkerSettings,
    #[command(flatten)]
    pub(crate) sample: Sample,
    #[command(flatten)]
    pub(crate) modules: ModuleFiles,
}

/// `quire console`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire console --data-dir /srv/quire --address https://quire.example\n\n\
    The link signs in whoever opens it, once, within five minutes, as the operator of this machine.")]
pub(crate) struct ConsoleLink {
    /// Where the server is reached
    #[arg(
        long,
        env = "QUIRE_ADDRESS",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// `quire worker`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire worker --redis-url redis://127.0.0.1:6379/0 --data-dir /srv/quire\n  \
    quire worker --redis-url redis://127.0.0.1:6379/0 --listen 127.0.0.1:8081   with /readyz\n\n\
    It must run on the machine of the `serve` that it helps: both share the data directory.")]
pub(crate) struct Worker {
    #[command(flatten)]
    pub(crate) http: WorkerHttpSettings,
    #[command(flatten)]
    pub(crate) data: DataSettings,
    #[command(flatten)]
    pub(crate) queue: QueueSettings,
    #[command(flatten)]
    pub(crate) source: SourceSettings,
    #[command(flatten)]
    pub(crate) workers: WorkerSettings,
    #[command(flatten)]
    pub(crate) sample: Sample,
    #[command(flatten)]
    pub(crate) modules: ModuleFiles,
}

/// `quire report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire report 61958-0802 --sample --output report.pdf\n  \
    quire report 61958-0802 --as-of 2025-06-30 --output report.pdf\n  \
    quire report 61958-0802 --sample --format html --output report.html\n  \
    quire report 61958-0802 --sample --format csv --output tables.zip\n  \
    quire report 61958-0802 --sample --module trend=target/my_trend.wasm --output draft.pdf\n  \
    quire report 61958-0802 --sample --role any --from 2014-01-01 --output all-roles.pdf\n  \
    quire report 61958-0802 --sample --params 'reaction-table={\"top\":10}' --output short.pdf\n\n\
    Equal arguments over equal data give equal bytes.\n\n\
    Exit status: 0 the report is written; 1 it failed, and why is said; 2 the command is wrong.")]
pub(crate) struct Report {
    /// The drug code: a product code (61958-0802), a package code (61958-0802-1), or 10 or 11
    /// digits
    pub(crate) ndc: Ndc,

    /// The file to write; `-` is standard output; for CSV, a directory that exists takes a file for
    /// each table
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// The form to write: html is one file, csv a ZIP archive of all tables [default: what the
    /// ending of the file means, else pdf]
    #[arg(long, value_name = "FORM")]
    pub(crate) format: Option<FormName>,

    /// With csv: write this table alone, named as in the archive's index.csv
    #[arg(long, value_name = "SECTION/ID")]
    pub(crate) table: Option<String>,

    /// "Today" for the document [default: today, UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) as_of: Option<Date>,

    /// The report definition: which sections, in which order
    #[arg(long, value_name = "NAME", default_value = "cer")]
    pub(crate) definition: String,

    /// Paper size [default: the definition's]
    #[arg(long, value_name = "PAPER")]
    pub(crate) paper: Option<PaperName>,

    /// Language of the document, as a BCP 47 tag
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub(crate) locale: String,

    /// Analyse reports in which the drug has such a role [default: as the definition says]
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<DrugRoleName>,

    /// Analyse only reports first received on this day or later
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) from: Option<Date>,

    /// Analyse only reports first received on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) to: Option<Date>,

    /// Parameters of a section in place of the definition's; may be given several times
    #[arg(long = "params", value_name = "SECTION=JSON", value_parser = parse_params)]
    pub(crate) params: Vec<SectionParams>,

    #[command(flatten)]
    pub(crate) sample: Sample,
    #[command(flatten)]
    pub(crate) modules: ModuleFiles,
    #[command(flatten)]
    pub(crate) data: DataSettings,
    #[command(flatten)]
    pub(crate) queue: QueueSettings,
    #[command(flatten)]
    pub(crate) source: SourceSettings,
}

/// `quire verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire verify report.pdf --data-dir /srv/quire\n  \
    quire verify report.pdf --json\n  \
    quire verify draft.pdf --module trend=target/my_trend.wasm\n\n\
    The PDF carries the recipe it was made from. The data and the modules are taken from the data \
    directory of the server, or of the `quire report`, that made it; no network is used.\n\n\
    Exit status: 0 it is the same; 1 it differs or cannot be made again, and where or why is said; \
    2 the command is wrong.")]
pub(crate) struct Verify {
    /// The PDF, as Quire wrote it
    #[arg(value_name = "FILE.pdf")]
    pub(crate) file: PathBuf,

    /// Say it in JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) modules: ModuleFiles,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// One `SECTION=JSON`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SectionParams {
    /// The section's name in the definition, such as `reaction-table`.
    pub(crate) section: String,
    /// An object.
    pub(crate) params: serde_json::Value,
}

/// Where the data come from when not from openFDA.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Sample {
    /// Use the bundled sample of real openFDA reports instead of the network; it holds reports for
    /// 61958-0802
    #[arg(long)]
    pub(crate) sample: bool,
}

/// Modules given on the command line.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ModuleFiles {
    /// Use this component for a module instead of the bundled one; may be given several times. In
    /// `report` for that report alone; in `serve` and `worker` it is entered in the records and
    /// activated, and stays active until another is
    #[arg(long = "module", value_name = "NAME=FILE.wasm", value_parser = parse_module)]
    pub(crate) modules: Vec<ModuleFile>,
}

/// One `NAME=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModuleFile {
    /// The module's name, such as `trend`.
    pub(crate) name: String,
    /// The component.
    pub(crate) file: PathBuf,
}

/// `quire key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key and print it; it is stored hashed and cannot be shown again
    #[command(after_help = "Example:\n  quire key create --role consumer --label dashboard")]
    Create {
        /// What the key allows: `consumer` asks for reports, `admin` also manages keys and modules
        #[arg(long)]
        role: RoleName,
        /// Who or what uses it, for the list and the audit trail
        #[arg(long, value_name = "TEXT")]
        label: String,
        #[command(flatten)]
        data: DataSettings,
    },
    /// List the keys, without the secrets
    List {
        #[command(flatten)]
        data: DataSettings,
    },
    /// Make a key invalid from now on
    Revoke {
        /// The key's id, as `quire key list` shows it
        id: String,
        /// Why; kept in the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        data: DataSettings,
    },
}

/// `quire audit …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List the events, oldest first, as one JSON object a line
    List {
        /// Begin after this sequence number
        #[arg(long, value_name = "SEQUENCE", default_value_t = 0)]
        after: u64,
        /// How many at most
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Check that no event was altered, removed or put in between
    Verify {
        /// An export to check in place of the records; nothing else is needed
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// The public key that the export must be signed with, in hexadecimal
        #[arg(long, value_name = "KEY", requires = "file")]
        key: Option<String>,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Sign the trail and write all of it, one JSON object a line
    #[command(after_help = "Example:\n  \
        quire audit export --output trail.jsonl\n  \
        quire audit verify --file trail.jsonl\n\n\
        Keep the public key of an export: later ones can be held to it with `--key`.")]
    Export {
        /// The file to write; `-` is standard output
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        data: DataSettings,
    },
}

/// `quire background …`.
#[derive(Debug, Subcommand)]
pub(crate) enum BackgroundCommand {
    /// Import FAERS quarterly files or openFDA download files; stopped, the same command goes on
    #[command(after_help = "Examples:\n  \
        quire background import faers_ascii_2022q3.zip\n  \
        quire background import 2022q3/ 2022q4/ 2023q1/ --name year\n  \
        quire background import drug-event-*.json.zip\n\n\
        FAERS quarterly files say which drug is the primary suspect, which openFDA's API cannot count.\n\
        Give all quarters in one command: a later version of a case takes the place of an earlier one.\n\
        The first import that gets ready is the one that reports are compared with.")]
    Import {
        /// Files, zip files or folders with DEMO, DRUG and REAC files, or drug-event files
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// What to call it, in small letters, digits and hyphens [default: after its files]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        data: DataSettings,
    },
    /// List the imports
    List {
        #[command(flatten)]
        data: DataSettings,
    },
    /// Show what an import counts, its files and its digest
    Show {
        /// Its name
        name: String,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Compare reports with this import from now on
    Use {
        /// Its name
        name: String,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Delete an import
    Remove {
        /// Its name
        name: String,
        #[command(flatten)]
        data: DataSettings,
    },
}

/// `quire replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    pub(crate) listen: std::net::SocketAddr,
    /// Serve so many made-up reports instead of the sample
    #[arg(long, value_name = "REPORTS")]
    pub(crate) synthetic: Option<u32>,
    /// Serve made-up reports at the edges of what openFDA serves instead of the sample
    #[arg(long, value_name = "KIND", conflicts_with = "synthetic")]
    pub(crate) odd: Option<OddName>,
    /// What the made-up reports derive from: equal seeds give equal reports
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// [`Role`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleName {
    /// Asks for reports and reads its own.
    Consumer,
    /// May do everything.
    Admin,
    /// Reads everything, and changes nothing.
    Auditor,
    /// Has components and definitions checked.
    Author,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Consumer => Self::Consumer,
            RoleName::Admin => Self::Admin,
            RoleName::Auditor => Self::Auditor,
            RoleName::Author => Self::Author,
        }
    }
}

/// The form of a report, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormName {
    /// The printed document.
    Pdf,
    /// One file for a browser.
    Html,
    /// Blocks, facts and numbers for programs.
    Json,
    /// Every table, all rows.
    Csv,
}

/// [`Paper`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PaperName {
    /// 8.5 × 11 in, upright.
    Letter,
    /// 11 × 8.5 in.
    LetterLandscape,
    /// 210 × 297 mm, upright.
    A4,
    /// 297 × 210 mm.
    A4Landscape,
}

impl From<PaperName> for Paper {
    fn from(name: PaperName) -> Self {
        match name {
            PaperName::Letter => Self::Letter,
            PaperName::LetterLandscape => Self::LetterLandscape,
            PaperName::A4 => Self::A4,
            PaperName::A4Landscape => Self::A4Landscape,
        }
    }
}

/// [`Odd`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OddName {
    /// One report lists 519 drugs and 52 reactions.
    ManyDrugs,
    /// Every field is absent that may be.
    Bare,
    /// All text is hostile: markup, right to left, emoji, words of 10,000 letters, control
    /// characters.
    Hostile,
}

impl From<OddName> for Odd {
    fn from(name: OddName) -> Self {
        match name {
            OddName::ManyDrugs => Self::ManyDrugs,
            OddName::Bare => Self::Bare,
            OddName::Hostile => Self::Hostile,
        }
    }
}

/// [`DrugRole`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DrugRoleName {
    /// Suspect, interacting or concomitant.
    Any,
    /// Suspect or interacting.
    Suspect,
}

impl From<DrugRoleName> for DrugRole {
    fn from(name: DrugRoleName) -> Self {
        match name {
            DrugRoleName::Any => Self::Any,
            DrugRoleName::Suspect => Self::Suspect,
        }
    }
}

fn parse_date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "expected a day such as 2025-06-30".to_owned())
}

fn parse_module(text: &str) -> Result<ModuleFile, String> {
    let wrong = || "expected NAME=FILE, such as trend=target/my_trend.wasm".to_owned();
    let (name, file) = text.split_once('=').ok_or_else(wrong)?;
    if name.is_empty() || file.is_empty() {
        return Err(wrong());
    }
    Ok(ModuleFile {
        name: name.to_owned(),
        file: PathBuf::from(file),
    })
}

fn parse_params(text: &str) -> Result<SectionParams, String> {
    let wrong = || "expected SECTION=JSON, such as reaction-table={\"top\":10}".to_owned();
    let (section, json) = text.split_once('=').ok_or_else(wrong)?;
    let params: serde_json::Value = serde_json::from_str(json).map_err(|_| wrong())?;
    if section.is_empty() || !params.is_object() {
        return Err(wrong());
    }
    Ok(SectionParams {
        section: section.to_owned(),
        params,
    })
}
