//! The audit trail: who did what to what, when and why.

use std::net::IpAddr;

use jiff::Timestamp;
use quire_model::Digest;
use serde::{Deserialize, Serialize};
use sqlx::{Executor, QueryBuilder, Sqlite, Transaction};

use crate::{
    Actor, Records, RecordsError,
    stored::{bound, time, unreadable},
};

/// One event of the audit trail. Never holds secrets or patient text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// When, by the host's clock.
    pub time: Timestamp,
    /// Who: a key id, `operator`, or `worker …`.
    pub actor: String,
    /// As what: `consumer`, `admin` or `host`.
    pub role: String,
    /// What was done, such as `report.accepted`.
    pub action: String,
    /// To what, such as `report 01J…`.
    pub object: String,
    /// The object's digest before.
    pub before: Option<Digest>,
    /// And after.
    pub after: Option<Digest>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The HTTP request that caused it.
    pub request_id: Option<String>,
    /// Where its connection came from; none for what was not asked over one, and in events of before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The hash of the event before.
    pub previous: Digest,
    /// The hash of this event, `previous` included.
    pub hash: Digest,
}

/// An event that is about to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewEvent<'a> {
    pub(crate) actor: &'a str,
    pub(crate) role: &'a str,
    pub(crate) action: &'a str,
    pub(crate) object: String,
    pub(crate) before: Option<Digest>,
    pub(crate) after: Option<Digest>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) request_id: Option<&'a str>,
    pub(crate) address: Option<IpAddr>,
}

/// A row of the trail as it is stored, before anyone trusts it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct StoredEvent {
    pub(crate) sequence: i64,
    pub(crate) time: String,
    pub(crate) actor: String,
    pub(crate) role: String,
    pub(crate) action: String,
    pub(crate) object: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) previous: String,
    pub(crate) hash: String,
}

impl<'a> NewEvent<'a> {
    /// Something that a caller did.
    pub(crate) fn by(
        actor: &'a Actor,
        action: &'a str,
        object: String,
        request_id: &'a str,
    ) -> Self {
        Self {
            role: actor.role.as_str(),
            request_id: Some(request_id).filter(|id| !id.is_empty()),
            address: actor.address,
            ..Self::host(actor.key.as_str(), action, object)
        }
    }

    /// Something that Quire did by itself.
    pub(crate) const fn host(actor: &'a str, action: &'a str, object: String) -> Self {
        Self {
            actor,
            role: "host",
            action,
            object,
            before: None,
            after: None,
            reason: None,
            request_id: None,
            address: None,
        }
    }
}

/// By how much a clock may go back unremarked, in milliseconds: clocks are corrected all the time.
const CORRECTION_MS: i64 = 2_000;

/// Write an event in the transaction of the change that it tells of.
pub(crate) async fn append(
    change: &mut Transaction<'static, Sqlite>,
    now: i64,
    event: NewEvent<'_>,
) -> Result<(), RecordsError> {
    append_all(change, now, [event]).await
}

/// Write the events of one change, in this order and in one statement. Where the clock has gone back since the last
/// event, the trail says so first: its times are no order then, its sequence is.
pub(crate) async fn append_all<'a>(
    change: &mut Transaction<'static, Sqlite>,
    now: i64,
    events: impl IntoIterator<Item = NewEvent<'a>>,
) -> Result<(), RecordsError> {
    let last: (i64, String, Option<String>) = sqlx::query_as(
        "SELECT audit_head.sequence, audit_head.hash, audit.time
         FROM audit_head LEFT JOIN audit ON audit.sequence = audit_head.sequence",
    )
    .fetch_one(&mut **change)
    .await?;
    let (sequence, hash, before) = last;
    // A time that was altered is for the verification to name.
    let before = before.and_then(|time| time.parse::<Timestamp>().ok());
    let back = before.map_or(0, |before| before.as_millisecond() - now);
    let mut chain = Chain {
        sequence,
        hash,
        time: time(now)?.to_string(),
        events: Vec::new(),
    };
    if back > CORRECTION_MS {
        chain.add(NewEvent {
            reason: Some(&format!("by {} s", back / 1_000)),
            ..NewEvent::host("quire", "clock.went-back", "the machine's clock".to_owned())
        });
    }
    for event in events {
        chain.add(event);
    }
    insert(change, chain.events).await
}

/// Events that follow one another, as they will be stored.
struct Chain {
    /// Those of the last one.
    sequence: i64,
    hash: String,
    time: String,
    events: Vec<StoredEvent>,
}

impl Chain {
    fn add(&mut self, event: NewEvent<'_>) {
        let digest = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
        let address = event.address.map(|address| address.to_canonical());
        let mut stored = StoredEvent {
            sequence: self.sequence + 1,
            time: self.time.clone(),
            actor: event.actor.to_owned(),
            role: event.role.to_owned(),
            action: event.action.to_owned(),
            object: event.object,
            before: digest(event.before),
            after: digest(event.after),
            reason: event.reason.map(str::to_owned),
            request_id: event.request_id.map(str::to_owned),
            address: address.map(|address| address.to_string()),
            previous: self.hash.clone(),
            hash: String::new(),
        };
        stored.hash = stored.expected_hash().to_string();
        (self.sequence, self.hash) = (stored.sequence, stored.hash.clone());
        self.events.push(stored);
    }
}

