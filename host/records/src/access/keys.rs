//! API keys: made, shown once, recognised by hash, revoked.
//!
//! A secret holds 32 random bytes, so it cannot be guessed and needs no slow hash. It is found by
//! its SHA-256: what the time of the look-up could give away is a hash, not a secret.

use std::{collections::HashMap, sync::RwLock};

use jiff::Timestamp;
use quire_model::Digest;
use sqlx::{FromRow, Sqlite, SqliteConnection, Transaction};
use ulid::Ulid;

use crate::{
    Actor, KeyId, Records, RecordsError, Role, Secret,
    audit::event::{NewEvent, append},
    stored::{Columns, StoredRow},
};

/// How long a known key is known without asking. Revocations are seen at once, whichever process
/// makes them; this bounds what is done to the database by other means.
const CACHE_MS: i64 = 1000;

/// Known keys kept; beyond it the cache starts anew. Only valid keys enter, so this bounds memory
/// and nothing else.
const CACHE_KEYS: usize = 10_000;

/// Longest label and reason, in bytes: enough for a sentence, too little for a document.
const LONGEST_TEXT_BYTES: usize = 500;

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
    /// When it ends, or ended, by itself.
    pub expires_at: Option<Timestamp>,
}

/// A key to make.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    /// What it allows.
    pub role: Role,
    /// Who or what will use it.
    pub label: &'a str,
    /// When it ends by itself; none: never.
    pub expires_at: Option<Timestamp>,
    /// Why it is made, for the audit trail.
    pub reason: Option<&'a str>,
}

impl NewKey<'_> {
    /// What it allows, until when and why, as the trail tells it.
    fn in_words(&self) -> Result<String, RecordsError> {
        let until = self.expires_at.map(|at| format!(", until {at:.0}"));
        let why = self
            .reason
            .map(|reason| line("reason", reason))
            .transpose()?;
        let why = why.map(|why| format!(": {why}"));
        let parts = [until, why].map(Option::unwrap_or_default).concat();
        Ok(format!("{}{parts}", self.role))
    }
}

/// Keys that were valid a moment ago, by the digest of their secret. A key is known only while the
/// number of revocations is the one at which it was read.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    known: RwLock<HashMap<Digest, Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    actor: Actor,
    since: i64,
    revocations: u64,
}

