//! What a report can do without, kept for a day: what its drug is compared with, and what the label says.
//! Never an error of openFDA's: a report without it is a report, and says why it has none. Only a fault of
//! this machine is one, since the same report has it a moment later.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use quire_model::{Digest, HostFault, Stale};

use crate::{
    FaersError, Lasting,
    cache::Entry,
    error::for_readers,
    kept::{Ask, Fresh, Kept},
    source::Source,
};

/// A question to openFDA whose answer is kept for a day.
pub(crate) trait Supplement: Clone + Send + Sync + 'static {
    /// An answer, or why there is none.
    type Answer: Clone + Send + Sync + 'static;

    /// What it is, in the log.
    const NAME: &'static str;

    /// What equal answers are kept under: everything that decides what openFDA is asked.
    fn key(&self) -> Digest;

    /// Ask openFDA.
    fn ask(&self, source: &Source)
    -> impl Future<Output = Result<Self::Answer, FaersError>> + Send;

    /// Bytes to keep; none if there are none.
    fn encode(answer: &Self::Answer) -> Option<Vec<u8>>;

    /// The answer again; none if it cannot be read.
    fn decode(bytes: &[u8]) -> Option<Self::Answer>;

    /// One that is not whole is kept only as long as any other answer of openFDA.
    fn is_whole(_: &Self::Answer) -> bool {
        true
    }

    /// The answer with its age where a reader sees it: of which day it is, and why there is no newer one.
    fn aged(answer: Self::Answer, day: &str, stale: Stale) -> Self::Answer;

    /// No answer, and why, in words for the reader.
    fn none(reason: String) -> Self::Answer;
}

/// The answer, or why openFDA has none.
///
/// # Errors
///
/// If this machine failed.
pub(crate) async fn answer<Q: Supplement>(
    kept: &Kept<Q>,
    question: Q,
) -> Result<Lasting<Q::Answer>, HostFault> {
    Ok(match kept.answer(question).await {
        Ok(served) => {
            let answer = match served.stale {
                Some(stale) => {
                    let read =
                        Timestamp::from_millisecond(served.fetched_ms).unwrap_or(stale.since);
                    Q::aged(served.answer, &read.strftime("%F").to_string(), stale)
                }
                None => served.answer,
            };
            Lasting {
                answer: Arc::new(answer),
                until: served.until,
            }
        }
        Err(FaersError::Host(fault)) => return Err(fault),
        Err(error) => {
            tracing::warn!(%error, "openFDA has no {} for a report", Q::NAME);
            Lasting::instead(Q::none(for_readers(&error).to_owned()))
        }
    })
}

impl<Q: Supplement> Ask for Q {
    type Answer = Q::Answer;

    const ASKS_RESTING: bool = false;

    fn key(&self) -> Digest {
        Supplement::key(self)
    }

    async fn fetch(&self, source: &Source) -> Result<Fresh<Self::Answer>, FaersError> {
        let answer = self.ask(source).await?;
        let fetched_ms = source.tuning.clock.now_ms();
        if let Some(bytes) = Q::encode(&answer) {
            let entry = Entry::new(fetched_ms, Some(Digest::of(&bytes)));
            let (cache, keep_for) = (&source.cache, self.oldest(source));
            cache
                .keep(Supplement::key(self), entry, bytes.into(), keep_for)
                .await;
        }
        Ok(Fresh { answer, fetched_ms })
    }

    async fn read(&self, source: &Source, entry: Entry) -> Option<Self::Answer> {
        let bytes = source
            .cache
            .bytes(Supplement::key(self), entry.digest?)
            .await?;
        let answer = Q::decode(&bytes);
        if answer.is_none() {
            tracing::warn!("a cached {} cannot be read", Q::NAME);
        }
        answer
    }

    fn fresh_at_most(&self, source: &Source) -> Duration {
        let day = source.spread(Supplement::key(self), source.tuning.background_ttl);
        source.ttl.max(day)
    }

    fn fresh_for(&self, source: &Source, answer: &Self::Answer) -> Duration {
        if Q::is_whole(answer) {
            source.spread(Supplement::key(self), source.tuning.background_ttl)
        } else {
            source.ttl
        }
    }

    fn oldest(&self, source: &Source) -> Duration {
        source.tuning.background_ttl + source.tuning.stale_for
    }

    fn outlives(_: &Self::Answer) -> bool {
        true
    }

    fn reason(error: &FaersError) -> String {
        for_readers(error).to_owned()
    }
}
