//! What an author types after `quire module`.

use std::path::PathBuf;

use clap::Args;

use super::RunInputs;
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
    from 1,000 made-up reports. `quire module run` shows the section.\n\n\
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
    #[arg(long, value_name = "NAME=FILE.wasm", value_parser = parse_module)]
    pub(crate) module: ModuleFile,
    /// Say it in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}
