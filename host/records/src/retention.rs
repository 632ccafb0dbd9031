//! What is removed when, by rules that an operator sets; without a rule everything is kept for ever.
//!
//! Only what has ended is looked at: a report that waits or is made keeps all it needs, since data count as used for
//! at least a day after a report was made from them, versions of modules are never removed, and an artifact that was
//! stored within an [hour](FRESH) stays, named or not. The audit trail is never cut. Each batch is one transaction with
//! its audit event; files go after it, under the write lock, so that nobody stores the same bytes meanwhile.

mod leftovers;
mod rule;
mod sizes;

use std::{fs::File, time::Duration};

use jiff::Timestamp;
use quire_model::Digest;
use sqlx::{Row as _, Sqlite, Transaction};

pub use rule::{Removal, Retention, Rule};
pub use sizes::Sizes;

use crate::{
    Actor, KeyId, Records, RecordsError,
    audit::event::{NewEvent, append},
    clock::millis,
    stored::{Columns as _, StoredRow, time},
};

/// Things of one kind that are removed in one transaction: others wait for the write lock no longer than some
/// milliseconds.
const BATCH: u32 = 200;

/// How long an artifact stays that nothing names: longer than any attempt takes from storing it to settling.
pub(crate) const FRESH: Duration = Duration::from_hours(1);

/// Locked by who removes, and shared by who copies.
const LOCK: &str = "quire.retention";

/// Something that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// When.
    pub at: Timestamp,
    /// By which rule.
    pub rule: String,
}

/// Reports: the row, its manifest, and the names that its caller gave it. Their documents go with them.
const REPORTS: &str = "SELECT id, owner FROM report WHERE finished < $1 ORDER BY finished LIMIT $2";
/// Documents of reports that keep their rows.
const DOCUMENTS: &str = "SELECT id, owner FROM report WHERE finished < $1 AND artifact IS NOT NULL
    ORDER BY finished LIMIT $2";
const DATA: &str =
    "SELECT digest AS id, NULL AS owner FROM snapshot WHERE used < $1 ORDER BY used LIMIT $2";
/// Of versions whose trial is over: those on trial are judged by theirs.
const DIFFERENCES: &str =
    "SELECT CAST(sequence AS TEXT) AS id, NULL AS owner FROM difference WHERE created < $1
    AND EXISTS (SELECT 1 FROM module_version AS version WHERE version.module = difference.module
        AND version.digest = difference.candidate AND version.state IN ('active', 'retired'))
    ORDER BY sequence LIMIT $2";

/// What goes in one batch.
struct Victim {
    id: String,
    owner: Option<String>,
}

