//! The admin key of the settings (`QUIRE_ADMIN_KEY`): one at a time. Another in its place revokes it.

use quire_model::Digest;
use sqlx::{Sqlite, Transaction};

use crate::{
    KeyId, Records, RecordsError, Role,
    access::keys::{any_admin, insert},
    audit::event::{NewEvent, append},
    stored::Columns,
};

/// Characters of a key that an administrator chooses, at least.
const SHORTEST_SECRET: usize = 16;

/// What keeps a secret from standing in a header as it is.
fn unfit(secret: &str) -> Option<&'static str> {
    let letter = secret.chars().find(|letter| !letter.is_ascii_graphic())?;
    Some(match letter {
        '\n' | '\r' => "the end of a line",
        letter if letter.is_whitespace() => "white space",
        letter if letter.is_control() => "a control character",
        _ => "a letter that is not ASCII",
    })
}

/// What such keys are called in the list, and who made them in the trail.
const LABEL: &str = "from the settings";
const ACTOR: &str = "settings";

impl Records {
    /// See to it that `secret` is an admin key, and the only one that the settings have given: the one
    /// before it is revoked, with its audit event. Gives the key's id.
    ///
    /// # Errors
    ///
    /// If the secret is too short or could not be sent ([`RecordsError::UnfitSecret`]), was revoked ([`RecordsError::RevokedSecret`]) or is a consumer's, or
    /// the records cannot be changed. Then every key stays as it is.
    pub async fn ensure_admin_key(&self, secret: &str) -> Result<KeyId, RecordsError> {
        if secret.chars().count() < SHORTEST_SECRET {
            return Err(RecordsError::WeakSecret(SHORTEST_SECRET));
        }
        if let Some(what) = unfit(secret) {
            return Err(RecordsError::UnfitSecret(what));
        }
        let hash = Digest::of(secret.as_bytes());
        let now = self.now();
        let mut change = self.write().await?;
        let id = match known(&mut change, hash).await? {
            Some(id) => id,
            None => {
                let id = insert(&mut change, Role::Admin, LABEL, hash, now).await?;
                let event = NewEvent {
                    reason: Some(Role::Admin.as_str()),
                    ..NewEvent::host(ACTOR, "key.created", format!("key {id}"))
                };
                append(&mut change, now, event).await?;
                id
            }
        };
        let before = set_before(&mut change, &id).await?;
        for key in &before {
            sqlx::query("UPDATE api_key SET revoked = $2 WHERE id = $1")
                .bind(key)
                .bind(now)
                .execute(&mut *change)
                .await?;
            let event = NewEvent {
                reason: Some("the settings give another key"),
                ..NewEvent::host(ACTOR, "key.revoked", format!("key {key}"))
            };
            append(&mut change, now, event).await?;
        }
        change.commit().await?;
        if !before.is_empty() {
            self.revoked()?;
        }
        Ok(id)
    }

    /// Whether there is a valid key with the role admin.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn has_admin(&self) -> Result<bool, RecordsError> {
        let mut reader = self.readers.acquire().await?;
        any_admin(&mut reader, self.now()).await
    }
}

/// The key with this secret, if there is one; it has to be an admin's and valid.
async fn known(
    change: &mut Transaction<'static, Sqlite>,
    hash: Digest,
) -> Result<Option<KeyId>, RecordsError> {
    let row = sqlx::query("SELECT id, role, revoked FROM api_key WHERE hash = $1")
        .bind(hash.to_string())
        .fetch_optional(&mut **change)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id = row.read("id")?;
    if let Some(at) = row.optional("revoked")? {
        return Err(RecordsError::RevokedSecret { id, at });
    }
    if row.read::<Role>("role")? != Role::Admin {
        return Err(RecordsError::NoAdminSecret { id });
    }
    Ok(Some(id))
}

