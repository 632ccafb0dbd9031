//! The event that says which process of the host started, and with which settings. No secret and no
//! address that may hold one is among them.

use quire_records::Records;

use crate::{
    cli::{Serve, Worker},
    settings::SourceSettings,
};

/// Write the event.
pub(crate) async fn write(records: &Records, process: &str, settings: &str) -> anyhow::Result<()> {
    let process = format!("quire {process} {}", env!("CARGO_PKG_VERSION"));
    records.host_started(&process, settings).await?;
    Ok(())
}

/// The settings of `quire serve`.
pub(crate) fn of_serve(command: &Serve) -> String {
    format!(
        "listen {}; workers {}; redis {}; sample {}; share answers {}; {}; {}",
        command.http.listen,
        command.workers.count(),
        yes(command.queue.redis_url().is_some()),
        yes(command.sample.sample),
        yes(command.sharing.is_on()),
        source(&command.source),
        command.webhooks.in_words()
    )
}

/// The settings of `quire worker`.
pub(crate) fn of_worker(command: &Worker) -> String {
    format!(
        "listen {}; workers {}; redis {}; sample {}; share answers {}; {}; {}",
        command
            .http
            .address()
            .map_or_else(|| "nowhere".to_owned(), |address| address.to_string()),
        command.workers.count(),
        yes(command.queue.redis_url().is_some()),
        yes(command.sample.sample),
        yes(command.sharing.is_on()),
        source(&command.source),
        command.webhooks.in_words()
    )
}

fn source(settings: &SourceSettings) -> String {
    format!(
        "openfda {}, key {}; cache {} s; at most {} reports; timeout {} s",
        settings.openfda_url,
        yes(settings.key().is_some()),
        settings.cache_ttl.as_secs(),
        settings.max_reports,
        settings.openfda_timeout.as_secs()
    )
}

const fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
