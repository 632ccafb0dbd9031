//! How many requests openFDA may be asked: 240 a minute, and so many a day, over all processes
//! that share a Redis.
//!
//! By the minute this is the generic cell rate algorithm: one number, the time at which all
//! requests so far would have been due at an even pace. A short burst is allowed; burst and pace
//! together stay within the budget of any minute.

use std::{
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use quire_model::Digest;
use redis::Script;

use crate::{
    FaersError, Tuning,
    redis_link::RedisLink,
    tuning::{Clock, milliseconds},
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The budget for one openFDA and one key.
#[derive(Debug)]
pub(crate) struct Budget {
    pace: Pace,
    per_day: u32,
    longest_wait_ms: i64,
    clock: Clock,
    redis: Option<Arc<RedisLink>>,
    /// Distinguishes budgets in Redis without giving the key away.
    name: String,
    own: Mutex<Spent>,
}

/// An even pace with a short burst.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Between two requests.
    interval_ms: i64,
    /// How far ahead of the pace requests may run.
    burst_ms: i64,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Without it there is no report.
    Report,
    /// A report can do without it: at most the first half of a day's requests go to these, so that
    /// they never keep a report from its own.
    Comparison,
}

/// What was asked so far.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// When all requests so far are due at an even pace.
    due_ms: i64,
    /// No request before.
    paused_until_ms: i64,
    day: i64,
    today: u32,
}

/// How much of a budget is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetUse {
    /// Requests made since midnight UTC: by all processes that share a Redis, else by this one.
    pub today: u32,
    /// Most requests of a day.
    pub per_day: u32,
    /// How long until the count begins anew.
    pub resets: Duration,
    /// How long openFDA asked to be left alone from now on; zero if it did not.
    pub paused: Duration,
}

/// Whether a request may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// After so many milliseconds.
    Go(i64),
    /// Not now, but after so many milliseconds.
    Later(i64),
    /// Not today.
    Exhausted,
}

impl Pace {
    fn new(per_minute: u32) -> Self {
        let per_minute = i64::from(per_minute.max(1));
        let burst = (per_minute / 12).max(1);
        // Within any minute: the burst, and the pace of the minute.
        let interval_ms = (MINUTE_MS + per_minute) / (per_minute - burst).max(1);
        Self {
            interval_ms,
            burst_ms: interval_ms * (burst - 1),
        }
    }
}

impl Budget {
    pub(crate) fn new(
        (per_minute, per_day): (u32, u32),
        identity: &str,
        redis: Option<Arc<RedisLink>>,
        tuning: &Tuning,
    ) -> Self {
        Self {
            pace: Pace::new(per_minute),
            per_day,
            longest_wait_ms: milliseconds(tuning.longest_wait),
            clock: tuning.clock.clone(),
            redis,
            name: Digest::of(identity.as_bytes()).short(),
            own: Mutex::default(),
        }
    }

    /// Takes one request out of the budget, and waits until it may be made.
    ///
    /// # Errors
    ///
    /// [`FaersError::Throttled`] if the wait would be too long, [`FaersError::BudgetExhausted`] if
    /// the day's requests are used up.
    pub(crate) async fn take(&self, purpose: Purpose) -> Result<(), FaersError> {
        let now = self.clock.now_ms();
        let per_day = match purpose {
            Purpose::Report => self.per_day,
            Purpose::Comparison => self.per_day / 2,
        };
        let verdict = match self.take_shared(now, per_day).await {
            Some(verdict) => verdict,
            None => self.take_own(now, per_day),
        };
        match verdict {
            Verdict::Go(0) => Ok(()),
            Verdict::Go(wait) => {
                tokio::time::sleep(duration(wait)).await;
                Ok(())
            }
            Verdict::Later(wait) => Err(FaersError::Throttled {
                retry_after: duration(wait),
            }),
            Verdict::Exhausted => Err(FaersError::BudgetExhausted {
                per_day,
                resets: duration(DAY_MS - now.rem_euclid(DAY_MS)),
            }),
        }
    }

    /// How much is used. Takes nothing out of it.
    pub(crate) async fn used(&self) -> BudgetUse {
        let now = self.clock.now_ms();
        let day = now.div_euclid(DAY_MS);
        let own = {
            let own = self.own();
            let today = if own.day == day { own.today } else { 0 };
            (today, own.paused_until_ms - now)
        };
        let (today, paused) = self.shared_use(day).await.unwrap_or(own);
        BudgetUse {
            today,
            per_day: self.per_day,
            resets: duration(DAY_MS - now.rem_euclid(DAY_MS)),
            paused: duration(paused.max(0)),
        }
    }

    /// The same as all processes count: requests of the day, and milliseconds of quiet.
    async fn shared_use(&self, day: i64) -> Option<(u32, i64)> {
        let redis = self.redis.as_ref()?;
        let (count, pause) = (self.key(&format!("day:{day}")), self.key("pause"));
        let look = |mut connection| async move {
            let mut asked = redis::pipe();
            asked.cmd("GET").arg(count).cmd("PTTL").arg(pause);
            asked
                .query_async::<(Option<u32>, i64)>(&mut connection)
                .await
        };
        let (today, pause) = redis.run(look).await?;
        Some((today.unwrap_or(0), pause))
    }

