//! What sends webhooks, in every process that makes reports.

use anyhow::Context as _;
use quire_records::Records;
use quire_webhooks::{Courier, CourierSettings, Place};

use crate::settings::{PublicAddress, SourceSettings, WebhookSettings};

/// Whatever the settings open, with links to where callers reach the API.
///
/// # Errors
///
/// If the certificates cannot be read.
pub(crate) fn courier(
    records: Records,
    settings: &WebhookSettings,
    source: &SourceSettings,
    address: Option<&PublicAddress>,
) -> anyhow::Result<Courier> {
    let settings = CourierSettings {
        guard: settings.guard(),
        place: place(address),
        certificates: source.trusted()?,
    };
    Courier::new(records, &settings).context("--ca-file (QUIRE_CA_FILE) cannot be used")
}

/// Where callers reach the API, if that is known.
pub(crate) fn place(address: Option<&PublicAddress>) -> Place {
    Place(address.map_or_else(String::new, |address| address.as_str().to_owned()))
}
