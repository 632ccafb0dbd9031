//! How many requests openFDA may be asked: 240 a minute, and so many a day, over all processes
//! that share a Redis.
//!
//! By the minute this is the generic cell rate algorithm: one number, the time at which all
//! requests so far would have been due at an even pace. A short burst is allowed; burst and pace
//! together stay within the budget of any minute.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use quire_model::Digest;
use redis::Script;

use crate::{
    FaersError, Tuning,
    redis_link::RedisLink,
    spender::spender,
    tuning::{Clock, milliseconds},
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The budget for one openFDA and one key.
#[derive(Debug)]
pub(crate) struct Budget {
    pace: Pace,
    per_day: u32,
    /// Of one caller.
    share: u32,
    longest_wait_ms: i64,
    clock: Clock,
    redis: Option<Arc<RedisLink>>,
    /// Distinguishes budgets in Redis without giving the key away.
    name: String,
    own: Mutex<Spent>,
}

/// How much may be asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) per_minute: u32,
    pub(crate) per_day: u32,
    /// How much of a day is one caller's.
    pub(crate) share_percent: u32,
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
#[derive(Clone, Debug, Default)]
struct Spent {
    /// When all requests so far are due at an even pace.
    due_ms: i64,
    /// No request before.
    paused_until_ms: i64,
    day: i64,
    today: u32,
    /// The same by caller.
    by: HashMap<String, u32>,
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
        rates: Rates,
        identity: &str,
        redis: Option<Arc<RedisLink>>,
        tuning: &Tuning,
    ) -> Self {
        Self {
            pace: Pace::new(rates.per_minute),
            per_day: rates.per_day,
            share: share(rates),
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
    /// the day's requests are used up, [`FaersError::ShareExhausted`] if the caller's part of them is.
    pub(crate) async fn take(&self, purpose: Purpose) -> Result<(), FaersError> {
        let now = self.clock.now_ms();
        let per_day = match purpose {
            Purpose::Report => self.per_day,
            Purpose::Comparison => self.per_day / 2,
        };
        let resets = duration(DAY_MS - now.rem_euclid(DAY_MS));
        let spender = spender();
        if let Some(who) = &spender
            && self.spent_by(who, now).await >= self.share
        {
            let share = self.share;
            return Err(FaersError::ShareExhausted { share, resets });
        }
        let verdict = match self.take_shared(now, per_day).await {
            Some(verdict) => verdict,
            None => self.take_own(now, per_day),
        };
        if let (Verdict::Go(_), Some(who)) = (verdict, &spender) {
            self.count_for(who, now).await;
        }
        match verdict {
            Verdict::Go(0) => Ok(()),
            Verdict::Go(wait) => {
                tokio::time::sleep(duration(wait)).await;
                Ok(())
            }
            Verdict::Later(wait) => Err(FaersError::Throttled {
                retry_after: duration(wait),
            }),
            Verdict::Exhausted => Err(FaersError::BudgetExhausted { per_day, resets }),
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
            own.begin(day);
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

    /// What was asked for a caller today: by all processes that share a Redis, else by this one.
    async fn spent_by(&self, who: &str, now: i64) -> u32 {
        let day = now.div_euclid(DAY_MS);
        if let Some(redis) = &self.redis {
            let key = self.key(&format!("day:{day}:{who}"));
            let look = |mut connection| async move {
                let mut asked = redis::cmd("GET");
                asked
                    .arg(key)
                    .query_async::<Option<u32>>(&mut connection)
                    .await
            };
            if let Some(spent) = redis.run(look).await {
                return spent.unwrap_or(0);
            }
        }
        let own = self.own();
        let today = (own.day == day).then(|| own.by.get(who).copied());
        today.flatten().unwrap_or(0)
    }

    async fn count_for(&self, who: &str, now: i64) {
        let day = now.div_euclid(DAY_MS);
        {
            let mut own = self.own();
            if own.day != day {
                own.begin(day);
            }
            *own.by.entry(who.to_owned()).or_default() += 1;
        }
        if let Some(redis) = &self.redis {
            let key = self.key(&format!("day:{day}:{who}"));
            let count = |mut connection| async move {
                let mut count = redis::pipe();
                count.cmd("INCR").arg(&key).ignore();
                count.cmd("PEXPIRE").arg(&key).arg(2 * DAY_MS).ignore();
                count.query_async::<()>(&mut connection).await
            };
            redis.run(count).await;
        }
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

impl Spent {
    fn begin(&mut self, day: i64) {
        self.day = day;
        self.today = 0;
        self.by.clear();
    }
}

/// One request at least.
fn share(rates: Rates) -> u32 {
    let share = u64::from(rates.per_day) * u64::from(rates.share_percent.min(100)) / 100;
    u32::try_from(share).unwrap_or(u32::MAX).max(1)
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
            Budget::new(
                Rates {
                    per_minute,
                    per_day,
                    share_percent: 50,
                },
                "test",
                None,
                &tuning,
            ),
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
    async fn one_caller_leaves_the_rest_of_a_day_to_others() {
        let (budget, now) = budget(240, 8);
        let take = async |who: &'static str| {
            now.fetch_add(1_000, Ordering::Relaxed);
            let taken = crate::spending(who, budget.take(Purpose::Report)).await;
            taken.is_ok()
        };

        let mut one = Vec::new();
        for _ in 0..5 {
            one.push(take("one").await);
        }

        assert_eq!(one, [true, true, true, true, false]);
        assert!(take("other").await);
        now.fetch_add(DAY_MS, Ordering::Relaxed);
        assert!(take("one").await);
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
