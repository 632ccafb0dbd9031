//! Who is signed in to the console: sessions, and the links that begin one.
//!
//! A session belongs to an API key and dies with it, or to the operator, who came by a link that was
//! printed on the server's own terminal. What the browser holds is 32 random bytes; the records hold
//! their SHA-256.

use std::{net::IpAddr, time::Duration};

use jiff::Timestamp;
use quire_model::Digest;
use sqlx::{Sqlite, Transaction};
use ulid::Ulid;

use crate::{
    Actor, KeyId, Records, RecordsError, Secret,
    access::keys::random_hex,
    audit::event::{NewEvent, append},
    clock::millis,
    stored::Columns,
};

/// How long a link may lie unused.
pub const LINK_LIFE: Duration = Duration::from_mins(5);

/// How long a session lasts, whatever is done in it.
pub const SESSION_LIFE: Duration = Duration::from_hours(12);

/// How long it lasts when nothing is done in it.
pub const SESSION_IDLE: Duration = Duration::from_hours(1);

/// How far ahead of this process's clock another's may be. A session or a link of later than that was made by a
/// clock that stood ahead, and would last for as long as that was wrong.
const AHEAD: Duration = Duration::from_mins(1);

/// How exactly it is known when something was last done: a look at a page is no write.
const SEEN_TO: Duration = Duration::from_mins(1);

/// Someone is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the audit trail calls it; not secret.
    pub id: String,
    /// Who.
    pub actor: Actor,
    /// Since when.
    pub opened_at: Timestamp,
}

impl Records {
    /// Make a link that signs the operator in, once.
    ///
    /// # Errors
    ///
    /// If there is no randomness or the records cannot be changed.
    pub async fn make_link(&self) -> Result<Secret, RecordsError> {
        let secret = random_hex("")?;
        let now = self.now();
        let mut change = self.write().await?;
        sqlx::query("DELETE FROM console_link WHERE expires <= $1")
            .bind(now)
            .execute(&mut *change)
            .await?;
        sqlx::query("INSERT INTO console_link (hash, expires) VALUES ($1, $2)")
            .bind(hash(secret.expose()))
            .bind(now + millis(LINK_LIFE))
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(secret)
    }

    /// Use a link up, and begin the operator's session. None if the link is unknown, used or too old.
    ///
    /// # Errors
    ///
    /// If there is no randomness or the records cannot be changed.
    pub async fn enter_by_link(
        &self,
        link: &str,
        address: Option<IpAddr>,
        request_id: &str,
    ) -> Result<Option<Secret>, RecordsError> {
        let mut change = self.write().await?;
        let now = self.now();
        let used = "DELETE FROM console_link WHERE hash = $1 AND expires > $2 AND expires <= $3";
        let used = sqlx::query(used)
            .bind(hash(link))
            .bind(now)
            .bind(now + millis(LINK_LIFE + AHEAD))
            .execute(&mut *change)
            .await?
            .rows_affected();
        if used == 0 {
            return Ok(None);
        }
        let secret = self
            .open_session(
                &mut change,
                &Actor::operator().at(address),
                None,
                request_id,
            )
            .await?;
        change.commit().await?;
        Ok(Some(secret))
    }

    /// Begin a session of whoever holds this API key. None if it is unknown or revoked.
    ///
    /// # Errors
    ///
    /// If there is no randomness or the records cannot be changed.
    pub async fn enter_by_key(
        &self,
        key: &str,
        address: Option<IpAddr>,
        request_id: &str,
    ) -> Result<Option<Secret>, RecordsError> {
        let Some(actor) = self.authenticate(key).await? else {
            return Ok(None);
        };
        let key_id = actor.key.clone();
        let mut change = self.write().await?;
        let secret = self
            .open_session(&mut change, &actor.at(address), Some(&key_id), request_id)
            .await?;
        change.commit().await?;
        Ok(Some(secret))
    }

