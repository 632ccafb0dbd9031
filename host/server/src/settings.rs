//! Settings: flags first, then environment variables, then defaults.
//!
//! One struct a concern; each goes by value to the one place that needs it. An empty variable is the same as none
//! for every setting, which [`crate::usage::parse`] sees to.

mod address;
mod callers;
mod http;
mod queue;
mod retention;
mod secret_file;
mod server;
mod sharing;
mod switch;
mod webhooks;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::{ArgAction, Args, ValueEnum};
use quire_background::Store;
use quire_faers::FaersSettings;
use quire_reports::Backgrounds;

pub(crate) use address::{PublicAddress, parse_address};
pub(crate) use callers::CallerSettings;
pub(crate) use http::HttpSettings;
use http::parse_listen;
pub(crate) use queue::QueueSettings;
pub(crate) use retention::RetentionSettings;
use secret_file::SecretFile;
pub(crate) use server::ServerSettings;
pub(crate) use sharing::SharingSettings;
use switch::parse_switch;
pub(crate) use webhooks::WebhookSettings;

/// Where a worker tells how it fares.
#[derive(Clone, Debug, Args)]
pub(crate) struct WorkerHttpSettings {
    /// Address and port of /livez, /readyz and /metrics of this worker; port 0 takes a free one
    /// [default: none, so that any number of workers start on one machine]
    #[arg(long, env = "QUIRE_WORKER_LISTEN", value_name = "ADDRESS", value_parser = parse_worker_listen)]
    listen: Option<MaybeAddress>,
}

impl WorkerHttpSettings {
    /// The address; none if nothing is served.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.listen.and_then(|MaybeAddress(address)| address)
    }
}

/// An address, or nothing: an empty variable means the same as none.
#[derive(Clone, Copy, Debug)]
struct MaybeAddress(Option<SocketAddr>);

/// The first admin key.
#[derive(Clone, Args)]
pub(crate) struct AdminKey {
    /// An admin key to accept from the start: one word of 16 characters or more; the one that was set before is
    /// revoked. Without one, the first start makes a key and prints it once
    #[arg(
        long,
        env = "QUIRE_ADMIN_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    admin_key: Option<String>,

    /// A file that holds that key, for systems that hand out secrets as files; blanks and line ends around it are no
    /// part of it
    #[arg(
        long,
        env = "QUIRE_ADMIN_KEY_FILE",
        value_name = "FILE",
        hide_short_help = true
    )]
    admin_key_file: Option<SecretFile>,
}

impl AdminKey {
    /// The key that was given, itself before its file.
    pub(crate) fn secret(&self) -> Option<&str> {
        secret_file::first(self.admin_key.as_deref(), self.admin_key_file.as_ref())
    }

    /// Which setting gave it.
    pub(crate) fn named(&self) -> &'static str {
        match &self.admin_key {
            Some(key) if !key.is_empty() => "--admin-key (QUIRE_ADMIN_KEY)",
            _ => "the key in --admin-key-file (QUIRE_ADMIN_KEY_FILE)",
        }
    }
}

impl std::fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.secret().map(|_| "hidden");
        f.debug_struct("AdminKey")
            .field("admin_key", &known)
            .finish()
    }
}

/// Where things are kept unless someone says otherwise.
pub(crate) const DEFAULT_DATA_DIR: &str = "./quire-data";

/// Where things are kept.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataSettings {
    /// Directory for records, finished documents and compiled modules; made if missing
    #[arg(
        long,
        env = "QUIRE_DATA_DIR",
        value_name = "DIR",
        default_value = DEFAULT_DATA_DIR
    )]
    pub(crate) data_dir: PathBuf,

    /// Who adds a version of a module cannot be the one who makes it a canary, activates it, or names it in a
    /// definition. Keys are told apart, not the people who hold them
    #[arg(
        long,
        env = "QUIRE_FOUR_EYES",
        value_name = "ON|OFF",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "on",
        default_value = "off",
        value_parser = parse_switch,
        hide_short_help = true
    )]
    pub(crate) four_eyes: bool,

    /// A module's version that is activated is judged by its first so many sections; 0 judges none
    #[arg(long, env = "QUIRE_PROBATION_RUNS", value_name = "SECTIONS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=10_000), hide_short_help = true)]
    pub(crate) probation_runs: u32,

    /// So many failures among them roll it back to the version before
    #[arg(long, env = "QUIRE_PROBATION_FAILURES", value_name = "FAILURES", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10_000), hide_short_help = true)]
    pub(crate) probation_failures: u32,

    /// So much CPU time does, in percent of what the version before it takes on the same reports
    #[arg(long, env = "QUIRE_PROBATION_CPU_PERCENT", value_name = "PERCENT", default_value_t = 200, value_parser = percent(), hide_short_help = true)]
    pub(crate) probation_cpu_percent: u32,

    /// So much wall time does, without the wait for a free slot
    #[arg(long, env = "QUIRE_PROBATION_WALL_PERCENT", value_name = "PERCENT", default_value_t = 400, value_parser = percent(), hide_short_help = true)]
    pub(crate) probation_wall_percent: u32,

    /// So much memory does
    #[arg(long, env = "QUIRE_PROBATION_MEMORY_PERCENT", value_name = "PERCENT", default_value_t = 200, value_parser = percent(), hide_short_help = true)]
    pub(crate) probation_memory_percent: u32,
}

