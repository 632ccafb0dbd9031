//! `quire backup`: a copy of a data directory that others go on writing to.
//!
//! A backup is a folder: the database, the artifacts that it names, imports to compare with, the key that signs the
//! trail, and a list of all that with digests (`backup.json`), written last. Without the list it is none.

pub(crate) mod list;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use indicatif::HumanBytes;
use quire_records::{CopiedFile, Records};

use self::list::List;
use crate::{cli::Backup, operator, storage, terminal};

/// The folder of the imports, in a data directory and in a backup.
const BACKGROUND: &str = "background";

/// Make a backup and say what is in it.
pub(crate) async fn run(command: Backup) -> anyhow::Result<ExitCode> {
    let records = storage::records(&command.data).await?;
    let folder = begin(&command.folder, &command.data.data_dir)?;
    let made = copy(&records, &command, &folder.path).await;
    let list = match made {
        Ok(list) => list,
        Err(error) => {
            folder.clear();
            return Err(error);
        }
    };
    tell(&command.folder, &list);
    let what = format!(
        "{} files, {} bytes, up to event {}",
        list.files.len(),
        list.size_bytes(),
        list.audit_sequence
    );
    if let Err(error) = records
        .backed_up(&operator::actor(), list.digest()?, &what)
        .await
    {
        terminal::note(format_args!(
            "the backup is whole, but the audit trail does not tell of it: {error}"
        ));
    }
    Ok(match list.lacking.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// A folder that was empty, or was not there, before this command filled it.
pub(crate) struct Fresh {
    path: PathBuf,
    was_there: bool,
}

impl Fresh {
    /// Make the folder, or take an empty one; `what` says what it is in the sentence that refuses another.
    pub(crate) fn take(path: &Path, what: &str) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let was_there = match fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    bail!(
                        "{what} is {name:?}, which is not empty: nothing is written over; name a folder that is not \
                         there yet, or an empty one"
                    );
                }
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => {
                return Err(error).context(format!("{what} is {name:?}, which cannot be used"));
            }
        };
        fs::create_dir_all(path).with_context(|| format!("{name} cannot be made"))?;
        let path = path
            .canonicalize()
            .with_context(|| format!("{name} cannot be used"))?;
        Ok(Self { path, was_there })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Take away whatever was written into it.
    pub(crate) fn clear(&self) {
        if !self.was_there {
            let _ = fs::remove_dir_all(&self.path);
            return;
        }
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
        }
    }
}

/// The folder to write to. One inside the data directory would be lost with it.
fn begin(folder: &Path, data_dir: &Path) -> anyhow::Result<Fresh> {
    let fresh = Fresh::take(folder, "the folder of the backup")?;
    let data_dir = data_dir.canonicalize()?;
    if fresh.path.starts_with(&data_dir) {
        fresh.clear();
        bail!(
            "the folder of the backup is {:?}, inside the data directory, with which it would be lost: name another \
             place, on another disk at best",
            folder.display().to_string()
        );
    }
    Ok(fresh)
}

async fn copy(records: &Records, command: &Backup, folder: &Path) -> anyhow::Result<List> {
    let copied = records.copy_to(folder).await;
    let copied = copied.context("the records could not be copied")?;
    let imports = folder.join(BACKGROUND);
    let names = storage::backgrounds(&command.data)
        .copy_to(&imports)
        .await?;
    let to = folder.to_owned();
    let list = tokio::task::spawn_blocking(move || {
        let mut list = List::of(copied);
        for name in names {
            list.files
                .push(CopiedFile::of(&to, format!("{BACKGROUND}/{name}"))?);
        }
        list.files.sort_by(|one, other| one.path.cmp(&other.path));
        list.write(&to)?;
        Ok::<_, anyhow::Error>(list)
    });
    list.await?.context("the backup could not be finished")
}

fn tell(folder: &Path, list: &List) {
    terminal::say(format_args!(
        "{}: {} files, {}",
        folder.display(),
        list.files.len(),
        HumanBytes(list.size_bytes())
    ));
    terminal::say(format_args!(
        "  records    form {}, trail up to event {} ({})",
        list.records_form,
        list.audit_sequence,
        list.audit_hash.short()
    ));
    if let Ok(digest) = list.digest() {
        terminal::say(format_args!("  SHA-256    {digest} of {}", List::FILE));
    }
    terminal::say(
        "  proof      quire restore into an empty folder holds every file to its digest and the trail to its hashes",
    );
    for digest in &list.lacking {
        terminal::note(format_args!(
            "error: artifact {digest} is missing or damaged in the data directory, so the backup lacks it: take it \
             from an older backup (artifacts/{}/{digest})",
            digest.to_string().get(..2).unwrap_or_default()
        ));
    }
}
