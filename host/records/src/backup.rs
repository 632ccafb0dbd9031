//! A copy of the records that stands alone, taken while others write: the database as it was at one moment, then every
//! artifact that it names, and the key that signs the trail.
//!
//! Artifacts are files that never change and are written before the database names them, so those of a moment can be
//! copied after it. The queue is left out: who waits is in the ledger, and the sweeper makes up for lost tickets.

use std::{
    fs::File,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use quire_model::Digest;
use serde::{Deserialize, Serialize};
use sqlx::{Sqlite, SqlitePool, Transaction, sqlite::SqliteConnectOptions};

use crate::{
    Actor, Records, RecordsError,
    artifacts::{off_thread, path_of},
    audit::{
        event::{NewEvent, append, audit_head},
        signer::KEY_FILE,
    },
    connection::pool,
    records::form_of,
    stored::{Columns as _, unreadable},
};

/// The database's name, in a data directory and in a copy.
const DATABASE: &str = "quire.db";

/// A file of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiedFile {
    /// Its path below the copy's folder, with `/` between names.
    pub path: String,
    /// How long it is.
    pub size_bytes: u64,
    /// What it holds.
    pub sha256: Digest,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The form of the records, as [`newest_form`](crate::newest_form) counts.
    pub form: i64,
    /// The sequence of the last event of the trail.
    pub sequence: u64,
    /// The hash of that event.
    pub hash: Digest,
    /// Every file, by path.
    pub files: Vec<CopiedFile>,
    /// Artifacts that the records name and that are missing or damaged.
    pub lacking: Vec<Digest>,
}

impl CopiedFile {
    /// Copy a file to a place below a folder, down to the disk, and say what it holds.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written, or if there is a file already.
    pub fn copy(from: &Path, folder: &Path, path: String) -> io::Result<Self> {
        let to = folder.join(&path);
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut written = File::create_new(&to)?;
        let (sha256, size_bytes) = Digest::of_copied(&mut File::open(from)?, &mut written)?;
        written.sync_all()?;
        Ok(Self {
            path,
            size_bytes,
            sha256,
        })
    }

    /// Say what a file below a folder holds.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn of(folder: &Path, path: String) -> io::Result<Self> {
        let file = File::open(folder.join(&path));
        let (sha256, size_bytes) = Digest::of_copied(&mut file?, &mut io::sink())?;
        Ok(Self {
            path,
            size_bytes,
            sha256,
        })
    }
}

impl Records {
    /// Copy the records into an empty folder while others go on writing.
    ///
    /// # Errors
    ///
    /// If they cannot be read or the copy cannot be written. Missing and damaged artifacts are no error: the copy
    /// says which.
    pub async fn copy_to(&self, folder: &Path) -> Result<Copied, RecordsError> {
        // What was handed out before this moment is in the copy's trail.
        self.settle_downloads().await?;
        // Nothing that the copy will name is removed before it is copied.
        let _held = self.hold_files().await?;
        let copy = folder.join(DATABASE);
        let from = self.settings.data_dir.clone();
        let source = open(&from.join(DATABASE)).await?;
        let copied = sqlx::query("VACUUM INTO $1")
            .bind(copy.to_string_lossy().into_owned())
            .execute(&source)
            .await;
        source.close().await;
        copied?;
        let database = open(&copy).await?;
        let (sequence, hash) = audit_head(&database).await?;
        let form = form_of(&database).await?;
        let named = sqlx::query("SELECT digest FROM artifact ORDER BY digest")
            .fetch_all(&database)
            .await?;
        database.close().await;
        let named = named.iter().map(|row| row.read("digest"));
        let named: Vec<Digest> = named.collect::<Result<_, _>>()?;
        let to = folder.to_owned();
        let (files, lacking) = off_thread(copy, move || copy_files(&from, &to, &named)).await?;
        Ok(Copied {
            form,
            sequence: sequence.unsigned_abs(),
            hash: hash
                .parse()
                .map_err(|_| unreadable("hash of the last event", &hash))?,
            files,
            lacking,
        })
    }

    /// Write into the trail that a backup was made, and which: `manifest` is the digest of its list of files.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn backed_up(
        &self,
        actor: &Actor,
        manifest: Digest,
        what: &str,
    ) -> Result<(), RecordsError> {
        let change = self.write().await?;
        self.note_backup(change, "records.backed-up", actor, manifest, what)
            .await
    }

    /// These records were restored from a backup: they get a name of their own, since those they come from may still
    /// be in use beside them, nobody is signed in, and the trail says what it lacks.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn restored(
        &self,
        actor: &Actor,
        manifest: Digest,
        what: &str,
    ) -> Result<(), RecordsError> {
        let mut change = self.write().await?;
        for statement in [
            "DELETE FROM deployment",
            "DELETE FROM console_session",
            "DELETE FROM console_link",
        ] {
            sqlx::query(statement).execute(&mut *change).await?;
        }
        self.note_backup(change, "records.restored", actor, manifest, what)
            .await
    }

    /// End a change with what is said of a backup in the trail.
    async fn note_backup(
        &self,
        mut change: Transaction<'static, Sqlite>,
        action: &'static str,
        actor: &Actor,
        manifest: Digest,
        what: &str,
    ) -> Result<(), RecordsError> {
        let event = NewEvent {
            after: Some(manifest),
            reason: Some(what),
            ..NewEvent::by(actor, action, "records".to_owned(), "")
        };
        append(&mut change, self.now(), event).await?;
        Ok(change.commit().await?)
    }

    /// What SQLite itself finds wrong with the file; nothing if it is whole.
    ///
    /// # Errors
    ///
    /// If it cannot be read at all.
    pub async fn integrity(&self) -> Result<Vec<String>, RecordsError> {
        let found = sqlx::query_scalar("PRAGMA integrity_check(10)");
        let found: Vec<String> = found.fetch_all(&self.readers).await?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}

