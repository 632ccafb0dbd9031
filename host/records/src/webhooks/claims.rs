//! One process takes a delivery for a lease, sends it, and says what came of it. Like a report's, its lease is told by
//! the machine's clock and its token fences whoever comes late.

use std::time::Duration;

use jiff::Timestamp;
use quire_model::ReportId;
use sqlx::{Sqlite, Transaction};
use tokio::sync::futures::Notified;
use ulid::Ulid;

use crate::{
    Records, RecordsError, Secret, Subject, WebhookEvent,
    audit::event::{NewEvent, append},
    clock::millis,
    stored::{Columns, StoredRow},
    webhooks::change::{object, pause},
};

/// A due time further ahead than this was written by a clock that stood wrong, and counts as past: the longest pause is
/// a day and its jitter.
const FURTHEST: Duration = Duration::from_hours(28);

/// A delivery in the hands of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedDelivery {
    /// Which one; its receiver knows it as `webhook-id`.
    pub id: String,
    /// Proves the claim.
    pub token: String,
    /// Which webhook.
    pub webhook: String,
    /// Where it is. Never log it.
    pub url: String,
    /// What signs it: the present secret, and the one of before while it may.
    pub secrets: Vec<Secret>,
    /// What is told.
    pub event: WebhookEvent,
    /// Of which report; none for a ping.
    pub report: Option<ReportId>,
    /// What is told of it.
    pub subject: Subject,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Which attempt it is, from 1.
    pub attempt: u32,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The receiver took it.
    Delivered {
        /// With this HTTP status.
        answer: u32,
    },
    /// It did not; it is tried again.
    Retry {
        /// Its HTTP status, if it gave one.
        answer: Option<u32>,
        /// Why it was no success, in words.
        fault: String,
        /// After how long.
        after: Duration,
    },
    /// It did not, and it was the last attempt.
    GivenUp {
        /// Its HTTP status, if it gave one.
        answer: Option<u32>,
        /// Why it was no success, in words.
        fault: String,
    },
    /// The receiver said that it is gone: nothing more is sent there until its owner says so.
    Gone {
        /// Its HTTP status.
        answer: u32,
    },
}

impl Records {
    /// Wait until this process has written down something that is to be told at once. What other processes write is found
    /// by looking.
    pub fn something_to_tell(&self) -> Notified<'_> {
        self.told.notified()
    }

    /// Webhooks for which something is due and how much, whoever has waited longest first, at most `limit`. Asked every
    /// second by every process that sends, so it takes no write lock.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn webhooks_due(&self, limit: u32) -> Result<Vec<(String, u64)>, RecordsError> {
        let now = self.now();
        let rows = sqlx::query(
            "SELECT webhook, count(*) AS deliveries FROM webhook_delivery WHERE due <= $1 OR due > $2
             GROUP BY webhook ORDER BY min(due) LIMIT $3",
        )
        .bind(now)
        .bind(now + millis(FURTHEST))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let read = |row: &StoredRow| Ok((row.read("webhook")?, row.read("deliveries")?));
        rows.iter().map(read).collect()
    }

    /// Take what is due for a webhook, the oldest first, for so long. None if nothing is.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn claim_delivery(
        &self,
        webhook: &str,
        lease: Duration,
    ) -> Result<Option<ClaimedDelivery>, RecordsError> {
        let now = self.now();
        let token = Ulid::generate().to_string();
        let mut change = self.write().await?;
        let row = sqlx::query(
            "UPDATE webhook_delivery SET token = $3, due = $4, tried = $2, attempts = attempts + 1
             WHERE id = (SELECT id FROM webhook_delivery
                         WHERE webhook = $1 AND (due <= $2 OR due > $5) ORDER BY due, id LIMIT 1)
             RETURNING id, event, report, data, occurred, attempts",
        )
        .bind(webhook)
        .bind(now)
        .bind(&token)
        .bind(now + millis(lease))
        .bind(now + millis(FURTHEST))
        .fetch_optional(&mut *change)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let hook =
            sqlx::query("SELECT url, secret, old_secret, old_until FROM webhook WHERE id = $1")
                .bind(webhook)
                .fetch_one(&mut *change)
                .await?;
        change.commit().await?;
        Ok(Some(ClaimedDelivery {
            id: row.read("id")?,
            token,
            webhook: webhook.to_owned(),
            url: hook.read("url")?,
            secrets: secrets(&hook, now)?,
            event: row.read("event")?,
            report: row.optional("report")?,
            subject: row.json("data")?,
            occurred_at: row.read("occurred")?,
            attempt: row.read("attempts")?,
        }))
    }

    /// Write down what came of an attempt. False, and nothing is written, if the claim is void. That a receiver is gone
    /// stops its webhook, with an audit event.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn settle_delivery(
        &self,
        claimed: &ClaimedDelivery,
        told: &Told,
    ) -> Result<bool, RecordsError> {
        let now = self.now();
        let (state, answer, fault, after) = match told {
            Told::Delivered { answer } => ("delivered", Some(*answer), None, None),
            Told::Retry {
                answer,
                fault,
                after,
            } => ("waiting", *answer, Some(fault.as_str()), Some(*after)),
            Told::GivenUp { answer, fault } => ("failed", *answer, Some(fault.as_str()), None),
            Told::Gone { answer } => ("failed", Some(*answer), Some("the receiver is gone"), None),
        };
        let mut change = self.write().await?;
        let written = sqlx::query(
            "UPDATE webhook_delivery SET state = $3, due = $4, token = NULL, answer = $5, fault = $6
             WHERE id = $1 AND token = $2",
        )
        .bind(&claimed.id)
        .bind(&claimed.token)
        .bind(state)
        .bind(after.map(|after| now + millis(after)))
        .bind(answer)
        .bind(fault)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if written == 0 {
            return Ok(false);
        }
        if matches!(told, Told::Gone { .. }) {
            disable(&mut change, &claimed.webhook, now).await?;
        }
        change.commit().await?;
        Ok(true)
    }
}

/// Stop a webhook whose receiver is gone.
async fn disable(
    change: &mut Transaction<'static, Sqlite>,
    webhook: &str,
    now: i64,
) -> Result<(), RecordsError> {
    pause(change, webhook, true, now).await?;
    sqlx::query("UPDATE webhook SET disabled = $2 WHERE id = $1")
        .bind(webhook)
        .bind(now)
        .execute(&mut **change)
        .await?;
    let event = NewEvent {
        reason: Some("its receiver answered 410, that it is gone"),
        ..NewEvent::host("quire", "webhook.disabled", object(webhook))
    };
    append(change, now, event).await
}

fn secrets(hook: &StoredRow, now: i64) -> sqlx::Result<Vec<Secret>> {
    let old: Option<String> = hook.optional("old_secret")?;
    let until: Option<i64> = hook.optional("old_until")?;
    let old = old.filter(|_| until.is_some_and(|until| until > now));
    let present: String = hook.read("secret")?;
    Ok(std::iter::once(present).chain(old).map(Secret).collect())
}
