//! A version is tried before it is activated: as a canary on a share of the reports, or as a shadow
//! that nobody sees.

use quire_model::Digest;

use crate::{
    Canary, CanaryBudget, Decision, ModuleRow, Records, RecordsError, VersionState,
    registry::module_change::ModuleChange,
};

impl Records {
    /// Make `percent` of the reports with this version, and roll it back by itself when its budget
    /// is used up. Which reports is decided by their id, so that a retry stays on its side.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] unless it is staged or shadow; [`RecordsError::OnTrial`] if the
    /// module has a canary; [`RecordsError::NoActive`] if there is nothing to compare with;
    /// [`RecordsError::NotProven`]; [`RecordsError::FourEyes`]; [`RecordsError::InvalidTrial`] for a share that is not 1 to 99 or
    /// a budget that allows nothing; otherwise as [`activate`](Self::activate).
    pub async fn start_canary(
        &self,
        module: &str,
        digest: Digest,
        percent: u8,
        budget: CanaryBudget,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        const FROM: &[VersionState] = &[VersionState::Staged, VersionState::Shadow];
        check_canary(percent, budget)?;
        let (mut change, author) = self.decided(module, decision).await?;
        let version = change.version_in(digest, "made a canary", FROM).await?;
        change.has_active()?;
        if let Some(canary) = change.row.canary {
            return Err(change.on_trial("canary", canary.digest));
        }
        self.seen_by_another(&version, decision)?;
        change.fits(&version).await?;
        change.proven(&version).await?;
        change.end_trial_of(digest).await?;
        change.move_to(digest, VersionState::Canary).await?;
        change.row.canary = Some(Canary {
            digest,
            percent,
            budget,
        });
        change.judge_anew().await?;
        let reason = format!("{percent} % of the reports: {}", decision.reason.trim());
        let author = author.because(&reason);
        change
            .event(
                author,
                "module.canary-started",
                change.row.active,
                Some(digest),
            )
            .await?;
        change.commit().await
    }

    /// Run this version beside the active one on the reports that are made, compare, and never show
    /// it. Its runs are counted anew, and nothing of what it does otherwise is accepted yet. It can be made
    /// a canary or activated once it has shown `required_clean` runs in a row that neither failed nor
    /// differed in a way not accepted.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] unless it is staged; [`RecordsError::OnTrial`] if the module has
    /// a shadow; [`RecordsError::NoActive`]; otherwise as [`activate`](Self::activate).
    pub async fn start_shadow(
        &self,
        module: &str,
        digest: Digest,
        required_clean: u32,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let (mut change, author) = self.decided(module, decision).await?;
        let version = change
            .version_in(digest, "made a shadow", &[VersionState::Staged])
            .await?;
        change.has_active()?;
        change.fits(&version).await?;
        if let Some(shadow) = change.row.shadow {
            return Err(change.on_trial("shadow", shadow));
        }
        change.move_to(digest, VersionState::Shadow).await?;
        sqlx::query(
            "UPDATE module_version SET required_clean = $3, shadow_runs = 0
             WHERE module = $1 AND digest = $2",
        )
        .bind(module)
        .bind(digest.to_string())
        .bind(required_clean)
        .execute(&mut *change.transaction)
        .await?;
        change.prove_anew(Some(digest)).await?;
        change.row.shadow = Some(digest);
        let reason = format!(
            "{required_clean} clean runs required: {}",
            decision.reason.trim()
        );
        let author = author.because(&reason);
        change
            .event(
                author,
                "module.shadow-started",
                change.row.active,
                Some(digest),
            )
            .await?;
        change.commit().await
    }

    /// End the trial of a canary or a shadow; it is staged again and keeps what it has shown.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] if it is neither; otherwise as [`activate`](Self::activate).
    pub async fn end_trial(
        &self,
        module: &str,
        digest: Digest,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        const FROM: &[VersionState] = &[VersionState::Canary, VersionState::Shadow];
        let (mut change, author) = self.decided(module, decision).await?;
        let version = change
            .version_in(digest, "taken off its trial", FROM)
            .await?;
        change.end_trial_of(digest).await?;
        change.move_to(digest, VersionState::Staged).await?;
        let action = match version.state {
            VersionState::Canary => "module.canary-ended",
            _ => "module.shadow-ended",
        };
        change.event(author, action, Some(digest), None).await?;
        change.commit().await
    }
}

impl ModuleChange<'_> {
    /// Take a version off whatever trial it is on; its state is the caller's to change.
    pub(crate) async fn end_trial_of(&mut self, digest: Digest) -> Result<(), RecordsError> {
        if self.row.shadow == Some(digest) {
            self.row.shadow = None;
        }
        if self
            .row
            .canary
            .is_some_and(|canary| canary.digest == digest)
        {
            self.row.canary = None;
            // A probation of the active version that was going on goes on, counted anew.
            self.judge_anew().await?;
        }
        Ok(())
    }

    fn has_active(&self) -> Result<(), RecordsError> {
        match self.row.active {
            Some(_) => Ok(()),
            None => Err(RecordsError::NoActive(self.row.name.clone())),
        }
    }

    fn on_trial(&self, trial: &'static str, digest: Digest) -> RecordsError {
        RecordsError::OnTrial {
            module: self.row.name.clone(),
            trial,
            digest,
        }
    }
}

fn check_canary(percent: u8, budget: CanaryBudget) -> Result<(), RecordsError> {
    let fault = if !(1..=99).contains(&percent) {
        "its share must be 1 to 99 percent; to use a version for all reports, activate it"
    } else if budget.failures == 0 {
        "its budget must allow a failure to be counted: `failures` is at least 1"
    } else if !budget.costs().leave_room() {
        "it may not have to cost less than the active version: `cpu_percent`, `wall_percent` and \
         `memory_percent` are more than 100"
    } else if budget.timed_after == 0 {
        "costs cannot be compared before there are any: `timed_after` is at least 1"
    } else {
        return Ok(());
    };
    Err(RecordsError::InvalidTrial(fault))
}