/// The valid keys that the settings gave, but for this one. A label may be anybody's; the trail knows.
async fn set_before(
    change: &mut Transaction<'static, Sqlite>,
    but: &KeyId,
) -> Result<Vec<String>, RecordsError> {
    let keys = sqlx::query_scalar(
        "SELECT id FROM api_key WHERE label = $1 AND id <> $2 AND revoked IS NULL
         AND EXISTS (SELECT 1 FROM audit WHERE object = 'key ' || api_key.id AND action = 'key.created'
                     AND actor = $3)
         ORDER BY created, id",
    )
    .bind(LABEL)
    .bind(but.as_str())
    .bind(ACTOR)
    .fetch_all(&mut **change)
    .await?;
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, actor};

    const FIRST: &str = "the-first-long-secret";
    const SECOND: &str = "the-second-long-secret";

    async fn is_admin(records: &Records, secret: &str) -> bool {
        let known = records.authenticate(secret).await.unwrap();
        known.is_some_and(|actor| actor.role == Role::Admin)
    }

    #[tokio::test]
    async fn it_is_made_once() {
        let records = Fixture::new().await;

        let id = records.ensure_admin_key(FIRST).await.unwrap();
        assert_eq!(records.ensure_admin_key(FIRST).await.unwrap(), id);

        assert!(is_admin(&records, FIRST).await);
        assert_eq!(records.list_keys().await.unwrap().len(), 1);
        let weak = records.ensure_admin_key("admin").await;
        assert!(matches!(weak, Err(RecordsError::WeakSecret(_))));
    }

    #[tokio::test]
    async fn one_that_no_caller_could_send_is_refused() {
        let records = Fixture::new().await;
        for (secret, what) in [
            (" qk_0123456789abcdef", "white space"),
            ("qk_0123456789abcdef\t", "white space"),
            ("two words 0123456789", "white space"),
            ("\u{a0}qk_0123456789abcdef", "white space"),
            ("qk_0123456789abcdef\n", "the end of a line"),
            ("qk_0123456789abcdef\u{7}", "a control character"),
            ("schlüssel_0123456789", "a letter that is not ASCII"),
        ] {
            let refused = records.ensure_admin_key(secret).await.unwrap_err();
            assert!(
                matches!(refused, RecordsError::UnfitSecret(found) if found == what),
                "{secret:?}"
            );
            assert!(!refused.to_string().contains("0123456789"), "{refused}");
        }
        assert!(!records.has_admin().await.unwrap());
    }

    #[tokio::test]
    async fn another_in_its_place_revokes_it_everywhere_and_nobody_else() {
        let records = Fixture::new().await;
        let another = records.another().await;
        let first = records.ensure_admin_key(FIRST).await.unwrap();
        let (_, named) = records
            .create_key(Role::Admin, LABEL, &actor(), "r")
            .await
            .unwrap();
        assert!(is_admin(&another, FIRST).await);

        records.ensure_admin_key(SECOND).await.unwrap();

        for records in [&*records, &another] {
            assert!(!is_admin(records, FIRST).await);
            assert!(is_admin(records, SECOND).await);
            assert!(is_admin(records, named.expose()).await, "a person made it");
        }
        let last = records.audit(0, 10).await.unwrap().pop().unwrap();
        assert_eq!((&*last.action, &*last.actor), ("key.revoked", ACTOR));
        assert_eq!(last.object, format!("key {first}"));
    }

    #[tokio::test]
    async fn a_revoked_one_stays_revoked_and_says_so() {
        let records = Fixture::new().await;
        let first = records.ensure_admin_key(FIRST).await.unwrap();
        records.ensure_admin_key(SECOND).await.unwrap();

        let again = records.ensure_admin_key(FIRST).await.unwrap_err();

        assert!(matches!(&again, RecordsError::RevokedSecret { id, .. } if *id == first));
        assert!(!is_admin(&records, FIRST).await);
        assert!(is_admin(&records, SECOND).await, "nothing is changed");
    }

    #[tokio::test]
    async fn a_consumers_key_does_not_become_an_admins() {
        let records = Fixture::new().await;
        let (id, secret) = records
            .create_key(Role::Consumer, "pharmacy", &actor(), "r")
            .await
            .unwrap();
        assert!(!records.has_admin().await.unwrap());

        let error = records.ensure_admin_key(secret.expose()).await.unwrap_err();

        assert!(matches!(error, RecordsError::NoAdminSecret { id: named } if named == id));
        records.ensure_admin_key(FIRST).await.unwrap();
        assert!(records.has_admin().await.unwrap());
    }
}
