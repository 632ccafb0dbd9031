//! Who holds a key now, for what is done in their name while they send no key.

use crate::{Actor, KeyId, Records, RecordsError, stored::Columns as _};

impl Records {
    /// The holder of a key; none if it was revoked, has expired, or never was.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn actor_now(&self, key: &KeyId) -> Result<Option<Actor>, RecordsError> {
        let row = sqlx::query(
            "SELECT id, role, label FROM api_key
             WHERE id = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)",
        )
        .bind(key.as_str())
        .bind(self.now())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Actor {
            key: row.read("id")?,
            role: row.read("role")?,
            label: row.read("label")?,
            address: None,
        }))
    }
}
