//! Webhooks: listed, made, tried, given another secret and taken away; and what they were told.

use anyhow::{Context as _, anyhow, bail};
use quire_api::{Webhook, WebhookDelivery, webhook_description};
use quire_records::{KeyId, NewWebhook, Records, Right, Timestamp, WebhookChange, WebhookEvent};
use quire_webhooks::Guard;
use reqwest::{Method, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Place, REQUEST_ID, keys::valid_key};
use crate::{
    operator,
    remote::{Refusal, Server, escaped, query},
};

/// Where a server has its webhooks.
const WEBHOOKS: &str = "/api/webhooks";

/// Most deliveries that a server sends at a time.
const PAGE: u32 = 200;

/// A webhook to make.
pub(crate) struct WantedWebhook {
    pub(crate) url: String,
    pub(crate) description: Option<String>,
    /// What it is told; empty: everything.
    pub(crate) events: Vec<WebhookEvent>,
    /// Whether it is told of the reports of all keys.
    pub(crate) all: bool,
    /// Whose it is; with a server that of the key that asks.
    pub(crate) key: Option<KeyId>,
}

/// Another secret, and until when the one of before signs beside it.
#[derive(Deserialize)]
pub(crate) struct Rotated {
    pub(crate) secret: String,
    pub(crate) old_secret_until: Timestamp,
}

impl Place {
    /// All webhooks that may be seen, the first one first.
    pub(crate) async fn webhooks(&self) -> anyhow::Result<Vec<Webhook>> {
        #[derive(Deserialize)]
        struct List {
            webhooks: Vec<Webhook>,
        }
        match self {
            Self::Directory(records) => {
                let rows = records.webhooks(&operator::actor()).await?;
                Ok(rows.into_iter().map(Webhook::from).collect())
            }
            Self::Server(server) => Ok(server.get::<List>(WEBHOOKS).await?.webhooks),
        }
    }

    /// Make a webhook; gives its id and its secret. In a data directory the guard says where may be sent, as a server
    /// does.
    pub(crate) async fn make_webhook(
        &self,
        wanted: &WantedWebhook,
        guard: &Guard,
    ) -> anyhow::Result<(String, String)> {
        #[derive(Deserialize)]
        struct Made {
            id: String,
            secret: String,
        }
        let server = match self {
            Self::Directory(records) => return made(records, wanted, guard).await,
            Self::Server(server) => server,
        };
        if wanted.key.is_some() {
            bail!(
                "--key is for a data directory: a server makes the webhook for the key that asks, so ask with that one"
            );
        }
        let events = Some(&wanted.events).filter(|events| !events.is_empty());
        let body = json!({
            "url": wanted.url, "description": wanted.description, "events": events,
            "reports": if wanted.all { "all" } else { "own" },
        });
        let made: Made = server.tell(Method::POST, WEBHOOKS, &body).await?;
        Ok((made.id, made.secret))
    }

    /// Have a webhook told that nothing happened; gives the delivery. None if there is no such webhook.
    pub(crate) async fn ping_webhook(&self, id: &str) -> anyhow::Result<Option<String>> {
        #[derive(Deserialize)]
        struct Begun {
            id: String,
        }
        match self {
            Self::Directory(records) => Ok(records.ping_webhook(id, &operator::actor()).await?),
            Self::Server(server) => {
                let begun: Option<Begun> = told(server, id, "/ping").await?;
                Ok(begun.map(|begun| begun.id))
            }
        }
    }

    /// Give a webhook another secret. None if there is no such webhook.
    pub(crate) async fn rotate_webhook(&self, id: &str) -> anyhow::Result<Option<Rotated>> {
        match self {
            Self::Directory(records) => {
                let actor = operator::actor();
                let rotated = records.rotate_webhook(id, &actor, REQUEST_ID).await?;
                Ok(rotated.map(|(secret, old_secret_until)| Rotated {
                    secret: secret.expose().to_owned(),
                    old_secret_until,
                }))
            }
            Self::Server(server) => told(server, id, "/rotate").await,
        }
    }

