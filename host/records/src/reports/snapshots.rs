//! What reports were made from, kept so that they can be made again.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use quire_model::Digest;

use crate::{Records, RecordsError, clock::millis, stored::Columns};

/// How exactly it is known when data were last used: retention counts in days.
const USE: Duration = Duration::from_hours(1);

/// Digests that are remembered; each takes some 50 bytes. Beyond it all are forgotten, which costs
/// one look into the database for each that is used again.
const REMEMBERED: usize = 10_000;

/// Snapshots that are known to be stored, and when the records were last told that they are used (in milliseconds), so
/// that most reports need not look.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<BTreeMap<Digest, i64>>);

impl Known {
    fn told_lately(&self, digest: Digest, now: i64) -> bool {
        let told = self.lock().get(&digest).copied();
        told.is_some_and(|told| (0..millis(USE)).contains(&(now - told)))
    }

    fn add(&self, digest: Digest, now: i64) {
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(digest, now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Digest, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// Keep data under the digest of their content. Keeping them again changes nothing.
    ///
    /// # Errors
    ///
    /// If the file or the row cannot be written.
    pub async fn keep_snapshot(
        &self,
        digest: Digest,
        encoded: &[u8],
        media_type: &str,
    ) -> Result<(), RecordsError> {
        let now = self.now();
        if self.snapshots.told_lately(digest, now) {
            return Ok(());
        }
        let mut change = self.write().await?;
        let known = sqlx::query("UPDATE snapshot SET used = $2 WHERE digest = $1")
            .bind(digest.to_string())
            .bind(now)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        if known.rows_affected() > 0 {
            self.snapshots.add(digest, now);
            return Ok(());
        }
        let artifact = self.put_artifact(encoded.to_vec(), media_type).await?;
        let mut change = self.write().await?;
        sqlx::query(
            "INSERT INTO snapshot (digest, artifact, created, used) VALUES ($1, $2, $3, $3)
             ON CONFLICT (digest) DO UPDATE SET used = excluded.used",
        )
        .bind(digest.to_string())
        .bind(artifact.digest.to_string())
        .bind(now)
        .execute(&mut *change)
        .await?;
        sqlx::query("DELETE FROM removed WHERE kind = 'data' AND id = $1")
            .bind(digest.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        self.snapshots.add(digest, now);
        Ok(())
    }

    /// The encoded data of a digest; none if they were never kept here.
    ///
    /// # Errors
    ///
    /// [`RecordsError::DamagedArtifact`] if they are not what was kept, or if the records cannot be
    /// read.
    pub async fn snapshot(&self, digest: Digest) -> Result<Option<Vec<u8>>, RecordsError> {
        match self.artifact_of(digest).await? {
            Some(artifact) => Ok(Some(self.artifact(artifact).await?.bytes)),
            None => Ok(None),
        }
    }

    async fn artifact_of(&self, snapshot: Digest) -> Result<Option<Digest>, RecordsError> {
        let row = sqlx::query("SELECT artifact FROM snapshot WHERE digest = $1")
            .bind(snapshot.to_string())
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.read("artifact")).transpose()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[tokio::test]
    async fn data_are_kept_once_and_found_by_the_digest_of_their_content() {
        let records = Fixture::new().await;
        let content = Digest::of(b"content");
        let keep = || records.keep_snapshot(content, b"encoded", "application/octet-stream");

        keep().await.unwrap();
        keep().await.unwrap();

        assert_eq!(
            records.snapshot(content).await.unwrap().unwrap(),
            b"encoded"
        );
        let other = records.snapshot(Digest::of(b"other")).await.unwrap();
        assert_eq!(other, None);
    }
}
