//! Whether the audit trail is whole, as this process found last: a page does not wait for a long trail.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use quire_records::Records;

/// How long what was found is told again. A trail of a million events takes some seconds of a core.
const TOLD_FOR: SignedDuration = SignedDuration::from_mins(10);

/// How long a page waits for the answer: a trail of ten thousand events is verified by then.
const PATIENCE: Duration = Duration::from_millis(300);

/// What was found last. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct TrailWatch(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    found: Option<Found>,
    /// Somebody looks just now.
    looking: bool,
}

/// What was found when.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) at: Timestamp,
    /// How many events there are, or what is wrong.
    pub(crate) verdict: Result<u64, String>,
}

impl TrailWatch {
    /// What is known; it is looked again if that is old. None until the first look has ended, which is the only
    /// one that is waited for.
    pub(crate) async fn look(&self, records: &Records) -> Option<Found> {
        if self.begin() {
            let (watch, records) = (self.clone(), records.clone());
            let work = tokio::spawn(async move {
                let verdict = records.verify_audit().await;
                let verdict = verdict.map(|verdict| verdict.map_err(|broken| broken.to_string()));
                watch.end(verdict.ok());
            });
            if self.lock().found.is_none() {
                // It goes on by itself if it takes longer.
                let _ = tokio::time::timeout(PATIENCE, work).await;
            }
        }
        self.lock().found.clone()
    }

    /// Whether to look now: what is known is old, and nobody looks.
    fn begin(&self) -> bool {
        let mut known = self.lock();
        let is_old = |found: &Found| Timestamp::now().duration_since(found.at) > TOLD_FOR;
        let begins = !known.looking && known.found.as_ref().is_none_or(is_old);
        known.looking |= begins;
        begins
    }

    /// Keep a verdict; none if the records could not be read.
    pub(crate) fn end(&self, verdict: Option<Result<u64, String>>) {
        let mut known = self.lock();
        known.looking = false;
        if let Some(verdict) = verdict {
            let at = Timestamp::now();
            known.found = Some(Found { at, verdict });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
