//! Signed heads of the audit trail. Whoever rewrites the trail from some event on would have to sign
//! it anew, which takes the key; and a checkpoint that was carried away shows what the trail said.

use jiff::Timestamp;
use quire_model::Digest;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{
    Records, RecordsError,
    audit::event::{NewEvent, append, audit_head},
    audit::signer::{Signer, is_signed},
    stored::{Columns, StoredRow, Text, bound, time, unreadable},
};

/// Events after which a checkpoint is due.
pub(crate) const EVENTS: u64 = 256;

/// Time after which one is due if there are new events at all.
pub(crate) const AGE_MS: i64 = 10 * 60 * 1000;

/// The event that tells of a checkpoint; its object says which.
const ACTION: &str = "audit.checkpoint";

/// The event that tells of the key that signs from then on.
pub(crate) const KEY_ACTION: &str = "audit.key";

/// The last one made.
const LAST: &str = "SELECT * FROM checkpoint ORDER BY sequence DESC LIMIT 1";

/// A signed head of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The sequence of the last event that it covers.
    pub sequence: u64,
    /// The hash of that event, which covers all before it.
    pub hash: Digest,
    /// When it was made, by the host's clock.
    pub time: Timestamp,
    /// The Ed25519 key, in hexadecimal.
    pub public_key: String,
    /// Over `quire audit checkpoint 1`, the sequence, the hash and the time, a line each.
    pub signature: String,
}

impl Records {
    /// Sign the trail as it is now, and write an event that says so. Without new events since the
    /// last checkpoint that one is given again.
    ///
    /// # Errors
    ///
    /// If the key cannot be read or the records cannot be changed.
    pub async fn checkpoint(&self) -> Result<Checkpoint, RecordsError> {
        let dir = self.settings.data_dir.clone();
        let signer = tokio::task::spawn_blocking(move || Signer::open(&dir))
            .await
            .map_err(|error| RecordsError::File {
                path: self.settings.data_dir.clone(),
                source: std::io::Error::other(error),
            })??;
        let now = self.now();
        let mut change = self.write().await?;
        let last: Option<Checkpoint> = sqlx::query_as(LAST).fetch_optional(&mut *change).await?;
        let mut head = audit_head(&mut *change).await?;
        let public_key = signer.public_key();
        match last {
            // The event of the checkpoint itself is no news.
            Some(last) if last.public_key == public_key && news(&last, head.0) == 0 => {
                return Ok(last);
            }
            Some(last) if last.public_key == public_key => {}
            _ => {
                let event = NewEvent::host("quire", KEY_ACTION, format!("key {public_key}"));
                append(&mut change, now, event).await?;
                head = audit_head(&mut *change).await?;
            }
        }
        let mut made = Checkpoint {
            sequence: head.0.unsigned_abs(),
            hash: head
                .1
                .parse()
                .map_err(|_| unreadable("hash of the last event", &head.1))?,
            time: time(now)?,
            public_key,
            signature: String::new(),
        };
        made.signature = signer.sign(&made.message());
        sqlx::query(
            "INSERT INTO checkpoint (sequence, hash, time, public_key, signature)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(head.0)
        .bind(made.hash.to_string())
        .bind(made.time.to_string())
        .bind(&made.public_key)
        .bind(&made.signature)
        .execute(&mut *change)
        .await?;
        let mut event = NewEvent::host("quire", ACTION, object(made.sequence));
        event.after = Some(Digest::of(made.signature.as_bytes()));
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(made)
    }

    /// Make a checkpoint if many events, or much time and some events, have passed since the last.
    ///
    /// # Errors
    ///
    /// As [`checkpoint`](Self::checkpoint).
    pub async fn checkpoint_if_due(&self) -> Result<Option<Checkpoint>, RecordsError> {
        let head: i64 = sqlx::query_scalar("SELECT sequence FROM audit_head")
            .fetch_one(&self.readers)
            .await?;
        let last: Option<Checkpoint> = sqlx::query_as(LAST).fetch_optional(&self.readers).await?;
        let due = match &last {
            None => head > 0,
            Some(last) => {
                let news = news(last, head);
                let age = self.now() - last.time.as_millisecond();
                news >= EVENTS || (news > 0 && age >= AGE_MS)
            }
        };
        if due {
            self.checkpoint().await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// All checkpoints, the oldest first.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn checkpoints(&self) -> Result<Vec<Checkpoint>, RecordsError> {
        self.checkpoints_of(0, u64::MAX).await
    }

    /// Signed heads of the events after one and up to another.
    pub(crate) async fn checkpoints_of(
        &self,
        after: u64,
        until: u64,
    ) -> Result<Vec<Checkpoint>, RecordsError> {
        let rows =
            "SELECT * FROM checkpoint WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence";
        let rows = sqlx::query_as(rows).bind(bound(after)).bind(bound(until));
        Ok(rows.fetch_all(&self.readers).await?)
    }
}

/// Events after a checkpoint but for the one that tells of it.
fn news(last: &Checkpoint, head: i64) -> u64 {
    head.unsigned_abs().saturating_sub(last.sequence + 1)
}

/// What the event of a checkpoint calls it.
fn object(sequence: u64) -> String {
    format!("checkpoint {sequence}")
}

impl Checkpoint {
    /// Whether the signature is that of `public_key` over the rest.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        is_signed(&self.public_key, &self.message(), &self.signature)
    }

    /// Whether this event tells of this checkpoint.
    pub(crate) fn is_told_by(&self, action: &str, told: &str, after: Option<&str>) -> bool {
        action == ACTION
            && told == object(self.sequence)
            && after == Some(Digest::of(self.signature.as_bytes()).to_string().as_str())
    }

    fn message(&self) -> Vec<u8> {
        let Self {
            sequence,
            hash,
            time,
            ..
        } = self;
        format!("quire audit checkpoint 1\n{sequence}\n{hash}\n{time}\n").into_bytes()
    }
}

impl FromRow<'_, StoredRow> for Checkpoint {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            sequence: row.read("sequence")?,
            hash: row.read("hash")?,
            time: row.read::<Text<_>>("time")?.0,
            public_key: row.read("public_key")?,
            signature: row.read("signature")?,
        })
    }
}

/// The sequence of the checkpoint that an event tells of.
pub(crate) fn told(action: &str, object: &str) -> Option<u64> {
    (action == ACTION)
        .then(|| object.strip_prefix("checkpoint ")?.parse().ok())
        .flatten()
}
