//! One number that grows with every change of a module or a definition, so that each process can
//! see by a cheap read whether it has to look closer.

use sqlx::{Sqlite, Transaction};
use tokio::sync::watch;

use crate::{Records, RecordsError};

impl Records {
    /// How often modules and definitions were changed, by any process. Read several times a second.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn change_counter(&self) -> Result<u64, RecordsError> {
        let revision: i64 = sqlx::query_scalar("SELECT revision FROM change")
            .fetch_one(&self.readers)
            .await?;
        Ok(revision.unsigned_abs())
    }

    /// Tells of changes that this process makes, at once; those of others show only in
    /// [`change_counter`](Self::change_counter).
    #[must_use]
    pub fn own_changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Count a change, commit it, and tell this process of it. Gives the new count.
    pub(crate) async fn commit_change(
        &self,
        mut change: Transaction<'static, Sqlite>,
    ) -> Result<u64, RecordsError> {
        let revision: i64 =
            sqlx::query_scalar("UPDATE change SET revision = revision + 1 RETURNING revision")
                .fetch_one(&mut *change)
                .await?;
        change.commit().await?;
        let revision = revision.unsigned_abs();
        self.changed.send_replace(revision);
        Ok(revision)
    }
}
