//! Webhooks are made, changed, given another secret and taken away, each with its audit event. The trail names the
//! receiver's host and never its whole address, which may hold a secret; nor ours.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};
use ulid::Ulid;

use crate::{
    Actor, IdempotencyKey, KeyId, Records, RecordsError, Right, Secret, WebhookEvent, WebhookRow,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::named::{Made, object_before, remember},
    stored::time,
    webhooks::{delivery, event::Subject},
};

/// How long the secret of before signs beside a new one: a working day, so that nobody has to change theirs at the
/// very moment.
const OLD_SECRET_LIFE: Duration = Duration::from_hours(24);

/// Webhooks that one key may have: each may be sent every report's end.
const MOST_OF_ONE: i64 = 20;

/// A webhook to make.
#[derive(Clone, Copy, Debug)]
pub struct NewWebhook<'a> {
    /// Where it is; checked by whoever knows addresses.
    pub url: &'a str,
    /// The host in it, for the trail.
    pub host: &'a str,
    /// What its maker calls it.
    pub description: Option<&'a str>,
    /// What it is told; none: everything.
    pub events: Option<&'a [WebhookEvent]>,
    /// Whether it is told of the reports of all keys.
    pub everyone: bool,
    /// The key whose it is, where somebody makes it for a key; none: the actor's.
    pub owner: Option<&'a KeyId>,
}

/// What of a webhook becomes otherwise; nothing by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebhookChange<'a> {
    /// Another address, and the host in it.
    pub url: Option<(&'a str, &'a str)>,
    /// Another name; empty: none.
    pub description: Option<&'a str>,
    /// What it is told from now on.
    pub events: Option<&'a [WebhookEvent]>,
    /// Whether nothing is noted and sent. False also enables one whose receiver had said that it is gone.
    pub paused: Option<bool>,
}

impl Records {
    /// Make a webhook, with its audit event. Its secret can never be read again.
    ///
    /// # Errors
    ///
    /// [`RecordsError::TooMany`] if the key has as many as it may have; if there is no randomness or the records cannot
    /// be changed.
    pub async fn make_webhook(
        &self,
        hook: &NewWebhook<'_>,
        actor: &Actor,
        request_id: &str,
    ) -> Result<(WebhookRow, Secret), RecordsError> {
        let made = self
            .make_webhook_once(hook, actor, request_id, None)
            .await?;
        Ok((made.0, made.1.ok_or(RecordsError::Absent)?))
    }

    /// The same for a request that has a name of its caller's: with its secret if it was made now, without one if it was
    /// made for the same request before.
    ///
    /// # Errors
    ///
    /// As [`make_webhook`](Self::make_webhook); [`RecordsError::Conflict`] if the name belongs to another request,
    /// [`RecordsError::MadeAndGone`] if what it made is deleted.
    pub async fn make_webhook_once(
        &self,
        hook: &NewWebhook<'_>,
        actor: &Actor,
        request_id: &str,
        name: Option<&IdempotencyKey>,
    ) -> Result<(WebhookRow, Option<Secret>), RecordsError> {
        let secret = signing_secret()?;
        let (id, now) = (format!("wh_{}", Ulid::generate()), self.now());
        let oldest = now - millis(self.settings.idempotency_ttl);
        let owner = hook.owner.unwrap_or(&actor.key).as_str();
        let mut change = self.write().await?;
        if let Some(name) = name
            && let Some(id) = object_before(&mut change, actor, name, oldest).await?
        {
            let row = read(&mut change, &id).await?;
            let what = "webhook";
            let row = row.ok_or(RecordsError::MadeAndGone { what, id })?;
            return Ok((row, None));
        }
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook WHERE owner = $1")
            .bind(owner)
            .fetch_one(&mut *change)
            .await?;
        if count >= MOST_OF_ONE {
            return Err(RecordsError::TooMany {
                what: "webhooks",
                most: MOST_OF_ONE,
            });
        }
        insert(&mut change, &id, (hook, owner), &secret, now).await?;
        let whose = match (hook.everyone, hook.owner) {
            (true, _) => "all keys",
            (false, Some(key)) => key.as_str(),
            (false, None) => "the key",
        };
        let words = format!("tells {} of the reports of {whose}", hook.host);
        let event = NewEvent {
            reason: Some(&words),
            ..NewEvent::by(actor, "webhook.created", object(&id), request_id)
        };
        append(&mut change, now, event).await?;
        if let Some(name) = name {
            let made = Made::Object(&id);
            remember(&mut change, actor, name, made, (now, oldest)).await?;
        }
        let row = read(&mut change, &id).await?;
        change.commit().await?;
        let row = row.ok_or(RecordsError::Absent)?;
        Ok((row, Some(secret)))
    }

