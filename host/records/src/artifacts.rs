//! Finished documents: bytes on disk, named by their digest.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use quire_model::Digest;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{Records, RecordsError};

/// Names stored bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ArtifactRef {
    /// What they are.
    pub digest: Digest,
    /// How many they are.
    pub size_bytes: u64,
}

/// Stored bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The bytes; they have the digest that was asked for.
    pub bytes: Vec<u8>,
    /// What they mean, such as `application/pdf`.
    pub media_type: String,
}

impl Records {
    /// Store bytes. Storing them again repairs a damaged file and changes nothing else.
    ///
    /// # Errors
    ///
    /// If the file or the row cannot be written.
    pub async fn put_artifact(
        &self,
        bytes: Vec<u8>,
        media_type: &str,
    ) -> Result<ArtifactRef, RecordsError> {
        let bytes: Arc<[u8]> = bytes.into();
        let stored = loop {
            match self.try_put_artifact(&bytes, media_type).await {
                // Once more: the file was removed between the look at it and the row that keeps it.
                Ok(None) => {}
                Ok(Some(stored)) => break Ok(stored),
                Err(error) => break Err(error),
            }
        };
        self.health.note(stored)
    }

    async fn try_put_artifact(
        &self,
        bytes: &Arc<[u8]>,
        media_type: &str,
    ) -> Result<Option<ArtifactRef>, RecordsError> {
        let (dir, bytes) = (self.artifacts_dir(), Arc::clone(bytes));
        let artifact = off_thread(dir.clone(), move || {
            let artifact = ArtifactRef {
                digest: Digest::of(&bytes),
                size_bytes: bytes.len() as u64,
            };
            let path = path_of(&dir, artifact.digest);
            let stored = match holds(&path, artifact) {
                true => sync_folders(&path),
                false => write_whole(&path, &bytes),
            };
            match stored {
                Ok(()) => Ok(artifact),
                Err(source) => Err(RecordsError::File { path, source }),
            }
        })
        .await?;
        let mut change = self.write().await?;
        sqlx::query(
            "INSERT INTO artifact (digest, media_type, size_bytes, created)
             VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO UPDATE SET created = excluded.created",
        )
        .bind(artifact.digest.to_string())
        .bind(media_type)
        .bind(i64::try_from(artifact.size_bytes).unwrap_or(i64::MAX))
        .bind(self.now())
        .execute(&mut *change)
        .await?;
        // Files are removed under the write lock, which this has now.
        let path = path_of(&self.artifacts_dir(), artifact.digest);
        if !off_thread(path.clone(), move || Ok(path.exists())).await? {
            return Ok(None);
        }
        change.commit().await?;
        Ok(Some(artifact))
    }

    /// Read stored bytes.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NoArtifact`], or [`RecordsError::DamagedArtifact`] if they are not what was
    /// stored.
    pub async fn artifact(&self, digest: Digest) -> Result<Artifact, RecordsError> {
        let media_type = sqlx::query_scalar("SELECT media_type FROM artifact WHERE digest = $1")
            .bind(digest.to_string())
            .fetch_optional(&self.readers)
            .await?
            .ok_or(RecordsError::NoArtifact(digest))?;
        let path = path_of(&self.artifacts_dir(), digest);
        let bytes = off_thread(path.clone(), move || {
            let bytes =
                std::fs::read(&path).map_err(|source| RecordsError::File { path, source })?;
            if Digest::of(&bytes) == digest {
                Ok(bytes)
            } else {
                Err(RecordsError::DamagedArtifact(digest))
            }
        })
        .await?;
        Ok(Artifact { bytes, media_type })
    }
}

/// Two digits make 256 directories, so that none grows beyond what file systems like.
pub(crate) fn path_of(dir: &Path, digest: Digest) -> PathBuf {
    let name = digest.to_string();
    let folder: String = name.chars().take(2).collect();
    dir.join(folder).join(name)
}

/// Whether the file is there and whole. It is read: a file of the right length that holds other
/// bytes would otherwise stay damaged for ever.
fn holds(path: &Path, artifact: ArtifactRef) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.len() == artifact.size_bytes)
        && std::fs::read(path).is_ok_and(|bytes| Digest::of(&bytes) == artifact.digest)
}

/// Write a file so that a reader, or a power cut at any moment, sees all of it or nothing; when this
/// returns it is on the disk.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)?;
    let temporary = path.with_extension(format!("{}.part", Ulid::generate()));
    let written = (|| {
        let mut file = std::fs::File::create_new(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written.and_then(|()| sync_folders(path))
}

/// Bring a file's name down to the disk, and the name of its folder: either may be as young as the
/// file, even if another process made them. Costs nothing where nothing changed.
pub(crate) fn sync_folders(path: &Path) -> std::io::Result<()> {
    let mut folders = path.ancestors().skip(1).take(2);
    folders.try_for_each(|folder| std::fs::File::open(folder)?.sync_all())
}

/// Run file work away from the async threads.
pub(crate) async fn off_thread<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce() -> Result<T, RecordsError> + Send + 'static,
) -> Result<T, RecordsError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            let source = std::io::Error::other(error);
            Err(RecordsError::File { path, source })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[tokio::test]
    async fn an_artifact_reads_back_and_leaves_no_half_file() {
        let records = Fixture::new().await;

        let first = records
            .put_artifact(b"%PDF 1".to_vec(), "application/pdf")
            .await
            .unwrap();
        let again = records
            .put_artifact(b"%PDF 1".to_vec(), "application/pdf")
            .await
            .unwrap();

        assert_eq!(first, again);
        assert_eq!(first.size_bytes, 6);
        let artifact = records.artifact(first.digest).await.unwrap();
        assert_eq!(artifact.bytes, b"%PDF 1");
        assert_eq!(artifact.media_type, "application/pdf");
        let path = path_of(&records.artifacts_dir(), first.digest);
        let files = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1);
    }

    #[tokio::test]
    async fn a_damaged_artifact_is_reported_and_storing_it_again_repairs_it() {
        let records = Fixture::new().await;
        let stored = records
            .put_artifact(b"%PDF 1".to_vec(), "application/pdf")
            .await
            .unwrap();
        std::fs::write(path_of(&records.artifacts_dir(), stored.digest), b"%PDF 2").unwrap();

        let damaged = records.artifact(stored.digest).await;
        records
            .put_artifact(b"%PDF 1".to_vec(), "application/pdf")
            .await
            .unwrap();
        let repaired = records.artifact(stored.digest).await;

        assert!(
            matches!(damaged, Err(RecordsError::DamagedArtifact(digest)) if digest == stored.digest)
        );
        assert_eq!(repaired.unwrap().bytes, b"%PDF 1");
    }

    #[tokio::test]
    async fn what_was_never_stored_is_not_there() {
        let records = Fixture::new().await;

        let missing = records.artifact(Digest::of(b"nothing")).await;

        assert!(matches!(missing, Err(RecordsError::NoArtifact(_))));
    }
}
