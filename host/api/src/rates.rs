//! How often a key may ask, and the header fields that say so (draft-ietf-httpapi-ratelimit-headers).
//!
//! Counted by this process alone: it protects the process. What protects the disk and the queue is counted in the
//! records, and what protects openFDA by its budget.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use quire_model::{Problem, ProblemKind};
use quire_records::KeyId;

use crate::ApiError;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

const MINUTE_S: f64 = 60.0;

/// Keys that are remembered; beyond it those that have asked for nothing lately are forgotten.
const KEYS: usize = 10_000;

/// What a key may do in a minute; 0 is without end.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Requests of any kind.
    pub requests: u32,
    /// Requests for a report.
    pub reports: u32,
}

impl Default for RateLimits {
    /// A script that asks for the status of a hundred tasks twice a second does nothing wrong; twenty reports a
    /// second are about what two cores can make.
    fn default() -> Self {
        Self {
            requests: 12_000,
            reports: 1_200,
        }
    }
}

/// What is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Requests of any kind.
    Requests,
    /// Requests for a report.
    Reports,
}

/// Who has asked how often. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Rates {
    limits: RateLimits,
    spent: Arc<Mutex<HashMap<(KeyId, Policy), Spent>>>,
}

/// What was asked for and has not been forgiven since: a minute forgives a minute's worth, evenly.
#[derive(Clone, Copy, Debug)]
struct Spent {
    requests: f64,
    at: Instant,
}

/// What the caller of one request has left, for its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<Left>>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    policy: Policy,
    quota: u32,
    remaining: u32,
    /// Until all of it is there again.
    full_in_s: u64,
}

impl Policy {
    const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Reports => "reports",
        }
    }
}

impl RateLimits {
    const fn of(self, policy: Policy) -> u32 {
        match policy {
            Policy::Requests => self.requests,
            Policy::Reports => self.reports,
        }
    }
}

impl Rates {
    /// Nobody has asked for anything.
    #[must_use]
    pub fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            spent: Arc::default(),
        }
    }

    /// Count a request of this key.
    ///
    /// # Errors
    ///
    /// If there were too many; then it does not count.
    pub fn take(&self, key: &KeyId, policy: Policy) -> Result<(), ApiError> {
        self.taken(key, policy, 1, Instant::now(), &Told::default())
    }

    /// The same, and say in the answer what is left.
    pub(crate) fn tell(&self, key: &KeyId, policy: Policy, told: &Told) -> Result<(), ApiError> {
        self.tell_many(key, policy, 1, told)
    }

    /// The same for many at once: all count, or none.
    pub(crate) fn tell_many(
        &self,
        key: &KeyId,
        policy: Policy,
        requests: usize,
        told: &Told,
    ) -> Result<(), ApiError> {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        let quota = self.limits.of(policy);
        if quota > 0 && requests > quota {
            metrics::counter!("quire_callers_refused_total", "bound" => policy.name()).increment(1);
            return Err(never(policy, quota));
        }
        self.taken(key, policy, requests, Instant::now(), told)
    }

    fn taken(
        &self,
        key: &KeyId,
        policy: Policy,
        requests: u32,
        now: Instant,
        told: &Told,
    ) -> Result<(), ApiError> {
        let quota = self.limits.of(policy);
        if quota == 0 {
            return Ok(());
        }
        let pace = f64::from(quota) / MINUTE_S;
        let mut all = lock(&self.spent);
        if all.len() >= KEYS {
            let minute = Duration::from_mins(1);
            all.retain(|_, spent| now.duration_since(spent.at) < minute);
        }
        let spent = all.entry((key.clone(), policy)).or_insert(Spent {
            requests: 0.0,
            at: now,
        });
        let passed = now.duration_since(spent.at).as_secs_f64();
        spent.requests = (spent.requests - passed * pace).max(0.0);
        spent.at = now;
        let requests = f64::from(requests);
        let over = spent.requests + requests - f64::from(quota);
        if over <= 0.0 {
            spent.requests += requests;
        }
        told.lock().push(Left {
            policy,
            quota,
            remaining: (f64::from(quota) - spent.requests).max(0.0) as u32,
            full_in_s: (spent.requests / pace).ceil() as u64,
        });
        if over <= 0.0 {
            return Ok(());
        }
        metrics::counter!("quire_callers_refused_total", "bound" => policy.name()).increment(1);
        Err(exceeded(
            policy,
            quota,
            (over / pace).ceil().max(1.0) as u64,
        ))
    }
}

