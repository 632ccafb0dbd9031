//! Downloads that could not be written into the trail because somebody holds the records: they stand in a file of
//! their own, down to the disk, until they can be. So nobody is kept from reading by a write that stands still,
//! and what was handed out is known all the same.

use std::{
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    net::IpAddr,
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
            Err(error) if error.host_fault() == Some(quire_model::HostFault::Locked) => {
                tracing::warn!(
                    report.id = %report,
                    "the records are held, so a download is written into the trail later"
                );
                self.spool(download).await
            }
            result => result,
        }
    }

    /// Bring what stands in the file into the trail.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed, or the file cannot be read.
    pub async fn settle_downloads(&self) -> Result<(), RecordsError> {
        let path = self.spool_file();
        let failed = |source| RecordsError::File {
            path: path.clone(),
            source,
        };
        if !path.exists() {
            return Ok(());
        }
        let (mut file, downloads) = blocking(path.clone(), read).await?;
        if !downloads.is_empty() {
            // A write that was given up may have been made all the same.
            self.enter_downloads(&downloads, true).await?;
            // Still locked: nobody has added to it meanwhile.
            file.set_len(0)
                .and_then(|()| file.rewind())
                .map_err(failed)?;
        }
        Ok(())
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

/// Add a line, down to the disk.
fn add(path: &Path, line: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.lock()?;
    file.write_all(line)?;
    file.sync_data()
}

/// The file, locked against everyone else, and what stands in it. A line that was broken off was never answered.
fn read(path: &Path) -> std::io::Result<(File, Vec<Download>)> {
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)?;
    file.lock()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let downloads = lines.collect();
    Ok((file, downloads))
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
}