    /// Whose session this is, which counts as use of it; none if it is unknown or over, or its key was revoked or ended.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn session(&self, secret: &str) -> Result<Option<Session>, RecordsError> {
        let Some((session, seen)) = self.known_session(secret).await? else {
            return Ok(None);
        };
        let now = self.now();
        if now - seen >= millis(SEEN_TO) {
            self.saw(&hash(secret), now).await;
        }
        Ok(Some(session))
    }

    /// Whether it would still be somebody's. To ask this is no use of it: a page that is open by itself keeps
    /// nobody signed in.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn session_stands(&self, secret: &str) -> Result<bool, RecordsError> {
        Ok(self.known_session(secret).await?.is_some())
    }

    /// A session that is not over, and when it was last used.
    async fn known_session(&self, secret: &str) -> Result<Option<(Session, i64)>, RecordsError> {
        let now = self.now();
        let row = sqlx::query(
            "SELECT console_session.id, opened, seen, key, role, label FROM console_session
             LEFT JOIN api_key ON api_key.id = console_session.key
             WHERE console_session.hash = $1 AND opened > $2 AND seen > $3
               AND opened <= $4 AND seen <= $4
               AND (key IS NULL OR (api_key.id IS NOT NULL AND revoked IS NULL
                                    AND (expires IS NULL OR expires > $5)))",
        )
        .bind(hash(secret))
        .bind(now - millis(SESSION_LIFE))
        .bind(now - millis(SESSION_IDLE))
        .bind(now + millis(AHEAD))
        .bind(now)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let actor = match row.optional("key")? {
            None => Actor::operator(),
            Some(key) => Actor {
                key,
                role: row.read("role")?,
                label: row.read("label")?,
                address: None,
            },
        };
        let session = Session {
            id: row.read("id")?,
            actor,
            opened_at: row.read("opened")?,
        };
        Ok(Some((session, row.read("seen")?)))
    }

    /// End a session, with its audit event. Ending none is no error.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn close_session(
        &self,
        secret: &str,
        address: Option<IpAddr>,
        request_id: &str,
    ) -> Result<(), RecordsError> {
        let Some((session, _)) = self.known_session(secret).await? else {
            return Ok(());
        };
        let mut change = self.write().await?;
        let closed = sqlx::query("DELETE FROM console_session WHERE hash = $1")
            .bind(hash(secret))
            .execute(&mut *change)
            .await?
            .rows_affected();
        if closed == 1 {
            let object = format!("session {}", session.id);
            let actor = session.actor.at(address);
            let event = NewEvent::by(&actor, "session.closed", object, request_id);
            append(&mut change, self.now(), event).await?;
        }
        Ok(change.commit().await?)
    }

    /// A new session, with its audit event. Those that are over go.
    async fn open_session(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        actor: &Actor,
        key: Option<&KeyId>,
        request_id: &str,
    ) -> Result<Secret, RecordsError> {
        let (secret, now) = (random_hex("")?, self.now());
        let over = "DELETE FROM console_session WHERE opened <= $1 OR seen <= $2 OR opened > $3";
        sqlx::query(over)
            .bind(now - millis(SESSION_LIFE))
            .bind(now - millis(SESSION_IDLE))
            .bind(now + millis(AHEAD))
            .execute(&mut **change)
            .await?;
        let id = Ulid::generate().to_string();
        sqlx::query(
            "INSERT INTO console_session (hash, id, key, opened, seen) VALUES ($1, $2, $3, $4, $4)",
        )
        .bind(hash(secret.expose()))
        .bind(&id)
        .bind(key.map(KeyId::as_str))
        .bind(now)
        .execute(&mut **change)
        .await?;
        let event = NewEvent::by(actor, "session.opened", format!("session {id}"), request_id);
        append(change, now, event).await?;
        Ok(secret)
    }

    /// Something was done in a session. If it cannot be written, the session ends a little early.
    async fn saw(&self, hash: &str, now: i64) {
        let seen = sqlx::query("UPDATE console_session SET seen = $2 WHERE hash = $1")
            .bind(hash)
            .bind(now)
            .execute(&self.writer)
            .await;
        if let Err(error) = seen {
            let error = &error as &dyn std::error::Error;
            tracing::debug!(error, "a session's last use was not written");
        }
    }
}