    /// openFDA asked to wait: nobody asks before.
    pub(crate) async fn pause(&self, wait: Duration) {
        let until = self.clock.now_ms().saturating_add(milliseconds(wait));
        {
            let mut own = self.own();
            own.paused_until_ms = own.paused_until_ms.max(until);
        }
        if let (Some(redis), true) = (&self.redis, !wait.is_zero()) {
            let key = self.key("pause");
            let pause = |mut connection| async move {
                let mut set = redis::cmd("SET");
                set.arg(key).arg(1).arg("PX").arg(milliseconds(wait));
                set.query_async::<()>(&mut connection).await
            };
            redis.run(pause).await;
        }
    }

    fn take_own(&self, now: i64, per_day: u32) -> Verdict {
        let mut own = self.own();
        let day = now.div_euclid(DAY_MS);
        if own.day != day {
            own.day = day;
            own.today = 0;
        }
        if own.today >= per_day {
            return Verdict::Exhausted;
        }
        let base = own.due_ms.max(now);
        let pause = (own.paused_until_ms - now).max(0);
        let wait = (base - self.pace.burst_ms - now).max(pause).max(0);
        if wait > self.longest_wait_ms {
            return Verdict::Later(wait);
        }
        own.due_ms = base + self.pace.interval_ms;
        own.today += 1;
        Verdict::Go(wait)
    }

    /// The same in Redis, in one step and by its clock.
    async fn take_shared(&self, now: i64, per_day: u32) -> Option<Verdict> {
        static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("budget.lua")));
        let redis = self.redis.as_ref()?;
        let mut call = SCRIPT.prepare_invoke();
        call.key(self.key("due"))
            .key(self.key(&format!("day:{}", now.div_euclid(DAY_MS))))
            .key(self.key("pause"))
            .arg(self.pace.interval_ms)
            .arg(self.pace.burst_ms)
            .arg(self.longest_wait_ms)
            .arg(per_day);
        let take =
            |mut connection| async move { call.invoke_async::<(i64, i64)>(&mut connection).await };
        match redis.run(take).await? {
            (0, wait) => Some(Verdict::Go(wait)),
            (1, wait) => Some(Verdict::Later(wait)),
            _ => Some(Verdict::Exhausted),
        }
    }

    fn key(&self, what: &str) -> String {
        format!("quire:faers:v1:budget:{}:{what}", self.name)
    }

    fn own(&self) -> std::sync::MutexGuard<'_, Spent> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn duration(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::Timestamp;

    use super::*;

    fn budget(per_minute: u32, per_day: u32) -> (Budget, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_750_000_000_000));
        let hand = Arc::clone(&now);
        let read = move || Timestamp::from_millisecond(hand.load(Ordering::Relaxed)).unwrap();
        let tuning = Tuning {
            longest_wait: Duration::ZERO,
            clock: Clock::new(read),
            ..Tuning::default()
        };
        (
            Budget::new((per_minute, per_day), "test", None, &tuning),
            now,
        )
    }

    #[tokio::test]
    async fn no_minute_sees_more_than_its_budget() {
        let (budget, now) = budget(240, 100_000);
        let mut made = Vec::new();

        for _ in 0..180_000 {
            if budget.take(Purpose::Report).await.is_ok() {
                made.push(now.load(Ordering::Relaxed));
            }
            now.fetch_add(1, Ordering::Relaxed);
        }

        let most = made.iter().map(|start| {
            made.iter()
                .filter(|time| (*start..start + MINUTE_MS).contains(time))
                .count()
        });
        assert!(most.max().unwrap() <= 240);
        assert!(
            made.len() > 600,
            "three minutes allow most of 720, not {}",
            made.len()
        );
    }

    #[tokio::test]
    async fn a_day_ends_at_midnight() {
        let (budget, now) = budget(240, 2);
        for _ in 0..2 {
            budget.take(Purpose::Report).await.unwrap();
        }

        assert_eq!(budget.used().await.today, 2);
        let refused = budget.take(Purpose::Report).await.unwrap_err();
        let FaersError::BudgetExhausted { resets, .. } = refused else {
            panic!("{refused}")
        };
        assert_eq!(budget.used().await.resets, resets);
        now.fetch_add(milliseconds(resets), Ordering::Relaxed);

        assert_eq!(budget.used().await.today, 0);
        assert!(budget.take(Purpose::Report).await.is_ok());
    }

    #[tokio::test]
    async fn comparisons_leave_half_of_a_day_to_reports() {
        let (budget, now) = budget(240, 4);
        let take = async |purpose| {
            now.fetch_add(1_000, Ordering::Relaxed);
            budget.take(purpose).await.is_ok()
        };

        let comparisons = [
            take(Purpose::Comparison).await,
            take(Purpose::Comparison).await,
            take(Purpose::Comparison).await,
        ];
        let reports = [
            take(Purpose::Report).await,
            take(Purpose::Report).await,
            take(Purpose::Report).await,
        ];

        assert_eq!(comparisons, [true, true, false]);
        assert_eq!(reports, [true, true, false]);
    }

    #[tokio::test]
    async fn nobody_asks_while_openfda_wants_quiet() {
        let (budget, now) = budget(240, 100);
        budget.pause(Duration::from_secs(30)).await;

        let refused = budget.take(Purpose::Report).await.unwrap_err();
        assert_eq!(
            refused,
            FaersError::Throttled {
                retry_after: Duration::from_secs(30)
            }
        );
        now.fetch_add(30_000, Ordering::Relaxed);

        assert!(budget.take(Purpose::Report).await.is_ok());
    }
}
