//! Answers kept for a while: in Redis, or in process when there is none or it is away.
//!
//! An answer is a small entry (when it was fetched, and the digest of its snapshot) and the
//! snapshot itself, kept under its digest. A process that holds the built series of that digest
//! reads the small entry only. Whatever cannot be read is as good as absent.

mod lru;
mod shared;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use quire_model::Digest;
use serde::{Deserialize, Serialize};

use crate::{CaseSeries, Snapshot, Tuning, redis_link::RedisLink, snapshot::SCHEMA};
use lru::ByteLru;
use shared::Shared;
pub(crate) use shared::Turn;

/// What an entry takes beside its snapshot, roughly.
const ENTRY_BYTES: usize = 256;

/// How the cache served a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum CacheState {
    /// Fetched from openFDA for this request or one that ran beside it.
    Miss,
    /// From the cache, within its time to live.
    Hit,
    /// From the cache, past its time to live, because openFDA could not be reached.
    Stale,
}

/// When an answer was fetched, and what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    schema: u32,
    /// By the clock of the process that fetched.
    pub(crate) fetched_ms: i64,
    /// The snapshot; none if no report carries the code and the directory does not list it.
    pub(crate) digest: Option<Digest>,
}

/// An entry and its compressed snapshot, which is empty if there is none.
type Kept = (Entry, Arc<[u8]>);

/// Both kinds of cache, and the built series.
#[derive(Debug)]
pub(crate) struct Cache {
    shared: Option<Shared>,
    own: Mutex<ByteLru<Digest, Kept>>,
    built: Mutex<ByteLru<Digest, CaseSeries>>,
}

impl Entry {
    pub(crate) fn new(fetched_ms: i64, digest: Option<Digest>) -> Self {
        Self {
            schema: SCHEMA,
            fetched_ms,
            digest,
        }
    }
}

impl Cache {
    pub(crate) fn new(redis: Option<Arc<RedisLink>>, tuning: &Tuning) -> Self {
        Self {
            shared: redis.map(|redis| Shared::new(redis, tuning)),
            own: Mutex::new(ByteLru::new(tuning.process_cache_bytes)),
            built: Mutex::new(ByteLru::new(tuning.memo_bytes)),
        }
    }

    /// The answer under a key, fresh or not.
    pub(crate) async fn entry(&self, key: Digest) -> Option<Entry> {
        let shared = match &self.shared {
            Some(shared) => shared.entry(key).await,
            None => None,
        };
        // What was kept here while Redis was away may be the newer one.
        let own = self.own().get(&key).map(|(entry, _)| *entry);
        match (shared, own) {
            (Some(shared), Some(own)) if own.fetched_ms > shared.fetched_ms => Some(own),
            (shared, own) => shared.or(own),
        }
    }

    /// The series of a snapshot that an entry names.
    pub(crate) async fn series(&self, key: Digest, digest: Digest) -> Option<CaseSeries> {
        if let Some(series) = self.built().get(&digest) {
            return Some(series.clone());
        }
        let bytes = self.bytes(key, digest).await?;
        let snapshot = decode(Arc::clone(&bytes), digest).await?;
        self.build(snapshot, bytes).await
    }

    /// Columns of a snapshot, kept for the next who asks, with the bytes that it was encoded to.
    pub(crate) async fn build(&self, snapshot: Snapshot, encoded: Arc<[u8]>) -> Option<CaseSeries> {
        let built = tokio::task::spawn_blocking(move || CaseSeries::build(snapshot)).await;
        let series = built.ok()?.keeping(encoded);
        let bytes = series.bytes();
        self.built().put(series.digest(), series.clone(), bytes);
        Some(series)
    }

    /// The bytes that an entry names, as they were kept.
    pub(crate) async fn bytes(&self, key: Digest, digest: Digest) -> Option<Arc<[u8]>> {
        let own = self.own().get(&key).cloned();
        match own {
            Some((entry, bytes)) if entry.digest == Some(digest) => Some(bytes),
            _ => self.shared.as_ref()?.body(digest).await,
        }
    }

    /// Keeps an answer for a time: in Redis, or here if that fails, where what is used least goes
    /// first.
    pub(crate) async fn keep(
        &self,
        key: Digest,
        entry: Entry,
        body: Arc<[u8]>,
        keep_for: Duration,
    ) {
        if let Some(shared) = &self.shared
            && shared.keep(key, entry, &body, keep_for).await
        {
            self.own().remove(&key);
            return;
        }
        let bytes = body.len() + ENTRY_BYTES;
        self.own().put(key, (entry, body), bytes);
    }

    /// The right to fetch, among processes.
    pub(crate) async fn turn(&self, key: Digest) -> Turn {
        match &self.shared {
            Some(shared) => shared.turn(key).await,
            None => Turn::Alone,
        }
    }

    /// Whether the cache answers; always, in process.
    pub(crate) async fn is_up(&self) -> bool {
        match &self.shared {
            Some(shared) => shared.answers().await,
            None => true,
        }
    }

    fn own(&self) -> std::sync::MutexGuard<'_, ByteLru<Digest, Kept>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn built(&self) -> std::sync::MutexGuard<'_, ByteLru<Digest, CaseSeries>> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The snapshot, if the bytes are the one that the digest stands for.
async fn decode(bytes: Arc<[u8]>, digest: Digest) -> Option<Snapshot> {
    let decoded = tokio::task::spawn_blocking(move || Snapshot::decode(&bytes)).await;
    match decoded.ok()? {
        Ok(snapshot) if snapshot.digest() == digest => Some(snapshot),
        Ok(snapshot) => {
            let found = snapshot.digest();
            tracing::warn!(%digest, %found, "a cached snapshot stands under a wrong digest");
            None
        }
        Err(error) => {
            tracing::warn!(%digest, %error, "a cached snapshot cannot be read");
            None
        }
    }
}
