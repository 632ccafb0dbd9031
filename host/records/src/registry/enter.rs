//! A version enters the records, and is made ready for use or withdrawn.

use quire_contract::is_name;
use quire_model::{Digest, Kind};

use crate::{
    Decision, ModuleRow, NewVersion, Records, RecordsError, VersionRow, VersionState,
    audit::event::append,
    registry::decision::Author,
    registry::module::version_of,
    stored::{Columns, bound},
};

/// A version that is in the records.
#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    /// The version as it stands.
    pub version: VersionRow,
    /// False if it was there before; then nothing was changed.
    pub created: bool,
}

impl Records {
    /// Enter a version that passed every check, as [`Checked`](VersionState::Checked), with its
    /// audit event. The first version of a name makes the module. The bytes must be an artifact
    /// already. Entering the same version again changes nothing.
    ///
    /// # Errors
    ///
    /// [`RecordsError::InvalidName`]; [`RecordsError::OtherKind`] if the module's versions are of the
    /// other world; [`RecordsError::NoArtifact`] if the bytes are not stored;
    /// [`RecordsError::NoReason`].
    pub async fn add_version(
        &self,
        new: &NewVersion,
        decision: &Decision<'_>,
    ) -> Result<Entered, RecordsError> {
        self.enter(new, VersionState::Checked, decision.author()?)
            .await
    }

    pub(crate) async fn enter(
        &self,
        new: &NewVersion,
        state: VersionState,
        author: Author<'_>,
    ) -> Result<Entered, RecordsError> {
        check_name(&new.module)?;
        let now = self.now();
        let mut change = self.write().await?;
        let known = sqlx::query(
            "INSERT INTO module (name, kind, revision) VALUES ($1, $2, 0)
             ON CONFLICT (name) DO UPDATE SET revision = revision + 1 RETURNING kind",
        )
        .bind(&new.module)
        .bind(new.kind.as_str())
        .fetch_one(&mut *change)
        .await?;
        let expected: Kind = known.read("kind")?;
        if expected != new.kind {
            return Err(RecordsError::OtherKind {
                module: new.module.clone(),
                kind: new.kind,
                expected,
            });
        }
        if let Some(version) = version_of(&mut change, &new.module, new.digest).await? {
            return Ok(Entered {
                version,
                created: false,
            });
        }
        let stored: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM artifact WHERE digest = $1)")
                .bind(new.digest.to_string())
                .fetch_one(&mut *change)
                .await?;
        if !stored {
            return Err(RecordsError::NoArtifact(new.digest));
        }
        let version = sqlx::query_as(
            "INSERT INTO module_version (module, digest, state, origin, version, title, manifest,
                    size_bytes, created, created_by, changed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9) RETURNING *",
        )
        .bind(&new.module)
        .bind(new.digest.to_string())
        .bind(state.as_str())
        .bind(new.origin.as_str())
        .bind(&new.version)
        .bind(&new.title)
        .bind(serde_json::to_string(&new.manifest)?)
        .bind(bound(new.size_bytes))
        .bind(now)
        .bind(author.actor)
        .fetch_one(&mut *change)
        .await?;
        let mut event = author.event("module.added", format!("module {}", new.module));
        event.after = Some(new.digest);
        append(&mut change, now, event).await?;
        self.commit_change(change).await?;
        Ok(Entered {
            version,
            created: true,
        })
    }

    /// Decide that a version may be used. A retired one may be staged again.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] unless it is checked or retired; [`RecordsError::UnknownModule`],
    /// [`RecordsError::UnknownVersion`], [`RecordsError::Changed`], [`RecordsError::NoReason`].
    pub async fn stage(
        &self,
        module: &str,
        digest: Digest,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        const FROM: &[VersionState] = &[VersionState::Checked, VersionState::Retired];
        let (mut change, author) = self.decided(module, decision).await?;
        change.version_in(digest, "staged", FROM).await?;
        change.move_to(digest, VersionState::Staged).await?;
        change
            .event(author, "module.staged", None, Some(digest))
            .await?;
        change.commit().await
    }

    /// Withdraw a version; a canary or a shadow ends with it. The active version cannot be
    /// withdrawn: activate another, or roll back.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotAllowed`] if it is active or retired; otherwise as [`stage`](Self::stage).
    pub async fn retire(
        &self,
        module: &str,
        digest: Digest,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, RecordsError> {
        const FROM: &[VersionState] = &[
            VersionState::Checked,
            VersionState::Staged,
            VersionState::Canary,
            VersionState::Shadow,
        ];
        let (mut change, author) = self.decided(module, decision).await?;
        change.version_in(digest, "retired", FROM).await?;
        change.end_trial_of(digest).await?;
        change.move_to(digest, VersionState::Retired).await?;
        change
            .event(author, "module.retired", Some(digest), None)
            .await?;
        change.commit().await
    }
}

/// Names are typed, and stand in addresses and file names.
pub(crate) fn check_name(name: &str) -> Result<(), RecordsError> {
    if is_name(name) {
        Ok(())
    } else {
        Err(RecordsError::InvalidName(name.chars().take(80).collect()))
    }
}
