//! What can be typed after `quire webhook`.

use clap::{Args, Subcommand};
use quire_records::WebhookEvent;

use super::module::Shown;
use crate::{
    settings::{DataSettings, WebhookSettings},
    storage::Needs,
};

/// `quire webhook …`.
#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// List the webhooks, without their secrets
    List(Shown),
    /// Have an address of yours told when reports end, and print the secret that signs what it is told
    #[command(after_help = "Examples:\n  \
        quire webhook add https://hooks.example/quire --server https://quire.example\n  \
        quire webhook add https://hooks.example/quire --key key_01JD3Q0V5N8R6Z2W4Y7XK9MTBC\n\n\
        The secret is shown only this once: `quire webhook rotate` gives another.")]
    Add(AddWebhook),
    /// Have a webhook told that nothing happened, to see whether it arrives
    Ping(OneWebhook),
    /// Give a webhook another secret, and print it; the one of before signs beside it for a day
    Rotate(OneWebhook),
    /// Let a webhook rest: nothing is noted for it and nothing is sent
    Pause(OneWebhook),
    /// Let a webhook go on, also one whose receiver had said that it is gone
    Resume(OneWebhook),
    /// Take a webhook away, with what was still to be told
    Delete(OneWebhook),
    /// List what a webhook was told and what came of it, the last first
    Deliveries(ListDeliveries),
}

/// `quire webhook add`.
#[derive(Debug, Args)]
pub(crate) struct AddWebhook {
    /// Where it is: HTTPS, an address of the public internet
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// What you call it
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// What it is told, separated by commas: report.succeeded, report.failed, report.cancelled [default: everything]
    #[arg(long, value_name = "EVENTS", value_delimiter = ',', value_parser = parse_event)]
    pub(crate) events: Vec<WebhookEvent>,
    /// Tell it of the reports of all keys; for an administrator's key
    #[arg(long)]
    pub(crate) all: bool,
    /// In a data directory: the key whose it is, by its id, as `quire key list` shows it. With a server it is that of the
    /// key that asks
    #[arg(long, value_name = "KEY_ID")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) open: WebhookSettings,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// One webhook.
#[derive(Debug, Args)]
pub(crate) struct OneWebhook {
    /// The webhook's id, as `quire webhook list` shows it
    #[arg(value_name = "WEBHOOK")]
    pub(crate) webhook: String,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// `quire webhook deliveries`.
#[derive(Debug, Args)]
pub(crate) struct ListDeliveries {
    /// The webhook's id, as `quire webhook list` shows it
    #[arg(value_name = "WEBHOOK")]
    pub(crate) webhook: String,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// What a webhook can be told of.
fn parse_event(name: &str) -> Result<WebhookEvent, String> {
    let told = |event: &&WebhookEvent| **event != WebhookEvent::Ping;
    let mut events = WebhookEvent::ALL.iter().filter(told);
    match events.clone().find(|event| event.as_str() == name) {
        Some(event) => Ok(*event),
        None => {
            let names: Vec<&str> = events.by_ref().map(|event| event.as_str()).collect();
            Err(format!("expected some of {}", names.join(", ")))
        }
    }
}

impl WebhookCommand {
    pub(super) const fn data(&self) -> (&DataSettings, Needs) {
        let data = match self {
            Self::List(command) => &command.data,
            Self::Add(command) => &command.data,
            Self::Ping(command)
            | Self::Rotate(command)
            | Self::Pause(command)
            | Self::Resume(command)
            | Self::Delete(command) => &command.data,
            Self::Deliveries(command) => &command.shown.data,
        };
        (data, Needs::Records)
    }
}