    /// Change a webhook, with its audit event. None if the actor has no such webhook, or may only look at it.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn change_webhook(
        &self,
        id: &str,
        to: &WebhookChange<'_>,
        actor: &Actor,
        request_id: &str,
    ) -> Result<Option<WebhookRow>, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let Some(before) = theirs(&mut change, id, actor).await? else {
            return Ok(None);
        };
        let events = to.events.map(serde_json::to_string).transpose()?;
        sqlx::query(
            "UPDATE webhook SET url = coalesce($2, url), events = coalesce($3, events),
                    description = CASE WHEN $4 = 1 THEN $5 ELSE description END
             WHERE id = $1",
        )
        .bind(id)
        .bind(to.url.map(|(url, _)| url))
        .bind(events)
        .bind(i64::from(to.description.is_some()))
        .bind(to.description.filter(|text| !text.is_empty()))
        .execute(&mut *change)
        .await?;
        if let Some(paused) = to.paused {
            pause(&mut change, id, paused, now).await?;
        }
        let words = in_words(to, &before);
        let event = NewEvent {
            reason: Some(&words),
            ..NewEvent::by(actor, "webhook.changed", object(id), request_id)
        };
        append(&mut change, now, event).await?;
        let after = read(&mut change, id).await?;
        change.commit().await?;
        self.told.notify_one();
        Ok(after)
    }

    /// Give a webhook another secret, with its audit event. The one of before signs beside it for a day. None if the actor
    /// has no such webhook.
    ///
    /// # Errors
    ///
    /// If there is no randomness or the records cannot be changed.
    pub async fn rotate_webhook(
        &self,
        id: &str,
        actor: &Actor,
        request_id: &str,
    ) -> Result<Option<(Secret, Timestamp)>, RecordsError> {
        let secret = signing_secret()?;
        let now = self.now();
        let until = now + millis(OLD_SECRET_LIFE);
        let mut change = self.write().await?;
        if theirs(&mut change, id, actor).await?.is_none() {
            return Ok(None);
        }
        sqlx::query(
            "UPDATE webhook SET old_secret = secret, old_until = $3, secret = $2 WHERE id = $1",
        )
        .bind(id)
        .bind(secret.expose())
        .bind(until)
        .execute(&mut *change)
        .await?;
        let event = NewEvent::by(actor, "webhook.rotated", object(id), request_id);
        append(&mut change, now, event).await?;
        change.commit().await?;
        Ok(Some((secret, time(until)?)))
    }

    /// Take a webhook away with all that was to be told, with its audit event. False if the actor has no such webhook.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn delete_webhook(
        &self,
        id: &str,
        actor: &Actor,
        request_id: &str,
    ) -> Result<bool, RecordsError> {
        let mut change = self.write().await?;
        if theirs(&mut change, id, actor).await?.is_none() {
            return Ok(false);
        }
        for delete in [
            "DELETE FROM webhook_delivery WHERE webhook = $1",
            "DELETE FROM webhook WHERE id = $1",
        ] {
            let delete = sqlx::query(delete).bind(id);
            delete.execute(&mut *change).await?;
        }
        let event = NewEvent::by(actor, "webhook.deleted", object(id), request_id);
        append(&mut change, self.now(), event).await?;
        change.commit().await?;
        Ok(true)
    }

    /// Have a webhook told that nothing happened; gives the delivery. None if the actor has no such webhook.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Silent`] if it is paused or disabled; [`RecordsError::TooMany`] while another ping waits; if the
    /// records cannot be changed.
    pub async fn ping_webhook(
        &self,
        id: &str,
        actor: &Actor,
    ) -> Result<Option<String>, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let Some(hook) = theirs(&mut change, id, actor).await? else {
            return Ok(None);
        };
        if hook.paused || hook.disabled_at.is_some() {
            return Err(RecordsError::Silent);
        }
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM webhook_delivery
             WHERE webhook = $1 AND event = $2 AND state = 'waiting'",
        )
        .bind(id)
        .bind(WebhookEvent::Ping.as_str())
        .fetch_one(&mut *change)
        .await?;
        if waiting > 0 {
            return Err(RecordsError::TooMany {
                what: "pings that wait",
                most: 1,
            });
        }
        let subject = serde_json::to_string(&Subject::default())?;
        let ping = WebhookEvent::Ping;
        let delivery = delivery::insert(&mut change, id, ping, None, &subject, now).await?;
        change.commit().await?;
        self.told.notify_one();
        Ok(Some(delivery))
    }
}

