//! Downloads that could not be written into the trail because somebody holds the records, or the disk has no room: they
//! stand in a file of their own, down to the disk, until they can be. The file has its room from the start. So nobody
//! is kept from reading by a write that cannot be made, and what was handed out is known all the same.

use std::{
    fs::File,
    io::Read as _,
    net::IpAddr,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use quire_model::{Digest, ReportId};
use serde::{Deserialize, Serialize};
use sqlx::{Sqlite, Transaction};

use crate::{
    Actor, KeyId, Records, RecordsError, Role,
    audit::event::{NewEvent, append},
};

/// How long a download waits for its event to be written.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it is tried to bring the file into the trail.
const EVERY: Duration = Duration::from_secs(1);

/// The file, beside the records.
const FILE: &str = "downloads.spool";

/// Room that the file has from the start, filled with empty lines, so that some thousand downloads can be noted while
/// the disk is full.
const ROOM_BYTES: usize = 1 << 20;

/// Whether this process brings the file into the trail already.
#[derive(Debug, Default)]
pub(crate) struct Settling(AtomicBool);

/// A download, as it stands in the file: one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Download {
    report: ReportId,
    form: String,
    digest: Digest,
    actor: KeyId,
    role: Role,
    request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
}

impl Records {
    /// A caller is about to be sent a report: which form of it, and the digest of what is sent. When this returns
    /// `Ok` it is known for good: in the trail, or on its way there.
    ///
    /// # Errors
    ///
    /// If it can be written down nowhere.
    pub async fn downloaded(
        &self,
        report: &ReportId,
        form: &str,
        digest: Digest,
        actor: &Actor,
        request_id: &str,
    ) -> Result<(), RecordsError> {
        let download = Download {
            report: report.clone(),
            form: form.to_owned(),
            digest,
            actor: actor.key.clone(),
            role: actor.role,
            request_id: request_id.to_owned(),
            address: actor.address,
        };
        let written = tokio::time::timeout(
            PATIENCE,
            self.enter_downloads(std::slice::from_ref(&download), false),
        );
        match written.await.unwrap_or(Err(RecordsError::Unreachable)) {
            Err(error) => {
                let Some(fault) = error.host_fault() else {
                    return Err(error);
                };
                // What keeps the file from being written as well is the same, said by the file.
                self.spool(download).await.map_err(|_| error)?;
                tracing::warn!(
                    report.id = %report,
                    "a download is written into the trail later: {fault}"
                );
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Bring what stands in the file into the trail.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed, or the file cannot be read.
    pub async fn settle_downloads(&self) -> Result<(), RecordsError> {
        let path = self.spool_file();
        if !path.exists() {
            return Ok(());
        }
        let (file, downloads) = blocking(path.clone(), read).await?;
        if !downloads.is_empty() {
            // A write that was given up may have been made all the same.
            self.enter_downloads(&downloads, true).await?;
            // Still locked: nobody has added to it meanwhile.
            blocking(path, move |_| empty(&file)).await?;
        }
        Ok(())
    }

    /// See to it that downloads can be noted while the disk is full. What cannot be made ready now is not missed
    /// before then.
    pub(crate) async fn make_room_for_downloads(&self) {
        if let Err(error) = blocking(self.spool_file(), make_room).await {
            tracing::debug!(%error, "no room is kept for downloads on a full disk");
        }
    }

    fn spool_file(&self) -> PathBuf {
        self.settings.data_dir.join(FILE)
    }

    async fn spool(&self, download: Download) -> Result<(), RecordsError> {
        // Begun anew, whatever a write that was broken off has left.
        let line = format!("\n{}\n", serde_json::to_string(&download)?).into_bytes();
        blocking(self.spool_file(), move |path| add(path, &line)).await?;
        if !self.settling.0.swap(true, Ordering::Relaxed) {
            let records = self.clone();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(EVERY).await;
                    if records.settle_downloads().await.is_ok() {
                        break;
                    }
                }
                records.settling.0.store(false, Ordering::Relaxed);
            });
        }
        Ok(())
    }

    /// One transaction for all that are not in the trail yet.
    async fn enter_downloads(
        &self,
        downloads: &[Download],
        may_be_there: bool,
    ) -> Result<(), RecordsError> {
        let mut change = self.write().await?;
        for download in downloads {
            let event = NewEvent {
                after: Some(download.digest),
                reason: Some(&download.form),
                role: download.role.as_str(),
                request_id: Some(&*download.request_id).filter(|id| !id.is_empty()),
                address: download.address,
                ..NewEvent::host(
                    download.actor.as_str(),
                    "report.downloaded",
                    format!("report {}", download.report),
                )
            };
            if may_be_there
                && self
                    .is_entered(&mut change, download, &event.object)
                    .await?
            {
                continue;
            }
            append(&mut change, self.now(), event).await?;
        }
        Ok(change.commit().await?)
    }

