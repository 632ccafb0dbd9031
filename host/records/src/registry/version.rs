//! A version of a module: one component under one name, and where it stands.

use jiff::Timestamp;
use quire_model::{Digest, Kind};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use strum::{Display, EnumString, IntoStaticStr};

use crate::stored::{Columns, StoredRow, stored_text};

/// Where a version stands: `checked → staged → active | canary | shadow → retired`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl VersionOrigin {
    /// As stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

stored_text!(VersionState, VersionOrigin);

impl FromRow<'_, StoredRow> for VersionRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            module: row.read("module")?,
            digest: row.read("digest")?,
            state: row.read("state")?,
            origin: row.read("origin")?,
            version: row.read("version")?,
            title: row.read("title")?,
            manifest: row.json("manifest")?,
            size_bytes: row.read("size_bytes")?,
            created_at: row.read("created")?,
            created_by: row.read("created_by")?,
            changed_at: row.read("changed")?,
            activated_at: row.optional("activated")?,
            required_clean: row.read("required_clean")?,
            clean_runs: row.read("clean_runs")?,
            shadow_runs: row.read("shadow_runs")?,
            counted_after: row.read("counted_after")?,
        })
    }
}
