//! The log, on standard error.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::settings::{LogFormat, LogSettings};

/// Begin to log. `default` is the filter when none is set.
pub(crate) fn start(settings: &LogSettings, default: &str) -> anyhow::Result<()> {
    let filter = settings.log.as_deref().unwrap_or(default);
    let filter = EnvFilter::builder().parse(filter).with_context(|| {
        format!(
            "the setting --log (QUIRE_LOG) is {filter:?}; expected a level such as info, or \
             targets such as quire_jobs=debug"
        )
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer().with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            registry.with(layer.with_ansi(colours)).try_init()
        }
    }
    .context("the log could not be started")
}
