//! Many reports at once through the front door.

use quire_model::{Note, ReportId, ReportRequest};
use quire_records::{AcceptedBatch, Actor, IdempotencyKey, Manner};

use crate::{Queue, SubmitError, ticket::Ticket, trace};

impl Queue {
    /// Accept reports together: all or none. When this returns `Ok`, each of them will end, whatever happens. Bounds
    /// hold for all of them as if they were asked for one by one; a batch that was accepted before is answered even
    /// when no new one is.
    ///
    /// Their tickets are pushed afterwards, in no hurry: the sweeper makes up for those that are not.
    ///
    /// # Errors
    ///
    /// [`SubmitError`]; none will be made then.
    pub async fn submit_batch(
        &self,
        note: &Note,
        items: Vec<(ReportRequest, Manner)>,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<AcceptedBatch, SubmitError> {
        if let Err(refusal) = self.has_room(actor, items.len() as u64).await {
            let before = match idempotency {
                Some(key) => self.records.accepted_batch_before(actor, key).await?,
                None => None,
            };
            return before.ok_or(refusal);
        }
        let trace = trace::here();
        let items = items.into_iter().map(|(request, manner)| {
            let manner = Manner { trace, ..manner };
            (request, manner)
        });
        let accepted = self
            .records
            .accept_batch(note, items.collect(), actor, request_id, idempotency)
            .await
            .inspect_err(|error| {
                self.admission.note(error);
            })?;
        tokio::spawn(self.clone().announce_all(accepted.open.clone()));
        Ok(accepted)
    }

    async fn announce_all(self, reports: Vec<ReportId>) {
        for report in reports {
            // The sweeper finds by their number that the rest is missing.
            if let Err(error) = self.push(&Ticket { report }).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(
                    error,
                    "the tickets of a batch are not all pushed; the sweeper will do it"
                );
                return;
            }
        }
    }
}
