//! `quire restore`: a data directory out of a backup, held to every digest and to the trail's hashes.

use std::{
    path::{Component, Path},
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use indicatif::HumanBytes;
use quire_records::CopiedFile;

use crate::{
    backup::{Fresh, list::List},
    cli::Restore,
    operator, storage, terminal,
};

/// Restore a backup, or leave nothing behind.
pub(crate) async fn run(command: Restore) -> anyhow::Result<ExitCode> {
    let list = List::read(&command.folder)?;
    let fresh = Fresh::take(&command.data.data_dir, "--data-dir (QUIRE_DATA_DIR)")?;
    let restored = async {
        copy(&command.folder, fresh.path(), &list).await?;
        examine(&command, &list).await
    };
    if let Err(error) = restored.await {
        // Its files must not be held open when they go.
        storage::close().await;
        fresh.clear();
        return Err(error.context("nothing was restored"));
    }
    tell(&command, &list);
    Ok(ExitCode::SUCCESS)
}

async fn copy(from: &Path, to: &Path, list: &List) -> anyhow::Result<()> {
    let (from, to, list) = (from.to_owned(), to.to_owned(), list.clone());
    let copied = tokio::task::spawn_blocking(move || {
        for file in &list.files {
            ensure!(
                is_inside(&file.path),
                "the backup names the file {:?}, outside of it: it was altered",
                file.path
            );
            let copied = CopiedFile::copy(&from.join(&file.path), &to, file.path.clone());
            let copied =
                copied.with_context(|| format!("{} of the backup cannot be copied", file.path))?;
            ensure!(
                copied == *file,
                "{} of the backup was altered: it has {} bytes and the SHA-256 {}, and the list says {} and {}; take \
                 another copy of the backup, or an older one",
                file.path,
                copied.size_bytes,
                copied.sha256,
                file.size_bytes,
                file.sha256
            );
        }
        Ok(())
    });
    copied.await?
}

/// A path of plain names, which leads nowhere else.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

/// Whether the records are what the list says, and the trail what was written. Older ones are brought to this version's
/// form on the way.
async fn examine(command: &Restore, list: &List) -> anyhow::Result<()> {
    let records = storage::records(&command.data).await?;
    let found = records.integrity().await?;
    ensure!(
        found.is_empty(),
        "the database of the backup is damaged: {}",
        found.join("; ")
    );
    match records.verify_audit().await? {
        Ok(events) if events == list.audit_sequence => {}
        Ok(events) => bail!(
            "the audit trail of the backup has {events} events, and the list says {}",
            list.audit_sequence
        ),
        Err(broken) => bail!("the audit trail of the backup was altered: {broken}"),
    }
    let last = records
        .audit(list.audit_sequence.saturating_sub(1), 1)
        .await?;
    ensure!(
        last.last()
            .is_none_or(|event| event.hash == list.audit_hash),
        "the last event of the audit trail is not the one that the list names"
    );
    let what = format!(
        "from the backup of {:.0}, up to event {}; what happened after it is not here",
        list.made_at, list.audit_sequence
    );
    records
        .restored(&operator::actor(), list.digest()?, &what)
        .await?;
    Ok(())
}

fn tell(command: &Restore, list: &List) {
    terminal::say(format_args!(
        "{}: restored, {} files, {}, each by its digest; the trail is unaltered up to event {}",
        command.data.data_dir.display(),
        list.files.len(),
        HumanBytes(list.size_bytes()),
        list.audit_sequence
    ));
    terminal::say(format_args!(
        "  made at    {:.0} by Quire {}; what happened after that is not here: reports that were accepted, keys that \
         were made or revoked (`quire key list`)",
        list.made_at, list.quire
    ));
    for digest in &list.lacking {
        terminal::note(format_args!(
            "artifact {digest} was missing when the backup was made, and is missing here"
        ));
    }
}