/// Stop a webhook, with what waits for it, or let it go on.
pub(crate) async fn pause(
    change: &mut Transaction<'static, Sqlite>,
    id: &str,
    paused: bool,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query(match paused {
        true => "UPDATE webhook SET paused = 1 WHERE id = $1",
        false => "UPDATE webhook SET paused = 0, disabled = NULL WHERE id = $1",
    })
    .bind(id)
    .execute(&mut **change)
    .await?;
    // What nobody may send is not looked at; a claim that runs is void.
    sqlx::query(
        "UPDATE webhook_delivery SET due = $2, token = NULL WHERE webhook = $1 AND state = 'waiting'",
    )
    .bind(id)
    .bind((!paused).then_some(now))
    .execute(&mut **change)
    .await?;
    Ok(())
}

/// The webhook, if the actor may change it.
async fn theirs(
    change: &mut Transaction<'static, Sqlite>,
    id: &str,
    actor: &Actor,
) -> Result<Option<WebhookRow>, RecordsError> {
    let row = read(change, id).await?;
    Ok(row.filter(|row| row.owner == actor.key || actor.role.may(Right::Change)))
}

async fn read(
    change: &mut Transaction<'static, Sqlite>,
    id: &str,
) -> Result<Option<WebhookRow>, RecordsError> {
    let row = format!("{} WHERE id = $1", WebhookRow::SELECT);
    let row = sqlx::query_as(sqlx::AssertSqlSafe(row)).bind(id);
    Ok(row.fetch_optional(&mut **change).await?)
}

/// What the trail calls it.
pub(crate) fn object(id: &str) -> String {
    format!("webhook {id}")
}

fn in_words(to: &WebhookChange<'_>, before: &WebhookRow) -> String {
    let url = to.url.filter(|(url, _)| *url != before.url);
    let parts = [
        url.map(|(_, host)| format!("tells {host}")),
        to.events.map(|events| {
            let names: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
            format!("of {}", names.join(", "))
        }),
        to.paused
            .map(|paused| if paused { "paused" } else { "goes on" }.to_owned()),
        to.description.map(|_| "is called otherwise".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join("; "),
    }
}

/// The row of a webhook that is new.
async fn insert(
    change: &mut Transaction<'static, Sqlite>,
    id: &str,
    (hook, owner): (&NewWebhook<'_>, &str),
    secret: &Secret,
    now: i64,
) -> Result<(), RecordsError> {
    let events = hook.events.map(serde_json::to_string).transpose()?;
    sqlx::query(
        "INSERT INTO webhook (id, owner, everyone, url, description, events, secret, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(owner)
    .bind(i64::from(hook.everyone))
    .bind(hook.url)
    .bind(hook.description)
    .bind(events)
    .bind(secret.expose())
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(())
}

/// 32 random bytes, written as Standard Webhooks asks.
fn signing_secret() -> Result<Secret, RecordsError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| RecordsError::Random)?;
    Ok(Secret(format!("whsec_{}", STANDARD.encode(bytes))))
}
