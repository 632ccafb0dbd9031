//! The cache that processes share: entries, snapshots and the right to fetch, in Redis.

use std::{
    convert::Infallible,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, LazyLock},
    time::Duration,
};

use quire_model::Digest;
use redis::{AsyncCommands as _, Script};

use super::Entry;
use crate::{Tuning, redis_link::RedisLink, snapshot::SCHEMA, tuning::milliseconds};

/// Everything of ours begins with it; the number changes when the layout of keys does.
const PREFIX: &str = "quire:faers:v1";

/// Redis, and how long it keeps things.
#[derive(Debug)]
pub(super) struct Shared {
    redis: Arc<RedisLink>,
    lock_ms: u64,
}

/// Who fetches.
#[derive(Debug)]
pub(crate) enum Turn {
    /// We do, and nobody else does as long as this is held.
    Ours(Lock),
    /// Another process does.
    Theirs,
    /// We do, since there is no Redis to ask.
    Alone,
}

/// The right to fetch. Lost when it expires, which costs one more fetch.
#[derive(Debug)]
pub(crate) struct Lock {
    redis: Arc<RedisLink>,
    name: String,
    token: u64,
    lock_ms: u64,
}

impl Shared {
    pub(super) fn new(redis: Arc<RedisLink>, tuning: &Tuning) -> Self {
        Self {
            redis,
            lock_ms: positive(milliseconds(tuning.lock_for)),
        }
    }

    pub(super) async fn entry(&self, key: Digest) -> Option<Entry> {
        let name = format!("{PREFIX}:entry:{key}");
        let get = |mut connection: redis::aio::ConnectionManager| async move {
            connection.get::<_, Option<Vec<u8>>>(name).await
        };
        let bytes = self.redis.run(get).await??;
        match serde_json::from_slice::<Entry>(&bytes) {
            Ok(entry) if entry.schema == SCHEMA => Some(entry),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%key, %error, "a cache entry cannot be read");
                None
            }
        }
    }

    pub(super) async fn body(&self, digest: Digest) -> Option<Arc<[u8]>> {
        let name = format!("{PREFIX}:body:{digest}");
        let get = |mut connection: redis::aio::ConnectionManager| async move {
            connection.get::<_, Option<Vec<u8>>>(name).await
        };
        let bytes = self.redis.run_long(get).await??;
        Some(bytes.into())
    }

    /// The snapshot first, so that no entry names one that is not there. Whether both are kept.
    pub(super) async fn keep(
        &self,
        key: Digest,
        entry: Entry,
        body: &Arc<[u8]>,
        keep_for: Duration,
    ) -> bool {
        let keep_ms = positive(milliseconds(keep_for));
        let Ok(text) = serde_json::to_string(&entry) else {
            return false;
        };
        let mut pipe = redis::pipe();
        if let Some(digest) = entry.digest {
            let name = format!("{PREFIX}:body:{digest}");
            pipe.pset_ex(name, body.as_ref(), keep_ms).ignore();
        }
        let name = format!("{PREFIX}:entry:{key}");
        pipe.pset_ex(name, text, keep_ms).ignore();
        let keep = |mut connection: redis::aio::ConnectionManager| async move {
            pipe.query_async::<()>(&mut connection).await
        };
        self.redis.run_long(keep).await.is_some()
    }

    pub(super) async fn turn(&self, key: Digest) -> Turn {
        let name = format!("{PREFIX}:lock:{key}");
        let token = RandomState::new().hash_one(std::process::id());
        let mut set = redis::cmd("SET");
        set.arg(&name)
            .arg(token)
            .arg("NX")
            .arg("PX")
            .arg(self.lock_ms);
        let acquire = |mut connection: redis::aio::ConnectionManager| async move {
            set.query_async::<Option<String>>(&mut connection).await
        };
        match self.redis.run(acquire).await {
            Some(Some(_)) => Turn::Ours(Lock {
                redis: Arc::clone(&self.redis),
                name,
                token,
                lock_ms: self.lock_ms,
            }),
            Some(None) => Turn::Theirs,
            None => Turn::Alone,
        }
    }

    pub(super) async fn answers(&self) -> bool {
        self.redis.answers().await
    }
}

/// Redis takes no time below a millisecond.
fn positive(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(1).max(1)
}

impl Lock {
    /// Does the work, and keeps the right as long as it takes.
    pub(crate) async fn hold_during<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = work => done,
            never = self.renew_for_ever() => match never {},
        }
    }

    async fn renew_for_ever(&self) -> Infallible {
        static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
            Script::new(
                "if redis.call('GET', KEYS[1]) == ARGV[1] then \
                 return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0",
            )
        });
        loop {
            tokio::time::sleep(Duration::from_millis((self.lock_ms / 3).max(1))).await;
            let mut call = SCRIPT.prepare_invoke();
            call.key(&self.name).arg(self.token).arg(self.lock_ms);
            let renew = |mut connection: redis::aio::ConnectionManager| async move {
                call.invoke_async::<i64>(&mut connection).await
            };
            self.redis.run(renew).await;
        }
    }

    /// Gives the right back, unless it has expired and is another's by now.
    pub(crate) async fn release(self) {
        static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
            Script::new(
                "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) \
                 end return 0",
            )
        });
        let mut call = SCRIPT.prepare_invoke();
        call.key(self.name).arg(self.token);
        let release = |mut connection: redis::aio::ConnectionManager| async move {
            call.invoke_async::<i64>(&mut connection).await
        };
        self.redis.run(release).await;
    }
}
