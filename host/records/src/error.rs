//! Why the records could not be read or changed.

use std::path::PathBuf;

use quire_model::{Digest, ReportId};

/// Why the records could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// The idempotency key was used for another request; the caller's to fix.
    #[error("the idempotency key was already used for another request, report {report}")]
    Conflict {
        /// The report that the key belongs to.
        report: ReportId,
    },
    /// Nothing is stored under this digest.
    #[error("there is no artifact {0}")]
    NoArtifact(Digest),
    /// The stored bytes are not those that were written; restore the file from a backup.
    #[error("artifact {0} is damaged: its bytes have another digest; restore it from a backup")]
    DamagedArtifact(Digest),
    /// A file could not be read or written.
    #[error("{} could not be used", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database is busy, full or damaged.
    #[error("the records could not be used")]
    Database(#[from] sqlx::Error),
    /// The database has another form than this version of Quire expects.
    #[error("the records could not be brought to this version's form")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value cannot be read.
    #[error("the records hold a {what} that cannot be read: {value:?}")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// What it is, shortened.
        value: String,
    },
    /// A value cannot be stored.
    #[error("the value cannot be stored")]
    Unwritable(#[from] serde_json::Error),
    /// No secret could be made.
    #[error("the operating system gave no random bytes")]
    Random,
    /// The secret is not one that a person should choose.
    #[error("a key needs at least {0} characters")]
    WeakSecret(usize),
}
