//! openFDA and the cache: what every question needs.

use std::time::Duration;

use quire_model::Digest;

use crate::{Tuning, cache::Cache, client::Client};

/// openFDA, and what was kept of its answers.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) address: String,
    pub(crate) max_reports: u32,
    /// How long an answer is fresh, unless its kind says otherwise.
    pub(crate) ttl: Duration,
    pub(crate) client: Client,
    pub(crate) cache: Cache,
    pub(crate) tuning: Tuning,
}

impl Source {
    /// A time to live, some percent earlier by a share that each key has for itself: equal for all who
    /// share the answer.
    pub(crate) fn spread(&self, key: Digest, ttl: Duration) -> Duration {
        let share = key.as_bytes().first().copied().unwrap_or_default();
        let percent = self.tuning.ttl_spread_percent.min(100);
        let earlier = f64::from(percent) / 100.0 * f64::from(share) / 255.0;
        ttl.mul_f64(1.0 - earlier)
    }
}
