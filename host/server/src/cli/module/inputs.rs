//! What a section is made from, typed or read from a project's case file.

use std::path::PathBuf;

use clap::Args;
use quire_model::{Date, Ndc};
use serde::Deserialize;

use crate::cli::wanted::{DrugRoleName, parse_date};

/// Parameters and reports of one run. `quire module run` and what builds on it flatten them into their arguments; a
/// case of `quire module test` says them in its `run`.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RunInputs {
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
}

pub(super) fn parse_object(text: &str) -> Result<serde_json::Value, String> {
    match serde_json::from_str(text) {
        Ok(value @ serde_json::Value::Object(_)) => Ok(value),
        _ => Err("expected a JSON object, such as {\"top\": 10}".to_owned()),
    }
}
