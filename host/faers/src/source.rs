//! Decides where an answer comes from: the cache, openFDA, or, if openFDA fails, an older answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use quire_model::Digest;

use crate::{
    CacheState, CaseSeries, FaersError, Snapshot, Tuning,
    cache::{Cache, Entry, Turn},
    client::Client,
    fetch,
    question::Question,
    snapshot::SCHEMA,
    tuning::{milliseconds, since},
};

/// How many times longer than a lock is good for without renewal a fetch may take: after that those
/// who wait fetch for themselves, whatever became of the one who fetches.
pub(crate) const LONGEST_FETCH: u32 = 10;
/// Remark on a series that is past its time to live: since when, RFC 3339, by our clock.
pub(crate) const STALE_SINCE: &str = "stale-since";
/// Remark on the same: why there is no newer one.
pub(crate) const STALE_REASON: &str = "stale-reason";
/// All remarks that are made on top of the data.
pub(crate) const REMARKS: [&str; 2] = [STALE_SINCE, STALE_REASON];

/// openFDA, and what was kept of its answers.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) address: String,
    pub(crate) max_reports: u32,
    pub(crate) ttl: Duration,
    pub(crate) client: Client,
    pub(crate) cache: Cache,
    /// Until then an older answer is given without asking openFDA, which failed just now.
    pub(crate) rest_until_ms: AtomicI64,
    pub(crate) tuning: Tuning,
}

/// An answer for everyone who asked at the same time.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    /// None if no report carries the code and the directory does not list it.
    pub(crate) series: Option<CaseSeries>,
    pub(crate) cache: CacheState,
    pub(crate) fetched_ms: i64,
}

impl Source {
    /// What equal answers are kept under: everything that decides what openFDA is asked.
    pub(crate) fn key(&self, question: &Question) -> Digest {
        let numbers = [SCHEMA.to_le_bytes(), self.max_reports.to_le_bytes()];
        question.key([self.address.as_bytes(), numbers.as_flattened()])
    }

    /// The cached answer, if it is within its time to live.
    pub(crate) async fn fresh(&self, question: &Question) -> Option<Served> {
        let key = self.key(question);
        let entry = self.cache.entry(key).await?;
        if self.age(&entry) >= self.ttl(key) {
            return None;
        }
        self.cached(key, entry, CacheState::Hit).await
    }

    /// A fresh answer by whatever way; run once for all who ask at the same time.
    pub(crate) async fn serve(&self, question: &Question) -> Result<Served, FaersError> {
        // It may have come between the caller's look and now.
        if let Some(served) = self.fresh(question).await {
            return Ok(served);
        }
        if self.tuning.clock.now_ms() < self.rest_until_ms.load(Ordering::Relaxed)
            && let Some(served) = self.stale(question, "openFDA failed just now").await
        {
            return Ok(served);
        }
        let turn = self.turn(question).await;
        let fetched = match turn {
            Ok(served) => return Ok(served),
            Err(Turn::Ours(ref lock)) => lock.hold_during(self.fetch(question)).await,
            Err(_) => self.fetch(question).await,
        };
        if let Err(Turn::Ours(lock)) = turn {
            lock.release().await;
        }
        match fetched {
            Err(error) if error.excuses_stale() => {
                let rest = milliseconds(self.tuning.source_cool_down);
                let until = self.tuning.clock.now_ms().saturating_add(rest);
                self.rest_until_ms.store(until, Ordering::Relaxed);
                match self.stale(question, &error.to_string()).await {
                    Some(served) => {
                        tracing::warn!(%error, "using an older answer of openFDA");
                        Ok(served)
                    }
                    None => Err(error),
                }
            }
            fetched => fetched,
        }
    }