impl Records {
    /// Make a key that never ends by itself, as [`make_key`](Self::make_key) does.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn create_key(
        &self,
        role: Role,
        label: &str,
        actor: &Actor,
        request_id: &str,
    ) -> Result<(KeyId, Secret), RecordsError> {
        let key = NewKey {
            role,
            label,
            expires_at: None,
            reason: None,
        };
        self.make_key(&key, actor, request_id).await
    }

    /// Make a key, with its audit event. The secret can never be read again.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotALine`] unless label and reason are one line of 1 to 500 bytes each;
    /// [`RecordsError::Expired`] if it would end before it begins; if there is no randomness or the records
    /// cannot be changed.
    pub async fn make_key(
        &self,
        key: &NewKey<'_>,
        actor: &Actor,
        request_id: &str,
    ) -> Result<(KeyId, Secret), RecordsError> {
        let label = line("label", key.label)?;
        let words = key.in_words()?;
        let expires = key.expires_at.map(Timestamp::as_millisecond);
        if expires.is_some_and(|expires| expires <= self.now()) {
            return Err(RecordsError::Expired);
        }
        // Easy to recognise where it does not belong.
        let secret = random_hex("qk_")?;
        let mut change = self.write().await?;
        let hash = Digest::of(secret.expose().as_bytes());
        let id = insert(&mut change, key.role, label, hash, self.now()).await?;
        sqlx::query("UPDATE api_key SET expires = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(expires)
            .execute(&mut *change)
            .await?;
        let event = NewEvent {
            reason: Some(&words),
            ..NewEvent::by(actor, "key.created", format!("key {id}"), request_id)
        };
        append(&mut change, self.now(), event).await?;
        change.commit().await?;
        Ok((id, secret))
    }

    /// Who shows this secret; none if it is unknown, revoked, or at its end. A revoked key is refused at once,
    /// by every process of the data directory.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Actor>, RecordsError> {
        let hash = Digest::of(secret.as_bytes());
        let now = self.now();
        // Read before the key, so that an answer from before a revocation is not kept after it.
        let revocations = self.revocations.count();
        if let Some(actor) = self.keys.get(hash, now, revocations) {
            return Ok(Some(actor));
        }
        let row = sqlx::query(
            "SELECT id, role, label FROM api_key
                 WHERE hash = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)",
        )
        .bind(hash.to_string())
        .bind(now)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let actor = Actor {
            key: row.read("id")?,
            role: row.read("role")?,
            label: row.read("label")?,
            address: None,
        };
        self.keys.put(hash, &actor, now, revocations);
        Ok(Some(actor))
    }

    /// Whether this secret was a valid key's when this process was last shown it, however long ago. It says nothing of
    /// now, and costs nothing.
    #[must_use]
    pub fn knew(&self, secret: &str) -> bool {
        self.keys.knew(Digest::of(secret.as_bytes()))
    }

    /// All keys, in the order they were made.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn list_keys(&self) -> Result<Vec<KeyRow>, RecordsError> {
        let rows = "SELECT id, role, label, created, revoked, expires FROM api_key
                    ORDER BY created, id";
        Ok(sqlx::query_as(rows).fetch_all(&self.readers).await?)
    }

    /// Stop a key, with its audit event. False if there is no such key or it is revoked already.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NotALine`] unless the reason is one line of 1 to 500 bytes;
    /// [`RecordsError::LastAdmin`] if nobody could administer the server then; if the records cannot be
    /// changed.
    pub async fn revoke_key(
        &self,
        id: &KeyId,
        reason: &str,
        actor: &Actor,
        request_id: &str,
    ) -> Result<bool, RecordsError> {
        let reason = line("reason", reason)?;
        let now = self.now();
        let mut change = self.write().await?;
        let has_admin = any_admin(&mut change, now).await?;
        let revoked =
            sqlx::query("UPDATE api_key SET revoked = $2 WHERE id = $1 AND revoked IS NULL")
                .bind(id.as_str())
                .bind(now)
                .execute(&mut *change)
                .await?
                .rows_affected();
        if revoked == 0 {
            return Ok(false);
        }
        if has_admin && !any_admin(&mut change, now).await? {
            return Err(RecordsError::LastAdmin);
        }
        let event = NewEvent {
            reason: Some(reason),
            ..NewEvent::by(actor, "key.revoked", format!("key {id}"), request_id)
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        self.revoked()?;
        Ok(true)
    }

    /// Tell every process that a key was revoked.
    pub(crate) fn revoked(&self) -> Result<(), RecordsError> {
        let told = self.revocations.add();
        told.map_err(|source| RecordsError::File {
            path: self.settings.data_dir.clone(),
            source,
        })
    }

    /// Whether any key was ever made.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn has_keys(&self) -> Result<bool, RecordsError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM api_key)")
            .fetch_one(&self.readers)
            .await?)
    }
}

/// Whether anybody can administer the server.
pub(crate) async fn any_admin(
    connection: &mut SqliteConnection,
    now: i64,
) -> Result<bool, RecordsError> {
    let admin = "SELECT EXISTS (SELECT 1 FROM api_key WHERE role = $1 AND revoked IS NULL
                                    AND (expires IS NULL OR expires > $2))";
    let admin = sqlx::query_scalar(admin).bind(Role::Admin.as_str());
    Ok(admin.bind(now).fetch_one(connection).await?)
}

/// A text that a person wrote about a key, without blanks around it.
pub(crate) fn line<'a>(name: &'static str, text: &'a str) -> Result<&'a str, RecordsError> {
    let text = text.trim();
    let printable = !text.chars().any(char::is_control);
    if printable && (1..=LONGEST_TEXT_BYTES).contains(&text.len()) {
        return Ok(text);
    }
    Err(RecordsError::NotALine {
        name,
        most_bytes: LONGEST_TEXT_BYTES,
    })
}

