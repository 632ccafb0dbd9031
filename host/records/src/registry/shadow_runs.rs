//! The shadow runs of a trial, as far as they count: how each failed or where it differed, and what comes of
//! it with what was accepted.

use std::collections::BTreeSet;

use quire_model::SectionDifference;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use crate::{
    ModuleRow, RecordsError, VersionRow,
    stored::{Columns, StoredRow, bound},
};

/// What came of a shadow run, as things stand now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShadowVerdict {
    /// There was no difference.
    Same,
    /// All that differs was accepted.
    Accepted,
    /// Something differs that nobody accepted.
    Differs,
    /// The version failed.
    Failed,
}

/// What counts of a shadow run.
pub(crate) struct CountedRun {
    pub(crate) sequence: u64,
    pub(crate) failure: Option<String>,
    pub(crate) places: BTreeSet<String>,
}

/// The shadow runs that count for a version, the newest first.
pub(crate) async fn counted_runs(
    records: &mut SqliteConnection,
    module: &ModuleRow,
    version: &VersionRow,
) -> Result<Vec<CountedRun>, RecordsError> {
    Ok(sqlx::query_as(
        "SELECT sequence, failure, places,
                CASE WHEN places IS NULL THEN difference END AS difference
         FROM difference
         WHERE module = $1 AND candidate = $2 AND active = $3 AND sequence > $4
         ORDER BY sequence DESC",
    )
    .bind(&module.name)
    .bind(version.digest.to_string())
    .bind(module.active.map(|digest| digest.to_string()))
    .bind(bound(version.counted_after))
    .fetch_all(records)
    .await?)
}

impl CountedRun {
    /// What came of it, where these places are accepted.
    pub(crate) fn verdict(&self, accepted: &BTreeSet<String>) -> ShadowVerdict {
        verdict(self.failure.is_some(), &self.places, accepted)
    }
}

impl FromRow<'_, StoredRow> for CountedRun {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        let sequence = row.read("sequence")?;
        if let Some(places) = row.optional_json("places")? {
            return Ok(Self {
                sequence,
                failure: row.optional("failure")?,
                places,
            });
        }
        let difference: SectionDifference = row.json("difference")?;
        Ok(Self {
            sequence,
            failure: difference.failure().map(str::to_owned),
            places: difference.listed_places(),
        })
    }
}

/// What comes of a run that failed or differs at these places, where those are accepted.
pub(crate) fn verdict(
    failed: bool,
    places: &BTreeSet<String>,
    accepted: &BTreeSet<String>,
) -> ShadowVerdict {
    if failed {
        ShadowVerdict::Failed
    } else if places.is_empty() {
        ShadowVerdict::Same
    } else if places.is_subset(accepted) {
        ShadowVerdict::Accepted
    } else {
        ShadowVerdict::Differs
    }
}

impl ShadowVerdict {
    /// Whether such a run is one of those that `required_clean` counts.
    pub(crate) const fn counts(self) -> bool {
        matches!(self, Self::Same | Self::Accepted)
    }
}
