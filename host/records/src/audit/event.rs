//! The audit trail: who did what to what, when and why.

use std::net::IpAddr;

use jiff::Timestamp;
use quire_model::Digest;
use serde::{Deserialize, Serialize};
use sqlx::{Executor, Sqlite, Transaction};

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

/// Write an event in the transaction of the change that it tells of. Where the clock has gone back since the last
/// one, the trail says so first: its times are no order then, its sequence is.
pub(crate) async fn append(
    change: &mut Transaction<'static, Sqlite>,
    now: i64,
    event: NewEvent<'_>,
) -> Result<(), RecordsError> {
    let last: (i64, String, Option<String>) = sqlx::query_as(
        "SELECT audit_head.sequence, audit_head.hash, audit.time
         FROM audit_head LEFT JOIN audit ON audit.sequence = audit_head.sequence",
    )
    .fetch_one(&mut **change)
    .await?;
    let (sequence, hash, time) = last;
    let mut last = (sequence, hash);
    // A time that was altered is for the verification to name.
    let before = time.and_then(|time| time.parse::<Timestamp>().ok());
    let back = before.map_or(0, |before| before.as_millisecond() - now);
    if back > CORRECTION_MS {
        let by = format!("by {} s", back / 1_000);
        let remark = NewEvent {
            reason: Some(&by),
            ..NewEvent::host("quire", "clock.went-back", "the machine's clock".to_owned())
        };
        last = write(change, now, remark, last).await?;
    }
    write(change, now, event, last).await?;
    Ok(())
}

/// Write an event after the last one; both by their sequence and hash.
async fn write(
    change: &mut Transaction<'static, Sqlite>,
    now: i64,
    event: NewEvent<'_>,
    (last, previous): (i64, String),
) -> Result<(i64, String), RecordsError> {
    let mut stored = StoredEvent {
        sequence: last + 1,
        time: time(now)?.to_string(),
        actor: event.actor.to_owned(),
        role: event.role.to_owned(),
        action: event.action.to_owned(),
        object: event.object,
        before: event.before.map(|digest| digest.to_string()),
        after: event.after.map(|digest| digest.to_string()),
        reason: event.reason.map(str::to_owned),
        request_id: event.request_id.map(str::to_owned),
        address: event
            .address
            .map(|address| address.to_canonical().to_string()),
        previous,
        hash: String::new(),
    };
    stored.hash = stored.expected_hash().to_string();
    stored.insert(change).await?;
    Ok((stored.sequence, stored.hash))
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

    async fn insert(&self, change: &mut Transaction<'static, Sqlite>) -> Result<(), RecordsError> {
        sqlx::query(
            "INSERT INTO audit (sequence, time, actor, role, action, object, before, after, reason,
                                request_id, previous, hash, address)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(self.sequence)
        .bind(&self.time)
        .bind(&self.actor)
        .bind(&self.role)
        .bind(&self.action)
        .bind(&self.object)
        .bind(&self.before)
        .bind(&self.after)
        .bind(&self.reason)
        .bind(&self.request_id)
        .bind(&self.previous)
        .bind(&self.hash)
        .bind(&self.address)
        .execute(&mut **change)
        .await?;
        Ok(())
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
