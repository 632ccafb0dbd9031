//! What can be typed after `quire backup` and `quire restore`.

use std::path::PathBuf;

use clap::Args;

use crate::settings::DataSettings;

/// `quire backup`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire backup --data-dir /var/lib/quire /srv/backup/quire-2026-11-27\n  \
    quire restore --data-dir /srv/quire-try /srv/backup/quire-2026-11-27    the proof that it is one\n\n\
    Servers and workers go on meanwhile. The backup holds hashes of API keys and the key that signs the audit trail: \
    keep it as you keep the data directory.")]
pub(crate) struct Backup {
    /// The folder to write: one that is not there, or an empty one
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// `quire restore`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire restore --data-dir /srv/quire-again /srv/backup/quire-2026-11-27\n  \
    quire verify report.pdf --data-dir /srv/quire-again\n\n\
    Every file is held to its digest and the audit trail to its hashes before anything can be used. What happened \
    after the backup is not in it: keys that were revoked since are valid again.")]
pub(crate) struct Restore {
    /// The folder that `quire backup` wrote
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}
