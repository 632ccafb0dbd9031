//! What can be typed after `quire retention`.

use clap::Subcommand;

use crate::{
    settings::{DataSettings, RetentionSettings},
    storage::Needs,
};

/// `quire retention …`.
#[derive(Debug, Subcommand)]
pub(crate) enum RetentionCommand {
    /// Say which rules are set, how much room what takes, and what they would remove now
    Show {
        #[command(flatten)]
        rules: RetentionSettings,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Remove what the rules say, as a running server does each hour
    #[command(after_help = "Example:\n  \
        QUIRE_KEEP_DOCUMENTS=90d quire retention apply --dry-run\n\n\
        What a report in work needs is never removed, nor are versions of modules, nor the audit trail, which tells of \
        all that was.")]
    Apply {
        /// Say what would be removed, and remove nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        rules: RetentionSettings,
        #[command(flatten)]
        data: DataSettings,
    },
}

impl RetentionCommand {
    pub(super) const fn data(&self) -> (&DataSettings, Needs) {
        match self {
            Self::Show { data, .. } | Self::Apply { data, .. } => (data, Needs::Records),
        }
    }
}