    /// Let a webhook rest, or go on, also one whose receiver had said that it is gone. None if there is no such webhook.
    pub(crate) async fn rest_webhook(
        &self,
        id: &str,
        paused: bool,
    ) -> anyhow::Result<Option<Webhook>> {
        match self {
            Self::Directory(records) => {
                let change = WebhookChange {
                    paused: Some(paused),
                    ..WebhookChange::default()
                };
                let actor = operator::actor();
                let row = records
                    .change_webhook(id, &change, &actor, REQUEST_ID)
                    .await?;
                Ok(row.map(Webhook::from))
            }
            Self::Server(server) => {
                let body = json!({ "paused": paused });
                found(server.tell(Method::PATCH, &path(id, ""), &body).await)
            }
        }
    }

    /// Take a webhook away. False if there is no such webhook.
    pub(crate) async fn delete_webhook(&self, id: &str) -> anyhow::Result<bool> {
        match self {
            Self::Directory(records) => {
                let actor = operator::actor();
                Ok(records.delete_webhook(id, &actor, REQUEST_ID).await?)
            }
            Self::Server(server) => {
                let request = server.request(Method::DELETE, &path(id, ""));
                Ok(found(server.send(request).await)?.is_some())
            }
        }
    }

    /// What a webhook was told, the last first, at most `limit`. None if there is no such webhook.
    pub(crate) async fn deliveries(
        &self,
        id: &str,
        limit: u32,
    ) -> anyhow::Result<Option<Vec<WebhookDelivery>>> {
        match self {
            Self::Directory(records) => {
                let rows = records
                    .deliveries(&operator::actor(), id, None, limit)
                    .await?;
                let told = |rows: Vec<_>| rows.into_iter().map(WebhookDelivery::from).collect();
                Ok(rows.map(told))
            }
            Self::Server(server) => listed(server, id, limit).await,
        }
    }
}

/// Make a webhook in a data directory.
async fn made(
    records: &Records,
    wanted: &WantedWebhook,
    guard: &Guard,
) -> anyhow::Result<(String, String)> {
    let Some(key) = &wanted.key else {
        bail!(
            "a webhook belongs to a key and is told of its reports: name it with --key; `quire key list` shows them"
        );
    };
    let owner = valid_key(records, key).await?;
    if wanted.all && !owner.role.may(Right::Change) {
        bail!(
            "--all needs a key with the role admin: leave it out, or name one of those with --key"
        );
    }
    let description = wanted.description.as_deref().map(webhook_description);
    let description = description
        .transpose()
        .map_err(|wrong| anyhow!("--description: {wrong}"))?;
    let checked = guard.check(&wanted.url).await;
    let url = checked.with_context(|| format!("{:?} cannot be used", wanted.url))?;
    let new = NewWebhook {
        url: url.as_str(),
        host: url.host_str().unwrap_or_default(),
        description: description.filter(|text| !text.is_empty()),
        events: Some(wanted.events.as_slice()).filter(|events| !events.is_empty()),
        everyone: wanted.all,
        owner: Some(&owner.id),
    };
    let actor = operator::actor();
    let (row, secret) = records.make_webhook(&new, &actor, REQUEST_ID).await?;
    Ok((row.id, secret.expose().to_owned()))
}

/// Deliveries of a server, as many pages as it takes.
async fn listed(
    server: &Server,
    id: &str,
    limit: u32,
) -> anyhow::Result<Option<Vec<WebhookDelivery>>> {
    #[derive(Deserialize)]
    struct Page {
        deliveries: Vec<WebhookDelivery>,
        next_before: Option<String>,
    }
    let (mut told, mut before) = (Vec::new(), None);
    loop {
        let rest = limit.saturating_sub(u32::try_from(told.len())?);
        let asked = query(&[
            ("before", before),
            ("limit", Some(rest.clamp(1, PAGE).to_string())),
        ]);
        let page: Option<Page> = server
            .find(&path(id, &format!("/deliveries{asked}")))
            .await?;
        let Some(page) = page else { return Ok(None) };
        told.extend(page.deliveries);
        before = page.next_before;
        if before.is_none() || told.len() >= usize::try_from(limit)? {
            return Ok(Some(told));
        }
    }
}

/// Have a server do something with a webhook. None if it has no such webhook.
async fn told<T: DeserializeOwned>(
    server: &Server,
    id: &str,
    step: &str,
) -> anyhow::Result<Option<T>> {
    found(
        server
            .tell(Method::POST, &path(id, step), &Value::Null)
            .await,
    )
}

/// None where there is nothing of the kind.
fn found<T>(answer: anyhow::Result<T>) -> anyhow::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
}

fn path(id: &str, step: &str) -> String {
    format!("{WEBHOOKS}/{}{step}", escaped(id))
}
