//! What can be typed after `quire background`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::{settings::DataSettings, storage::Needs};

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

impl BackgroundCommand {
    pub(super) fn data(&self) -> (&DataSettings, Needs) {
        match self {
            // Those that name an import say best themselves that there is none.
            Self::Import { data, .. } | Self::Use { data, .. } | Self::Remove { data, .. } => {
                (data, Needs::Nothing)
            }
            Self::List { data } | Self::Show { data, .. } => (data, Needs::Imports),
        }
    }
}
