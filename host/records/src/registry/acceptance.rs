//! An administrator has looked at what a version does otherwise, and wants it.
//!
//! An acceptance covers the places at which the version differed in the runs that were looked at. Where it
//! differs at these places again, the run counts as clean; a new place needs a new acceptance. A failure is
//! never accepted. It belongs to the trial: a new trial, or another active version, begins without.

use std::collections::BTreeSet;

use jiff::Timestamp;
use quire_model::Digest;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use crate::{
    Decision, ModuleRow, Records, RecordsError, VersionRow, VersionState,
    registry::module_change::ModuleChange,
    registry::shadow_runs::{CountedRun, counted_runs},
    stored::{Columns, StoredRow, bound, time},
};

/// States in which a version can still be said yes to.
const ACCEPTED_IN: &[VersionState] = &[
    VersionState::Staged,
    VersionState::Shadow,
    VersionState::Canary,
];

/// Places that an audit event names; the records hold them all.
const NAMED_PLACES: usize = 10;

/// Differences that were accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The version that the one on trial was compared with.
    pub active: Digest,
    /// The last shadow run that was looked at.
    pub up_to: u64,
    /// Where the two may differ.
    pub places: BTreeSet<String>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub accepted_by: String,
    /// When.
    pub at: Timestamp,
}

impl Records {
    /// Accept what a version did otherwise in its shadow runs up to `up_to`, or in all so far. Runs that
    /// were clean but for that count as clean from now on, those of before included.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] unless it is staged, shadow or canary;
    /// [`RecordsError::NothingToAccept`] if it did not differ in a way that is not accepted yet;
    /// otherwise as [`activate`](Self::activate).
    pub async fn accept_differences(
        &self,
        module: &str,
        digest: Digest,
        up_to: Option<u64>,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let (mut change, author) = self.decided(module, decision).await?;
        let version = change
            .version_in(digest, "given an acceptance", ACCEPTED_IN)
            .await?;
        let active = change.row.active;
        let active = active.ok_or_else(|| RecordsError::NoActive(module.to_owned()))?;
        let runs = counted_runs(&mut change.transaction, &change.row, &version).await?;
        let before = acceptances(&mut change.transaction, &version).await?;
        let mut accepted = accepted_places(&before);
        let last = runs.first().map_or(0, |run| run.sequence);
        let up_to = up_to.map_or(last, |up_to| up_to.min(last));
        let places: BTreeSet<String> = runs
            .iter()
            .filter(|run| run.sequence <= up_to && run.failure.is_none())
            .flat_map(|run| run.places.difference(&accepted).cloned())
            .collect();
        if places.is_empty() {
            let standing = change.standing(&version).await?;
            return Err(RecordsError::NothingToAccept(Box::new(standing)));
        }
        let reason = format!(
            "up to run {up_to}, {}: {}",
            named(&places),
            decision.reason.trim()
        );
        let author = author.because(&reason);
        change
            .event(
                author,
                "module.differences-accepted",
                Some(active),
                Some(digest),
            )
            .await?;
        let acceptance = Acceptance {
            active,
            up_to,
            places,
            reason: decision.reason.trim().to_owned(),
            accepted_by: author.actor.to_owned(),
            at: time(change.now)?,
        };
        change.insert_acceptance(digest, &acceptance).await?;
        accepted.extend(acceptance.places);
        let clean = clean_in_a_row(&runs, &accepted).max(version.clean_runs);
        change.set_clean(digest, clean).await?;
        change.commit().await
    }
}

impl ModuleChange<'_> {
    async fn insert_acceptance(
        &mut self,
        digest: Digest,
        acceptance: &Acceptance,
    ) -> Result<(), RecordsError> {
        sqlx::query(
            "INSERT INTO acceptance (module, digest, active, up_to, places, reason, accepted_by, created)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&self.row.name)
        .bind(digest.to_string())
        .bind(acceptance.active.to_string())
        .bind(bound(acceptance.up_to))
        .bind(serde_json::to_string(&acceptance.places)?)
        .bind(&acceptance.reason)
        .bind(&acceptance.accepted_by)
        .bind(self.now)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    async fn set_clean(&mut self, digest: Digest, clean: u32) -> Result<(), RecordsError> {
        sqlx::query("UPDATE module_version SET clean_runs = $3 WHERE module = $1 AND digest = $2")
            .bind(&self.row.name)
            .bind(digest.to_string())
            .bind(clean)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Shadow runs so far count no more, and what was accepted of them goes: for one version, whose trial
    /// begins anew, or for all, since they are compared with another now.
    pub(crate) async fn prove_anew(&mut self, digest: Option<Digest>) -> Result<(), RecordsError> {
        let digest = digest.map(|digest| digest.to_string());
        sqlx::query(
            "UPDATE module_version SET clean_runs = 0,
                    counted_after = (SELECT COALESCE(MAX(sequence), 0) FROM difference)
             WHERE module = $1 AND digest = coalesce($2, digest)",
        )
        .bind(&self.row.name)
        .bind(&digest)
        .execute(&mut *self.transaction)
        .await?;
        sqlx::query("DELETE FROM acceptance WHERE module = $1 AND digest = coalesce($2, digest)")
            .bind(&self.row.name)
            .bind(&digest)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

/// What was accepted of a version, the oldest first.
pub(crate) async fn acceptances(
    records: &mut SqliteConnection,
    version: &VersionRow,
) -> Result<Vec<Acceptance>, RecordsError> {
    let rows = "SELECT * FROM acceptance WHERE module = $1 AND digest = $2 ORDER BY up_to";
    let rows = sqlx::query_as(rows)
        .bind(&version.module)
        .bind(version.digest.to_string());
    Ok(rows.fetch_all(records).await?)
}

/// All places of some acceptances.
pub(crate) fn accepted_places(acceptances: &[Acceptance]) -> BTreeSet<String> {
    let places = acceptances.iter().map(|acceptance| &acceptance.places);
    places.flatten().cloned().collect()
}

/// The last runs in a row that neither failed nor differed elsewhere; `runs` begins with the newest.
fn clean_in_a_row(runs: &[CountedRun], accepted: &BTreeSet<String>) -> u32 {
    let counts = |run: &&CountedRun| run.verdict(accepted).counts();
    u32::try_from(runs.iter().take_while(counts).count()).unwrap_or(u32::MAX)
}

fn named(places: &BTreeSet<String>) -> String {
    let first: Vec<&str> = places
        .iter()
        .take(NAMED_PLACES)
        .map(String::as_str)
        .collect();
    let more = match places.len().saturating_sub(NAMED_PLACES) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{} places ({}{more})", places.len(), first.join("; "))
}

impl FromRow<'_, StoredRow> for Acceptance {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            active: row.read("active")?,
            up_to: row.read("up_to")?,
            places: row.json("places")?,
            reason: row.read("reason")?,
            accepted_by: row.read("accepted_by")?,
            at: row.read("created")?,
        })
    }
}
