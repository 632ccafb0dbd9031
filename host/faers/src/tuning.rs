//! How patient the client is, and how much the cache may hold. The defaults are for production;
//! tests set short times and a clock of their own.

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;

/// Details that no one should need to set.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Reports a page; openFDA's maximum, since every page costs one of the day's requests. Pages that
    /// are too large or too slow are asked for again in smaller pieces.
    pub page_size: u32,
    /// Tries of one request while openFDA cannot be reached.
    pub attempts: u32,
    /// Tries of one request that openFDA answers with 500 or with broken JSON: mostly that is the
    /// request's fault, and repeating it helps rarely.
    pub doubtful_attempts: u32,
    /// Tries of one request that openFDA answers with 429, beside the others.
    pub throttled_attempts: u32,
    /// Wait before the second try; doubles with each further one, and is jittered by half.
    pub first_backoff: Duration,
    /// No wait between tries is longer.
    pub longest_backoff: Duration,
    /// Longest that a request waits because openFDA or the budget asks for it. Beyond that the
    /// caller is told when to come back.
    pub longest_wait: Duration,
    /// Wait that a 429 without `Retry-After` stands for: openFDA's limit is by the minute.
    pub throttled_wait: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long openFDA may be silent in the middle of an answer.
    pub read_timeout: Duration,
    /// Largest answer that is read. A page of 1,000 reports is 4 to 10 MB, rarely more than 20.
    pub body_limit_bytes: usize,
    /// How long the cache may take for a small answer; a snapshot may take eight times as long.
    pub cache_timeout: Duration,
    /// How long a cache that failed is left alone.
    pub cache_cool_down: Duration,
    /// How long an answer is kept, in case openFDA cannot be reached.
    pub stale_for: Duration,
    /// How long a background or a label is fresh: openFDA's index is renewed once a day at most.
    pub background_ttl: Duration,
    /// How many percent earlier than its time to live an answer may age: each code has a share of its
    /// own, so that answers fetched together are not all renewed together.
    pub ttl_spread_percent: u32,
    /// How long stale answers are given without asking openFDA again, after it failed.
    pub source_cool_down: Duration,
    /// How long a process that dies while it fetches keeps others from it. One that lives renews its
    /// right in thirds of this time; one that cannot costs one more fetch.
    pub lock_for: Duration,
    /// How often they look.
    pub lock_poll: Duration,
    /// Compressed snapshots held in process, without Redis.
    pub process_cache_bytes: usize,
    /// Built case series held in process.
    pub memo_bytes: usize,
    /// What time it is.
    pub clock: Clock,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            page_size: 1_000,
            attempts: 4,
            doubtful_attempts: 2,
            throttled_attempts: 4,
            first_backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(8),
            longest_wait: Duration::from_secs(15),
            throttled_wait: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            body_limit_bytes: 64 << 20,
            cache_timeout: Duration::from_millis(250),
            cache_cool_down: Duration::from_secs(5),
            stale_for: Duration::from_secs(24 * 60 * 60),
            background_ttl: Duration::from_secs(24 * 60 * 60),
            ttl_spread_percent: 10,
            source_cool_down: Duration::from_secs(15),
            lock_for: Duration::from_secs(60),
            lock_poll: Duration::from_millis(100),
            process_cache_bytes: 64 << 20,
            memo_bytes: 256 << 20,
            clock: Clock::system(),
        }
    }
}

/// Tells the time; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Timestamp::now)
    }

    /// Any other.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// Milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A duration in whole milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The time between two instants in milliseconds; none if it is negative.
pub(crate) fn since(earlier_ms: i64, later_ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(later_ms.saturating_sub(earlier_ms)).unwrap_or(0))
}
