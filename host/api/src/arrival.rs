//! The time limit of an answer, which does not run while the request is still on its way: a large component over
//! a slow line takes longer to arrive than any answer may take.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{body::Body, extract::Request};
use futures::StreamExt as _;
use tokio::time::Instant;

/// Longest that a request may be on its way, in limits of an answer: ten minutes of one.
const LONGEST_ARRIVAL: u32 = 10;

/// When the last bytes of a request came.
#[derive(Clone, Debug)]
pub(crate) struct Arrival(Arc<Mutex<Instant>>);

impl Arrival {
    /// Watch a request's body arrive.
    pub(crate) fn watch(request: Request) -> (Self, Request) {
        let arrival = Self(Arc::new(Mutex::new(Instant::now())));
        let came = arrival.clone();
        let watched = |body: Body| {
            let parts = body.into_data_stream();
            Body::from_stream(parts.inspect(move |_| came.note()))
        };
        (arrival, request.map(watched))
    }

    /// The answer, if it comes within `limit` of the last bytes of the request.
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        answer: impl Future<Output = T>,
    ) -> Option<T> {
        let longest = Instant::now() + limit * LONGEST_ARRIVAL;
        let mut answer = std::pin::pin!(answer);
        loop {
            let deadline = (self.last() + limit).min(longest);
            tokio::select! {
                answer = &mut answer => return Some(answer),
                () = tokio::time::sleep_until(deadline) => {
                    if self.last() + limit <= deadline || deadline == longest {
                        return None;
                    }
                }
            }
        }
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(pause: Duration, parts: usize) -> Request {
        let parts = futures::stream::unfold(0, move |count| async move {
            tokio::time::sleep(pause).await;
            (count < parts).then(|| (Ok::<_, std::io::Error>("x"), count + 1))
        });
        Request::new(Body::from_stream(parts))
    }

    #[tokio::test]
    async fn a_body_that_is_long_on_its_way_takes_nothing_from_the_answers_time() {
        let limit = Duration::from_secs(2);
        let (arrival, request) = Arrival::watch(slow(limit / 3, 4));

        let read = axum::body::to_bytes(request.into_body(), 100);
        let read = arrival.within(limit, read).await.unwrap();

        assert_eq!(read.unwrap().len(), 4);
        let never = std::future::pending::<()>();
        assert!(arrival.within(limit, never).await.is_none());
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_not_waited_for_for_ever() {
        let limit = Duration::from_millis(100);
        let (arrival, request) = Arrival::watch(slow(limit / 10, usize::MAX));

        let read = axum::body::to_bytes(request.into_body(), usize::MAX);

        assert!(arrival.within(limit, read).await.is_none());
    }
}