impl Records {
    /// What the rules would remove now, the oldest first; nothing is changed.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn removable(&self, rules: &Retention) -> Result<Vec<Removal>, RecordsError> {
        let mut found = Vec::new();
        for (rule, keep) in rules.ages() {
            let before = self.now() - millis(keep);
            let counted = format!("SELECT count(*) AS number FROM ({})", select(rule));
            let counted = sqlx::query(sqlx::AssertSqlSafe(counted))
                .bind(before)
                .bind(i64::MAX)
                .fetch_one(&self.readers)
                .await?;
            let number: u64 = counted.read("number")?;
            found.push(Removal {
                rule,
                number,
                before: time(before)?,
            });
        }
        Ok(found)
    }

    /// How many bytes of documents and data there are beyond the quota; none if there is no quota.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn beyond_quota(&self, rules: &Retention) -> Result<Option<u64>, RecordsError> {
        let Some(quota) = rules.quota_bytes else {
            return Ok(None);
        };
        Ok(Some(self.artifact_bytes().await?.saturating_sub(quota)))
    }

    /// Remove what the rules say. None if another process is at it, or a backup is being made: the next time does.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed. What was removed before stays removed, and the trail says so.
    pub async fn apply_retention(
        &self,
        rules: &Retention,
        actor: Option<&Actor>,
    ) -> Result<Option<Vec<Removal>>, RecordsError> {
        let Some(_lock) = self.lock_retention()? else {
            return Ok(None);
        };
        let mut done = Vec::new();
        for (rule, keep) in rules.ages() {
            let before = self.now() - millis(keep);
            let mut number = 0;
            loop {
                let some = self.remove_some(rule, rule, before, actor).await?;
                number += some;
                if some < u64::from(BATCH) {
                    break;
                }
            }
            done.push(Removal {
                rule,
                number,
                before: time(before)?,
            });
        }
        self.clear_leftovers().await?;
        if let Some(quota) = rules.quota_bytes {
            let number = self.keep_within(quota, actor).await?;
            done.push(Removal {
                rule: Rule::Quota,
                number,
                before: time(self.now())?,
            });
        }
        Ok(Some(done))
    }

    /// Documents go before data, from which they can be made again; the oldest first.
    async fn keep_within(&self, quota: u64, actor: Option<&Actor>) -> Result<u64, RecordsError> {
        let mut number = 0;
        for (what, keep) in [
            (Rule::Documents, FRESH),
            (Rule::Data, Duration::from_hours(24)),
        ] {
            let before = self.now() - millis(keep);
            while self.artifact_bytes().await? > quota {
                let some = self.remove_some(Rule::Quota, what, before, actor).await?;
                self.clear_leftovers().await?;
                number += some;
                if some == 0 {
                    break;
                }
            }
        }
        Ok(number)
    }

    /// One batch, with the event that tells of it.
    async fn remove_some(
        &self,
        rule: Rule,
        what: Rule,
        before: i64,
        actor: Option<&Actor>,
    ) -> Result<u64, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let rows = sqlx::query(select(what))
            .bind(before)
            .bind(i64::from(BATCH))
            .fetch_all(&mut *change)
            .await?;
        let victims = rows.iter().map(victim).collect::<Result<Vec<_>, _>>()?;
        if victims.is_empty() {
            return Ok(0);
        }
        for victim in &victims {
            remove(&mut change, what, victim).await?;
            if let Some(kind) = what.kind() {
                remember(&mut change, kind, victim, rule, now).await?;
            }
        }
        let number = victims.len() as u64;
        let reason = format!(
            "{number} {}, {} before {:.0}; rule {rule}",
            what.as_str(),
            what.measured(),
            time(before)?
        );
        let ids: Vec<&[u8]> = victims.iter().map(|victim| victim.id.as_bytes()).collect();
        let (key, role) = actor.map_or(("quire", "host"), |actor| {
            (actor.key.as_str(), actor.role.as_str())
        });
        let event = NewEvent {
            role,
            before: Some(Digest::of_parts(ids)),
            reason: Some(&reason),
            ..NewEvent::host(key, "retention.removed", what.as_str().to_owned())
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(number)
    }

    /// When and by which rule a report was removed that this one might see; none if there never was one.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn removed_report(
        &self,
        actor: &Actor,
        id: &quire_model::ReportId,
    ) -> Result<Option<Removed>, RecordsError> {
        let row = self.removal("report", id.as_str()).await?;
        let Some(row) = row else { return Ok(None) };
        let owner: Option<KeyId> = row.optional("owner")?;
        let may = owner.is_some_and(|owner| actor.may_see(&owner));
        may.then(|| removed(&row)).transpose()
    }

    /// When and by which rule the document of a report was removed; none if it was not.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn removed_document(
        &self,
        id: &quire_model::ReportId,
    ) -> Result<Option<Removed>, RecordsError> {
        let row = self.removal("document", id.as_str()).await?;
        row.as_ref().map(removed).transpose()
    }

    /// When and by which rule data were removed; none if they were not.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn removed_data(&self, digest: Digest) -> Result<Option<Removed>, RecordsError> {
        let row = self.removal("data", &digest.to_string()).await?;
        row.as_ref().map(removed).transpose()
    }

    async fn removal(&self, kind: &str, id: &str) -> Result<Option<StoredRow>, RecordsError> {
        let row = sqlx::query("SELECT owner, rule, time FROM removed WHERE kind = $1 AND id = $2")
            .bind(kind)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row)
    }

    /// The right to remove; none while another process has it, or copies.
    fn lock_retention(&self) -> Result<Option<File>, RecordsError> {
        let file = self.lock_file()?;
        Ok(file.try_lock().is_ok().then_some(file))
    }

    /// Held while files are copied: nothing is removed meanwhile.
    pub(crate) async fn hold_files(&self) -> Result<File, RecordsError> {
        let file = self.lock_file()?;
        let path = self.settings.data_dir.join(LOCK);
        crate::artifacts::off_thread(path.clone(), move || match file.lock_shared() {
            Ok(()) => Ok(file),
            Err(source) => Err(RecordsError::File { path, source }),
        })
        .await
    }

    fn lock_file(&self) -> Result<File, RecordsError> {
        let path = self.settings.data_dir.join(LOCK);
        File::create(&path).map_err(|source| RecordsError::File { path, source })
    }
}

const fn select(what: Rule) -> &'static str {
    match what {
        Rule::Reports => REPORTS,
        Rule::Documents | Rule::Quota => DOCUMENTS,
        Rule::Data => DATA,
        Rule::Differences => DIFFERENCES,
    }
}

fn victim(row: &StoredRow) -> Result<Victim, RecordsError> {
    Ok(Victim {
        id: row.read("id")?,
        owner: row.optional("owner")?,
    })
}

fn removed(row: &StoredRow) -> Result<Removed, RecordsError> {
    Ok(Removed {
        at: row.read("time")?,
        rule: row.try_get("rule")?,
    })
}

async fn remove(
    change: &mut Transaction<'static, Sqlite>,
    what: Rule,
    victim: &Victim,
) -> Result<(), RecordsError> {
    let statements: &[&'static str] = match what {
        Rule::Reports => &[
            "DELETE FROM manifest WHERE report = $1",
            "DELETE FROM idempotency WHERE report = $1",
            "UPDATE report SET remade_as = NULL WHERE remade_as = $1",
            "DELETE FROM report WHERE id = $1",
        ],
        Rule::Documents | Rule::Quota => &["UPDATE report SET artifact = NULL WHERE id = $1"],
        Rule::Data => &["DELETE FROM snapshot WHERE digest = $1"],
        Rule::Differences => &["DELETE FROM difference WHERE sequence = CAST($1 AS INTEGER)"],
    };
    for statement in statements {
        sqlx::query(*statement)
            .bind(&victim.id)
            .execute(&mut **change)
            .await?;
    }
    Ok(())
}

async fn remember(
    change: &mut Transaction<'static, Sqlite>,
    kind: &str,
    victim: &Victim,
    rule: Rule,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query(
        "INSERT INTO removed (kind, id, owner, rule, time) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, id) DO UPDATE SET rule = excluded.rule, time = excluded.time",
    )
    .bind(kind)
    .bind(&victim.id)
    .bind(&victim.owner)
    .bind(rule.to_string())
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(())
}

#[cfg(test)]
#[path = "retention/tests.rs"]
mod tests;
