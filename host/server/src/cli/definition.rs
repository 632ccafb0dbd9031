//! What can be typed after `quire definition`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::module::{Shown, Why};
use crate::{settings::DataSettings, storage::Needs};

/// `quire definition …`.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "They work on the data directory itself; a running server on it follows within \
    a second."
)]
pub(crate) enum DefinitionCommand {
    /// List the report definitions, with the version in use
    List(Shown),
    /// Print the version of a definition that is in use, or another one, as JSON
    Show(ShowDefinition),
    /// Put a new version of a definition in use, or the first of a new name
    Put(PutDefinition),
    /// Use an earlier version of a definition again: the one before, or the one that is named
    Rollback(RollBackDefinition),
    /// Check a definition, and store nothing
    Check(CheckDefinition),
}

impl DefinitionCommand {
    /// The data directory, and what has to be in it. The first definition may be put before a server
    /// has started.
    pub(crate) fn data(&self) -> (&DataSettings, Needs) {
        match self {
            Self::List(shown) => (&shown.data, Needs::Records),
            Self::Show(command) => (&command.shown.data, Needs::Records),
            Self::Put(command) => (&command.shown.data, Needs::Records),
            Self::Rollback(command) => (&command.shown.data, Needs::Records),
            Self::Check(command) => (&command.shown.data, Needs::Records),
        }
    }
}

/// `quire definition show`.
#[derive(Debug, Args)]
pub(crate) struct ShowDefinition {
    /// The definition's name, such as `cer`
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Which version [default: the one in use]
    #[arg(id = "number", long = "number", value_name = "NUMBER")]
    pub(crate) version: Option<u32>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `quire definition put`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire definition show cer > cer.json\n  \
    $EDITOR cer.json\n  \
    quire definition put cer.json --reason \"reactions before outcomes\"\n\n\
    The version number in the file is ignored; the next one is given.\n\n\
    Exit status: 0 it is in use; 1 it breaks a rule, and each is named; 2 the command is wrong.")]
pub(crate) struct PutDefinition {
    /// The definition as JSON
    #[arg(value_name = "FILE.json")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) why: Why,
    /// Do nothing if the definition is not at this revision any more, which `quire definition list` says; 0 is one that
    /// is not there yet
    #[arg(long, value_name = "REVISION")]
    pub(crate) if_revision: Option<u64>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `quire definition rollback`.
#[derive(Debug, Args)]
pub(crate) struct RollBackDefinition {
    /// The definition's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Which version to use again [default: the one that was in use before]
    #[arg(id = "number", long = "number", value_name = "NUMBER")]
    pub(crate) version: Option<u32>,
    #[command(flatten)]
    pub(crate) why: Why,
    /// Do nothing if the definition is not at this revision any more, which `quire definition list` says
    #[arg(long, value_name = "REVISION")]
    pub(crate) if_revision: Option<u64>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `quire definition check`.
#[derive(Debug, Args)]
pub(crate) struct CheckDefinition {
    /// The definition as JSON
    #[arg(value_name = "FILE.json")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) shown: Shown,
}
