//! Whether the machine lets the records be written.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use quire_model::HostFault;

use crate::{Records, RecordsError};

/// How long a probe may take. A healthy disk needs milliseconds; a caller that waits longer would
/// rather hear that something is wrong.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a probe writes beside the database: more than a file system keeps within an inode, so it
/// takes a block.
const PROBE_BYTES: [u8; 4096] = [0x51; 4096];

/// How the records' storage fared lately, as this process saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageHealth {
    /// How long ago something was last written and committed; none if nothing was, since the start.
    pub last_write: Option<Duration>,
    /// The fault that the last write met, and how long ago; none if it succeeded.
    pub last_failure: Option<(HostFault, Duration)>,
    /// Bytes that this user may still write to the data directory's file system; none if the system
    /// does not say.
    pub free_bytes: Option<u64>,
    /// How many writes failed by the machine's fault since the start.
    pub failures: u64,
}

/// What is remembered of writes.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Remembered>);

#[derive(Clone, Copy, Debug, Default)]
struct Remembered {
    written: Option<Instant>,
    failed: Option<(HostFault, Instant)>,
    failures: u64,
}

impl Health {
    /// Remember how a write ended. Refusals, which are no fault of the machine, change nothing.
    pub(crate) fn note<T>(&self, result: Result<T, RecordsError>) -> Result<T, RecordsError> {
        let now = Instant::now();
        let fault = result.as_ref().err().map(RecordsError::host_fault);
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            None => {
                remembered.written = Some(now);
                remembered.failed = None;
            }
            Some(Some(fault)) => {
                remembered.failed = Some((fault, now));
                remembered.failures += 1;
            }
            Some(None) => {}
        }
        result
    }

    fn remembered(&self) -> Remembered {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// Write, to learn whether writing is possible: a block beside the artifacts and a row of the
    /// database, both down to the disk. Bounded by two seconds.
    ///
    /// # Errors
    ///
    /// Why it is not; [`RecordsError::host_fault`] says in short.
    pub async fn probe(&self) -> Result<(), RecordsError> {
        let probed = tokio::time::timeout(PATIENCE, self.try_probe()).await;
        self.health
            .note(probed.unwrap_or(Err(RecordsError::Unreachable)))
    }

    /// How the storage fared lately. Costs a system call.
    #[must_use]
    pub fn health(&self) -> StorageHealth {
        let remembered = self.health.remembered();
        StorageHealth {
            last_write: remembered.written.map(|at| at.elapsed()),
            last_failure: remembered.failed.map(|(fault, at)| (fault, at.elapsed())),
            free_bytes: free_bytes(&self.settings.data_dir),
            failures: remembered.failures,
        }
    }

    async fn try_probe(&self) -> Result<(), RecordsError> {
        // Processes that share the directory do not meet.
        let name = format!("probe-{}.part", std::process::id());
        let path = self.artifacts_dir().join(name);
        let written = tokio::task::spawn_blocking(move || write_and_remove(path)).await;
        written.unwrap_or(Err(RecordsError::Unreachable))?;
        let mut change = self.write().await?;
        sqlx::query(
            "INSERT INTO probe (one, written) VALUES (1, $1)
             ON CONFLICT (one) DO UPDATE SET written = excluded.written",
        )
        .bind(self.now())
        .execute(&mut *change)
        .await?;
        Ok(change.commit().await?)
    }
}

/// Room for a file, down to the disk.
fn write_and_remove(path: PathBuf) -> Result<(), RecordsError> {
    let written = (|| {
        let mut file = std::fs::File::create(&path)?;
        std::io::Write::write_all(&mut file, &PROBE_BYTES)?;
        file.sync_data()
    })();
    let removed = std::fs::remove_file(&path);
    written
        .and(removed)
        .map_err(|source| RecordsError::File { path, source })
}

/// What an ordinary user may still write where the directory is.
fn free_bytes(dir: &Path) -> Option<u64> {
    let room = rustix::fs::statvfs(dir).ok()?;
    Some(room.f_bavail.saturating_mul(room.f_frsize))
}
