//! Where webhooks may be sent.

use clap::{ArgAction, Args};
use quire_webhooks::{Guard, Network};

use super::switch::parse_switch;

/// Where webhooks may be sent: to the public internet by HTTPS, unless more is opened. Set it for the servers and the
/// workers of a data directory alike.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Webhooks")]
pub(crate) struct WebhookSettings {
    /// Networks of yours that webhooks may be sent to, such as 10.1.0.0/16, separated by commas [default: none: only
    /// addresses of the public internet]
    #[arg(
        long,
        env = "QUIRE_WEBHOOK_NETWORKS",
        value_name = "NETWORKS",
        value_delimiter = ',',
        hide_short_help = true
    )]
    webhook_networks: Vec<Network>,

    /// Webhooks may be sent by HTTP without TLS too
    #[arg(
        long,
        env = "QUIRE_WEBHOOK_HTTP",
        value_name = "ON|OFF",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "on",
        default_value = "off",
        value_parser = parse_switch,
        hide_short_help = true
    )]
    webhook_http: bool,
}

impl WebhookSettings {
    /// What is open, for the trail.
    pub(crate) fn in_words(&self) -> String {
        let http = if self.webhook_http { "yes" } else { "no" };
        let networks = self.webhook_networks.len();
        format!("webhooks to {networks} networks of ours, by http {http}")
    }

    /// What is open.
    pub(crate) fn guard(&self) -> Guard {
        Guard::new(self.webhook_networks.clone(), self.webhook_http)
    }
}
