//! API keys: made, shown once, recognised by hash, revoked.

use jiff::Timestamp;

use crate::{Actor, KeyId, Records, RecordsError, Role, Secret};

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Which key.
    pub id: KeyId,
    /// What it allows.
    pub role: Role,
    /// What its maker called it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Records {
    /// Make a key, with its audit event. The secret can never be read again.
    ///
    /// # Errors
    ///
    /// If there is no randomness or the records cannot be changed.
    pub async fn create_key(
        &self,
        role: Role,
        label: &str,
        actor: &Actor,
        request_id: &str,
    ) -> Result<(KeyId, Secret), RecordsError> {
        let _ = (role, label, actor, request_id);
        Err(RecordsError::Random)
    }

    /// See to it that `secret` is an admin key (`QUIRE_ADMIN_KEY`). A revoked key stays revoked.
    ///
    /// # Errors
    ///
    /// If the secret is too short or the records cannot be changed.
    pub async fn ensure_admin_key(&self, secret: &str) -> Result<KeyId, RecordsError> {
        let _ = secret;
        Err(RecordsError::Random)
    }

    /// Who shows this secret; none if it is unknown or revoked. A key that another process revokes
    /// is refused within a second, one revoked here at once.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Actor>, RecordsError> {
        let _ = secret;
        Ok(None)
    }

    /// All keys, in the order they were made.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn list_keys(&self) -> Result<Vec<KeyRow>, RecordsError> {
        Ok(Vec::new())
    }

    /// Stop a key, with its audit event. False if there is no such key or it is revoked already.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn revoke_key(
        &self,
        id: &KeyId,
        reason: &str,
        actor: &Actor,
        request_id: &str,
    ) -> Result<bool, RecordsError> {
        let _ = (id, reason, actor, request_id);
        Ok(false)
    }

    /// Whether any key was ever made.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn has_keys(&self) -> Result<bool, RecordsError> {
        Ok(false)
    }
}