impl KeyCache {
    /// A clock that was set back makes an entry stale, not immortal.
    fn get(&self, hash: Digest, now: i64, revocations: Option<u64>) -> Option<Actor> {
        let known = self.known.read().ok()?;
        let entry = known.get(&hash)?;
        let fresh = (0..CACHE_MS).contains(&(now - entry.since));
        (fresh && Some(entry.revocations) == revocations).then(|| entry.actor.clone())
    }

    fn knew(&self, hash: Digest) -> bool {
        let known = self.known.read();
        known.is_ok_and(|known| known.contains_key(&hash))
    }

    fn put(&self, hash: Digest, actor: &Actor, now: i64, revocations: Option<u64>) {
        let (Ok(mut known), Some(revocations)) = (self.known.write(), revocations) else {
            return;
        };
        if known.len() >= CACHE_KEYS {
            known.clear();
        }
        let entry = Known {
            actor: actor.clone(),
            since: now,
            revocations,
        };
        known.insert(hash, entry);
    }
}

impl FromRow<'_, StoredRow> for KeyRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.read("id")?,
            role: row.read("role")?,
            label: row.read("label")?,
            created_at: row.read("created")?,
            revoked_at: row.optional("revoked")?,
            expires_at: row.optional("expires")?,
        })
    }
}