/// Add events to the trail; the database refuses them unless each follows from the one before.
async fn insert(
    change: &mut Transaction<'static, Sqlite>,
    events: Vec<StoredEvent>,
) -> Result<(), RecordsError> {
    let mut statement = QueryBuilder::new(
        "INSERT INTO audit (sequence, time, actor, role, action, object, before, after, reason,
                            request_id, previous, hash, address) ",
    );
    statement.push_values(events, |mut row, event| {
        row.push_bind(event.sequence)
            .push_bind(event.time)
            .push_bind(event.actor)
            .push_bind(event.role)
            .push_bind(event.action)
            .push_bind(event.object)
            .push_bind(event.before)
            .push_bind(event.after)
            .push_bind(event.reason)
            .push_bind(event.request_id)
            .push_bind(event.previous)
            .push_bind(event.hash)
            .push_bind(event.address);
    });
    statement.build().execute(&mut **change).await?;
    Ok(())
}

/// The sequence and the hash of the last event, as they stand: one that was altered is for the verification
/// to name, and keeps no work from going on.
pub(crate) async fn audit_head(
    records: impl Executor<'_, Database = Sqlite>,
) -> Result<(i64, String), RecordsError> {
    let head = sqlx::query_as("SELECT sequence, hash FROM audit_head");
    Ok(head.fetch_one(records).await?)
}

impl StoredEvent {
    /// SHA-256 over every column but the hash itself, each preceded by its length. A column that
    /// is null has no bytes, one that is set begins with a 1, so the two cannot be exchanged.
    pub(crate) fn expected_hash(&self) -> Digest {
        let optional = |value: &Option<String>| -> Vec<u8> {
            value.as_ref().map_or_else(Vec::new, |text| {
                let mut bytes = vec![1];
                bytes.extend_from_slice(text.as_bytes());
                bytes
            })
        };
        // Events without an address are hashed as before there were addresses.
        let address = self.address.as_deref().map(str::as_bytes);
        let form: &[u8] = match address {
            None => b"quire audit event 1",
            Some(_) => b"quire audit event 2",
        };
        let sequence = self.sequence.to_le_bytes();
        let (before, after) = (optional(&self.before), optional(&self.after));
        let (reason, request) = (optional(&self.reason), optional(&self.request_id));
        let parts = [
            form,
            sequence.as_slice(),
            self.time.as_bytes(),
            self.actor.as_bytes(),
            self.role.as_bytes(),
            self.action.as_bytes(),
            self.object.as_bytes(),
            &before,
            &after,
            &reason,
            &request,
            self.previous.as_bytes(),
        ];
        Digest::of_parts(parts.into_iter().chain(address))
    }
}

impl Records {
    /// Events after sequence `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn audit(&self, after: u64, limit: u32) -> Result<Vec<AuditEvent>, RecordsError> {
        self.stored_events(after, limit)
            .await?
            .into_iter()
            .map(AuditEvent::try_from)
            .collect()
    }

    pub(crate) async fn stored_events(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, RecordsError> {
        Ok(
            sqlx::query_as("SELECT * FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2")
                .bind(bound(after))
                .bind(limit)
                .fetch_all(&self.readers)
                .await?,
        )
    }
}

impl TryFrom<StoredEvent> for AuditEvent {
    type Error = RecordsError;

    fn try_from(stored: StoredEvent) -> Result<Self, RecordsError> {
        let digest = |text: &str| text.parse().map_err(|_| unreadable("digest", text));
        let optional = |text: Option<String>| text.as_deref().map(digest).transpose();
        let time = stored.time.parse();
        Ok(Self {
            sequence: stored.sequence.unsigned_abs(),
            time: time.map_err(|_| unreadable("time", &stored.time))?,
            actor: stored.actor,
            role: stored.role,
            action: stored.action,
            object: stored.object,
            before: optional(stored.before)?,
            after: optional(stored.after)?,
            reason: stored.reason,
            request_id: stored.request_id,
            address: stored.address,
            previous: digest(&stored.previous)?,
            hash: digest(&stored.hash)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::fixture::Fixture;

    #[tokio::test]
    async fn a_clock_that_goes_back_is_remarked_once() {
        let records = Fixture::new().await;
        records.enter().await;
        records.clock.set_back(Duration::from_hours(1));
        records.enter().await;
        records.enter().await;
        records.clock.set_back(Duration::from_secs(1));
        records.enter().await;

        let events = records.audit(0, 10).await.unwrap();
        let remarks = events
            .iter()
            .filter(|event| event.action == "clock.went-back");
        let remarks: Vec<_> = remarks
            .map(|event| (event.sequence, event.reason.clone()))
            .collect();
        assert_eq!(remarks, [(2, Some("by 3600 s".to_owned()))]);
        assert!(records.verify_audit().await.unwrap().is_ok());
    }
}
