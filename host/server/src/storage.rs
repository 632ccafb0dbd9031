//! Opens what must not be lost: the records, and the queue beside them.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context as _, bail};
use quire_background::Store;
use quire_jobs::{Bounds, JobsError, Queue, QueueSettings as JobsQueueSettings};
use quire_records::{CostLimits, Probation, Records, RecordsError, RecordsSettings};

use crate::{
    closed::{self, Closed},
    private,
    settings::DataSettings,
};

/// What this process has opened, and has to close before it ends.
static OPENED: Mutex<(Vec<Records>, Vec<Queue>)> = Mutex::new((Vec::new(), Vec::new()));

/// How long closing may take: whatever is still being asked for by then ends with the process.
const CLOSING: Duration = Duration::from_secs(5);

/// Close what was opened, so that the files of the data directory are complete without their logs. Nothing works
/// on them afterwards.
pub(crate) async fn close() {
    let opened = OPENED.lock().map(|mut opened| std::mem::take(&mut *opened));
    let (records, queues) = opened.unwrap_or_default();
    let closed = async {
        for queue in &queues {
            queue.close().await;
        }
        for records in &records {
            records.close().await;
        }
    };
    if tokio::time::timeout(CLOSING, closed).await.is_err() {
        tracing::warn!(
            "the records were in use to the end; their log is applied at the next start"
        );
    }
}

/// What a command needs to find in the data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: it makes what is missing.
    Nothing,
    /// Records that a server has made.
    Records,
    /// The same, or imports to compare reports with.
    Imports,
}

/// Make sure, before anything is opened, that the directory has what is needed, and close it to other
/// users. Nothing is made: a mistyped directory must not become an empty one that seems right. What is closed to this
/// process is named.
pub(crate) fn prepare(data: &DataSettings, needs: Needs) -> anyhow::Result<()> {
    let directory = data.data_dir.display().to_string();
    let found = has_records(data);
    if needs != Needs::Nothing && !found {
        // What is in a closed directory cannot be seen.
        refuse_closed(&data.data_dir, &closed::directory(&data.data_dir))?;
    }
    match needs {
        Needs::Records if !found => bail!(
            "--data-dir (QUIRE_DATA_DIR) is {directory:?}, where there are no records: name the directory \
             that `quire serve` or `quire report` works with; the first start makes them"
        ),
        Needs::Imports if !found && !data.data_dir.join("background").is_dir() => bail!(
            "--data-dir (QUIRE_DATA_DIR) is {directory:?}, where there are no records and nothing is \
             imported: name the directory that `quire background import` was given, or import there first"
        ),
        Needs::Nothing | Needs::Records | Needs::Imports => {}
    }
    let closed = private::tighten(&data.data_dir);
    match needs {
        // It makes do without what it cannot use, or says so when it has to.
        Needs::Nothing if !found => {}
        _ => refuse_closed(&data.data_dir, &closed)?,
    }
    Ok(())
}

/// Refuse a directory whose files this process may not use. Where it is single documents or components, the others can be
/// used all the same, so it is said and no more.
fn refuse_closed(data_dir: &Path, closed: &[Closed]) -> anyhow::Result<()> {
    if let Some(vital) = closed.iter().find(|closed| closed.is_vital) {
        bail!("{}", vital.in_words(data_dir));
    }
    if let Some(first) = closed.first() {
        let more = match closed.len() {
            1 => String::new(),
            all => format!(" (and {} more)", all - 1),
        };
        tracing::warn!("{}{more}", first.in_words(data_dir));
    }
    Ok(())
}

/// An empty file is what a start that was broken off leaves.
fn has_records(data: &DataSettings) -> bool {
    let records = std::fs::metadata(data.data_dir.join("quire.db"));
    records.is_ok_and(|file| file.len() > 0)
}

