//! What tells this data directory from others: two that use one Redis must not take each other's tickets.

use sqlx::SqlitePool;
use ulid::Ulid;

use crate::{Records, RecordsError};

impl Records {
    /// The name of this data directory, made with it; whoever copies the directory copies it too.
    #[must_use]
    pub fn deployment(&self) -> &str {
        &self.deployment
    }
}

/// The name, which is made if there is none.
pub(crate) async fn ensure(
    readers: &SqlitePool,
    writer: &SqlitePool,
) -> Result<String, RecordsError> {
    let find = "SELECT id FROM deployment WHERE one = 1";
    if let Some(id) = sqlx::query_scalar(find).fetch_optional(readers).await? {
        return Ok(id);
    }
    sqlx::query("INSERT INTO deployment (one, id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING")
        .bind(Ulid::generate().to_string())
        .execute(writer)
        .await?;
    Ok(sqlx::query_scalar(find).fetch_one(writer).await?)
}
