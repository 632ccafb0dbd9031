//! How much room what takes.

use crate::{Records, RecordsError, stored::Columns as _};

/// Bytes in the data directory, as far as they are the records'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Documents: PDF and JSON.
    pub documents: u64,
    /// What documents are made from.
    pub data: u64,
    /// Versions of modules.
    pub components: u64,
    /// The database with its log.
    pub records: u64,
}

impl Records {
    /// How much room what takes. Reads every row of the artifacts: some milliseconds for each ten thousand.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn sizes(&self) -> Result<Sizes, RecordsError> {
        let row = sqlx::query(
            "SELECT coalesce(sum(size_bytes), 0) AS whole,
                (SELECT coalesce(sum(size_bytes), 0) FROM artifact
                 WHERE digest IN (SELECT artifact FROM snapshot)) AS data,
                (SELECT coalesce(sum(size_bytes), 0) FROM artifact
                 WHERE digest IN (SELECT digest FROM module_version)) AS components
             FROM artifact",
        )
        .fetch_one(&self.readers)
        .await?;
        let (whole, data, components): (u64, u64, u64) = (
            row.read("whole")?,
            row.read("data")?,
            row.read("components")?,
        );
        let file = |name| std::fs::metadata(self.settings.data_dir.join(name));
        let files = ["quire.db", "quire.db-wal"].map(file);
        Ok(Sizes {
            documents: whole.saturating_sub(data + components),
            data,
            components,
            records: files.into_iter().flatten().map(|file| file.len()).sum(),
        })
    }

    /// Bytes of documents and data: versions of modules are never removed, so they are no part of a quota.
    pub(super) async fn artifact_bytes(&self) -> Result<u64, RecordsError> {
        let row = sqlx::query(
            "SELECT coalesce(sum(size_bytes), 0) AS whole FROM artifact
             WHERE digest NOT IN (SELECT digest FROM module_version)",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(row.read("whole")?)
    }
}