impl DataSettings {
    /// Whether a directory was named, other than the one that is taken where nobody names any.
    pub(crate) fn is_named(&self) -> bool {
        self.data_dir.as_os_str() != DEFAULT_DATA_DIR
    }
}

/// A version that costs as much as the one before it is never out.
fn percent() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(101..=1_000_000)
}

/// Where the data come from.
#[derive(Clone, Args)]
pub(crate) struct SourceSettings {
    /// Address of openFDA
    #[arg(long, env = "QUIRE_OPENFDA_URL", value_name = "URL", default_value = "https://api.fda.gov", value_parser = parse_http_url)]
    pub(crate) openfda_url: String,

    /// openFDA API key: 120,000 requests a day instead of 1,000; free at
    /// `open.fda.gov/apis/authentication`
    #[arg(
        long,
        env = "QUIRE_OPENFDA_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    openfda_key: Option<String>,

    /// A file that holds that key
    #[arg(
        long,
        env = "QUIRE_OPENFDA_KEY_FILE",
        value_name = "FILE",
        hide_short_help = true
    )]
    openfda_key_file: Option<SecretFile>,

    /// Certificates (PEM) to trust for openFDA beside the common ones, such as those of a company's proxy
    /// [default: the file that `SSL_CERT_FILE` names, if it is set]
    #[arg(
        long,
        env = "QUIRE_CA_FILE",
        value_name = "FILE",
        hide_short_help = true
    )]
    ca_file: Option<PathBuf>,

    /// How much of a day's requests to openFDA one key may use, in percent; the rest is kept for others
    #[arg(long, env = "QUIRE_SOURCE_SHARE", value_name = "PERCENT", default_value_t = 80, value_parser = clap::value_parser!(u32).range(1..=100), hide_short_help = true)]
    pub(crate) source_share: u32,

    /// How long openFDA's answers are kept
    #[arg(long, env = "QUIRE_CACHE_TTL", value_name = "DURATION", default_value = "300s", value_parser = parse_cache_ttl)]
    pub(crate) cache_ttl: Duration,

    /// How many reports are fetched for one drug, newest first
    #[arg(long, env = "QUIRE_MAX_REPORTS", value_name = "REPORTS", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) max_reports: u32,

    /// How long one request to openFDA may take; a page of 1,000 reports can exceed 10 MB, and
    /// openFDA at times takes 20 s for one
    #[arg(long, env = "QUIRE_OPENFDA_TIMEOUT", value_name = "DURATION", default_value = "30s", value_parser = parse_timeout)]
    pub(crate) openfda_timeout: Duration,

    /// What reports are compared with: totals that openFDA's API counts, an import of `quire
    /// background import`, or nothing [default: the import that is used, else the API]
    #[arg(long, env = "QUIRE_BACKGROUND", value_name = "SOURCE")]
    pub(crate) background: Option<BackgroundName>,

    /// Requests to openFDA for the comparison of one report: four, and one for each rarer reaction;
    /// 0 goes without. They use at most half of a day's requests
    #[arg(long, env = "QUIRE_BACKGROUND_REQUESTS", value_name = "REQUESTS", default_value_t = 60, value_parser = parse_background_requests)]
    pub(crate) background_requests: u32,
}

/// Where comparisons come from, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackgroundName {
    /// openFDA's API: any role of the drug.
    Api,
    /// An import: by primary suspect.
    Store,
    /// Nowhere.
    Off,
}

impl std::fmt::Debug for SourceSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceSettings")
            .field("openfda_url", &self.openfda_url)
            .field("openfda_key", &self.key().map(|_| "hidden"))
            .field("cache_ttl", &self.cache_ttl)
            .field("max_reports", &self.max_reports)
            .field("openfda_timeout", &self.openfda_timeout)
            .field("background", &self.background)
            .field("background_requests", &self.background_requests)
            .finish()
    }
}

impl SourceSettings {
    /// The key that was given, itself before its file.
    pub(crate) fn key(&self) -> Option<&str> {
        secret_file::first(self.openfda_key.as_deref(), self.openfda_key_file.as_ref())
    }

    /// The file of certificates to trust, and where it was named.
    pub(crate) fn certificates(&self) -> Option<(PathBuf, &'static str)> {
        let own = self
            .ca_file
            .clone()
            .map(|file| (file, "--ca-file (QUIRE_CA_FILE)"));
        let usual = std::env::var_os("SSL_CERT_FILE").filter(|file: &OsString| !file.is_empty());
        own.or_else(|| usual.map(|file| (file.into(), "SSL_CERT_FILE")))
    }

