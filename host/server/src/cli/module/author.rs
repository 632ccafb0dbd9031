//! What an author types after `quire module`.

use std::path::PathBuf;

use clap::Args;

use super::{RunInputs, inputs::parse_object};
use crate::{
    cli::inputs::{ModuleFile, parse_module},
    settings::DataSettings,
};

/// `quire module check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module check target/wasm32-wasip2/guest/quire_section_trend.wasm\n\n\
    It is compiled, linked, asked what it is, and makes its section from the bundled sample, with no parameters, \
    with the defaults of its schema and with each of its examples; then from no reports, without a background, and \
    from 1,000 made-up reports. `quire module run` shows the section. With --server, that server checks it.\n\n\
    Exit status: 0 it can be uploaded; 1 it cannot, and why is said; 2 the command is wrong.")]
pub(crate) struct CheckModule {
    /// The component, a `.wasm` file; or a project's folder, which is built first [default: the project where you are]
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: Option<PathBuf>,
    /// Say it in JSON, as `POST /api/admin/module-check` does
    #[arg(long)]
    pub(crate) json: bool,
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
    /// The component, a `.wasm` file; or a project's folder, which is built first [default: the project where you are]
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) inputs: RunInputs,
    /// Say all of it in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `quire module replay`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module replay 01JZ3V5T9K8Q4R2M7N6P1W0XYC --module trend=my_trend.wasm --data-dir /srv/quire\n  \
    quire module replay report.pdf --module trend=my_trend.wasm\n\n\
    The report's own data are read from the data directory of the server, or of the `quire report`, that made it: no \
    source is asked, and no report changes. The sections that the module made are made again by the component, and \
    each number and block that is not the same is named.\n\n\
    Exit status: 0 nothing differs; 1 something does, or it cannot be made again, and where or why is said; 2 the \
    command is wrong.")]
pub(crate) struct ReplayModule {
    /// The number of a task, or a PDF as Quire wrote it
    #[arg(value_name = "TASK_ID|REPORT.pdf")]
    pub(crate) report: String,
    /// The module that made sections of it, and the component that is to make them now
    #[arg(long, value_name = "NAME=FILE|FOLDER", value_parser = parse_module)]
    pub(crate) module: ModuleFile,
    /// Say it in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// `quire module preview`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module preview my_trend.wasm\n  \
    quire module preview my_trend.wasm --output trend.html --params '{\"by\": \"quarter\"}'\n  \
    quire module preview my_trend.wasm --in-report --instead-of trend --output draft.pdf\n\n\
    It reads what `quire module run` reads. In a report the background and the label are made up, so its other \
    sections show what no source says; it is titled a preview.\n\n\
    Exit status: 0 it is written; 1 it is not, and why is said; 2 the command is wrong.")]
pub(crate) struct PreviewModule {
    /// The component, a `.wasm` file; or a project's folder, which is built first [default: the project where you are]
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: Option<PathBuf>,
    /// The file to write; its ending, .pdf or .html, says the form; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "preview.pdf")]
    pub(crate) output: PathBuf,
    /// Show the whole standard report with the section at its end
    #[arg(long)]
    pub(crate) in_report: bool,
    /// In the place of this section of the report
    #[arg(long, value_name = "SECTION", requires = "in_report")]
    pub(crate) instead_of: Option<String>,
    #[command(flatten)]
    pub(crate) inputs: RunInputs,
}

/// `quire module watch`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module watch\n  \
    quire module watch my_trend.wasm --port 4100\n\n\
    It prints the address of a page that shows the section as a report draws it, its facts, its log, what it uses of \
    each limit, and a form for its parameters. When a source of the project, or the component, is saved the page follows; what stops it is said \
    there, and the last section that could be made stays. The page is served to this machine alone. Ctrl-C ends it.")]
pub(crate) struct WatchModule {
    /// The component, a `.wasm` file; or a project's folder, which is built at each save [default: the project where you are]
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: Option<PathBuf>,
    /// Port of the page on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
}

/// `quire module bench`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module bench my_trend.wasm --runs 50\n\n\
    It makes the section again and again from the bundled sample, from 1,000 and from 25,000 made-up reports, each time \
    in a fresh instance, and says the least and the median CPU time, the most memory and the size of the section, \
    beside what a call may use.\n\n\
    Exit status: 0 every run ended well; 1 one did not, and why is said; 2 the command is wrong.")]
pub(crate) struct BenchModule {
    /// The component, a `.wasm` file; or a project's folder, which is built first [default: the project where you are]
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: Option<PathBuf>,
    /// Runs on each input
    #[arg(long, value_name = "RUNS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) runs: u32,
    /// Made-up reports of the largest input
    #[arg(long, value_name = "REPORTS", default_value_t = 25_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) most: u32,
    /// Its parameters [default: none, else the defaults of its schema, else its first example]
    #[arg(long, value_name = "JSON", value_parser = parse_object)]
    pub(crate) params: Option<serde_json::Value>,
    /// Say it in JSON
    #[arg(long)]
    pub(crate) json: bool,
}