async fn open(file: &Path) -> Result<SqlitePool, RecordsError> {
    let options = SqliteConnectOptions::new().filename(file);
    Ok(pool(1).connect_with(options).await?)
}

/// The database, the artifacts that it names, and the key.
fn copy_files(
    from: &Path,
    to: &Path,
    named: &[Digest],
) -> Result<(Vec<CopiedFile>, Vec<Digest>), RecordsError> {
    let failed = |path: PathBuf| move |source| RecordsError::File { path, source };
    let mut lacking = Vec::new();
    let database = to.join(DATABASE);
    File::open(&database)
        .and_then(|file| file.sync_all())
        .map_err(failed(database.clone()))?;
    let mut files = vec![CopiedFile::of(to, DATABASE.to_owned()).map_err(failed(database))?];
    let key = from.join(KEY_FILE);
    if key.exists() {
        files.push(CopiedFile::copy(&key, to, KEY_FILE.to_owned()).map_err(failed(key))?);
    }
    for digest in named {
        let file = path_of(Path::new("artifacts"), *digest);
        let name = file.to_string_lossy().into_owned();
        match CopiedFile::copy(&from.join(&file), to, name) {
            Ok(copied) if copied.sha256 == *digest => files.push(copied),
            Ok(_) => {
                let _ = std::fs::remove_file(to.join(&file));
                lacking.push(*digest);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let _ = std::fs::remove_file(to.join(&file));
                lacking.push(*digest);
            }
            Err(source) => return Err(failed(to.join(&file))(source)),
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok((files, lacking))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        RecordsSettings,
        fixture::{Fixture, actor},
    };

    #[tokio::test]
    async fn a_copy_opens_as_records_with_the_same_trail_and_a_name_of_its_own() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let kept = records
            .put_artifact(b"%PDF".to_vec(), "application/pdf")
            .await
            .unwrap();
        records.checkpoint().await.unwrap();
        let folder = tempfile::tempdir().unwrap();

        let copied = records.copy_to(folder.path()).await.unwrap();

        assert_eq!(copied.files.len(), 3, "{copied:?}");
        assert_eq!(copied.form, crate::newest_form());
        let other = Records::open(RecordsSettings::new(folder.path()))
            .await
            .unwrap();
        other
            .restored(&actor(), Digest::of(b"m"), "from a test")
            .await
            .unwrap();
        assert_eq!(other.verify_audit().await.unwrap(), Ok(copied.sequence + 1));
        assert!(other.report(&id).await.unwrap().is_some());
        assert_eq!(other.artifact(kept.digest).await.unwrap().bytes, b"%PDF");
        assert!(other.integrity().await.unwrap().is_empty());
        other.close().await;
        let again = Records::open(RecordsSettings::new(folder.path()))
            .await
            .unwrap();
        assert_ne!(again.deployment(), records.deployment());
    }

    #[tokio::test]
    async fn a_copy_says_which_artifacts_the_records_had_lost() {
        let records = Fixture::new().await;
        let put = |bytes: &[u8]| records.put_artifact(bytes.to_vec(), "application/pdf");
        let (damaged, missing) = (put(b"one").await.unwrap(), put(b"two").await.unwrap());
        let path = |digest| path_of(&records.artifacts_dir(), digest);
        std::fs::write(path(damaged.digest), b"eno").unwrap();
        std::fs::remove_file(path(missing.digest)).unwrap();
        let folder = tempfile::tempdir().unwrap();

        let copied = records.copy_to(folder.path()).await.unwrap();

        let mut lacking = vec![damaged.digest, missing.digest];
        lacking.sort();
        assert_eq!(copied.lacking, lacking);
        assert!(
            !copied
                .files
                .iter()
                .any(|file| file.path.starts_with("artifacts"))
        );
    }

    #[tokio::test]
    async fn records_of_a_newer_version_are_refused_in_words() {
        let records = Fixture::new().await;
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'to come', 1, x'00', 0)",
        )
        .execute(&records.writer)
        .await
        .unwrap();

        let refused = Records::open(RecordsSettings::new(records.dir.path())).await;

        let said = refused.unwrap_err().to_string();
        assert!(
            said.contains("of form 9999, which a newer version of Quire"),
            "{said}"
        );
    }
}