    /// What is in that file.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(crate) fn trusted(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let Some((file, setting)) = self.certificates() else {
            return Ok(None);
        };
        let read = std::fs::read(&file).with_context(|| {
            let file = file.display().to_string();
            format!("{setting} is {file:?}, which cannot be read")
        });
        read.map(Some)
    }

    /// The same for the client; `replay` takes openFDA's place if it is given. Certificates are read then too: a file that
    /// cannot be used is a wrong setting all the same.
    ///
    /// # Errors
    ///
    /// If the file of certificates cannot be read.
    pub(crate) fn faers(
        &self,
        redis_url: Option<String>,
        replay: Option<&str>,
    ) -> anyhow::Result<FaersSettings> {
        let key = self.key().map(str::to_owned);
        let key = key.filter(|_| replay.is_none());
        let certificates = self.trusted()?;
        // openFDA's own rule: https://open.fda.gov/apis/authentication/
        let requests_per_day = if key.is_some() { 120_000 } else { 1_000 };
        Ok(FaersSettings {
            openfda_url: replay.unwrap_or(&self.openfda_url).to_owned(),
            sample: replay.is_some(),
            openfda_key: key,
            cache_ttl: self.cache_ttl,
            max_reports: self.max_reports,
            redis_url,
            requests_per_minute: if replay.is_some() { 60_000 } else { 240 },
            requests_per_day: if replay.is_some() {
                u32::MAX
            } else {
                requests_per_day
            },
            share_percent: self.source_share,
            certificates,
            timeout: self.openfda_timeout,
            background_requests: self.background_requests,
        })
    }

    /// Where comparisons come from.
    pub(crate) fn backgrounds(&self, store: Store) -> Backgrounds {
        match self.background {
            None => Backgrounds::StoreOrApi(store),
            Some(BackgroundName::Api) => Backgrounds::Api,
            Some(BackgroundName::Store) => Backgrounds::Store(store),
            Some(BackgroundName::Off) => Backgrounds::Off,
        }
    }
}

/// How many reports are made at a time.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WorkerSettings {
    /// How many reports are made at a time; 0 in `serve` leaves them to `quire worker` [default:
    /// one for each core]
    #[arg(long, env = "QUIRE_WORKERS", value_name = "REPORTS", value_parser = clap::value_parser!(u16).range(0..=256))]
    pub(crate) workers: Option<u16>,
}

impl WorkerSettings {
    /// The number, one for each core if none is set.
    pub(crate) fn count(self) -> u16 {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.workers
            .unwrap_or_else(|| u16::try_from(cores()).unwrap_or(256).min(256))
    }
}

/// What is logged, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct LogSettings {
    /// What is logged to standard error: error, warn, info, debug, or targets such as
    /// `quire_jobs=debug` [default: info; warn for commands that end by themselves]
    #[arg(
        long,
        env = "QUIRE_LOG",
        value_name = "FILTER",
        global = true,
        help_heading = "Logging"
    )]
    pub(crate) log: Option<String>,

    /// How a log line is written
    #[arg(
        long,
        env = "QUIRE_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text",
        global = true,
        help_heading = "Logging"
    )]
    pub(crate) log_format: LogFormat,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line, for collectors
    Json,
}

fn parse_worker_listen(text: &str) -> Result<MaybeAddress, String> {
    if text.is_empty() {
        return Ok(MaybeAddress(None));
    }
    parse_listen(text).map(|address| MaybeAddress(Some(address)))
}

fn parse_http_url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest.map(|rest| rest.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ', '@']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("expected an address without a path, such as https://api.fda.gov".to_owned()),
    }
}

/// Below a second an entry could be gone before the request that fetched it has read it; above a
/// day the page would show data older than openFDA's daily update.
fn parse_cache_ttl(text: &str) -> Result<Duration, String> {
    parse_duration(text, Duration::from_secs(24 * 60 * 60))
        .ok_or_else(|| "expected a duration from 1s to 24h, such as 300s or 5m".to_owned())
}

/// Fewer than four would be spent for nothing; above a thousand one report would take minutes and a
/// day's requests.
fn parse_background_requests(text: &str) -> Result<u32, String> {
    let requests = text.parse().ok();
    requests
        .filter(|requests| *requests == 0 || (4..=1_000).contains(requests))
        .ok_or_else(|| "expected 0, or a number from 4 to 1000".to_owned())
}

fn parse_timeout(text: &str) -> Result<Duration, String> {
    parse_duration(text, Duration::from_secs(10 * 60))
        .ok_or_else(|| "expected a duration from 1s to 10m, such as 30s".to_owned())
}

/// A duration of at least a second.
fn parse_duration(text: &str, longest: Duration) -> Option<Duration> {
    let duration = humantime::parse_duration(text).ok()?;
    (Duration::from_secs(1)..=longest)
        .contains(&duration)
        .then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_a_path_or_a_password_are_refused() {
        assert!(parse_http_url("https://api.fda.gov/").is_ok());
        assert!(parse_http_url("https://api.fda.gov/drug").is_err());
        assert!(parse_http_url("https://me:secret@api.fda.gov").is_err());
        assert!(parse_http_url("api.fda.gov").is_err());
    }
}
