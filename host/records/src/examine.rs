//! A look at records from outside, beside whoever works with them: nothing is opened for writing, made or mended.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

use crate::{
    KeyId, RecordsError, Role,
    artifacts::off_thread,
    connection::pool,
    records::form_of,
    stored::{Columns as _, Text},
};

/// What was seen.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The form of the records, as [`newest_form`](crate::newest_form) counts.
    pub form: i64,
    /// When the last event was written, by the clock of then.
    pub last_event: Option<Timestamp>,
    /// Keys that are valid now.
    pub keys: Vec<ValidKey>,
    /// Reports that wait for a worker.
    pub waiting: u64,
    /// When the oldest of them was accepted.
    pub oldest_waiting: Option<Timestamp>,
    /// Reports that are being made.
    pub running: u64,
    /// Of them: with a worker that gave no sign of life in time.
    pub overdue: u64,
    /// How long the database's log is.
    pub log_bytes: u64,
    /// Files among the artifacts that no row names: what was broken off, or removed by hand from the records.
    pub unnamed_files: u64,
    /// Rows of artifacts without a file.
    pub missing_files: u64,
}

/// A key that opens doors.
#[derive(Clone, Debug)]
pub struct ValidKey {
    /// Its name in the trail.
    pub id: KeyId,
    /// What its holder may do.
    pub role: Role,
    /// What it is for.
    pub label: String,
    /// When it ends; none is never.
    pub expires: Option<Timestamp>,
}

/// Look at the records of a data directory.
///
/// # Errors
///
/// If they cannot be read: there are none, the directory is closed, or a newer version has written them.
pub async fn examine(data_dir: &Path) -> Result<Examined, RecordsError> {
    let log = data_dir.join("quire.db-wal");
    let log_bytes = fs::metadata(&log).map_or(0, |log| log.len());
    let options = SqliteConnectOptions::new()
        .filename(data_dir.join("quire.db"))
        .read_only(true)
        // Where nobody has it open there is no log, and reading it must make none.
        .immutable(log_bytes == 0 && !log.exists());
    let records = pool(1).connect_with(options).await?;
    let examined = look(&records, data_dir, log_bytes).await;
    records.close().await;
    examined
}

async fn look(
    records: &SqlitePool,
    data_dir: &Path,
    log_bytes: u64,
) -> Result<Examined, RecordsError> {
    let now = Timestamp::now().as_millisecond();
    let form = form_of(records).await?;
    let known = crate::newest_form();
    if form > known {
        return Err(RecordsError::Newer { found: form, known });
    }
    let last = sqlx::query("SELECT time FROM audit ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(records)
        .await?;
    let last = last.map(|row| row.read::<Text<Timestamp>>("time"));
    let keys = sqlx::query(
        "SELECT id, role, label, expires FROM api_key
         WHERE revoked IS NULL AND (expires IS NULL OR expires > $1) ORDER BY created",
    )
    .bind(now)
    .fetch_all(records)
    .await?;
    let keys = keys.iter().map(|row| -> sqlx::Result<ValidKey> {
        Ok(ValidKey {
            id: row.read("id")?,
            role: row.read("role")?,
            label: row.read("label")?,
            expires: row.optional("expires")?,
        })
    });
    let line = sqlx::query(
        "SELECT (SELECT count(*) FROM report WHERE state IN ('queued', 'retrying')) AS waiting,
                (SELECT min(accepted) FROM report WHERE state = 'queued') AS oldest,
                (SELECT count(*) FROM report WHERE state = 'running') AS running,
                (SELECT count(*) FROM report WHERE state = 'running' AND lease_until < $1) AS overdue",
    )
    .bind(now)
    .fetch_one(records)
    .await?;
    let named = sqlx::query_scalar("SELECT digest FROM artifact ORDER BY digest");
    let named: Vec<String> = named.fetch_all(records).await?;
    let artifacts = data_dir.join("artifacts");
    let (unnamed_files, missing_files) =
        off_thread(artifacts.clone(), move || Ok(compare(&artifacts, named))).await?;
    Ok(Examined {
        form,
        last_event: last.transpose()?.map(|Text(time)| time),
        keys: keys.collect::<sqlx::Result<_>>()?,
        waiting: line.read("waiting")?,
        oldest_waiting: line.optional("oldest")?,
        running: line.read("running")?,
        overdue: line.read("overdue")?,
        log_bytes,
        unnamed_files,
        missing_files,
    })
}

/// Files without a row, and rows without a file.
fn compare(artifacts: &Path, mut named: Vec<String>) -> (u64, u64) {
    named.sort_unstable();
    let (mut unnamed, mut found) = (0, 0_u64);
    let folders = fs::read_dir(artifacts).into_iter().flatten().flatten();
    let folders = folders
        .map(|folder| folder.path())
        .filter(|path| path.is_dir());
    let files = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
    for file in folders.flat_map(files) {
        let name = file.file_name().to_string_lossy().into_owned();
        match named.binary_search(&name) {
            Ok(_) => found += 1,
            Err(_) => unnamed += 1,
        }
    }
    (unnamed, (named.len() as u64).saturating_sub(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_look_sees_what_is_there_and_makes_nothing() {
        let records = Fixture::new().await;
        records.enter().await;
        let put = |bytes: &[u8]| records.put_artifact(bytes.to_vec(), "application/pdf");
        let lost = put(b"one").await.unwrap();
        put(b"two").await.unwrap();
        let path = crate::artifacts::path_of(&records.artifacts_dir(), lost.digest);
        fs::rename(&path, path.with_extension("part")).unwrap();

        let beside = examine(records.dir.path()).await.unwrap();
        assert_eq!((beside.waiting, beside.running), (1, 0));
        assert_eq!((beside.unnamed_files, beside.missing_files), (1, 1));
        assert!(beside.log_bytes > 0);

        records.close().await;
        let before = names(records.dir.path());
        let stopped = examine(records.dir.path()).await.unwrap();
        assert_eq!(stopped.waiting, 1);
        assert_eq!(names(records.dir.path()), before);
        assert!(examine(&records.dir.path().join("nowhere")).await.is_err());
        assert!(!records.dir.path().join("nowhere").exists());
    }
}
