//! `backup.json`: what a backup holds, by digest.

use std::{fs, io::Write as _, path::Path};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use quire_model::Digest;
use quire_records::{Copied, CopiedFile, newest_form};
use serde::{Deserialize, Serialize};

/// The list of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    schema: String,
    /// The version of Quire that wrote it.
    pub(crate) quire: String,
    /// When.
    pub(crate) made_at: Timestamp,
    /// The form of the records, which a version of Quire knows or does not.
    pub(crate) records_form: i64,
    /// The last event of its audit trail.
    pub(crate) audit_sequence: u64,
    /// The hash of that event.
    pub(crate) audit_hash: Digest,
    /// Every file but this one.
    pub(crate) files: Vec<CopiedFile>,
    /// Artifacts that the records name and that were missing or damaged when it was made.
    pub(crate) lacking: Vec<Digest>,
}

/// What can be read of the list of a later version.
#[derive(Deserialize)]
struct Heading {
    schema: String,
    quire: String,
    records_form: i64,
}

impl List {
    /// The file's name.
    pub(crate) const FILE: &str = "backup.json";

    const SCHEMA: &str = "quire:backup/1";

    /// The list of what was just copied.
    pub(crate) fn of(copied: Copied) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            quire: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: Timestamp::now(),
            records_form: copied.form,
            audit_sequence: copied.sequence,
            audit_hash: copied.hash,
            files: copied.files,
            lacking: copied.lacking,
        }
    }

    /// How much all files are together.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }

    /// What names this backup.
    pub(crate) fn digest(&self) -> anyhow::Result<Digest> {
        Ok(Digest::of(&self.bytes()?))
    }

    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Write it, last of all.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mut file = fs::File::create_new(folder.join(Self::FILE))?;
        file.write_all(&self.bytes()?)?;
        file.sync_all()?;
        fs::File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// Read the list of a backup, if this version can restore it.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(Self::FILE);
        let name = folder.display().to_string();
        let text = fs::read(&path).with_context(|| {
            format!(
                "{name:?} is no backup that was finished: it has no {} that can be read",
                Self::FILE
            )
        })?;
        let unreadable = || format!("{} cannot be read: it was altered", path.display());
        let heading: Heading = serde_json::from_slice(&text).with_context(unreadable)?;
        let known = newest_form();
        if heading.records_form > known || heading.schema != Self::SCHEMA {
            bail!(
                "the backup was made by Quire {} with records of form {} ({}), which a newer version has written; this \
                 one, {}, knows up to {known}: restore it with that version",
                heading.quire,
                heading.records_form,
                heading.schema,
                env!("CARGO_PKG_VERSION")
            );
        }
        serde_json::from_slice(&text).with_context(unreadable)
    }
}
