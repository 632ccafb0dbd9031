//! `quire webhook`: who is told when reports end.

use std::process::ExitCode;

use anyhow::bail;
use quire_api::{Webhook, WebhookDelivery};
use quire_records::KeyId;

use crate::{
    cli::{AddWebhook, ListDeliveries, OneWebhook, Shown, WebhookCommand},
    place::{Place, WantedWebhook},
    table, terminal,
};

/// Do what was asked.
pub(crate) async fn run(command: WebhookCommand) -> anyhow::Result<ExitCode> {
    match command {
        WebhookCommand::List(shown) => list(&shown).await?,
        WebhookCommand::Add(command) => add(command).await?,
        WebhookCommand::Ping(command) => ping(&command).await?,
        WebhookCommand::Rotate(command) => rotate(&command).await?,
        WebhookCommand::Pause(command) => rest(&command, true).await?,
        WebhookCommand::Resume(command) => rest(&command, false).await?,
        WebhookCommand::Delete(command) => delete(&command).await?,
        WebhookCommand::Deliveries(command) => deliveries(&command).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(shown: &Shown) -> anyhow::Result<()> {
    let webhooks = Place::open(&shown.data).await?.webhooks().await?;
    if shown.json {
        for webhook in &webhooks {
            terminal::say_json_line(webhook)?;
        }
        return Ok(());
    }
    if webhooks.is_empty() {
        terminal::note("there are no webhooks; quire webhook add makes one");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = webhooks.iter().map(row_of).collect();
    let head = [
        "WEBHOOK",
        "STATE",
        "REPORTS",
        "EVENTS",
        "KEY",
        "URL",
        "DESCRIPTION",
    ];
    table::print(&head, &rows);
    Ok(())
}

fn state_of(webhook: &Webhook) -> &'static str {
    match (webhook.disabled_at, webhook.paused) {
        (Some(_), _) => "its receiver is gone",
        (None, true) => "paused",
        (None, false) => "told",
    }
}

fn row_of(webhook: &Webhook) -> Vec<String> {
    let events: Vec<&str> = webhook.events.iter().map(|event| event.as_str()).collect();
    let state = state_of(webhook);
    vec![
        webhook.id.clone(),
        state.to_owned(),
        webhook.reports.as_str().to_owned(),
        events.join(","),
        webhook.owner.clone(),
        webhook.url.clone(),
        webhook.description.clone().unwrap_or_default(),
    ]
}

async fn add(command: AddWebhook) -> anyhow::Result<()> {
    let place = Place::open(&command.data).await?;
    let wanted = WantedWebhook {
        url: command.url,
        description: command.description,
        events: command.events,
        all: command.all,
        key: command.key.as_deref().map(KeyId::from),
    };
    let (id, secret) = place.make_webhook(&wanted, &command.open.guard()).await?;
    terminal::note(format_args!(
        "webhook {id}; the secret that signs what it is told is shown only this once:"
    ));
    terminal::say(secret);
    Ok(())
}

async fn ping(command: &OneWebhook) -> anyhow::Result<()> {
    let place = Place::open(&command.data).await?;
    let Some(delivery) = place.ping_webhook(&command.webhook).await? else {
        return unknown(&command.webhook);
    };
    terminal::say(format_args!(
        "{delivery} is on its way; quire webhook deliveries {} says what comes of it",
        command.webhook
    ));
    Ok(())
}

async fn rotate(command: &OneWebhook) -> anyhow::Result<()> {
    let place = Place::open(&command.data).await?;
    let Some(rotated) = place.rotate_webhook(&command.webhook).await? else {
        return unknown(&command.webhook);
    };
    terminal::note(format_args!(
        "the secret of before signs beside this one until {:.0}; it is shown only this once:",
        rotated.old_secret_until
    ));
    terminal::say(rotated.secret);
    Ok(())
}

async fn rest(command: &OneWebhook, paused: bool) -> anyhow::Result<()> {
    let place = Place::open(&command.data).await?;
    let Some(webhook) = place.rest_webhook(&command.webhook, paused).await? else {
        return unknown(&command.webhook);
    };
    let state = state_of(&webhook);
    terminal::say(format_args!("webhook {}: {state}", webhook.id));
    Ok(())
}

async fn delete(command: &OneWebhook) -> anyhow::Result<()> {
    let place = Place::open(&command.data).await?;
    if !place.delete_webhook(&command.webhook).await? {
        return unknown(&command.webhook);
    }
    terminal::say(format_args!("webhook {} is gone", command.webhook));
    Ok(())
}

async fn deliveries(command: &ListDeliveries) -> anyhow::Result<()> {
    let place = Place::open(&command.shown.data).await?;
    let told = place.deliveries(&command.webhook, command.limit).await?;
    let Some(told) = told else {
        return unknown(&command.webhook);
    };
    if command.shown.json {
        for delivery in &told {
            terminal::say_json_line(delivery)?;
        }
        return Ok(());
    }
    if told.is_empty() {
        terminal::note("it was told nothing yet");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = told.iter().map(delivery_row).collect();
    let head = [
        "DELIVERY", "EVENT", "TASK", "HAPPENED", "STATE", "ATTEMPTS", "ANSWER", "NEXT", "NOTE",
    ];
    table::print(&head, &rows);
    Ok(())
}

fn delivery_row(told: &WebhookDelivery) -> Vec<String> {
    let text = |number: u32| number.to_string();
    vec![
        told.id.clone(),
        told.event.as_str().to_owned(),
        told.task_id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        format!("{:.0}", told.occurred_at),
        <&str>::from(told.state).to_owned(),
        told.attempts.to_string(),
        told.answer.map(text).unwrap_or_default(),
        told.next_attempt_at
            .map(|at| format!("{at:.0}"))
            .unwrap_or_default(),
        told.fault.clone().unwrap_or_default(),
    ]
}

fn unknown(webhook: &str) -> anyhow::Result<()> {
    bail!("there is no webhook {webhook:?}; quire webhook list shows them")
}
