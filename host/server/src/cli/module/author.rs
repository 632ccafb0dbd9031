//! What an author types after `quire module`: nothing of it works on a data directory.

use std::path::PathBuf;

use clap::Args;
use quire_model::{Date, Ndc};

use crate::cli::report::{DrugRoleName, parse_date};

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
    pub(crate) role: DrugRoleName,
    /// Only reports first received on this day or later
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) from: Option<Date>,
    /// Only reports first received on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) to: Option<Date>,
    /// "Today" for the section [default: 2025-06-30 for the bundled reports, else today]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
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
