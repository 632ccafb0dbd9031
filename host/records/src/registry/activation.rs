//! The pointer moves: a version is activated, or the one before it is brought back.

use quire_model::{Digest, LimitOverrides};

use crate::{
    Decision, ModuleRow, Notice, Records, RecordsError, VersionRow, VersionState,
    registry::decision::Author, registry::module_change::ModuleChange, stored::time,
};

/// What may be made active. Retired versions too: going back to what was good must be one call.
const ACTIVATED_FROM: &[VersionState] = &[
    VersionState::Staged,
    VersionState::Canary,
    VersionState::Shadow,
    VersionState::Retired,
];

impl Records {
    /// Make a version the active one: reports that are claimed from now on are made with it, those
    /// that are being made are not touched. The version before it is retired and kept for a
    /// [roll back](Self::roll_back). A canary or shadow of this digest ends; one of another version
    /// goes on beside the new active version, counted anew.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] unless it is staged, canary, shadow or retired;
    /// [`RecordsError::NotProven`] if it has not shown the shadow runs that it or the module requires
    /// and was never active; [`RecordsError::FourEyes`] if the one who added it decides alone; [`RecordsError::UnknownModule`],
    /// [`RecordsError::UnknownVersion`], [`RecordsError::Changed`], [`RecordsError::NoReason`];
    /// [`RecordsError::Unfit`] if a definition in use gives it parameters that it does not take.
    pub async fn activate(
        &self,
        module: &str,
        digest: Digest,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let (mut change, author) = self.decided(module, decision).await?;
        let version = change
            .version_in(digest, "activated", ACTIVATED_FROM)
            .await?;
        self.seen_by_another(&version, decision)?;
        change.fits(&version).await?;
        self.activate_in(&mut change, digest, author).await?;
        change.commit().await
    }

    /// With four eyes: whether someone else than who added a version decides on it. What was active once
    /// was decided on before.
    pub(crate) fn seen_by_another(
        &self,
        version: &VersionRow,
        decision: &Decision<'_>,
    ) -> Result<(), RecordsError> {
        let own = version.created_by == decision.actor.key.as_str();
        if self.settings.four_eyes && own && version.activated_at.is_none() {
            return Err(RecordsError::FourEyes {
                module: version.module.clone(),
                digest: version.digest,
            });
        }
        Ok(())
    }

    pub(crate) async fn activate_in(
        &self,
        change: &mut ModuleChange<'_>,
        digest: Digest,
        author: Author<'_>,
    ) -> Result<(), RecordsError> {
        let version = change
            .version_in(digest, "activated", ACTIVATED_FROM)
            .await?;
        change.proven(&version).await?;
        let before = change.row.active;
        change.end_trial_of(digest).await?;
        if let Some(before) = before {
            change.move_to(before, VersionState::Retired).await?;
        }
        change.move_to(digest, VersionState::Active).await?;
        change.row.active = Some(digest);
        change.row.previous = before;
        change.row.rolled_back = false;
        change.row.notice = None;
        // Without a version to return to there is nothing to judge.
        let probation = Some(self.settings.probation);
        change.row.probation = probation.filter(|judged| before.is_some() && judged.runs > 0);
        change.judge_anew().await?;
        change.prove_anew(None).await?;
        change
            .event(author, "module.activated", before, Some(digest))
            .await
    }

    /// Bring back the version that was active before. After a roll back it is refused, whatever the decision knows: a
    /// roll back never undoes one, or two people who both want to go back would not, nor would one who asks again. Who
    /// wants the other version again activates it.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NothingBefore`] if no other version was active;
    /// [`RecordsError::RolledBackAlready`]; otherwise as
    /// [`activate`](Self::activate).
    pub async fn roll_back(
        &self,
        module: &str,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let (mut change, author) = self.decided(module, decision).await?;
        if let (true, Some(bad)) = (change.row.rolled_back, change.row.previous) {
            return Err(RecordsError::RolledBackAlready {
                module: module.to_owned(),
                digest: bad,
            });
        }
        change.roll_back(author).await?;
        change.row.notice = None;
        change.commit().await
    }

    /// Set the limits of a module's calls; what is absent is as usual. The caller has checked them.
    ///
    /// # Errors
    ///
    /// [`RecordsError::UnknownModule`], [`RecordsError::Changed`], [`RecordsError::NoReason`].
    pub async fn set_limits(
        &self,
        module: &str,
        limits: LimitOverrides,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let (mut change, author) = self.decided(module, decision).await?;
        let before = digest_of(&change.row.limits)?;
        let after = digest_of(&limits)?;
        // In full: of digests alone nobody could say later what a call was allowed.
        let reason = format!(
            "{} instead of {}: {}",
            serde_json::to_string(&limits)?,
            serde_json::to_string(&change.row.limits)?,
            decision.reason
        );
        let author = author.because(&reason);
        change
            .event(author, "module.limits", Some(before), Some(after))
            .await?;
        change.row.limits = limits;
        change.commit().await
    }

    /// Set how many shadow runs in a row that neither failed nor differed in a way not accepted every
    /// version of a module has to show before it is made a canary or activated; 0 asks for none.
    ///
    /// # Errors
    ///
    /// As [`set_limits`](Self::set_limits).
    pub async fn set_required_clean(
        &self,
        module: &str,
        runs: u32,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let (mut change, author) = self.decided(module, decision).await?;
        let reason = format!(
            "{} clean shadow runs required instead of {}: {}",
            runs, change.row.required_clean, decision.reason
        );
        let author = author.because(&reason);
        change
            .event(author, "module.required-clean", None, None)
            .await?;
        change.row.required_clean = runs;
        change.commit().await
    }
}

impl ModuleChange<'_> {
    /// Exchange the active version and the one before it.
    pub(crate) async fn roll_back(&mut self, author: Author<'_>) -> Result<(), RecordsError> {
        let (Some(bad), Some(good)) = (self.row.active, self.row.previous) else {
            return Err(RecordsError::NothingBefore(self.row.name.clone()));
        };
        self.version_in(good, "activated", ACTIVATED_FROM).await?;
        self.end_trial_of(good).await?;
        self.move_to(bad, VersionState::Retired).await?;
        self.move_to(good, VersionState::Active).await?;
        (self.row.active, self.row.previous) = (Some(good), Some(bad));
        self.row.rolled_back = true;
        // What is brought back is known.
        self.row.probation = None;
        self.judge_anew().await?;
        self.prove_anew(None).await?;
        self.event(author, "module.rolled-back", Some(bad), Some(good))
            .await
    }

    /// Count anew for all that is on trial, since what they are compared with has changed.
    pub(crate) async fn judge_anew(&mut self) -> Result<(), RecordsError> {
        let canary = self.row.canary.map(|canary| canary.digest);
        let fresh = self.row.probation.and(self.row.active);
        let judged: Vec<Digest> = canary.into_iter().chain(fresh).collect();
        self.tally_anew(&judged).await
    }

    /// Say what Quire did by itself, where an administrator looks.
    pub(crate) fn notice(&mut self, text: &str) -> Result<(), RecordsError> {
        self.row.notice = Some(Notice {
            at: time(self.now)?,
            text: text.to_owned(),
        });
        Ok(())
    }
}

fn digest_of(limits: &LimitOverrides) -> Result<Digest, RecordsError> {
    Ok(Digest::of(serde_json::to_string(limits)?.as_bytes()))
}
