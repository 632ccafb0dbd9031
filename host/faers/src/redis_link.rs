//! One Redis, reached when it is needed, bounded in time, and left alone for a while when it fails.
//!
//! Nothing here is an error to the caller: a cache that is away costs time, never an answer.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use redis::{
    Client, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use crate::{FaersError, Tuning};

/// A connection that is made lazily and makes itself again.
pub(crate) struct RedisLink {
    client: Client,
    manager: Mutex<Option<ConnectionManager>>,
    down_until: Mutex<Option<Instant>>,
    /// Whether the log knows that it is away.
    reported: AtomicBool,
    timeout: Duration,
    cool_down: Duration,
}

impl std::fmt::Debug for RedisLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.write_str("RedisLink")
    }
}

impl RedisLink {
    /// Makes no connection yet.
    ///
    /// # Errors
    ///
    /// If the address is none of Redis.
    pub(crate) fn new(address: &str, tuning: &Tuning) -> Result<Self, FaersError> {
        let client = Client::open(address).map_err(|error| FaersError::Setting {
            name: "QUIRE_REDIS_URL",
            // The error's own text could repeat the address, and with it a password.
            reason: format!("it is no redis:// address ({:?})", error.kind()),
        })?;
        Ok(Self {
            client,
            manager: Mutex::new(None),
            down_until: Mutex::new(None),
            reported: AtomicBool::new(false),
            timeout: tuning.cache_timeout,
            cool_down: tuning.cache_cool_down,
        })
    }

    /// Does something small; none if Redis does not answer in time, or did not lately.
    pub(crate) async fn run<T, F>(&self, work: impl FnOnce(ConnectionManager) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.within(self.timeout, work).await
    }

    /// The same with a snapshot, which takes longer to transfer.
    pub(crate) async fn run_long<T, F>(
        &self,
        work: impl FnOnce(ConnectionManager) -> F,
    ) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.within(self.timeout * 8, work).await
    }

    /// Whether it takes a value now, however it did lately. A replica, or a Redis without memory,
    /// answers and is of no use.
    pub(crate) async fn answers(&self) -> bool {
        let Some(mut manager) = self.manager() else {
            return false;
        };
        let write = async {
            let mut command = redis::cmd("SET");
            command.arg("quire:try").arg(1).arg("PX").arg(1_000);
            command.query_async::<()>(&mut manager).await
        };
        let written = tokio::time::timeout(self.timeout, write).await;
        let answers = matches!(written, Ok(Ok(())));
        if !answers {
            self.let_go();
        }
        answers
    }

    async fn within<T, F>(
        &self,
        limit: Duration,
        work: impl FnOnce(ConnectionManager) -> F,
    ) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let rests = *self
            .down_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if rests.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let manager = self.manager()?;
        match tokio::time::timeout(limit, work(manager)).await {
            Ok(Ok(answer)) => {
                self.recovered();
                Some(answer)
            }
            Ok(Err(error)) => {
                self.failed(&format!("{:?}", error.kind()));
                None
            }
            Err(_) => {
                self.failed("no answer in time");
                None
            }
        }
    }

    fn manager(&self) -> Option<ConnectionManager> {
        let mut slot = self.manager.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            // Retries are ours to decide: one try a call, bounded by the call's own time.
            let config = ConnectionManagerConfig::new()
                .set_number_of_retries(0)
                .set_connection_timeout(Some(self.timeout))
                .set_response_timeout(Some(self.timeout * 8));
            *slot = ConnectionManager::new_lazy_with_config(self.client.clone(), config).ok();
        }
        slot.clone()
    }

    /// Make the next connection anew. One that works may lead to a server that can do nothing for us,
    /// such as a primary that became a replica.
    fn let_go(&self) {
        *self.manager.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn failed(&self, reason: &str) {
        self.let_go();
        let until = Instant::now().checked_add(self.cool_down);
        *self
            .down_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = until;
        if !self.reported.swap(true, Ordering::Relaxed) {
            tracing::warn!(reason, "the cache does not answer; going on without it");
        }
    }

    fn recovered(&self) {
        if self.reported.swap(false, Ordering::Relaxed) {
            tracing::info!("the cache answers again");
        }
    }
}
