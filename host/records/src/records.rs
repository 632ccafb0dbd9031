//! The door to the records: one file, one writer, several readers.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use tokio::sync::{Notify, watch};

use crate::{
    CheckParams, Clock, Probation, RecordsError,
    access::keys::KeyCache,
    access::revocation::Revocations,
    audit::spool::Settling,
    connection::{pool, writing},
    deployment,
    health::Health,
    registry::fitting::takes_all,
    reports::group_commit::GroupCommit,
    reports::snapshots::Known,
};

/// How long a connection waits for another process' write before it gives up. Writes take
/// milliseconds; only a checkpoint of a large log on a slow disk comes near this.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What brings a database from one form to the next.
static MIGRATOR: Migrator = sqlx::migrate!();

/// Where the records are and how patient they are.
#[derive(Clone, Debug)]
pub struct RecordsSettings {
    /// Directory of `quire.db` and `artifacts/`; made if it is missing.
    pub data_dir: PathBuf,
    /// How long a ticket may be on its way before it is taken for lost and pushed again.
    pub grace: Duration,
    /// How long an idempotency key is remembered.
    pub idempotency_ttl: Duration,
    /// Whether who added a version of a module may not be the one who puts it into reports.
    pub four_eyes: bool,
    /// How a freshly activated version of a module is judged.
    pub probation: Probation,
    /// Whether each commit is brought down to the disk before anyone hears of it. Always, but where
    /// it is measured what that costs.
    pub synced: bool,
    /// Read connections; status requests use them in parallel.
    pub readers: u32,
    /// How long a report rests that was there when two workers died; later rests are longer.
    pub isolation: Duration,
    /// How parameters of report definitions are held to a module's schema, before a version is used.
    pub check_params: CheckParams,
    /// The machine's clock, except in tests.
    pub clock: Clock,
}

impl RecordsSettings {
    /// What a server should use.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            grace: Duration::from_secs(30),
            idempotency_ttl: Duration::from_hours(24),
            four_eyes: false,
            probation: Probation::default(),
            synced: true,
            readers: 4,
            isolation: Duration::from_mins(1),
            check_params: takes_all,
            clock: Clock::system(),
        }
    }
}

/// The records of one data directory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Records {
    pub(crate) settings: Arc<RecordsSettings>,
    /// One connection: writers of this process queue here rather than in SQLite's busy loop.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    pub(crate) keys: Arc<KeyCache>,
    pub(crate) snapshots: Arc<Known>,
    pub(crate) revocations: Revocations,
    pub(crate) health: Arc<Health>,
    pub(crate) group_commit: Arc<GroupCommit>,
    /// The change counter after the last change that this process made.
    pub(crate) changed: watch::Sender<u64>,
    /// Tells this data directory from others.
    pub(crate) deployment: Arc<str>,
    pub(crate) settling: Arc<Settling>,
    /// Notified when this process wrote down something that is to be told at once.
    pub(crate) told: Arc<Notify>,
    /// What signs links, once one was made or used.
    pub(crate) link_key: LinkKey,
}

/// A key that is read at its first use, and never shown.
#[derive(Clone, Default)]
pub(crate) struct LinkKey(Arc<OnceLock<[u8; 32]>>);

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(…)")
    }
}

impl std::ops::Deref for LinkKey {
    type Target = OnceLock<[u8; 32]>;

    fn deref(&self) -> &OnceLock<[u8; 32]> {
        &self.0
    }
}

impl Records {
    /// Open the records, and make them if there are none.
    ///
    /// # Errors
    ///
    /// If the directory cannot be made or the database cannot be opened or migrated.
    pub async fn open(settings: RecordsSettings) -> Result<Self, RecordsError> {
        make_dir(&settings.data_dir.join("artifacts"))?;
        let options = SqliteConnectOptions::new()
            .filename(settings.data_dir.join("quire.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What is answered with 202 has to survive a power cut. NORMAL syncs only at checkpoints:
            // the last seconds would be gone.
            .synchronous(match settings.synced {
                true => SqliteSynchronous::Full,
                false => SqliteSynchronous::Normal,
            })
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        // What undoes a single statement stays in memory. SQLite begins a file for it beyond 64 KiB, which an acceptance
        // with its triggers and indexes comes to: that costs time, and a descriptor where there may be none left.
        let in_memory = options.clone().pragma("temp_store", "memory");
        let writer = pool(1)
            .min_connections(1)
            .connect_lazy_with(writing(in_memory));
        // What is in this form already is not written to: on a full disk it can still be read.
        if !is_current(&options).await {
            migrate(&writer, settings.data_dir.join("quire.lock")).await?;
        }
        let readers = pool(settings.readers.max(1))
            .min_connections(1)
            .connect_with(options.pragma("query_only", "1"))
            .await?;
        let deployment = deployment::ensure(&readers, &writer).await?;
        Ok(Self {
            deployment: deployment.into(),
            settling: Arc::default(),
            told: Arc::default(),
            link_key: LinkKey::default(),
            revocations: Revocations::of(&settings.data_dir),
            settings: Arc::new(settings),
            writer,
            readers,
            keys: Arc::default(),
            snapshots: Arc::default(),
            health: Arc::default(),
            group_commit: Arc::default(),
            changed: watch::Sender::new(0),
        })
    }

    /// Let go of the files, so that the database is complete without its log. Nothing works afterwards.
    pub async fn close(&self) {
        // The last one writes the log back, which readers may not.
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Begin a change. It takes the write lock at once, so what it reads stays true until it
    /// commits; dropped without a commit it changes nothing.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, RecordsError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) fn now(&self) -> i64 {
        self.settings.clock.now_ms()
    }

    /// The directory of the artifacts.
    pub(crate) fn artifacts_dir(&self) -> PathBuf {
        self.settings.data_dir.join("artifacts")
    }
}

/// Bring the database to this version's form. Of several processes that start at once, one does
/// it while the others wait: SQLite's migrations take no lock of their own.
async fn migrate(writer: &SqlitePool, lock: PathBuf) -> Result<(), RecordsError> {
    let path = lock.clone();
    let guard = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create(&lock)?;
        file.lock()?;
        Ok(file)
    })
    .await
    .unwrap_or_else(|error| Err(std::io::Error::other(error)))
    .map_err(|source| RecordsError::File { path, source })?;
    let migrated = match MIGRATOR.run(writer).await {
        Err(MigrateError::VersionMissing(_)) => Err(RecordsError::Newer {
            found: form_of(writer).await?,
            known: newest_form(),
        }),
        result => Ok(result?),
    };
    drop(guard);
    migrated
}

