//! What an attempt comes to, and its way into the ledger.

use std::time::Duration;

use quire_model::{Failure, HostFault, ReportId};
use quire_records::{Claimed, Outcome};
use tokio::time::sleep;

use crate::{attempt::End, backoff::backoff_before, consumer::Consumer, work::Work};

/// How often a settlement is tried while the database is busy, with growing pauses: 20 s in all.
const SETTLE_TRIES: u32 = 28;

/// The longest pause between two of them. While the machine cannot write, there is no end to them:
/// nobody else can write either, and each report whose outcome is lost is made again.
const SETTLE_PAUSE: Duration = Duration::from_millis(1_400);

impl<W: Work> Consumer<W> {
    /// What to write into the ledger, and a word for it; none if nothing may be written.
    pub(crate) async fn outcome(
        &self,
        id: &ReportId,
        claimed: &Claimed,
        end: End,
    ) -> Option<(Outcome, &'static str)> {
        Some(match end {
            End::Lost | End::Shared => return None,
            End::Cancelled => (Outcome::Cancelled, "cancelled"),
            End::Stopped => (Outcome::HandedBack, "handed back"),
            End::HostFailed(fault) => self.spared(fault),
            End::Done(result) => {
                let stored = match *result {
                    Ok(generated) => self.store(id, claimed, generated).await,
                    Err(failure) => Err(failure),
                };
                match stored {
                    Ok(success) => (Outcome::Succeeded(Box::new(success)), "succeeded"),
                    Err(failure) => match failure.fault {
                        Some(fault) => self.spared(fault),
                        None => self.failed(claimed, failure),
                    },
                }
            }
        })
    }

    /// The machine is to blame, not the report: no attempt is lost, and no other report begins before
    /// the machine can.
    fn spared(&self, fault: HostFault) -> (Outcome, &'static str) {
        self.queue.admission().close(fault);
        let after = self.settings.spared_for;
        (Outcome::Spared { fault, after }, "handed back")
    }

    /// Whether a failed attempt is followed by another.
    fn failed(&self, claimed: &Claimed, failure: Failure) -> (Outcome, &'static str) {
        let pause = backoff_before(&self.settings, claimed, &failure);
        match pause {
            Some(after) => (
                Outcome::Retry {
                    after,
                    problem: failure.problem,
                },
                "retried",
            ),
            None => (Outcome::Failed(failure.problem), "failed"),
        }
    }

    /// Write the outcome down, riding out a busy database, and a machine that cannot write for as long
    /// as this process runs. If it cannot be done the lease runs out and the report is made again:
    /// equal arguments give equal bytes, so nothing is lost but time.
    pub(crate) async fn settle(&self, id: &ReportId, token: &str, outcome: &Outcome) {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.records.settle(id, token, outcome).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!(report.id = %id, "report {id} was settled by another worker");
                    return;
                }
                Err(error) => {
                    let fault = self.queue.admission().note(&error);
                    let error = &error as &dyn std::error::Error;
                    if attempt == 1 {
                        tracing::warn!(report.id = %id, error, "report {id} could not be settled yet");
                    }
                    let waits = fault.is_some() && !*self.stop.borrow();
                    if attempt >= SETTLE_TRIES && !waits {
                        tracing::error!(report.id = %id, error, "report {id} could not be settled: it will be made again");
                        return;
                    }
                }
            }
            let pause = Duration::from_millis(50).saturating_mul(attempt);
            sleep(pause.min(SETTLE_PAUSE)).await;
        }
    }
}
