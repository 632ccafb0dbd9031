//! Decides where an answer comes from: the cache, someone who asks the same already, openFDA, or, if
//! openFDA fails, an older answer. One mechanism for reports and for what they can do without.
//!
//! While openFDA rests, since it failed just now, an older answer is given at once. Where there is
//! none, a report asks all the same, since it cannot be made otherwise and only asking tells whether
//! openFDA is back; what a report can do without is not waited for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use quire_model::{Digest, Stale};

use crate::{
    CacheState, FaersError, FreshUntil,
    cache::{Entry, Turn},
    flight::Flights,
    source::Source,
    tuning::{milliseconds, since},
};

/// How many times longer than a lock is good for without renewal a fetch may take: after that those
/// who wait fetch for themselves, whatever became of the one who fetches.
const LONGEST_FETCH: u32 = 10;

/// A question to openFDA whose answer is kept.
pub(crate) trait Ask: Clone + Send + Sync + 'static {
    /// What openFDA says to it.
    type Answer: Clone + Send + Sync + 'static;

    /// What equal answers are kept under: everything that decides what openFDA is asked.
    fn key(&self) -> Digest;

    /// Ask openFDA, and keep what it says. This holds the right to ask as long as it takes.
    fn fetch(
        &self,
        source: &Source,
    ) -> impl Future<Output = Result<Fresh<Self::Answer>, FaersError>> + Send;

    /// The answer that an entry of the cache names; none if it cannot be read.
    fn read(
        &self,
        source: &Source,
        entry: Entry,
    ) -> impl Future<Output = Option<Self::Answer>> + Send;

    /// No answer is fresh for longer, whatever is in it: an older one is not even read.
    fn fresh_at_most(&self, source: &Source) -> Duration;

    /// How long an answer is fresh.
    fn fresh_for(&self, source: &Source, answer: &Self::Answer) -> Duration;

    /// How old an answer may be that is given because openFDA failed.
    fn oldest(&self, source: &Source) -> Duration;

    /// Whether an answer past its time is better than none.
    fn outlives(answer: &Self::Answer) -> bool;

    /// Why openFDA failed, for a reader of the report.
    fn reason(error: &FaersError) -> String;

    /// Whether openFDA is asked while it rests and there is no older answer.
    const ASKS_RESTING: bool;
}

/// What openFDA said just now.
pub(crate) struct Fresh<A> {
    pub(crate) answer: A,
    pub(crate) fetched_ms: i64,
}

/// An answer for everyone who asked at the same time.
#[derive(Clone, Debug)]
pub(crate) struct Served<A> {
    pub(crate) answer: A,
    pub(crate) cache: CacheState,
    pub(crate) fetched_ms: i64,
    /// That it is past its time, where it is.
    pub(crate) stale: Option<Stale>,
    /// Until when the same question gets it.
    pub(crate) until: FreshUntil,
}

/// Answers to one kind of question. Cheap to clone; one for the process.
#[derive(Debug)]
pub(crate) struct Kept<Q: Ask> {
    source: Arc<Source>,
    flights: Arc<Flights<Served<Q::Answer>>>,
    /// Until then openFDA rests, since it failed at this kind of question: counts are slower than
    /// pages, and may fail alone.
    rest_until_ms: Arc<AtomicI64>,
}

impl<Q: Ask> Clone for Kept<Q> {
    fn clone(&self) -> Self {
        Self {
            source: Arc::clone(&self.source),
            flights: Arc::clone(&self.flights),
            rest_until_ms: Arc::clone(&self.rest_until_ms),
        }
    }
}

impl<Q: Ask> Kept<Q> {
    pub(crate) fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            flights: Arc::default(),
            rest_until_ms: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// An answer by whatever way.
    ///
    /// # Errors
    ///
    /// Why openFDA has none, where there is no older one either.
    pub(crate) async fn answer(&self, question: Q) -> Result<Served<Q::Answer>, FaersError> {
        if let Some(served) = self.fresh(&question).await {
            return Ok(served);
        }
        match self.fly(question.clone()).await {
            // It may be the share of another who asked the same, and ours is not used up.
            Err(FaersError::ShareExhausted { .. }) => self.fly(question).await,
            landed => landed,
        }
    }

    async fn fly(&self, question: Q) -> Result<Served<Q::Answer>, FaersError> {
        let (own, key) = (self.clone(), question.key());
        let work = async move { own.serve(&question).await };
        self.flights.join(key, work).await
    }