pub(crate) async fn insert(
    change: &mut Transaction<'static, Sqlite>,
    role: Role,
    label: &str,
    hash: Digest,
    now: i64,
) -> Result<KeyId, RecordsError> {
    let id = KeyId(format!("key_{}", Ulid::generate()));
    sqlx::query("INSERT INTO api_key (id, role, label, hash, created) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.as_str())
        .bind(role.as_str())
        .bind(label)
        .bind(hash.to_string())
        .bind(now)
        .execute(&mut **change)
        .await?;
    Ok(id)
}

/// A prefix and 32 random bytes in hexadecimal.
pub(crate) fn random_hex(prefix: &str) -> Result<Secret, RecordsError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| RecordsError::Random)?;
    let text = bytes
        .iter()
        .fold(prefix.to_owned(), |text, byte| format!("{text}{byte:02x}"));
    Ok(Secret(text))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use quire_model::ProblemKind;

    use super::*;
    use crate::fixture::{Fixture, actor};

    #[tokio::test]
    async fn a_key_is_recognised_and_its_secret_is_nowhere() {
        let records = Fixture::new().await;
        assert!(!records.has_keys().await.unwrap());

        let (id, secret) = records
            .create_key(Role::Consumer, "pharmacy", &actor(), "r")
            .await
            .unwrap();

        let known = records
            .authenticate(secret.expose())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(known.key, id);
        assert_eq!(known.role, Role::Consumer);
        assert_eq!(known.label, "pharmacy");
        assert!(records.authenticate("qk_00").await.unwrap().is_none());
        assert!(records.has_keys().await.unwrap());
        assert!(secret.expose().starts_with("qk_") && secret.expose().len() == 67);
        assert!(!format!("{secret:?}").contains("qk_"));
        for file in ["quire.db", "quire.db-wal"] {
            let bytes = std::fs::read(records.dir.path().join(file)).unwrap();
            let needle = secret.expose().as_bytes();
            assert!(!bytes.windows(needle.len()).any(|window| window == needle));
        }
    }

    #[tokio::test]
    async fn a_revoked_key_stops_at_once_here_and_in_other_processes() {
        let records = Fixture::new().await;
        let another = records.another().await;
        let (id, secret) = records
            .create_key(Role::Consumer, "pharmacy", &actor(), "r")
            .await
            .unwrap();
        let known = async |records: &Records| {
            records
                .authenticate(secret.expose())
                .await
                .unwrap()
                .is_some()
        };
        assert!(known(&records).await && known(&another).await);

        assert!(
            records
                .revoke_key(&id, "lost", &actor(), "r")
                .await
                .unwrap()
        );
        assert!(
            !records
                .revoke_key(&id, "lost", &actor(), "r")
                .await
                .unwrap()
        );

        assert!(!known(&records).await && !known(&another).await);
        let last = records.audit(0, 10).await.unwrap().pop().unwrap();
        assert_eq!(last.action, "key.revoked");
        assert_eq!(last.reason.as_deref(), Some("lost"));
    }

    /// A key that ends by itself.
    async fn ending(
        records: &Records,
        role: Role,
        at: Timestamp,
    ) -> Result<(KeyId, Secret), RecordsError> {
        let key = NewKey {
            role,
            label: "a guest",
            expires_at: Some(at),
            reason: Some("an audit"),
        };
        records.make_key(&key, &actor(), "r").await
    }

    #[tokio::test]
    async fn a_key_ends_by_itself_and_so_do_its_sessions() {
        let records = Fixture::new().await;
        // Sooner than a session is over that nobody uses.
        let life = Duration::from_mins(2);
        let now = Timestamp::from_millisecond(records.now()).unwrap();
        let past = ending(&records, Role::Consumer, now).await.unwrap_err();
        assert_eq!(past.kind(), Some(ProblemKind::InvalidRequest));

        let made = ending(&records, Role::Consumer, now + life).await;
        let (id, secret) = made.unwrap();
        let session = records
            .enter_by_key(secret.expose(), None, "r")
            .await
            .unwrap();
        let session = session.unwrap();
        let known = async || {
            let by_key = records.authenticate(secret.expose()).await.unwrap();
            let by_session = records.session(session.expose()).await.unwrap();
            (by_key.is_some(), by_session.is_some())
        };
        assert_eq!(known().await, (true, true));
        records.clock.advance(life);
        assert_eq!(known().await, (false, false));

        let event = records.audit(0, 1).await.unwrap().pop().unwrap();
        assert_eq!(event.object, format!("key {id}"));
        let reason = event.reason.unwrap();
        assert!(
            reason.starts_with("consumer, until ") && reason.ends_with(": an audit"),
            "{reason}"
        );
    }

    #[tokio::test]
    async fn the_last_valid_key_of_an_administrator_stays() {
        let records = Fixture::new().await;
        let day = Duration::from_hours(24);
        let now = Timestamp::from_millisecond(records.now()).unwrap();
        let guest = ending(&records, Role::Admin, now + day).await.unwrap().0;
        let made = records.create_key(Role::Admin, "anna", &actor(), "r").await;
        let (last, secret) = made.unwrap();
        let made = records
            .create_key(Role::Consumer, "bert", &actor(), "r")
            .await;
        let consumer = made.unwrap().0;
        records.clock.advance(day);
        let revoke = async |id: &KeyId| records.revoke_key(id, "lost", &actor(), "r").await;

        let refused = revoke(&last).await;

        assert!(matches!(refused, Err(RecordsError::LastAdmin)));
        let known = records.authenticate(secret.expose()).await.unwrap();
        assert!(known.is_some(), "nothing was changed");
        // Neither is what makes the server administrable.
        assert!(revoke(&guest).await.unwrap());
        assert!(revoke(&consumer).await.unwrap());
        records
            .create_key(Role::Admin, "carla", &actor(), "r")
            .await
            .unwrap();
        assert!(revoke(&last).await.unwrap());
    }

    #[tokio::test]
    async fn what_people_write_about_a_key_is_one_line() {
        let records = Fixture::new().await;

        for label in ["", " ", "two\nlines", &"x".repeat(501)] {
            let actor = actor();
            let made = records.create_key(Role::Consumer, label, &actor, "r").await;
            let error = made.unwrap_err();
            assert_eq!(error.kind(), Some(ProblemKind::InvalidRequest), "{label:?}");
        }
        assert_eq!(records.audit(0, 10).await.unwrap(), []);
    }

    #[test]
    fn an_answer_read_before_a_revocation_is_not_used_after_it() {
        let cache = KeyCache::default();
        let hash = Digest::of(b"secret");

        cache.put(hash, &actor(), 0, Some(4));

        assert_eq!(cache.get(hash, 0, Some(4)), Some(actor()));
        assert_eq!(cache.get(hash, 0, Some(5)), None);
        assert_eq!(cache.get(hash, 0, None), None);
        assert_eq!(cache.get(hash, CACHE_MS, Some(4)), None);
    }
}
