//! Deliveries: what was told to whom, how often it was tried and what came of it.

use std::time::Duration;

use jiff::Timestamp;
use quire_model::ReportId;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, Sqlite, Transaction};
use strum::{EnumString, IntoStaticStr};
use ulid::Ulid;

use crate::{
    Actor, Records, RecordsError, Right, WebhookEvent,
    clock::millis,
    stored::{Columns, StoredRow, stored_text},
};

/// How long a delivery that has ended is kept, for whoever looks what was told.
const KEPT: Duration = Duration::from_hours(24 * 30);

/// Those that are removed in one transaction.
const BATCH: i64 = 500;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DeliveryState {
    /// It is to be tried, or is being tried.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Failed,
}

stored_text!(DeliveryState);

/// One event for one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Which one: what its receiver knows as `webhook-id`.
    pub id: String,
    /// What is told.
    pub event: WebhookEvent,
    /// The report that it is told of; none for a ping.
    pub report: Option<ReportId>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried, since it was last sent again.
    pub attempts: u32,
    /// When the last attempt began.
    pub tried_at: Option<Timestamp>,
    /// When it is tried next; none if it is not, or while the webhook is paused.
    pub due_at: Option<Timestamp>,
    /// The HTTP status of the last attempt.
    pub answer: Option<u32>,
    /// Why the last attempt was none, in words.
    pub fault: Option<String>,
}

impl Records {
    /// Deliveries to a webhook that the actor may see, the last one first, at most `limit`, those before `before`. None
    /// if there is no such webhook for them.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        webhook: &str,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Option<Vec<DeliveryRow>>, RecordsError> {
        if self.webhook(actor, webhook).await?.is_none() {
            return Ok(None);
        }
        let rows = "SELECT id, event, report, occurred, state, attempts, tried, due, answer, fault
                    FROM webhook_delivery WHERE webhook = $1 AND ($2 IS NULL OR id < $2)
                    ORDER BY id DESC LIMIT $3";
        let rows = sqlx::query_as(rows)
            .bind(webhook)
            .bind(before)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        Ok(Some(rows))
    }

    /// Have a delivery made again from the beginning, whatever came of it. False if there is none that the actor may
    /// change.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Silent`] if the webhook is paused; if the records cannot be changed.
    pub async fn resend(
        &self,
        actor: &Actor,
        webhook: &str,
        delivery: &str,
    ) -> Result<bool, RecordsError> {
        let Some(hook) = self.webhook(actor, webhook).await? else {
            return Ok(false);
        };
        if hook.owner != actor.key && !actor.role.may(Right::Change) {
            return Ok(false);
        }
        if hook.paused || hook.disabled_at.is_some() {
            return Err(RecordsError::Silent);
        }
        let now = self.now();
        let mut change = self.write().await?;
        let again = sqlx::query(
            "UPDATE webhook_delivery SET state = 'waiting', attempts = 0, due = $3, token = NULL
             WHERE webhook = $1 AND id = $2",
        )
        .bind(webhook)
        .bind(delivery)
        .bind(now)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        self.told.notify_one();
        Ok(again > 0)
    }

    /// How long the delivery that waits longest has waited; none if none does.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn oldest_undelivered(&self) -> Result<Option<Duration>, RecordsError> {
        let oldest: Option<i64> =
            sqlx::query_scalar("SELECT min(occurred) FROM webhook_delivery WHERE due IS NOT NULL")
                .fetch_one(&self.readers)
                .await?;
        let waited = |since: i64| self.now().saturating_sub(since).max(0).unsigned_abs();
        Ok(oldest.map(|since| Duration::from_millis(waited(since))))
    }

    /// Forget deliveries that ended long ago.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn clear_deliveries(&self) -> Result<(), RecordsError> {
        let before = self.now() - millis(KEPT);
        let old = "SELECT id FROM webhook_delivery WHERE state <> 'waiting' AND occurred < $1";
        let any: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT EXISTS ({old})")))
            .bind(before)
            .fetch_one(&self.readers)
            .await?;
        let mut more = any;
        while more {
            let mut change = self.write().await?;
            let delete = format!("DELETE FROM webhook_delivery WHERE id IN ({old} LIMIT $2)");
            let gone = sqlx::query(sqlx::AssertSqlSafe(delete))
                .bind(before)
                .bind(BATCH)
                .execute(&mut *change)
                .await?
                .rows_affected();
            change.commit().await?;
            more = gone >= BATCH.unsigned_abs();
        }
        Ok(())
    }
}

/// Write down what is to be told; gives its id.
pub(crate) async fn insert(
    change: &mut Transaction<'static, Sqlite>,
    webhook: &str,
    event: WebhookEvent,
    report: Option<&ReportId>,
    data: &str,
    now: i64,
) -> Result<String, RecordsError> {
    let id = format!("msg_{}", Ulid::generate());
    sqlx::query(
        "INSERT INTO webhook_delivery (id, webhook, event, report, data, occurred, state, due)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $6)",
    )
    .bind(&id)
    .bind(webhook)
    .bind(event.as_str())
    .bind(report.map(ReportId::as_str))
    .bind(data)
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(id)
}

impl FromRow<'_, StoredRow> for DeliveryRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.read("id")?,
            event: row.read("event")?,
            report: row.optional("report")?,
            occurred_at: row.read("occurred")?,
            state: row.read("state")?,
            attempts: row.read("attempts")?,
            tried_at: row.optional("tried")?,
            due_at: row.optional("due")?,
            answer: row.optional("answer")?,
            fault: row.optional("fault")?,
        })
    }
}
