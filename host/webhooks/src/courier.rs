//! Takes what is due from the records and sends it. What this process wrote down is sent at once, what others wrote
//! within a second; a receiver that is slow or away holds up nobody but itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::future::join_all;
use quire_records::{ClaimedDelivery, Records, RecordsError, Told};
use tokio::{
    sync::watch,
    task::{Id, JoinSet},
    time::{Instant, sleep, timeout},
};

use crate::{
    Guard, SenderError,
    body::Place,
    pause::pause_after,
    sender::{Answer, Sender, TIMEOUT},
};

/// How often the records are looked at for what other processes wrote, and for retries that are due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often deliveries of long ago are cleared away.
const CLEAR_EVERY: Duration = Duration::from_hours(1);

/// How long a claim holds: an attempt and what it takes to write down what came of it, with time to spare. If a process
/// dies, another sends it again after so long.
const LEASE: Duration = TIMEOUT.saturating_mul(2);

/// Webhooks that are sent to at a time, and deliveries to one of them: each takes a descriptor, of those that are kept
/// for the rest (`descriptors.rs` of the server).
const WEBHOOKS_AT_ONCE: usize = 8;
const LANES: u64 = 4;

/// How long deliveries that are on their way may take once the process is to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// The HTTP status by which a receiver says that it is gone for good.
const GONE: u16 = 410;

/// Where may be sent, and what it says of us.
#[derive(Clone, Debug, Default)]
pub struct CourierSettings {
    /// Where may be sent.
    pub guard: Guard,
    /// Where callers reach the API.
    pub place: Place,
    /// Certificates in PEM to trust beside the common ones.
    pub certificates: Option<Vec<u8>>,
}

/// Sends what the records hold to be told. Any number of processes may on the same records.
#[derive(Debug)]
pub struct Courier {
    records: Records,
    sender: Arc<Sender>,
}

/// The webhooks that are being sent to.
#[derive(Default)]
struct Rounds {
    tasks: JoinSet<Result<(), RecordsError>>,
    busy: BTreeMap<Id, String>,
}

impl Courier {
    /// One that sends nothing yet.
    ///
    /// # Errors
    ///
    /// If the certificates cannot be read, or the TLS library does not start.
    pub fn new(records: Records, settings: &CourierSettings) -> Result<Self, SenderError> {
        let sender = Sender::new(
            settings.guard.clone(),
            settings.place.clone(),
            settings.certificates.as_deref(),
        )?;
        Ok(Self {
            records,
            sender: Arc::new(sender),
        })
    }

    /// Send what is due until `stop` holds true; what is on its way by then has some seconds more.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut rounds = Rounds::default();
        let mut cleared: Option<Instant> = None;
        let mut failing = false;
        loop {
            let looked = self.look(&mut rounds).await;
            let looked = match looked {
                Ok(()) if cleared.is_none_or(|cleared| cleared.elapsed() >= CLEAR_EVERY) => {
                    cleared = Some(Instant::now());
                    self.records.clear_deliveries().await
                }
                looked => looked,
            };
            note(looked, &mut failing);
            if !rounds.wait(&self.records, &mut stop, &mut failing).await {
                break;
            }
        }
        let ended = async { while rounds.tasks.join_next().await.is_some() {} };
        // Whatever is cut off is sent again, by another process or after the next start.
        let _ = timeout(DRAIN, ended).await;
    }

    /// Begin a round to every webhook for which something is due, as far as there is room.
    async fn look(&self, rounds: &mut Rounds) -> Result<(), RecordsError> {
        let room = WEBHOOKS_AT_ONCE - rounds.tasks.len().min(WEBHOOKS_AT_ONCE);
        if room == 0 {
            return Ok(());
        }
        // Those that are busy may be due as well.
        let due = self
            .records
            .webhooks_due(WEBHOOKS_AT_ONCE as u32 * 2)
            .await?;
        let busy: BTreeSet<String> = rounds.busy.values().cloned().collect();
        let free = due
            .into_iter()
            .filter(|(webhook, _)| !busy.contains(webhook));
        for (webhook, deliveries) in free.take(room) {
            let round = Round {
                records: self.records.clone(),
                sender: Arc::clone(&self.sender),
                webhook: webhook.clone(),
            };
            let lanes = deliveries.min(LANES);
            let task = rounds.tasks.spawn(async move { round.run(lanes).await });
            rounds.busy.insert(task.id(), webhook);
        }
        Ok(())
    }
}

impl Rounds {
    /// Wait until it is time to look. False if the process is to stop.
    async fn wait(
        &mut self,
        records: &Records,
        stop: &mut watch::Receiver<bool>,
        failing: &mut bool,
    ) -> bool {
        let tick = sleep(LOOK_EVERY);
        tokio::pin!(tick);
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return false,
                () = &mut tick => return true,
                () = records.something_to_tell() => return true,
                Some(ended) = self.tasks.join_next_with_id() => match ended {
                    Ok((id, result)) => {
                        self.busy.remove(&id);
                        let well = result.is_ok();
                        note(result, failing);
                        // Another webhook may have waited for the room. Records that cannot be used are left in peace.
                        if well {
                            return true;
                        }
                    }
                    Err(panic) => {
                        self.busy.remove(&panic.id());
                        tracing::error!(error = &panic as &dyn std::error::Error, "sending to a webhook panicked");
                    }
                },
            }
        }
    }
}

