//! What can be typed after `quire task`.

use clap::Subcommand;

use crate::{settings::DataSettings, storage::Needs};

/// `quire task …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TaskCommand {
    /// Have reports made again: those that failed under their own ids, those that lack a section beside them
    #[command(after_help = "Example:\n  \
        quire task remake 01JD3Q0V5N8R6Z2W4Y7XK9MTBC --reason \"the module trend is mended\"\n\n\
        GET /api/tasks?incomplete=true lists reports that lack a section, GET /api/tasks?status=FAILURE those that \
        failed.")]
    Remake {
        /// The tasks' ids
        #[arg(required = true, value_name = "TASK")]
        tasks: Vec<String>,
        /// Why; kept in the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        data: DataSettings,
    },
}

impl TaskCommand {
    pub(super) const fn data(&self) -> (&DataSettings, Needs) {
        match self {
            Self::Remake { data, .. } => (data, Needs::Records),
        }
    }
}