    async fn is_entered(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        download: &Download,
        object: &str,
    ) -> Result<bool, RecordsError> {
        let there = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM audit
                            WHERE object = $1 AND action = 'report.downloaded' AND actor = $2
                                AND request_id = $3 AND reason = $4)",
        );
        let there = there.bind(object).bind(download.actor.as_str());
        let there = there.bind(&download.request_id).bind(&download.form);
        Ok(there.fetch_one(&mut **change).await?)
    }
}

async fn blocking<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&Path) -> std::io::Result<T> + Send + 'static,
) -> Result<T, RecordsError> {
    let named = path.clone();
    let done = tokio::task::spawn_blocking(move || work(&named)).await;
    let done = done.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    done.map_err(|source| RecordsError::File { path, source })
}

/// The file, locked against everyone else; made if there is none.
fn locked(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).read(true).write(true).truncate(false);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    file.lock()?;
    Ok(file)
}

/// Give the file its room, if it has less.
fn make_room(path: &Path) -> std::io::Result<()> {
    let file = locked(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(ROOM_BYTES);
    let lacking = vec![b'\n'; ROOM_BYTES.saturating_sub(length)];
    if lacking.is_empty() {
        return Ok(());
    }
    file.write_all_at(&lacking, length as u64)?;
    file.sync_all()
}

/// Add a line, down to the disk: in the place of the empty ones, which takes no more room.
fn add(path: &Path, line: &[u8]) -> std::io::Result<()> {
    let mut file = locked(path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let lines = filled(&text);
    let last = lines.iter().rposition(|byte| *byte != b'\n');
    // The last line keeps its end.
    let end = last.map_or(0, |last| (last + 2).min(text.len()));
    file.write_all_at(line, end as u64)?;
    file.sync_data()
}

/// Nothing stands in the file any more, and it keeps its room.
fn empty(file: &File) -> std::io::Result<()> {
    file.write_all_at(&vec![b'\n'; ROOM_BYTES], 0)?;
    file.set_len(ROOM_BYTES as u64)
}

/// The file, locked against everyone else, and what stands in it. A line that was broken off was never answered.
fn read(path: &Path) -> std::io::Result<(File, Vec<Download>)> {
    let mut file = locked(path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let lines = filled(&text).split(|byte| *byte == b'\n');
    let downloads = lines.filter_map(|line| serde_json::from_slice(line).ok());
    let downloads = downloads.collect();
    Ok((file, downloads))
}

/// What comes before the room that nothing stands in, but for less than a block of that. The file is nearly always
/// empty, and is read at each start.
fn filled(text: &[u8]) -> &[u8] {
    const EMPTY: [u8; 4096] = [b'\n'; 4096];
    let mut blocks = text.chunks(EMPTY.len());
    let last = blocks.rposition(|block| !EMPTY.starts_with(block));
    let end = last.map_or(0, |last| (last + 1) * EMPTY.len());
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, actor};

    #[tokio::test]
    async fn a_download_while_somebody_holds_the_records_is_in_the_trail_afterwards() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let other = records.another().await;
        let held = other.write().await.unwrap();
        let download = async |request: &str| {
            let digest = Digest::of(b"%PDF");
            records
                .downloaded(&id, "pdf", digest, &actor(), request)
                .await
        };

        download("r1").await.unwrap();
        // As a full disk or a crash leaves one that was never answered.
        add(&records.spool_file(), b"{\"report\":\"01JD").unwrap();
        download("r2").await.unwrap();
        drop(held);

        records.settle_downloads().await.unwrap();
        records.settle_downloads().await.unwrap();
        download("r3").await.unwrap();
        let events = records.audit(0, 100).await.unwrap();
        let ids = events
            .iter()
            .filter(|event| event.action == "report.downloaded");
        let ids: Vec<_> = ids.filter_map(|event| event.request_id.clone()).collect();
        assert_eq!(ids, ["r1", "r2", "r3"]);
        assert!(records.verify_audit().await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_download_on_a_full_disk_takes_no_room_and_is_in_the_trail_afterwards() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        records.make_room_for_downloads().await;
        let room = || std::fs::metadata(records.spool_file()).unwrap().len();
        assert_eq!(room(), ROOM_BYTES as u64);
        records.fill_disk().await;
        let digest = Digest::of(b"%PDF");
        // As many as take another page of the records.
        for request in 0..60 {
            let request = format!("r{request}");
            let who = actor();
            let noted = records.downloaded(&id, "pdf", digest, &who, &request);
            noted.await.unwrap();
        }
        assert_eq!(room(), ROOM_BYTES as u64);

        records.free_disk().await;
        records.settle_downloads().await.unwrap();

        assert_eq!(room(), ROOM_BYTES as u64);
        let left = blocking(records.spool_file(), read).await.unwrap().1;
        assert!(left.is_empty());
        let events = records.audit(0, 100).await.unwrap();
        let noted = events
            .iter()
            .filter(|event| event.action == "report.downloaded");
        assert_eq!(noted.count(), 60);
    }
}
