//! Webhooks: where reports' ends are told, and to whom they belong.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::{
    Actor, KeyId, Records, RecordsError, Right, WebhookEvent,
    stored::{Columns, StoredRow},
};

/// A place that is told, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRow {
    /// Which one: `wh_…`.
    pub id: String,
    /// The API key that made it.
    pub owner: KeyId,
    /// Whether it is told of the reports of all keys, not of its owner's alone.
    pub everyone: bool,
    /// Where it is. May hold a secret of its receiver: never log it.
    pub url: String,
    /// What its maker calls it.
    pub description: Option<String>,
    /// What it is told; none: everything.
    pub events: Option<Vec<WebhookEvent>>,
    /// Nothing is noted for it and nothing sent.
    pub paused: bool,
    /// When its receiver answered that it is gone; as if paused since.
    pub disabled_at: Option<Timestamp>,
    /// Until when the secret of before signs beside the present one.
    pub old_secret_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl WebhookRow {
    /// What a row is read from.
    pub(crate) const SELECT: &str =
        "SELECT id, owner, everyone, url, description, events, paused, disabled,
        old_until, created FROM webhook";

    /// Whether it is told this.
    pub(crate) fn hears(&self, event: WebhookEvent) -> bool {
        let events = self.events.as_ref();
        events.is_none_or(|events| events.contains(&event))
    }
}

impl Records {
    /// The webhooks that the actor may see, the first one first: their own, or all.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn webhooks(&self, actor: &Actor) -> Result<Vec<WebhookRow>, RecordsError> {
        let all = actor.role.may(Right::ReadAll);
        let rows = format!(
            "{} WHERE owner = $1 OR $2 = 1 ORDER BY id",
            WebhookRow::SELECT
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(rows))
            .bind(actor.key.as_str())
            .bind(i64::from(all))
            .fetch_all(&self.readers)
            .await?)
    }

    /// One of them; none if there is no such webhook, or it is another's.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn webhook(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<Option<WebhookRow>, RecordsError> {
        let row = format!("{} WHERE id = $1", WebhookRow::SELECT);
        let row: Option<WebhookRow> = sqlx::query_as(sqlx::AssertSqlSafe(row))
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.filter(|row| actor.may_see(&row.owner)))
    }
}

impl FromRow<'_, StoredRow> for WebhookRow {
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.read("id")?,
            owner: row.read("owner")?,
            everyone: row.read("everyone")?,
            url: row.read("url")?,
            description: row.optional("description")?,
            events: row.optional_json("events")?,
            paused: row.read("paused")?,
            disabled_at: row.optional("disabled")?,
            old_secret_until: row.optional("old_until")?,
            created_at: row.read("created")?,
        })
    }
}