/// Whether the database is there, in this version's form. One that cannot be read is not.
async fn is_current(options: &SqliteConnectOptions) -> bool {
    let options = options.clone().create_if_missing(false);
    let Ok(database) = pool(1)
        .connect_with(options.pragma("query_only", "1"))
        .await
    else {
        return false;
    };
    let form = form_of(&database).await;
    database.close().await;
    form.is_ok_and(|form| form == newest_form())
}

/// The form of the records that this version makes: the number of its last migration.
#[must_use]
pub fn newest_form() -> i64 {
    MIGRATOR.iter().map(|step| step.version).max().unwrap_or(0)
}

/// The form that a database is in.
pub(crate) async fn form_of(database: &SqlitePool) -> Result<i64, RecordsError> {
    let form = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations");
    Ok(form.fetch_one(database).await?)
}

/// Make a directory that only its owner may enter.
fn make_dir(path: &Path) -> Result<(), RecordsError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| RecordsError::File {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        HostFault, RecordsError,
        connection::tests::insert,
        fixture::{Fixture, actor, request},
    };

    const LARGE: &str = "INSERT INTO artifact (digest, media_type, size_bytes, created)
                         VALUES ('d', hex(zeroblob(1000000)), 0, 0)";

    async fn writers_synchronous(records: &Fixture) -> i64 {
        sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&records.writer)
            .await
            .unwrap()
    }

    /// Write until there is no room.
    async fn failed_write(records: &Fixture) -> RecordsError {
        records.fill_disk().await;
        for _ in 0..300 {
            if let Err(error) = records
                .accept(&request("61958-0802"), &actor(), "r", None)
                .await
            {
                return error;
            }
        }
        panic!("the disk never was full");
    }

    #[tokio::test]
    async fn every_commit_is_synced_on_a_replaced_connection_too() {
        const FULL: i64 = 2;
        let records = Fixture::new().await;

        assert_eq!(writers_synchronous(&records).await, FULL);
        records.fill_disk().await;
        insert(&records.writer, LARGE).await.unwrap_err();
        assert_eq!(writers_synchronous(&records).await, FULL);
        assert_eq!(writers_synchronous(&Fixture::new().await).await, FULL);
    }

    #[tokio::test]
    async fn after_a_write_that_failed_the_next_succeeds() {
        let records = Fixture::new().await;
        let before = records.enter().await;

        let error = failed_write(&records).await;
        insert(&records.writer, LARGE).await.unwrap_err();
        records.free_disk().await;

        assert_eq!(error.host_fault(), Some(HostFault::DiskFull));
        let health = records.health();
        assert!(matches!(
            health.last_failure,
            Some((HostFault::DiskFull, _))
        ));
        records.take(&before).await;
        records.enter().await;
        records.probe().await.unwrap();
        records
            .put_artifact(b"%PDF".to_vec(), "application/pdf")
            .await
            .unwrap();
        assert!(records.verify_audit().await.unwrap().is_ok());
        let health = records.health();
        assert_eq!(health.last_failure, None);
        assert!(health.last_write.is_some());
    }

    #[tokio::test]
    async fn a_probe_tells_whether_writing_is_possible_and_what_is_wrong() {
        let records = Fixture::new().await;
        assert_eq!(records.health().last_write, None);

        records.probe().await.unwrap();

        let health = records.health();
        assert!(health.last_write.is_some() && health.last_failure.is_none());
        assert!(health.free_bytes.unwrap() > 0);
        std::fs::remove_dir_all(records.dir.path().join("artifacts")).unwrap();
        std::fs::write(records.dir.path().join("artifacts"), b"").unwrap();
        assert!(records.probe().await.is_err());
    }
}
