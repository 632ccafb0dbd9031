//! One fetch for all who ask the same at the same time.
//!
//! The work runs as a task of its own: a caller who leaves, even the first, strands nobody.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use quire_model::Digest;

use crate::{FaersError, spender::still_spending};

type Landing<T> = Shared<BoxFuture<'static, Result<T, FaersError>>>;

/// What is being fetched right now, by cache key.
#[derive(Debug)]
pub(crate) struct Flights<T: Clone>(Arc<Mutex<HashMap<Digest, Landing<T>>>>);

impl<T: Clone> Default for Flights<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// Waits for the work that runs under this key, or starts it.
    pub(crate) async fn join(
        &self,
        key: Digest,
        work: impl Future<Output = Result<T, FaersError>> + Send + 'static,
    ) -> Result<T, FaersError> {
        let landing = self.landing(key, work);
        landing.await
    }

    fn landing(
        &self,
        key: Digest,
        work: impl Future<Output = Result<T, FaersError>> + Send + 'static,
    ) -> Landing<T> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(landing) = running.get(&key) {
            return landing.clone();
        }
        // Removed when the work ends, however it ends; not before we have put it there, since we
        // hold the lock.
        let departure = Departure {
            flights: Arc::clone(&self.0),
            key,
        };
        let task = tokio::spawn(still_spending(async move {
            let _departure = departure;
            work.await
        }));
        let landing = async move {
            match task.await {
                Ok(landed) => landed,
                Err(error) => Err(FaersError::Broken {
                    reason: error.to_string(),
                }),
            }
        };
        let landing = landing.boxed().shared();
        running.insert(key, landing.clone());
        landing
    }
}

/// Takes a flight off the board.
struct Departure<T: Clone> {
    flights: Arc<Mutex<HashMap<Digest, Landing<T>>>>,
    key: Digest,
}

impl<T: Clone> Drop for Departure<T> {
    fn drop(&mut self) {
        let mut running = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn fifty_who_ask_at_once_cause_one_fetch() {
        let flights = Flights::<u32>::default();
        let fetches = Arc::new(AtomicU32::new(0));
        let gate = Arc::new(Notify::new());
        let asks: Vec<_> = (0..50)
            .map(|_| {
                let (fetches, gate) = (Arc::clone(&fetches), Arc::clone(&gate));
                flights.landing(Digest::of(b"a"), async move {
                    gate.notified().await;
                    Ok(fetches.fetch_add(1, Ordering::Relaxed))
                })
            })
            .collect();

        gate.notify_one();
        let answers = futures::future::join_all(asks).await;

        assert_eq!(answers, vec![Ok(0); 50]);
        assert!(flights.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_first_may_leave() {
        let flights = Flights::<u32>::default();
        let gate = Arc::new(Notify::new());
        let opened = Arc::clone(&gate);
        let first = flights.landing(Digest::of(b"a"), async move {
            opened.notified().await;
            Ok(7)
        });
        let second = flights.landing(Digest::of(b"a"), async { Ok(8) });

        drop(first);
        gate.notify_one();

        assert_eq!(second.await, Ok(7));
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_can_be_asked_again() {
        let flights = Flights::<u32>::default();

        let broken = flights
            .join(Digest::of(b"a"), async { panic!("bug") })
            .await;

        assert!(matches!(broken, Err(FaersError::Broken { .. })));
        assert_eq!(flights.join(Digest::of(b"a"), async { Ok(1) }).await, Ok(1));
    }
}
