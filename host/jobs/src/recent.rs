//! An answer that many ask for and that is found out at most once a second.

use std::{future::Future, time::Duration};

use tokio::{sync::Mutex, time::Instant};

/// How long an answer holds. Longer, and a caller would be told yesterday's news; shorter, and
/// probing would be a load of its own.
const HOLDS: Duration = Duration::from_secs(1);

/// The last answer. All who ask while it is found out wait for that one.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    holds: Duration,
    last: Mutex<Option<(Instant, T)>>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self::holding(HOLDS)
    }
}

impl<T> Recent<T> {
    fn holding(holds: Duration) -> Self {
        Self {
            holds,
            last: Mutex::new(None),
        }
    }
}

impl<T: Clone> Recent<T> {
    /// The answer of the last second, or a new one.
    pub(crate) async fn get(&self, find_out: impl Future<Output = T>) -> T {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < self.holds
        {
            return answer.clone();
        }
        let answer = find_out.await;
        *last = Some((Instant::now(), answer.clone()));
        answer
    }

    /// Something else has shown what the answer is now.
    pub(crate) async fn set(&self, answer: T) {
        *self.last.lock().await = Some((Instant::now(), answer));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    async fn ask(recent: &Recent<u32>, asked: &AtomicU32) -> u32 {
        let question = async {
            tokio::task::yield_now().await;
            asked.fetch_add(1, Ordering::Relaxed)
        };
        recent.get(question).await
    }

    #[tokio::test]
    async fn many_who_ask_at_once_cause_one_question() {
        let recent = Recent::holding(Duration::MAX);
        let asked = AtomicU32::new(0);

        let answers = futures::future::join_all((0..50).map(|_| ask(&recent, &asked))).await;

        assert_eq!(answers, vec![0; 50]);
        recent.set(7).await;
        assert_eq!(ask(&recent, &asked).await, 7);
    }

    #[tokio::test]
    async fn an_answer_that_no_longer_holds_is_found_out_anew() {
        let recent = Recent::holding(Duration::ZERO);
        let asked = AtomicU32::new(0);

        assert_eq!(ask(&recent, &asked).await, 0);
        assert_eq!(ask(&recent, &asked).await, 1);
    }
}