/// Said once: while the records cannot be used every look fails.
fn note(result: Result<(), RecordsError>, failing: &mut bool) {
    match (&result, *failing) {
        (Err(error), false) => {
            let error = error as &dyn std::error::Error;
            tracing::warn!(error, "webhooks cannot be looked after; it goes on trying");
        }
        (Ok(()), true) => tracing::info!("webhooks are looked after again"),
        _ => {}
    }
    *failing = result.is_err();
}

/// What is due for one webhook.
struct Round {
    records: Records,
    sender: Arc<Sender>,
    webhook: String,
}

impl Round {
    /// Send what is due, over so many lanes.
    async fn run(&self, lanes: u64) -> Result<(), RecordsError> {
        let lanes = join_all((0..lanes).map(|_| self.lane())).await;
        lanes.into_iter().collect()
    }

    /// One after the other, until nothing is due or one fails: then others are looked after first.
    async fn lane(&self) -> Result<(), RecordsError> {
        while let Some(claimed) = self.records.claim_delivery(&self.webhook, LEASE).await? {
            let answer = self.sender.send(&claimed).await;
            let told = outcome(&claimed, answer);
            self.records.settle_delivery(&claimed, &told).await?;
            report(&claimed, &told);
            if !matches!(told, Told::Delivered { .. }) {
                break;
            }
        }
        Ok(())
    }
}

/// What an answer means.
fn outcome(claimed: &ClaimedDelivery, answer: Answer) -> Told {
    let status = answer.status.map(u32::from);
    match (answer.fault, answer.status) {
        (None, status) => Told::Delivered {
            answer: status.map(u32::from).unwrap_or_default(),
        },
        (Some(_), Some(GONE)) => Told::Gone {
            answer: u32::from(GONE),
        },
        (Some(fault), _) => {
            match pause_after(claimed.attempt, answer.retry_after, &claimed.token) {
                Some(after) => Told::Retry {
                    answer: status,
                    fault,
                    after,
                },
                None => Told::GivenUp {
                    answer: status,
                    fault,
                },
            }
        }
    }
}

/// For the log and the metrics: which delivery, never where to or what was said.
fn report(claimed: &ClaimedDelivery, told: &Told) {
    let (id, webhook) = (&claimed.id, &claimed.webhook);
    let result = match told {
        Told::Delivered { .. } => "delivered",
        Told::Retry { .. } => "retried",
        Told::GivenUp { .. } => "failed",
        Told::Gone { .. } => "gone",
    };
    metrics::counter!("quire_webhook_deliveries_total", "result" => result).increment(1);
    let attempt = claimed.attempt;
    match told {
        Told::Delivered { .. } | Told::Retry { .. } => {
            tracing::debug!(webhook, attempt, "delivery {id} to {webhook}: {result}");
        }
        Told::GivenUp { .. } => tracing::warn!(
            webhook,
            attempt,
            "delivery {id} to {webhook} was given up after {attempt} attempts"
        ),
        Told::Gone { .. } => {
            tracing::warn!(webhook, "the receiver of {webhook} is gone: it is disabled");
        }
    }
}

#[cfg(test)]
mod tests {
    use quire_records::{Secret, Subject, WebhookEvent};

    use super::*;

    fn claimed(attempt: u32) -> ClaimedDelivery {
        ClaimedDelivery {
            id: "msg_1".to_owned(),
            token: "token".to_owned(),
            webhook: "wh_1".to_owned(),
            url: "https://hooks.example/".to_owned(),
            secrets: Vec::<Secret>::new(),
            event: WebhookEvent::Ping,
            report: None,
            subject: Subject::default(),
            occurred_at: "2026-11-27T20:00:00Z".parse().unwrap(),
            attempt,
        }
    }

    fn answer(status: Option<u16>) -> Answer {
        let is_success = status.is_some_and(|status| (200..300).contains(&status));
        Answer {
            status,
            retry_after: None,
            fault: (!is_success).then(|| "why".to_owned()),
        }
    }

    #[test]
    fn only_a_success_is_one_and_a_gone_receiver_is_gone() {
        assert_eq!(
            outcome(&claimed(1), answer(Some(204))),
            Told::Delivered { answer: 204 }
        );
        assert_eq!(
            outcome(&claimed(1), answer(Some(410))),
            Told::Gone { answer: 410 }
        );
        for failed in [Some(301), Some(404), Some(500), None] {
            let told = outcome(&claimed(1), answer(failed));
            assert!(matches!(told, Told::Retry { .. }), "{failed:?}");
            let told = outcome(&claimed(10), answer(failed));
            assert!(matches!(told, Told::GivenUp { .. }), "{failed:?}");
        }
    }
}
