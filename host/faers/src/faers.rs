//! The front door: from an NDC to a case series.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use quire_model::{Background, Digest, HostFault, Label, Ndc, Period, Stale};
use serde_json::Value;

use crate::{
    CacheState, CaseSeries, FaersError, FreshUntil, Lasting, Tuning,
    background::Backgrounds,
    budget::{Budget, BudgetUse, Rates},
    cache::Cache,
    client::{self, Base, Client},
    fetch,
    kept::Kept,
    label::Labels,
    question::Question,
    redis_link::RedisLink,
    reports::Reports,
    snapshot::SCHEMA,
    source::Source,
    tuning::since,
};

/// Where openFDA and the cache are, and how much may be asked of them.
#[derive(Clone)]
pub struct FaersSettings {
    /// Base address, without a path: `https://api.fda.gov`.
    pub openfda_url: String,
    /// Whether the bundled sample answers there in openFDA's place, which knows one drug.
    pub sample: bool,
    /// API key; never logged, never part of a recorded query.
    pub openfda_key: Option<String>,
    /// How long an answer is fresh.
    pub cache_ttl: Duration,
    /// At most so many reports are fetched, newest first.
    pub max_reports: u32,
    /// `redis://…`; in-process cache if absent.
    pub redis_url: Option<String>,
    /// Requests a minute to openFDA, shared by all processes on one Redis (240 by FDA's rule).
    pub requests_per_minute: u32,
    /// Requests a day (1,000 without a key, 120,000 with one).
    pub requests_per_day: u32,
    /// Certificates (PEM) to trust beside the common ones.
    pub certificates: Option<Vec<u8>>,
    /// How much of a day's requests are one caller's, in percent.
    pub share_percent: u32,
    /// How long one request may take from connect to last byte.
    pub timeout: Duration,
    /// Requests for the background of one report, of which four give its frame and each further one
    /// a rarer reaction; fewer than four mean none at all. They may use half of the day's budget.
    pub background_requests: u32,
}

impl std::fmt::Debug for FaersSettings {
    /// Without the key, and without the Redis address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaersSettings")
            .field("openfda_url", &self.openfda_url)
            .field("cache_ttl", &self.cache_ttl)
            .field("max_reports", &self.max_reports)
            .field("requests_per_minute", &self.requests_per_minute)
            .field("requests_per_day", &self.requests_per_day)
            .field("share_percent", &self.share_percent)
            .field("timeout", &self.timeout)
            .field("background_requests", &self.background_requests)
            .finish_non_exhaustive()
    }
}

/// A case series and how it was come by.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The reports, in any role of the drug.
    pub series: Arc<CaseSeries>,
    /// Since when and why they are out of date; none while they are not.
    pub stale: Option<Stale>,
    /// How the cache served it.
    pub cache: CacheState,
    /// Time since it was fetched from openFDA, by our clock.
    pub age: Duration,
    /// Until when the same question gets it.
    pub until: FreshUntil,
}

/// What came of asking openFDA something small.
#[derive(Clone, Debug)]
pub struct Reach {
    /// How long it took.
    pub took: Duration,
    /// Its clock, to the second; ours if it does not tell.
    pub clock: Option<jiff::Timestamp>,
    /// When its reports were updated, in its own words.
    pub last_updated: Option<String>,
}

/// openFDA behind a cache. Cheap to clone; one for the process.
#[derive(Clone, Debug)]
pub struct Faers {
    source: Arc<Source>,
    reports: Kept<Reports>,
    backgrounds: Backgrounds,
    labels: Labels,
    is_sample: bool,
}

impl Faers {
    /// Prepare the client. Makes no connection: a cache that is away is met when it is used.
    ///
    /// # Errors
    ///
    /// If an address in the settings cannot be parsed.
    pub fn new(settings: FaersSettings) -> Result<Self, FaersError> {
        Self::tuned(settings, Tuning::default())
    }

    /// The same with other patience than in production.
    ///
    /// # Errors
    ///
    /// If an address in the settings cannot be parsed.
    pub fn tuned(settings: FaersSettings, tuning: Tuning) -> Result<Self, FaersError> {
        let base = client::base(&settings.openfda_url, settings.openfda_key)?;
        let redis = match &settings.redis_url {
            Some(address) => Some(Arc::new(RedisLink::new(address, &tuning)?)),
            None => None,
        };
        let rates = Rates {
            per_minute: settings.requests_per_minute,
            per_day: settings.requests_per_day,
            share_percent: settings.share_percent,
        };
        let budget = Budget::new(rates, &identity(&base), redis.clone(), &tuning);
        let source = Source {
            address: base.address().to_owned(),
            max_reports: settings.max_reports,
            ttl: settings.cache_ttl,
            client: Client::new(
                base,
                budget,
                settings.certificates.as_deref(),
                settings.timeout,
                tuning.clone(),
            )?,
            cache: Cache::new(redis, &tuning),
            tuning,
        };
        let source = Arc::new(source);
        Ok(Self {
            backgrounds: Backgrounds::new(Arc::clone(&source), settings.background_requests),
            labels: Labels::new(Arc::clone(&source)),
            reports: Kept::new(Arc::clone(&source)),
            source,
            is_sample: settings.sample,
        })
    }

