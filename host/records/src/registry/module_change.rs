//! A module in the hands of one change: read under the write lock, altered, and written back with
//! its audit event in one transaction.

use quire_model::Digest;
use sqlx::{Sqlite, Transaction};

use crate::{
    CheckParams, Decision, ModuleRow, Records, RecordsError, VersionRow, VersionState,
    audit::event::{NewEvent, append},
    registry::decision::Author,
    registry::module::{module_of, version_of},
    registry::tally::tallies,
    stored::bound,
};

/// A module that nobody else can change meanwhile; dropped without a commit it stays as it was.
pub(crate) struct ModuleChange<'r> {
    records: &'r Records,
    pub(crate) transaction: Transaction<'static, Sqlite>,
    /// What will be written back.
    pub(crate) row: ModuleRow,
    pub(crate) now: i64,
}

impl Records {
    /// Begin to change a module.
    ///
    /// # Errors
    ///
    /// [`RecordsError::UnknownModule`]; [`RecordsError::Changed`] if it is not as expected.
    pub(crate) async fn change_module(
        &self,
        name: &str,
        expected_revision: Option<u64>,
    ) -> Result<ModuleChange<'_>, RecordsError> {
        let mut transaction = self.write().await?;
        let row = module_of(&mut transaction, name).await?;
        let row =
            row.ok_or_else(|| RecordsError::UnknownModule(name.chars().take(80).collect()))?;
        expect_revision("module", name, expected_revision, row.revision)?;
        Ok(ModuleChange {
            records: self,
            transaction,
            row,
            now: self.now(),
        })
    }

    /// Begin to change a module as a person decided.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NoReason`]; otherwise as [`change_module`](Self::change_module).
    pub(crate) async fn decided<'a>(
        &self,
        name: &str,
        decision: &Decision<'a>,
    ) -> Result<(ModuleChange<'_>, Author<'a>), RecordsError> {
        let author = decision.author()?;
        let change = self.change_module(name, decision.expected_revision);
        Ok((change.await?, author))
    }
}

/// Refuse a decision that was made on something else than what is there.
pub(crate) fn expect_revision(
    what: &'static str,
    name: &str,
    expected: Option<u64>,
    found: u64,
) -> Result<(), RecordsError> {
    match expected {
        Some(expected) if expected != found => Err(RecordsError::Changed {
            object: format!("{what} {name}"),
            expected,
            found,
        }),
        _ => Ok(()),
    }
}

impl ModuleChange<'_> {
    /// How parameters are held to a schema.
    pub(crate) fn check_params(&self) -> CheckParams {
        self.records.settings.check_params
    }

    /// A version of the module.
    ///
    /// # Errors
    ///
    /// [`RecordsError::UnknownVersion`].
    pub(crate) async fn version(&mut self, digest: Digest) -> Result<VersionRow, RecordsError> {
        let version = version_of(&mut self.transaction, &self.row.name, digest).await?;
        version.ok_or_else(|| RecordsError::UnknownVersion {
            module: self.row.name.clone(),
            version: digest.to_string(),
        })
    }

    /// A version that is in one of the states from which `action` is allowed.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] if it is in another.
    pub(crate) async fn version_in(
        &mut self,
        digest: Digest,
        action: &'static str,
        allowed: &'static [VersionState],
    ) -> Result<VersionRow, RecordsError> {
        let version = self.version(digest).await?;
        if allowed.contains(&version.state) {
            return Ok(version);
        }
        Err(RecordsError::NotAllowed {
            module: self.row.name.clone(),
            digest,
            action,
            state: version.state,
            allowed,
        })
    }

    /// Put a version into a state. The database refuses what the order of states does not allow.
    pub(crate) async fn move_to(
        &mut self,
        digest: Digest,
        state: VersionState,
    ) -> Result<(), RecordsError> {
        sqlx::query(
            "UPDATE module_version SET state = $3, changed = $4,
                    activated = CASE $3 WHEN 'active' THEN $4 ELSE activated END
             WHERE module = $1 AND digest = $2",
        )
        .bind(&self.row.name)
        .bind(digest.to_string())
        .bind(state.as_str())
        .bind(self.now)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Count runs anew for these versions, and no others.
    pub(crate) async fn tally_anew(&mut self, digests: &[Digest]) -> Result<(), RecordsError> {
        sqlx::query("DELETE FROM tally WHERE module = $1")
            .bind(&self.row.name)
            .execute(&mut *self.transaction)
            .await?;
        for digest in digests {
            sqlx::query(
                "INSERT INTO tally (module, digest) VALUES ($1, $2)
                 ON CONFLICT (module, digest) DO NOTHING",
            )
            .bind(&self.row.name)
            .bind(digest.to_string())
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    /// Write the event of this change, with the digests before and after.
    pub(crate) async fn event(
        &mut self,
        author: Author<'_>,
        action: &'static str,
        before: Option<Digest>,
        after: Option<Digest>,
    ) -> Result<(), RecordsError> {
        let event = NewEvent {
            before,
            after,
            ..author.event(action, format!("module {}", self.row.name))
        };
        append(&mut self.transaction, self.now, event).await
    }

    /// Write the module back and commit. Gives it as it stands now.
    pub(crate) async fn commit(mut self) -> Result<ModuleRow, RecordsError> {
        self.row.revision += 1;
        self.write_back().await?;
        self.row.tallies = tallies(&mut self.transaction, &self.row.name).await?;
        self.records.commit_change(self.transaction).await?;
        Ok(self.row)
    }

    async fn write_back(&mut self) -> Result<(), RecordsError> {
        let row = &self.row;
        let text = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
        let probation = row.probation.unwrap_or(crate::Probation {
            runs: 0,
            failures: 0,
            costs: crate::CostLimits::default(),
        });
        let budget = row
            .canary
            .map(|canary| serde_json::to_string(&canary.budget))
            .transpose()?;
        sqlx::query(
            "UPDATE module SET revision = $2, active = $3, previous = $4, canary = $5,
                    canary_percent = $6, canary_budget = $7, shadow = $8, probation_runs = $9,
                    probation_failures = $10, limits = $11, required_clean = $12, notice = $13,
                    notice_at = $14, probation_costs = $15, rolled_back = $16
             WHERE name = $1",
        )
        .bind(&row.name)
        .bind(bound(row.revision))
        .bind(text(row.active))
        .bind(text(row.previous))
        .bind(text(row.canary.map(|canary| canary.digest)))
        .bind(row.canary.map(|canary| i64::from(canary.percent)))
        .bind(budget)
        .bind(text(row.shadow))
        .bind(probation.runs)
        .bind(probation.failures)
        .bind(serde_json::to_string(&row.limits)?)
        .bind(row.required_clean)
        .bind(row.notice.as_ref().map(|notice| notice.text.as_str()))
        .bind(row.notice.as_ref().map(|notice| notice.at.as_millisecond()))
        .bind(serde_json::to_string(&probation.costs)?)
        .bind(row.rolled_back)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}