/// Where compiled modules are kept for this user alone, apart from any data; none without a home. Never a directory
/// that others can write, since what is in it is run.
pub(crate) fn own_code_dir() -> Option<anyhow::Result<PathBuf>> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let code = cache.or(home)?.join("quire").join("code");
    let made = std::fs::create_dir_all(&code);
    let made = made.with_context(|| format!("{} cannot be made", code.display()));
    Some(made.map(|()| code))
}

/// Open the records; the directory is made if it is missing.
pub(crate) async fn records(data: &DataSettings) -> anyhow::Result<Records> {
    let directory = data_dir(data)?;
    let records = Records::open(records_settings(data)).await;
    let records = records.map_err(|error| cannot_open(&directory, error))?;
    Ok(noted(records))
}

fn noted(records: Records) -> Records {
    if let Ok(mut opened) = OPENED.lock() {
        opened.0.push(records.clone());
    }
    records
}

/// The records, if a server has made some here; `quire report` makes none.
pub(crate) async fn existing_records(data: &DataSettings) -> anyhow::Result<Option<Records>> {
    let directory = &data.data_dir;
    if !has_records(data) {
        return Ok(None);
    }
    let records = Records::open(records_settings(data)).await;
    let records = records.map_err(|error| cannot_open(directory, error))?;
    Ok(Some(noted(records)))
}

/// Open the queue.
pub(crate) async fn queue(
    data: &DataSettings,
    redis_url: Option<String>,
    bounds: Bounds,
    records: &Records,
) -> anyhow::Result<Queue> {
    let settings = JobsQueueSettings {
        bounds,
        ..JobsQueueSettings::new(data_dir(data)?, redis_url)
    };
    let queue = Queue::open(settings, records.clone()).await;
    let queue = queue.map_err(|error| {
        let setting = match &error {
            JobsError::RedisUrl(_) => "--redis-url (QUIRE_REDIS_URL) cannot be used".to_owned(),
            _ => unusable(&data.data_dir),
        };
        anyhow::Error::new(error).context(setting)
    })?;
    if let Ok(mut opened) = OPENED.lock() {
        opened.1.push(queue.clone());
    }
    Ok(queue)
}

/// Imported backgrounds; nothing is made before one is imported.
pub(crate) fn backgrounds(data: &DataSettings) -> Store {
    Store::new(data.data_dir.join("background"))
}

fn records_settings(data: &DataSettings) -> RecordsSettings {
    RecordsSettings {
        four_eyes: data.four_eyes,
        probation: Probation {
            runs: data.probation_runs,
            failures: data.probation_failures,
            costs: CostLimits {
                cpu_percent: data.probation_cpu_percent,
                wall_percent: data.probation_wall_percent,
                memory_percent: data.probation_memory_percent,
            },
        },
        check_params: quire_modules::check_params,
        ..RecordsSettings::new(&data.data_dir)
    }
}

/// Where compiled modules are kept.
pub(crate) fn code_dir(data: &DataSettings) -> anyhow::Result<PathBuf> {
    Ok(data_dir(data)?.join("code"))
}

/// The data directory, made if it is missing.
fn data_dir(data: &DataSettings) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(&data.data_dir).with_context(|| unusable(&data.data_dir))?;
    Ok(data.data_dir.clone())
}

/// Why the records cannot be opened; of those that a newer version has written, the directory is not to blame.
fn cannot_open(directory: &Path, error: RecordsError) -> anyhow::Error {
    let context = match error {
        RecordsError::Newer { .. } => format!(
            "--data-dir (QUIRE_DATA_DIR) is {:?}",
            directory.display().to_string()
        ),
        _ => unusable(directory),
    };
    anyhow::Error::new(error).context(context)
}

fn unusable(directory: &Path) -> String {
    if let Some(closed) = closed::look(directory, private::is_ours).first() {
        return closed.in_words(directory);
    }
    format!(
        "--data-dir (QUIRE_DATA_DIR) is {:?}, which cannot be used: expected a directory that can \
         be written",
        directory.display().to_string()
    )
}