    /// Waits while another process fetches the same: its answer, or our turn.
    async fn turn(&self, question: &Question) -> Result<Served, Turn> {
        let key = self.key(question);
        let poll = self.tuning.lock_poll.max(Duration::from_millis(1));
        let longest = self.tuning.lock_for * LONGEST_FETCH;
        let polls = longest.as_millis() / poll.as_millis().max(1);
        for _ in 0..polls {
            match self.cache.turn(key).await {
                Turn::Theirs => tokio::time::sleep(poll).await,
                turn => return Err(turn),
            }
            if let Some(served) = self.fresh(question).await {
                let cache = CacheState::Miss;
                return Ok(Served { cache, ..served });
            }
        }
        Err(Turn::Alone)
    }

    async fn fetch(&self, question: &Question) -> Result<Served, FaersError> {
        let page_size = self.tuning.page_size;
        let snapshot = fetch::snapshot(&self.client, question, self.max_reports, page_size).await;
        self.rest_until_ms.store(i64::MIN, Ordering::Relaxed);
        let fetched_ms = self.tuning.clock.now_ms();
        let key = self.key(question);
        let cache = CacheState::Miss;
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(FaersError::UnknownNdc { .. }) => {
                let entry = Entry::new(fetched_ms, None);
                self.cache
                    .keep(key, entry, Arc::new([]), self.tuning.stale_for)
                    .await;
                let series = None;
                return Ok(Served {
                    series,
                    cache,
                    fetched_ms,
                });
            }
            Err(error) => return Err(error),
        };
        let digest = snapshot.digest();
        let (snapshot, body) = encoded(snapshot).await?;
        let entry = Entry::new(fetched_ms, Some(digest));
        let (kept, kept_for) = (Arc::clone(&body), self.tuning.stale_for);
        self.cache.keep(key, entry, kept, kept_for).await;
        let series = self.cache.build(snapshot, body).await;
        let series = series.ok_or_else(|| broken("the columns could not be built"))?;
        Ok(Served {
            series: Some(series),
            cache,
            fetched_ms,
        })
    }

    /// An answer past its time to live, marked as such.
    async fn stale(&self, question: &Question, reason: &str) -> Option<Served> {
        let key = self.key(question);
        let entry = self.cache.entry(key).await?;
        if entry.digest.is_none() || self.age(&entry) > self.tuning.stale_for {
            return None;
        }
        let served = self.cached(key, entry, CacheState::Stale).await?;
        let since_ms = entry.fetched_ms.saturating_add(milliseconds(self.ttl(key)));
        let since = Timestamp::from_second(since_ms.div_euclid(1_000)).ok()?;
        let series = served.series.map(|series| {
            let series = series.remarked(STALE_SINCE, since.to_string());
            series.remarked(STALE_REASON, reason.to_owned())
        });
        Some(Served { series, ..served })
    }

    async fn cached(&self, key: Digest, entry: Entry, cache: CacheState) -> Option<Served> {
        let series = match entry.digest {
            Some(digest) => Some(self.cache.series(key, digest).await?),
            None => None,
        };
        Some(Served {
            series,
            cache,
            fetched_ms: entry.fetched_ms,
        })
    }

    /// How long an answer is fresh: equal for all who share it.
    fn ttl(&self, key: Digest) -> Duration {
        self.spread(key, self.ttl)
    }

    /// The same for any time to live.
    pub(crate) fn spread(&self, key: Digest, ttl: Duration) -> Duration {
        let share = key.as_bytes().first().copied().unwrap_or_default();
        let percent = self.tuning.ttl_spread_percent.min(100);
        let earlier = f64::from(percent) / 100.0 * f64::from(share) / 255.0;
        ttl.mul_f64(1.0 - earlier)
    }

    fn age(&self, entry: &Entry) -> Duration {
        since(entry.fetched_ms, self.tuning.clock.now_ms())
    }
}

/// Encoding and compressing take milliseconds a thousand reports.
async fn encoded(snapshot: Snapshot) -> Result<(Snapshot, Arc<[u8]>), FaersError> {
    let work = move || snapshot.encode().map(|body| (snapshot, body.into()));
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| broken(&error.to_string()))?;
    done.map_err(|error| broken(&error.to_string()))
}

fn broken(reason: &str) -> FaersError {
    FaersError::Broken {
        reason: reason.to_owned(),
    }
}
