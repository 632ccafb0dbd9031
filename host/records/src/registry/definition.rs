//! Report definitions: versions of data that say which sections a report has, and which of them is
//! in use.

use jiff::Timestamp;
use quire_model::{Definition, Digest};
use serde::{Deserialize, Serialize};
use sqlx::{Executor, FromRow, Sqlite};
use strum::{EnumString, IntoStaticStr};

use crate::{
    Records, RecordsError,
    stored::{Columns, StoredRow, stored_text},
};

/// A report definition, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefinitionRow {
    /// What callers name it by.
    pub name: String,
    /// Grows with each change. An administrator names it as the one that a decision was made on.
    pub revision: u64,
    /// The version in use, whole.
    pub current: Definition,
    /// The version that was in use before.
    pub previous: Option<u32>,
}

/// Where a version of a definition came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DefinitionOrigin {
    /// It is part of a binary `quire`.
    BuiltIn,
    /// An administrator put it.
    Put,
}

/// A version of a report definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefinitionVersionRow {
    /// Counts from 1; the same as in the definition.
    pub version: u32,
    /// The digest of the definition as JSON.
    pub digest: Digest,
    /// Where it came from.
    pub origin: DefinitionOrigin,
    /// The definition.
    pub definition: Definition,
    /// When it was entered.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl Records {
    /// Every definition, by name, with the version in use.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn definitions(&self) -> Result<Vec<DefinitionRow>, RecordsError> {
        all_in_use(&self.readers).await
    }

    /// One definition; none if there is none of that name.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn definition(&self, name: &str) -> Result<Option<DefinitionRow>, RecordsError> {
        in_use(&self.readers, name).await
    }

    /// The versions of a definition, the newest first; empty if there is no such definition.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn definition_versions(
        &self,
        name: &str,
    ) -> Result<Vec<DefinitionVersionRow>, RecordsError> {
        versions(&self.readers, name).await
    }

    /// One version of a definition: what a report was pinned to.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn definition_version(
        &self,
        name: &str,
        version: u32,
    ) -> Result<Option<Definition>, RecordsError> {
        let row = version_row(&self.readers, name, version).await?;
        Ok(row.map(|row| row.definition))
    }
}

/// The definition of a name as it stands, or all of them.
const IN_USE: &str =
    "SELECT definition.name, revision, previous, json AS definition FROM definition
     JOIN definition_version AS used
       ON used.name = definition.name AND used.version = definition.current
     WHERE definition.name = coalesce($1, definition.name) ORDER BY definition.name";

/// One definition as it stands, also within a change.
pub(super) async fn in_use(
    records: impl Executor<'_, Database = Sqlite>,
    name: &str,
) -> Result<Option<DefinitionRow>, RecordsError> {
    let row = sqlx::query_as(IN_USE).bind(name);
    Ok(row.fetch_optional(records).await?)
}

/// All of them as they stand, also within a change.
pub(super) async fn all_in_use(
    records: impl Executor<'_, Database = Sqlite>,
) -> Result<Vec<DefinitionRow>, RecordsError> {
    let rows = sqlx::query_as(IN_USE).bind(None::<&str>);
    Ok(rows.fetch_all(records).await?)
}

/// All versions of a definition, the newest first.
pub(super) async fn versions(
    records: impl Executor<'_, Database = Sqlite>,
    name: &str,
) -> Result<Vec<DefinitionVersionRow>, RecordsError> {
    let rows = "SELECT version, digest, origin, json AS definition, created, created_by
                FROM definition_version WHERE name = $1 ORDER BY version DESC";
    Ok(sqlx::query_as(rows).bind(name).fetch_all(records).await?)
}

/// One version of a definition.
pub(super) async fn version_row(
    records: impl Executor<'_, Database = Sqlite>,
    name: &str,
    version: u32,
) -> Result<Option<DefinitionVersionRow>, RecordsError> {
    let row = "SELECT version, digest, origin, json AS definition, created, created_by
                FROM definition_version WHERE name = $1 AND version = $2";
    let row = sqlx::query_as(row).bind(name).bind(version);
    Ok(row.fetch_optional(records).await?)
}

stored_text!(DefinitionOrigin);

impl FromRow<'_, StoredRow> for DefinitionRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            name: row.read("name")?,
            revision: row.read("revision")?,
            current: row.json("definition")?,
            previous: row.optional("previous")?,
        })
    }
}

impl FromRow<'_, StoredRow> for DefinitionVersionRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            version: row.read("version")?,
            digest: row.read("digest")?,
            origin: row.read("origin")?,
            definition: row.json("definition")?,
            created_at: row.read("created")?,
            created_by: row.read("created_by")?,
        })
    }
}
