//! The question for the reports of a product.

use std::{sync::Arc, time::Duration};

use quire_model::Digest;

use crate::{
    CaseSeries, FaersError, Snapshot,
    cache::Entry,
    fetch,
    kept::{Ask, Fresh},
    question::Question,
    snapshot::SCHEMA,
    source::Source,
};

/// Which reports, and under which key they are kept.
#[derive(Clone, Debug)]
pub(crate) struct Reports {
    question: Question,
    key: Digest,
}

impl Reports {
    pub(crate) fn new(source: &Source, question: Question) -> Self {
        let numbers = [SCHEMA.to_le_bytes(), source.max_reports.to_le_bytes()];
        let key = question.key([source.address.as_bytes(), numbers.as_flattened()]);
        Self { question, key }
    }
}

impl Ask for Reports {
    /// None if no report carries the code and the directory does not list it.
    type Answer = Option<CaseSeries>;

    const ASKS_RESTING: bool = true;

    fn key(&self) -> Digest {
        self.key
    }

    async fn fetch(&self, source: &Source) -> Result<Fresh<Self::Answer>, FaersError> {
        let (question, tuning) = (&self.question, &source.tuning);
        let (most, page_size) = (source.max_reports, tuning.page_size);
        let snapshot = fetch::snapshot(&source.client, question, most, page_size).await;
        let fetched_ms = tuning.clock.now_ms();
        let keep = async |digest, body| {
            let entry = Entry::new(fetched_ms, digest);
            let keep_for = tuning.stale_for;
            source.cache.keep(self.key, entry, body, keep_for).await;
        };
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(FaersError::UnknownNdc { .. }) => {
                keep(None, Arc::from([])).await;
                let answer = None;
                return Ok(Fresh { answer, fetched_ms });
            }
            Err(error) => return Err(error),
        };
        let digest = snapshot.digest();
        let (snapshot, body) = encoded(snapshot).await?;
        keep(Some(digest), Arc::clone(&body)).await;
        let series = source.cache.build(snapshot, body).await;
        let series = series.ok_or_else(|| broken("the columns could not be built"))?;
        Ok(Fresh {
            answer: Some(series),
            fetched_ms,
        })
    }

    async fn read(&self, source: &Source, entry: Entry) -> Option<Self::Answer> {
        match entry.digest {
            Some(digest) => source.cache.series(self.key, digest).await.map(Some),
            None => Some(None),
        }
    }

    fn fresh_at_most(&self, source: &Source) -> Duration {
        source.spread(self.key, source.ttl)
    }

    fn fresh_for(&self, source: &Source, _: &Self::Answer) -> Duration {
        source.spread(self.key, source.ttl)
    }

    fn oldest(&self, source: &Source) -> Duration {
        source.tuning.stale_for
    }

    /// That a product was unknown once is worth nothing.
    fn outlives(answer: &Self::Answer) -> bool {
        answer.is_some()
    }

    fn reason(error: &FaersError) -> String {
        error.to_string()
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
