//! A version of a module: one component under one name, and where it stands.

use std::fmt;

use jiff::Timestamp;
use quire_model::{Digest, Kind};
use serde::{Deserialize, Serialize};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    RecordsError,
    stored::{count, digest, json, time, unreadable},
};

/// Where a version stands: `checked → staged → active | canary | shadow → retired`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionState {
    /// Stored; it passed every check of an upload. Nothing uses it.
    Checked,
    /// Someone decided that it may be used.
    Staged,
    /// Reports are made with it.
    Active,
    /// A share of the reports is made with it.
    Canary,
    /// It runs beside the active version; its output is compared and never shown.
    Shadow,
    /// It was replaced, withdrawn or rolled back. Reports that were made with it still name it.
    Retired,
}

/// Where a version came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionOrigin {
    /// It is part of a binary `quire`.
    Embedded,
    /// An administrator sent it.
    Upload,
    /// It was named on the command line of a start.
    File,
}

/// A version that is about to be entered. Its bytes are stored already, as the artifact of the same
/// digest.
#[derive(Clone, Debug, PartialEq)]
pub struct NewVersion {
    /// The module's name.
    pub module: String,
    /// The digest of the component.
    pub digest: Digest,
    /// Which world it implements.
    pub kind: Kind,
    /// The author's own version.
    pub version: String,
    /// What an administrator reads in a list.
    pub title: String,
    /// All that the component says of itself.
    pub manifest: serde_json::Value,
    /// The size of the component.
    pub size_bytes: u64,
    /// Where it came from.
    pub origin: VersionOrigin,
}

/// A version of a module, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VersionRow {
    /// The module's name.
    pub module: String,
    /// The digest of the component; its bytes are the artifact of that digest.
    pub digest: Digest,
    /// Where it stands.
    pub state: VersionState,
    /// Where it came from.
    pub origin: VersionOrigin,
    /// The author's own version.
    pub version: String,
    /// What an administrator reads in a list.
    pub title: String,
    /// All that the component says of itself.
    pub manifest: serde_json::Value,
    /// The size of the component.
    pub size_bytes: u64,
    /// When it was entered.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it came into its state.
    pub changed_at: Timestamp,
    /// When it was last made active; none if it never was.
    pub activated_at: Option<Timestamp>,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted it has to
    /// show before it may be made a canary or activated.
    pub required_clean: u32,
    /// How many such runs it has shown, the last ones in a row.
    pub clean_runs: u32,
    /// How many shadow runs there were in all.
    pub shadow_runs: u32,
    /// Shadow runs up to this one count no more.
    #[serde(skip)]
    pub(crate) counted_after: u64,
}

impl VersionRow {
    /// Whether a report definition may name it: someone decided that it may be used.
    #[must_use]
    pub fn may_be_pinned(&self) -> bool {
        match self.state {
            VersionState::Checked => false,
            VersionState::Retired => self.activated_at.is_some(),
            _ => true,
        }
    }
}

impl VersionState {
    /// As stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Staged => "staged",
            Self::Active => "active",
            Self::Canary => "canary",
            Self::Shadow => "shadow",
            Self::Retired => "retired",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, RecordsError> {
        Ok(match text {
            "checked" => Self::Checked,
            "staged" => Self::Staged,
            "active" => Self::Active,
            "canary" => Self::Canary,
            "shadow" => Self::Shadow,
            "retired" => Self::Retired,
            _ => return Err(unreadable("state of a version", text)),
        })
    }
}

impl fmt::Display for VersionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl VersionOrigin {
    /// As stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Upload => "upload",
            Self::File => "file",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, RecordsError> {
        Ok(match text {
            "embedded" => Self::Embedded,
            "upload" => Self::Upload,
            "file" => Self::File,
            _ => return Err(unreadable("origin of a version", text)),
        })
    }
}

impl VersionRow {
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, RecordsError> {
        Ok(Self {
            module: row.try_get("module")?,
            digest: digest(row.try_get("digest")?)?,
            state: VersionState::read(row.try_get("state")?)?,
            origin: VersionOrigin::read(row.try_get("origin")?)?,
            version: row.try_get("version")?,
            title: row.try_get("title")?,
            manifest: json("manifest", row.try_get("manifest")?)?,
            size_bytes: row.try_get::<i64, _>("size_bytes")?.unsigned_abs(),
            created_at: time(row.try_get("created")?)?,
            created_by: row.try_get("created_by")?,
            changed_at: time(row.try_get("changed")?)?,
            activated_at: row
                .try_get::<Option<i64>, _>("activated")?
                .map(time)
                .transpose()?,
            required_clean: count(row.try_get("required_clean")?)?,
            clean_runs: count(row.try_get("clean_runs")?)?,
            shadow_runs: count(row.try_get("shadow_runs")?)?,
            counted_after: row.try_get::<i64, _>("counted_after")?.unsigned_abs(),
        })
    }
}

/// As stored.
pub(crate) const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Section => "section",
        Kind::Narrative => "narrative",
    }
}

/// Back from what is stored.
pub(crate) fn read_kind(text: &str) -> Result<Kind, RecordsError> {
    Ok(match text {
        "section" => Kind::Section,
        "narrative" => Kind::Narrative,
        _ => return Err(unreadable("kind of a module", text)),
    })
}