fn hash(secret: &str) -> String {
    Digest::of(secret.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Role,
        fixture::{Fixture, actor},
    };

    async fn who(records: &Records, session: &Secret) -> Option<Actor> {
        let session = records.session(session.expose()).await.unwrap();
        session.map(|session| session.actor)
    }

    #[tokio::test]
    async fn a_link_signs_the_operator_in_once_and_not_after_five_minutes() {
        let records = Fixture::new().await;
        let enter = async |link: &Secret| {
            records
                .enter_by_link(link.expose(), None, "r")
                .await
                .unwrap()
        };

        let link = records.make_link().await.unwrap();
        let session = enter(&link).await.unwrap();
        assert_eq!(who(&records, &session).await, Some(Actor::operator()));
        assert_eq!(enter(&link).await, None);

        let late = records.make_link().await.unwrap();
        records.clock.advance(LINK_LIFE);
        assert_eq!(enter(&late).await, None);
        let last = records.audit(0, 10).await.unwrap().pop().unwrap();
        assert_eq!(
            (last.action.as_str(), last.actor.as_str()),
            ("session.opened", "operator")
        );
    }

    #[tokio::test]
    async fn a_session_dies_with_its_key_at_once() {
        let records = Fixture::new().await;
        let maker = actor();
        let made = records.create_key(Role::Auditor, "inspector", &maker, "r");
        let (id, key) = made.await.unwrap();
        assert!(
            records
                .enter_by_key("qk_00", None, "r")
                .await
                .unwrap()
                .is_none()
        );

        let session = records
            .enter_by_key(key.expose(), None, "r")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(who(&records, &session).await.unwrap().key, id);
        records
            .revoke_key(&id, "left", &actor(), "r")
            .await
            .unwrap();

        assert_eq!(who(&records, &session).await, None);
    }

    #[tokio::test]
    async fn what_a_clock_ahead_has_written_does_not_outlive_it() {
        let records = Fixture::new().await;
        let enter = async |link: &Secret| {
            records
                .enter_by_link(link.expose(), None, "r")
                .await
                .unwrap()
        };
        let (link, used) = (
            records.make_link().await.unwrap(),
            records.make_link().await.unwrap(),
        );
        let session = enter(&used).await.unwrap();

        records.clock.set_back(SESSION_LIFE);

        assert_eq!(who(&records, &session).await, None);
        assert_eq!(enter(&link).await, None);
    }

    #[tokio::test]
    async fn a_page_that_is_open_by_itself_keeps_nobody_signed_in() {
        let records = Fixture::new().await;
        let link = records.make_link().await.unwrap();
        let session = records
            .enter_by_link(link.expose(), None, "r")
            .await
            .unwrap();
        let session = session.unwrap();
        let stands = async || records.session_stands(session.expose()).await.unwrap();

        records.clock.advance(SESSION_IDLE / 2);
        assert!(stands().await);
        records.clock.advance(SESSION_IDLE / 2);

        assert!(!stands().await);
        assert_eq!(who(&records, &session).await, None);
    }

    #[tokio::test]
    async fn a_session_ends_after_an_hour_unused_after_twelve_and_when_it_is_closed() {
        let records = Fixture::new().await;
        let begin = async || {
            let link = records.make_link().await.unwrap();
            let entered = records.enter_by_link(link.expose(), None, "r").await;
            entered.unwrap().unwrap()
        };

        let idle = begin().await;
        records.clock.advance(SESSION_IDLE);
        assert_eq!(who(&records, &idle).await, None);

        let used = begin().await;
        for _ in 0..23 {
            records.clock.advance(SESSION_LIFE / 24);
            assert!(who(&records, &used).await.is_some());
        }
        records.clock.advance(SESSION_LIFE / 24);
        assert_eq!(who(&records, &used).await, None);

        let closed = begin().await;
        records
            .close_session(closed.expose(), None, "r")
            .await
            .unwrap();
        assert_eq!(who(&records, &closed).await, None);
        records
            .close_session(closed.expose(), None, "r")
            .await
            .unwrap();
        let last = records.audit(0, 100).await.unwrap().pop().unwrap();
        assert_eq!(last.action, "session.closed");
    }
}
