//! Keys: made, listed and revoked.

use anyhow::anyhow;
use quire_records::{KeyId, KeyRow, NewKey, Records, Role, Timestamp};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Place, REQUEST_ID};
use crate::{
    operator,
    remote::{Refusal, escaped},
};

/// A key as a server sends it.
#[derive(Deserialize)]
struct Sent {
    id: String,
    role: Role,
    label: String,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

impl Place {
    /// Make a key: its id, and what its holder sends.
    pub(crate) async fn make_key(&self, key: &NewKey<'_>) -> anyhow::Result<(String, String)> {
        #[derive(Deserialize)]
        struct Made {
            id: String,
            key: String,
        }
        match self {
            Self::Directory(records) => {
                let person = operator::actor();
                let (id, secret) = records.make_key(key, &person, REQUEST_ID).await?;
                Ok((id.to_string(), secret.expose().to_owned()))
            }
            Self::Server(server) => {
                let body = json!({
                    "role": key.role, "label": key.label, "expires_at": key.expires_at, "reason": key.reason,
                });
                let made: Made = server.tell(Method::POST, KEYS, &body).await?;
                Ok((made.id, made.key))
            }
        }
    }

    /// All keys, in the order they were made.
    pub(crate) async fn keys(&self) -> anyhow::Result<Vec<KeyRow>> {
        #[derive(Deserialize)]
        struct List {
            keys: Vec<Sent>,
        }
        match self {
            Self::Directory(records) => Ok(records.list_keys().await?),
            Self::Server(server) => {
                let list: List = server.get(KEYS).await?;
                Ok(list.keys.into_iter().map(KeyRow::from).collect())
            }
        }
    }

    /// Revoke a key. False if there is no such key, or it is revoked already.
    pub(crate) async fn revoke_key(&self, id: &str, reason: &str) -> anyhow::Result<bool> {
        match self {
            Self::Directory(records) => {
                let (id, person) = (KeyId::from(id), operator::actor());
                Ok(records.revoke_key(&id, reason, &person, REQUEST_ID).await?)
            }
            Self::Server(server) => {
                let path = format!("{KEYS}/{}", escaped(id));
                let request = server.request(Method::DELETE, &path);
                let request = request.json(&json!({"reason": reason}));
                match server.send(request).await {
                    Ok(_) => Ok(true),
                    Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => Ok(false),
                    Err(error) => Err(error),
                }
            }
        }
    }
}

/// A key of a data directory that may be asked with now.
///
/// # Errors
///
/// If there is no such key, or it is valid no more.
pub(super) async fn valid_key(records: &Records, id: &KeyId) -> anyhow::Result<KeyRow> {
    let is_valid = |row: &KeyRow| {
        row.revoked_at.is_none() && row.expires_at.is_none_or(|at| at > Timestamp::now())
    };
    let mut keys = records.list_keys().await?.into_iter();
    keys.find(|row| row.id == *id && is_valid(row))
        .ok_or_else(|| {
            anyhow!(
                "there is no valid key {:?}; `quire key list` shows them",
                id.as_str()
            )
        })
}

/// Where a server has its keys.
const KEYS: &str = "/api/admin/keys";

impl From<Sent> for KeyRow {
    fn from(sent: Sent) -> Self {
        Self {
            id: KeyId::from(sent.id.as_str()),
            role: sent.role,
            label: sent.label,
            created_at: sent.created_at,
            revoked_at: sent.revoked_at,
            expires_at: sent.expires_at,
        }
    }
}
