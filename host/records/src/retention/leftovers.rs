//! Artifacts that nothing names any more: their rows, then their files.

use quire_model::Digest;

use super::{BATCH, FRESH};
use crate::{
    Records, RecordsError,
    artifacts::{off_thread, path_of},
    clock::millis,
    stored::Columns as _,
};

/// What neither a report nor data nor a version names, and was not stored lately.
const UNNAMED: &str = "SELECT digest FROM artifact WHERE created < $1
    AND NOT EXISTS (SELECT 1 FROM report WHERE report.artifact = artifact.digest)
    AND NOT EXISTS (SELECT 1 FROM report WHERE report.artifact IS NOT NULL
        AND json_extract(report.success, '$.document.digest') = artifact.digest)
    AND NOT EXISTS (SELECT 1 FROM snapshot WHERE snapshot.artifact = artifact.digest)
    AND NOT EXISTS (SELECT 1 FROM module_version WHERE module_version.digest = artifact.digest)
    LIMIT $2";

/// Batches of which no report is left.
const EMPTY: &str = "DELETE FROM batch WHERE accepted < $1
    AND NOT EXISTS (SELECT 1 FROM report WHERE report.of_batch = batch.id)";

impl Records {
    /// Remove them all, and batches of which nothing is left.
    ///
    /// # Errors
    ///
    /// If the records or a file cannot be changed.
    pub(super) async fn clear_leftovers(&self) -> Result<(), RecordsError> {
        let mut change = self.write().await?;
        sqlx::query(EMPTY)
            .bind(self.now() - millis(FRESH))
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        loop {
            let before = self.now() - millis(FRESH);
            let mut change = self.write().await?;
            let rows = sqlx::query(UNNAMED)
                .bind(before)
                .bind(i64::from(BATCH))
                .fetch_all(&mut *change)
                .await?;
            let digests = rows.iter().map(|row| row.read("digest"));
            let digests: Vec<Digest> = digests.collect::<Result<_, _>>()?;
            for digest in &digests {
                sqlx::query("DELETE FROM artifact WHERE digest = $1")
                    .bind(digest.to_string())
                    .execute(&mut *change)
                    .await?;
            }
            change.commit().await?;
            let is_last = digests.len() < BATCH as usize;
            self.delete_files(digests).await?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Under the write lock, so that whoever stores one of them again meanwhile either has its row, and keeps the file,
    /// or finds no file and writes it.
    async fn delete_files(&self, digests: Vec<Digest>) -> Result<(), RecordsError> {
        let mut held = self.write().await?;
        let mut gone = Vec::with_capacity(digests.len());
        for digest in digests {
            let again = sqlx::query("SELECT 1 FROM artifact WHERE digest = $1")
                .bind(digest.to_string())
                .fetch_optional(&mut *held)
                .await?;
            if again.is_none() {
                gone.push(digest);
            }
        }
        let dir = self.artifacts_dir();
        off_thread(dir.clone(), move || {
            for digest in gone {
                let path = path_of(&dir, digest);
                match std::fs::remove_file(&path) {
                    Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                        return Err(RecordsError::File { path, source });
                    }
                    _ => {}
                }
            }
            Ok(())
        })
        .await?;
        held.rollback().await?;
        Ok(())
    }
}
