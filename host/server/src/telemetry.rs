//! The log, on standard error, and the metrics.

mod described;
mod traces;

use std::{sync::OnceLock, time::Duration};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, LevelFilter, filter_fn},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{
    settings::{LogFormat, LogSettings},
    terminal::{JsonLog, TextFields, TextLog},
    usage::WrongSetting,
};

/// Whether the log is written for collectors.
static COLLECTED: OnceLock<bool> = OnceLock::new();

/// Whether people read what this process says, as far as can be told from how it logs.
pub(crate) fn is_for_people() -> bool {
    !COLLECTED.get().copied().unwrap_or(false)
}

/// Begin to log. `default` is the filter when none is set.
pub(crate) fn start(settings: &LogSettings, default: &str) -> anyhow::Result<()> {
    let filter = settings.log.as_deref().unwrap_or(default);
    // What a worker of apalis meets ends its life, and is said there once; apalis says it each time.
    let quiet = format!("apalis_core=off,{filter}");
    let filter_set = EnvFilter::builder().parse(quiet).ok();
    let Some(filter_set) = filter_set.filter(|_| is_understood(filter)) else {
        let wrong = format!(
            "--log (QUIRE_LOG) is {filter:?}, which cannot be used: expected a level such as info, \
             or targets such as quire_jobs=debug"
        );
        return Err(WrongSetting(wrong).into());
    };
    let _ = COLLECTED.set(settings.log_format == LogFormat::Json);
    // Spans are for the collector: in a line of the log its own fields are enough.
    let filter = filter_set.and(filter_fn(|metadata| !metadata.is_span()));
    let registry = tracing_subscriber::registry().with(traces::layer()?);
    // A log on a full disk is lost; told of it on standard error, where the same happens, whoever
    // logs would panic.
    match settings.log_format {
        LogFormat::Json => {
            let layer = fmt::layer()
                .json()
                .flatten_event(true)
                .log_internal_errors(false);
            let layer = layer.with_writer(JsonLog);
            registry.with(layer.with_filter(filter)).try_init()
        }
        LogFormat::Text => {
            let layer = fmt::layer()
                .fmt_fields(TextFields)
                .log_internal_errors(false)
                .with_writer(TextLog);
            let layer = layer.with_ansi(TextLog::has_colours());
            registry.with(layer.with_filter(filter)).try_init()
        }
    }
    .context("the log could not be started")
}

/// Send what a collector has not had yet.
pub(crate) fn end() {
    traces::end();
}

/// Whether each part is a level, or a target with one: a word alone would be taken for a target, and a mistyped
/// level would switch the log off.
fn is_understood(filter: &str) -> bool {
    let level = |text: &str| text.trim().parse::<LevelFilter>().is_ok();
    filter.split(',').all(|part| match part.rsplit_once('=') {
        Some((target, text)) => !target.is_empty() && level(text),
        None => level(part),
    })
}

/// Bounds of histogram buckets, in seconds: from a status request to a slow report.
const BUCKETS_S: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// How often what was measured is folded into the histograms; between, it takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begin to measure. Call it once, inside the runtime.
pub(crate) fn metrics() -> anyhow::Result<PrometheusHandle> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, &BUCKETS_S)?
        .install_recorder()
        .context("measuring could not be started")?;
    described::describe();
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}