    /// Run once for all who ask at the same time.
    async fn serve(&self, question: &Q) -> Result<Served<Q::Answer>, FaersError> {
        // It may have come between the caller's look and now.
        if let Some(served) = self.fresh(question).await {
            return Ok(served);
        }
        if self.rests() {
            let reason = "openFDA failed just now";
            match self.stale(question, reason.to_owned()).await {
                Some(served) => return Ok(served),
                None if Q::ASKS_RESTING => {}
                None => {
                    return Err(FaersError::Resting);
                }
            }
        }
        let turn = match self.turn(question).await {
            Ok(served) => return Ok(served),
            Err(turn) => turn,
        };
        let work = question.fetch(&self.source);
        let fetched = match &turn {
            Turn::Ours(lock) => lock.hold_during(work).await,
            _ => work.await,
        };
        if let Turn::Ours(lock) = turn {
            lock.release().await;
        }
        self.rest_until_ms.store(i64::MIN, Ordering::Relaxed);
        match fetched {
            Ok(Fresh { answer, fetched_ms }) => {
                let fresh_for = question.fresh_for(&self.source, &answer);
                Ok(Served {
                    answer,
                    cache: CacheState::Miss,
                    fetched_ms,
                    stale: None,
                    until: FreshUntil::after(fetched_ms, fresh_for),
                })
            }
            Err(error) if error.excuses_stale() => {
                // One caller's share says nothing about openFDA.
                if !matches!(error, FaersError::ShareExhausted { .. }) {
                    self.rest();
                }
                match self.stale(question, Q::reason(&error)).await {
                    Some(served) => {
                        tracing::warn!(%error, "using an older answer of openFDA");
                        Ok(served)
                    }
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// The kept answer, if it is within its time to live.
    async fn fresh(&self, question: &Q) -> Option<Served<Q::Answer>> {
        let longest = question.fresh_at_most(&self.source);
        let served = self.kept(question, CacheState::Hit, longest).await?;
        let fresh_for = question.fresh_for(&self.source, &served.answer);
        let until = FreshUntil::after(served.fetched_ms, fresh_for);
        (self.age(served.fetched_ms) < fresh_for).then_some(Served { until, ..served })
    }

    /// An answer past its time to live, marked as such.
    async fn stale(&self, question: &Q, reason: String) -> Option<Served<Q::Answer>> {
        let oldest = question.oldest(&self.source);
        let served = self.kept(question, CacheState::Stale, oldest).await?;
        if !Q::outlives(&served.answer) {
            return None;
        }
        let fresh_for = milliseconds(question.fresh_for(&self.source, &served.answer));
        let ended_ms = served.fetched_ms.saturating_add(fresh_for);
        let since = Timestamp::from_second(ended_ms.div_euclid(1_000)).ok()?;
        let stale = Some(Stale { since, reason });
        Some(Served { stale, ..served })
    }

    /// The kept answer, unless it is older. What is too old is not read: that is decoding and building it.
    async fn kept(
        &self,
        question: &Q,
        cache: CacheState,
        oldest: Duration,
    ) -> Option<Served<Q::Answer>> {
        let entry = self.source.cache.entry(question.key()).await?;
        if self.age(entry.fetched_ms) > oldest {
            return None;
        }
        Some(Served {
            answer: question.read(&self.source, entry).await?,
            cache,
            fetched_ms: entry.fetched_ms,
            stale: None,
            until: FreshUntil::NEVER,
        })
    }

    /// Waits while another process asks the same: its answer, or our turn.
    async fn turn(&self, question: &Q) -> Result<Served<Q::Answer>, Turn> {
        let tuning = &self.source.tuning;
        let poll = tuning.lock_poll.max(Duration::from_millis(1));
        let longest = tuning.lock_for * LONGEST_FETCH;
        let polls = longest.as_millis() / poll.as_millis().max(1);
        for _ in 0..polls {
            match self.source.cache.turn(question.key()).await {
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

    fn rests(&self) -> bool {
        self.source.tuning.clock.now_ms() < self.rest_until_ms.load(Ordering::Relaxed)
    }

    fn rest(&self) {
        let rest = milliseconds(self.source.tuning.source_cool_down);
        let until = self.source.tuning.clock.now_ms().saturating_add(rest);
        self.rest_until_ms.store(until, Ordering::Relaxed);
    }

    fn age(&self, fetched_ms: i64) -> Duration {
        since(fetched_ms, self.source.tuning.clock.now_ms())
    }
}
