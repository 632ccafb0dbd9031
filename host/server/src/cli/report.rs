//! What can be typed after `quire report` and `quire verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use quire_model::Ndc;

use super::{
    inputs::{ModuleFile, ModuleFiles, Sample, parse_module},
    wanted::WantedReport,
};
use crate::settings::{DataSettings, QueueSettings, SourceSettings};

/// `quire report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire report 61958-0802 --sample --output report.pdf\n  \
    quire report 61958-0802 --as-of 2025-06-30 --output report.pdf\n  \
    quire report 61958-0802 --sample --format html --output report.html\n  \
    quire report 61958-0802 --sample --format csv --output tables.zip\n  \
    quire report 61958-0802 --sample --module trend=target/my_trend.wasm --output draft.pdf\n  \
    quire report 61958-0802 --sample --add mine=my_section.wasm --after trend --output draft.pdf\n  \
    quire report 61958-0802 --sample --only mine=my_section.wasm --strict --output alone.html\n  \
    quire report 61958-0802 --sample --role any --from 2014-01-01 --output all-roles.pdf\n  \
    quire report 61958-0802 --sample --params 'reaction-table={\"top\":10}' --output short.pdf\n\n\
    Equal arguments over equal data give equal bytes.\n\n\
    Exit status: 0 the report is written; 1 it failed, and why is said; 2 the command is wrong.")]
pub(crate) struct Report {
    /// The drug code: a product code (61958-0802), a package code (61958-0802-1), the 10, 11 or 12
    /// digits without hyphens, or the digits of the package's barcode
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

    #[command(flatten)]
    pub(crate) wanted: WantedReport,

    /// Parameters of a section in place of the definition's; may be given several times
    #[arg(long = "params", value_name = "SECTION=JSON", value_parser = parse_params)]
    pub(crate) params: Vec<SectionParams>,

    /// Add a section of your own, made by this component, to the definition's; may be given several times.
    /// Nothing but the report is kept
    #[arg(long, value_name = "NAME=FILE.wasm", value_parser = parse_module, conflicts_with = "only")]
    pub(crate) add: Vec<ModuleFile>,

    /// Add them after this section [default: at the end]
    #[arg(long, value_name = "SECTION", requires = "add")]
    pub(crate) after: Option<String>,

    /// Make a report of this section alone; may be given several times. Nothing but the report is kept
    #[arg(long, value_name = "NAME=FILE.wasm", value_parser = parse_module)]
    pub(crate) only: Vec<ModuleFile>,

    /// Write no report that lacks a section
    #[arg(long)]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) said: Said,

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

/// What is said of a request to a server, and is no part of the document.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Said {
    /// With a server: make it, whatever was made before; without this an equal request is given the same document
    #[arg(long)]
    pub(crate) force: bool,

    /// With a server: a line of your own, which `quire task list --label` finds
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,

    /// With a server: a pair of your own, which comes back with the task; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub(crate) metadata: Vec<(String, String)>,
}

impl Said {
    /// The first of its flags that is given, if one is.
    pub(crate) fn flag(&self) -> Option<&'static str> {
        let given = [
            ("--force", self.force),
            ("--label", self.label.is_some()),
            ("--metadata", !self.metadata.is_empty()),
        ];
        given
            .iter()
            .find(|(_, given)| *given)
            .map(|(flag, _)| *flag)
    }
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

fn parse_pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "expected NAME=VALUE, such as order=A-17".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
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
