//! Takes an envelope out of the queue, and claims the report whose turn it is. Nothing here fails; what goes
//! wrong is settled, or left to the sweeper.

use std::sync::Arc;

use quire_model::ReportId;
use quire_records::{Claim, Records};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, watch};

use crate::{Queue, WorkerSettings, ticket::Envelope, work::Work};

/// The place of a report that is made beside others.
pub(crate) type Among = OwnedRwLockReadGuard<()>;

/// Takes the queue's envelopes for a worker of this process.
pub(crate) struct Consumer<W> {
    pub(crate) settings: Arc<WorkerSettings>,
    pub(crate) queue: Queue,
    pub(crate) records: Records,
    pub(crate) work: Arc<W>,
    /// Who claims reports, for the audit trail.
    pub(crate) name: String,
    pub(crate) stop: watch::Receiver<bool>,
    /// Held by every report that is being made here; alone by one that may bring the process down.
    pub(crate) company: Arc<RwLock<()>>,
}

impl<W> Clone for Consumer<W> {
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            queue: self.queue.clone(),
            records: self.records.clone(),
            work: Arc::clone(&self.work),
            name: self.name.clone(),
            stop: self.stop.clone(),
            company: Arc::clone(&self.company),
        }
    }
}

impl<W: Work> Consumer<W> {
    /// Look after whatever came out of the queue.
    pub(crate) async fn handle(&self, envelope: Envelope) {
        let id = match envelope {
            Envelope::Ticket(ticket) => ticket.report,
            Envelope::Poison(bytes) => {
                let size = bytes.len();
                tracing::error!(
                    size,
                    "dropped {size} bytes from the queue that are no ticket"
                );
                metrics::counter!("quire_poison_tickets_total").increment(1);
                return;
            }
        };
        match self.claim(&id).await {
            Some((Claim::Go(claimed), place)) => self.attempt(*claimed, place).await,
            // The sweeper brings it back when the lease or the pause is over.
            Some((Claim::Busy(_) | Claim::Finished, _)) | None => {}
            Some((Claim::Missing, _)) => {
                tracing::warn!(report.id = %id, "dropped the ticket of report {id}, which is not in the ledger");
            }
        }
    }

    /// Claim a report for a ticket, and a place among others, once the machine can do what it needs and nothing is
    /// made alone here: a report that only waited when that killed the process would be charged with its death. None
    /// if the process stops before, or the ledger fails otherwise. A worker that cannot claim keeps its ticket, and
    /// so takes no other: those are for workers that can.
    async fn claim(&self, id: &ReportId) -> Option<(Claim, Among)> {
        let admission = self.queue.admission();
        let mut stop = self.stop.clone();
        loop {
            while admission.pass().is_err() {
                tokio::select! {
                    () = admission.opened() => {}
                    _ = stop.wait_for(|stop| *stop) => return None,
                }
            }
            let place = tokio::select! {
                place = Arc::clone(&self.company).read_owned() => place,
                _ = stop.wait_for(|stop| *stop) => return None,
            };
            let claim = self.records.claim_next(id, &self.name, self.settings.lease);
            match claim.await {
                Ok(claim) => return Some((claim, place)),
                Err(error) if admission.note(&error).is_some() => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(report.id = %id, error, "report {id} could not be claimed; the sweeper will bring it back");
                    return None;
                }
            }
        }
    }
}