fn exceeded(policy: Policy, quota: u32, wait_s: u64) -> ApiError {
    let what = match policy {
        Policy::Requests => "requests",
        Policy::Reports => "requests for a report",
    };
    let detail = format!(
        "this key has sent more than its {quota} {what} a minute; wait for Retry-After, and mind the \
         RateLimit fields of the answers"
    );
    let problem = Problem::new(ProblemKind::TooManyRequests, detail);
    problem.retry_after(wait_s).into()
}

/// So many at once are more than there ever are.
fn never(policy: Policy, quota: u32) -> ApiError {
    let what = match policy {
        Policy::Requests => "requests",
        Policy::Reports => "reports",
    };
    let detail = format!(
        "this key may ask for {quota} {what} a minute, so for no more at once, however long it waits: send several batches, a \
         minute apart"
    );
    // No wait makes it fewer, so whoever tries again by itself has to stop.
    ApiError::new(ProblemKind::InvalidRequest, detail)
}

impl Told {
    fn lock(&self) -> MutexGuard<'_, Vec<Left>> {
        lock(&self.0)
    }

    /// Write the fields, if anything is bounded.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let (mut policies, mut limits) = (String::new(), String::new());
        for left in self.lock().iter() {
            let Left {
                policy,
                quota,
                remaining,
                full_in_s,
            } = *left;
            let (name, comma) = (policy.name(), if policies.is_empty() { "" } else { ", " });
            let _ = write!(policies, "{comma}\"{name}\";q={quota};w=60");
            let _ = write!(limits, "{comma}\"{name}\";r={remaining};t={full_in_s}");
        }
        for (name, value) in [(POLICY, policies), (LIMIT, limits)] {
            if let (false, Ok(value)) = (value.is_empty(), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_forgives_a_minutes_worth_and_callers_do_not_meet() {
        let rates = Rates::new(RateLimits {
            requests: 60,
            reports: 0,
        });
        let (one, other) = (KeyId::from("one"), KeyId::from("other"));
        let start = Instant::now();
        let told = Told::default();
        let take = |key, at| {
            rates
                .taken(key, Policy::Requests, 1, start + at, &told)
                .is_ok()
        };
        for _ in 0..60 {
            assert!(take(&one, Duration::ZERO));
        }

        assert!(!take(&one, Duration::ZERO));
        assert!(take(&other, Duration::ZERO));
        assert!(take(&one, Duration::from_secs(1)));
        assert!(!take(&one, Duration::from_secs(1)));
        assert!(rates.taken(&one, Policy::Reports, 1, start, &told).is_ok());
    }

    #[test]
    fn the_fields_say_what_is_left() {
        let rates = Rates::new(RateLimits {
            requests: 60,
            reports: 6,
        });
        let told = Told::default();
        let key = KeyId::from("one");
        let now = Instant::now();
        rates.taken(&key, Policy::Requests, 1, now, &told).unwrap();
        rates.taken(&key, Policy::Reports, 1, now, &told).unwrap();

        let mut headers = HeaderMap::new();
        told.write(&mut headers);

        assert_eq!(
            headers[POLICY],
            "\"requests\";q=60;w=60, \"reports\";q=6;w=60"
        );
        assert_eq!(
            headers[LIMIT],
            "\"requests\";r=59;t=1, \"reports\";r=5;t=10"
        );
    }
}
