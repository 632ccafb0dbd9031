//! Where data and modules come from when not from openFDA and the records.

use std::path::PathBuf;

use clap::Args;

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

pub(super) fn parse_module(text: &str) -> Result<ModuleFile, String> {
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
