//! What can be typed after `quire audit`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::{settings::DataSettings, storage::Needs};

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
        /// Only events on this, such as "module trend" or "trend"
        #[arg(long, value_name = "OBJECT")]
        object: Option<String>,
        /// Only what was done by this one: the id of a key or a part of its label, "operator", or a worker
        #[arg(long, value_name = "ACTOR")]
        actor: Option<String>,
        /// Only this action, such as "module.activated"
        #[arg(long, value_name = "ACTION")]
        action: Option<String>,
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

impl AuditCommand {
    pub(super) fn data(&self) -> Option<(&DataSettings, Needs)> {
        match self {
            Self::Verify { file: Some(_), .. } => None,
            Self::List { data, .. } | Self::Verify { data, .. } | Self::Export { data, .. } => {
                Some((data, Needs::Records))
            }
        }
    }
}