    /// The reports that name the product, in any role.
    ///
    /// # Errors
    ///
    /// [`FaersError`] when neither openFDA nor the cache has an answer.
    pub async fn case_series(&self, ndc: &Ndc) -> Result<Fetched, FaersError> {
        self.received(ndc, Period::default()).await
    }

    /// The reports that name the product, in any role, and were first received in a period.
    ///
    /// # Errors
    ///
    /// [`FaersError`] when neither openFDA nor the cache has an answer.
    pub async fn received(&self, ndc: &Ndc, received: Period) -> Result<Fetched, FaersError> {
        let question = Question {
            ndc: ndc.clone(),
            received,
        };
        let question = Reports::new(&self.source, question);
        let served = self.reports.answer(question).await?;
        let state = <&str>::from(served.cache);
        metrics::counter!("faers_cache_total", "state" => state).increment(1);
        let series = served
            .answer
            .ok_or_else(|| fetch::unknown(ndc, self.is_sample))?;
        Ok(Fetched {
            series: Arc::new(series),
            stale: served.stale,
            cache: served.cache,
            age: since(served.fetched_ms, self.source.tuning.clock.now_ms()),
            until: served.until,
        })
    }

    /// How often the reactions of a series are reported for other drugs, in any role: what openFDA
    /// counts, over the same days of receipt as the series. Kept for a day. What openFDA could not say
    /// is no error, since a report without a comparison is a report: it says why it has none.
    ///
    /// # Errors
    ///
    /// What this machine lacked to ask.
    pub async fn background(
        &self,
        ndc: &Ndc,
        series: &CaseSeries,
    ) -> Result<Lasting<Background>, HostFault> {
        let background = self.backgrounds.of(ndc, series).await?;
        let state = match &*background {
            Background::Totals(_) => "totals",
            Background::Unavailable(_) => "unavailable",
        };
        metrics::counter!("faers_backgrounds_total", "state" => state).increment(1);
        Ok(background)
    }

    /// What the label of the product says, the newest that carries one of its codes. Kept for a day. That
    /// openFDA has none, or could not say, is no error: the label says why it is none.
    ///
    /// # Errors
    ///
    /// What this machine lacked to ask.
    pub async fn label(&self, ndc: &Ndc) -> Result<Lasting<Label>, HostFault> {
        let label = self.labels.of(ndc).await?;
        let state = match &*label {
            Label::Found(_) => "found",
            Label::Absent(_) => "absent",
            Label::Unavailable(_) => "unavailable",
        };
        metrics::counter!("faers_labels_total", "state" => state).increment(1);
        Ok(label)
    }

    /// What tells its answers from those of a client that is set otherwise, beside the question.
    #[must_use]
    pub fn name(&self) -> String {
        let Source {
            address,
            max_reports,
            ..
        } = &*self.source;
        let requests = self.backgrounds.requests();
        format!("{address} {max_reports} {requests} {SCHEMA}")
    }

    /// How many requests were made to openFDA today, of how many.
    pub async fn budget(&self) -> BudgetUse {
        self.source.client.budget().await
    }

    /// Ask openFDA something small, to learn whether it answers; costs one request of the budget.
    ///
    /// # Errors
    ///
    /// Why it does not, by who has to act.
    pub async fn reach(&self) -> Result<Reach, FaersError> {
        let began = Instant::now();
        let request = client::Request::total(None);
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes);
        let reply = self.source.client.ask(&request, read).await?;
        let meta = reply
            .content
            .as_ref()
            .and_then(|content| content.get("meta"));
        let updated = meta.and_then(|meta| meta.get("last_updated")?.as_str());
        Ok(Reach {
            took: began.elapsed(),
            clock: reply.answered.at.parse().ok(),
            last_updated: updated.map(str::to_owned),
        })
    }

    /// Whether the cache answers; always true in process.
    pub async fn cache_is_up(&self) -> bool {
        self.source.cache.is_up().await
    }
}

/// Who a budget belongs to: FDA counts by key, or by address if there is none.
fn identity(base: &Base) -> String {
    let key = base.key().map(|key| Digest::of(key.as_bytes()));
    format!("{} {key:?}", base.address())
}
