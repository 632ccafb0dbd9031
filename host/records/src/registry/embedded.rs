//! The standard sections, which are part of the binary, enter the records as versions like any
//! other.

use crate::{
    Decision, ModuleRow, NewVersion, Records, RecordsError, VersionOrigin, VersionState,
    registry::decision::Author,
};

impl Records {
    /// Enter a version that is part of this binary, and activate it if the module is new, or if this
    /// version is new and the active one was embedded too. So a newer binary brings its sections
    /// along, an administrator's upload stays active, and a restart changes nothing.
    ///
    /// # Errors
    ///
    /// As [`add_version`](Self::add_version).
    pub async fn enter_embedded(&self, new: &NewVersion) -> Result<ModuleRow, RecordsError> {
        let author = Author::quire("part of this version of Quire");
        let entered = self.enter(new, VersionState::Staged, author).await?;
        let mut change = self.change_module(&new.module, None).await?;
        let activate = match change.row.active {
            None => true,
            Some(_) if !entered.created => false,
            Some(active) => change.version(active).await?.origin == VersionOrigin::Embedded,
        };
        if !activate {
            return Ok(change.row);
        }
        match self.activate_in(&mut change, new.digest, author).await {
            Ok(()) => change.commit().await,
            // An administrator wants to see clean shadow runs first, from this one too.
            Err(RecordsError::NotProven { .. }) => Ok(change.row),
            Err(other) => Err(other),
        }
    }

    /// Enter and activate a version that was named on the command line of a start. One that was active
    /// before and is not any more stays out: whoever rolled it back must not see it return with the
    /// next restart.
    ///
    /// # Errors
    ///
    /// As [`add_version`](Self::add_version) and [`activate`](Self::activate); whether definitions fit it is not asked,
    /// since whoever writes a component starts a server with it before its parameters are settled.
    pub async fn enter_file(
        &self,
        new: &NewVersion,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        let author = decision.author()?;
        let entered = self.enter(new, VersionState::Staged, author).await?;
        let mut change = self.change_module(&new.module, None).await?;
        let was_taken_back = entered.version.activated_at.is_some() && change.row.active.is_some();
        if change.row.active == Some(new.digest) || was_taken_back {
            return Ok(change.row);
        }
        if entered.version.state == VersionState::Checked {
            change.move_to(new.digest, VersionState::Staged).await?;
        }
        self.activate_in(&mut change, new.digest, author).await?;
        change.commit().await
    }
}
