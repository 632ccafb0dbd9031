//! The versions of a report, fixed at its first attempt; or the document of an equal one in their place.

use std::time::Duration;

use quire_model::ReportId;
use quire_records::{AnswerKey, Claimed, Pinned, Pins, RecordsError};
use quire_reports::Generated;
use tokio::time::{Instant, sleep};

use crate::{attempt::End, consumer::Consumer, work::Work};

/// How often it is looked whether the equal report is there; a report is a fraction of a second.
const LOOK_EVERY: Duration = Duration::from_millis(50);

impl<W: Work> Consumer<W> {
    /// The versions of the first attempt, unless the claim is void, the ledger is away, or the report has a document
    /// by now. While an equal report is being made it is waited for, as long as a lease goes without being renewed:
    /// whatever has become of that one by then, this one is made.
    pub(crate) async fn pins(&self, id: &ReportId, claimed: &Claimed) -> Result<Pins, End> {
        if let Some(pins) = &claimed.pins {
            return Ok(pins.clone());
        }
        let began = Instant::now();
        loop {
            let pins = self.work.pins(id, &claimed.request).await;
            let key = self.work.answer_key(&claimed.request, &pins);
            let patient = began.elapsed() < self.settings.renew_every;
            let pinned =
                self.records
                    .pin_or_share(id, &claimed.token, &pins, key.as_ref(), patient);
            match (pinned.await, key) {
                (Ok(Pinned::Fixed), _) => return Ok(pins),
                (Ok(Pinned::Shared), _) => {
                    metrics::counter!("quire_answers_shared_total", "at" => "claim").increment(1);
                    return Err(End::Shared);
                }
                (Ok(Pinned::Beside), Some(key)) => self.equal_one(&key, began).await?,
                (Ok(Pinned::Beside | Pinned::Void), _) => return Err(End::Lost),
                (Err(error), _) => return Err(unpinned(id, &error)),
            }
        }
    }

    /// The end of a run of a schedule: if nothing has changed since the run before, it is settled with that one's
    /// document, and its own is not kept.
    pub(crate) async fn unless_unchanged(&self, id: &ReportId, claimed: &Claimed, end: End) -> End {
        if let End::Done(result) = &end
            && let Ok(generated) = &**result
            && self.unchanged(id, claimed, generated).await
        {
            return End::Shared;
        }
        end
    }

    async fn unchanged(&self, id: &ReportId, claimed: &Claimed, generated: &Generated) -> bool {
        let Some(like) = &claimed.unless_like else {
            return false;
        };
        if !generated
            .composed
            .is_of_the_data_of(&self.records, like)
            .await
        {
            return false;
        }
        let settled = self.records.settle_like(id, &claimed.token, like).await;
        let settled = settled.unwrap_or(false);
        if settled {
            metrics::counter!("quire_answers_shared_total", "at" => "unchanged").increment(1);
        }
        settled
    }

    /// Wait while an equal report is being made.
    async fn equal_one(&self, key: &AnswerKey, began: Instant) -> Result<(), End> {
        let mut stop = self.stop.clone();
        while began.elapsed() < self.settings.renew_every {
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return Err(End::Stopped),
            }
            if !self.records.is_being_made(key).await.unwrap_or(false) {
                break;
            }
        }
        Ok(())
    }
}

fn unpinned(id: &ReportId, error: &RecordsError) -> End {
    if let Some(fault) = error.host_fault() {
        return End::HostFailed(fault);
    }
    let error = error as &dyn std::error::Error;
    tracing::warn!(report.id = %id, error, "the versions of report {id} could not be pinned");
    End::Lost
}
