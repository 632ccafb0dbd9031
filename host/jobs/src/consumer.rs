//! One envelope is handled here: claim, work under watch, settle. Nothing here fails; what goes
//! wrong is settled, or left to the sweeper.

use std::{sync::Arc, time::Duration};

use quire_model::{
    Document, Failure, HostFault, Making, Manifest, OutputForm, Problem, ProblemKind, ReportId,
};
use quire_records::{
    ArtifactRef, Claim, Claimed, Outcome, Pins, Progress, Records, RecordsError, Renew, Success,
    Timestamp,
};
use quire_reports::{Generated, cache_word};
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinError, JoinHandle},
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use crate::{Queue, WorkerSettings, backoff::backoff_before, ticket::Envelope, work::Work};

/// How often a settlement is tried while the database is busy, with growing pauses: 20 s in all.
const SETTLE_TRIES: u32 = 28;

/// The longest pause between two of them. While the machine cannot write, there is no end to them:
/// nobody else can write either, and each report whose outcome is lost is made again.
const SETTLE_PAUSE: Duration = Duration::from_millis(1_400);

/// Takes the queue's envelopes for a worker of this process.
pub(crate) struct Consumer<W> {
    pub(crate) settings: Arc<WorkerSettings>,
    pub(crate) queue: Queue,
    pub(crate) records: Records,
    pub(crate) work: Arc<W>,
    /// Who claims reports, for the audit trail.
    pub(crate) name: String,
    pub(crate) stop: watch::Receiver<bool>,
}

/// How the work on a claimed report came to its end.
enum End {
    /// By itself, well or badly.
    Done(Box<Result<Generated, Failure>>),
    /// Someone called it off.
    Cancelled,
    /// The process stops.
    Stopped,
    /// This machine cannot do what the report needs; the attempt does not count.
    HostFailed(HostFault),
    /// Another worker has it now; nothing may be written.
    Lost,
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
            Some(Claim::Go(claimed)) => self.attempt(&id, *claimed).await,
            // The sweeper brings it back when the lease or the pause is over.
            Some(Claim::Busy(_) | Claim::Finished) | None => {}
            Some(Claim::Missing) => {
                tracing::warn!(report.id = %id, "dropped the ticket of report {id}, which is not in the ledger");
            }
        }
    }

    /// Claim a report once the machine can do what it needs; none if the process stops before, or the
    /// ledger fails otherwise. A worker that cannot claim keeps its ticket, and so takes no other:
    /// those are for workers that can.
    async fn claim(&self, id: &ReportId) -> Option<Claim> {
        let admission = self.queue.admission();
        loop {
            while admission.pass().is_err() {
                let mut stop = self.stop.clone();
                tokio::select! {
                    () = admission.opened() => {}
                    _ = stop.wait_for(|stop| *stop) => return None,
                }
            }
            let claim = self.records.claim(id, &self.name, self.settings.lease);
            match claim.await {
                Ok(claim) => return Some(claim),
                Err(error) if admission.note(&error).is_some() => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(report.id = %id, error, "report {id} could not be claimed; the sweeper will bring it back");
                    return None;
                }
            }
        }
    }

    /// Work on a claimed report and settle it.
    async fn attempt(&self, id: &ReportId, claimed: Claimed) {
        let attempt = claimed.attempt;
        tracing::info!(report.id = %id, attempt, "report {id} begins, attempt {attempt}");
        let began = Instant::now();
        let end = if self.worker_died_too_often(&claimed) {
            End::Done(Box::new(Err(too_many_crashes(&claimed))))
        } else {
            match self.pins(id, &claimed).await {
                Ok(pins) => self.watched(id, &claimed, pins).await,
                Err(end) => end,
            }
        };
        if let Some((outcome, word)) = self.outcome(id, &claimed, end).await {
            self.settle(id, &claimed.token, &outcome).await;
            let seconds = began.elapsed().as_secs_f64();
            metrics::counter!("quire_report_attempts_total", "outcome" => word).increment(1);
            metrics::histogram!("quire_report_attempt_seconds", "outcome" => word).record(seconds);
            tracing::info!(report.id = %id, attempt, outcome = word, seconds, "report {id}: {word} after {seconds:.3} s");
        } else {
            tracing::warn!(report.id = %id, attempt, "report {id}: another worker has taken over");
        }
    }

    /// A report whose workers keep dying without a word is taken for the cause.
    fn worker_died_too_often(&self, claimed: &Claimed) -> bool {
        let deaths = claimed.attempt.saturating_sub(claimed.failures + 1);
        deaths >= self.settings.max_crashes
    }

    /// The versions of the first attempt, unless the claim is void or the ledger is away.
    async fn pins(&self, id: &ReportId, claimed: &Claimed) -> Result<Pins, End> {
        if let Some(pins) = &claimed.pins {
            return Ok(pins.clone());
        }
        let pins = self.work.pins(id, &claimed.request).await;
        match self.records.pin(id, &claimed.token, &pins).await {
            Ok(true) => Ok(pins),
            Ok(false) => Err(End::Lost),
            Err(error) => {
                if let Some(fault) = error.host_fault() {
                    return Err(End::HostFailed(fault));
                }
                let error = &error as &dyn std::error::Error;
                tracing::warn!(report.id = %id, error, "the versions of report {id} could not be pinned");
                Err(End::Lost)
            }
        }
    }

    /// Work in a task of its own, so that a panic ends that task and no more, while this one keeps
    /// the claim and listens for a cancellation, the time limit and the end of the process.
    async fn watched(&self, id: &ReportId, claimed: &Claimed, pins: Pins) -> End {
        let (steps, progress) = watch::channel(None);
        let (work, request) = (Arc::clone(&self.work), claimed.request.clone());
        let sink = Arc::new(move |step| drop(steps.send(Some(step))));
        let report = id.clone();
        let task = tokio::spawn(async move { work.make(report, request, pins, sink).await });
        let _guard = AbortOnDrop(task.abort_handle());
        tokio::select! {
            end = self.finished(id, task) => end,
            end = self.keep(id, &claimed.token, progress) => end,
            () = self.drained() => End::Stopped,
        }
    }

    /// The end of the work itself.
    async fn finished(&self, id: &ReportId, task: JoinHandle<Result<Generated, Failure>>) -> End {
        let limit = self.settings.timeout;
        End::Done(Box::new(match timeout(limit, task).await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(panicked(id, &panic)),
            Err(_) => Err(internal(
                format!("The report was not finished within {} s.", limit.as_secs()),
                true,
            )),
        }))
    }

    /// Renew the lease and pass progress on until the claim ends.
    async fn keep(
        &self,
        id: &ReportId,
        token: &str,
        mut progress: watch::Receiver<Option<Progress>>,
    ) -> End {
        let mut renewal = steady(self.settings.renew_every);
        let mut report = steady(self.settings.progress_every);
        let mut renewed = Instant::now();
        loop {
            tokio::select! {
                _ = renewal.tick() => {
                    match self.records.renew(id, token, self.settings.lease).await {
                        Ok(Renew::Ok) => renewed = Instant::now(),
                        Ok(Renew::Cancel) => return End::Cancelled,
                        Ok(Renew::Lost) => return End::Lost,
                        // Nobody else can claim it while nobody can write, so there is time.
                        Err(_) if renewed.elapsed() < self.settings.lease => {}
                        Err(error) => return error.host_fault().map_or(End::Lost, End::HostFailed),
                    }
                }
                _ = report.tick() => {
                    let step = progress.has_changed().unwrap_or(false)
                        .then(|| progress.borrow_and_update().clone())
                        .flatten();
                    if let Some(step) = step {
                        // A lost step is followed by the next.
                        let _ = self.records.progress(id, token, &step).await;
                    }
                }
            }
        }
    }

    /// Returns when the process stops and running reports have had their time.
    async fn drained(&self) {
        let mut stop = self.stop.clone();
        let _ = stop.wait_for(|stop| *stop).await;
        sleep(self.settings.drain).await;
    }

    /// What to write into the ledger, and a word for it; none if nothing may be written.
    async fn outcome(
        &self,
        id: &ReportId,
        claimed: &Claimed,
        end: End,
    ) -> Option<(Outcome, &'static str)> {
        Some(match end {
            End::Lost => return None,
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

    /// Store the document, and with it its blocks, from which its other forms are made on request:
    /// so all of them hold the same numbers, whatever becomes of the modules and the data. Keep what
    /// it was made from, too, and what there is to write down about it.
    async fn store(
        &self,
        id: &ReportId,
        claimed: &Claimed,
        generated: Generated,
    ) -> Result<Success, Failure> {
        let kept = generated.composed.keep_data(&self.records).await;
        kept.map_err(|error| unstored(&error))?;
        let Generated {
            composed,
            freshness,
            pdf,
            mut making,
        } = generated;
        let document_id = composed.document.id.clone();
        let artifact = self.put(pdf, "application/pdf").await?;
        let json = written(composed.document).await?;
        let document = self.put(json, "application/json").await?;
        making.outputs.push(OutputForm {
            form: "json".to_owned(),
            media_type: "application/json".to_owned(),
            digest: document.digest,
            size_bytes: document.size_bytes,
        });
        let manifest = self.manifest(id, claimed, making).await?;
        Ok(Success {
            artifact,
            document: Some(document),
            document_id,
            data_digest: composed.series.digest(),
            cache: cache_word(freshness.cache).to_owned(),
            age_s: freshness.age.as_secs(),
            timings_ms: composed
                .timings
                .iter()
                .map(|(stage, time)| (stage.clone(), millis(*time)))
                .collect(),
            placeholders: composed.placeholders,
            manifest: String::from_utf8(manifest.to_bytes()).ok(),
        })
    }

    /// Everything that is known about the report now.
    async fn manifest(
        &self,
        id: &ReportId,
        claimed: &Claimed,
        making: Making,
    ) -> Result<Manifest, Failure> {
        let row = self.records.report(id).await;
        let row = row.map_err(|error| unstored(&error))?.ok_or_else(|| {
            internal(
                "The report is not in the ledger any more.".to_owned(),
                false,
            )
        })?;
        Ok(Manifest {
            schema: Manifest::SCHEMA.to_owned(),
            report: id.clone(),
            requested_by: row.owner.to_string(),
            accepted_at: row.accepted_at,
            started_at: row.started_at,
            made_at: Timestamp::now(),
            attempt: claimed.attempt,
            worker: self.name.clone(),
            making,
        })
    }

    async fn put(&self, bytes: Vec<u8>, media_type: &str) -> Result<ArtifactRef, Failure> {
        let stored = self.records.put_artifact(bytes, media_type).await;
        stored.map_err(|error| unstored(&error))
    }

    /// Write the outcome down, riding out a busy database, and a machine that cannot write for as long
    /// as this process runs. If it cannot be done the lease runs out and the report is made again:
    /// equal arguments give equal bytes, so nothing is lost but time.
    async fn settle(&self, id: &ReportId, token: &str, outcome: &Outcome) {
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

impl<W> Clone for Consumer<W> {
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            queue: self.queue.clone(),
            records: self.records.clone(),
            work: Arc::clone(&self.work),
            name: self.name.clone(),
            stop: self.stop.clone(),
        }
    }
}

/// Ends the work when nobody waits for it any more.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ticks after each period; the first tick is one period away.
fn steady(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.reset();
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// For what is written down.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The document as JSON; long tables take too long for a thread that others wait for.
async fn written(document: Document) -> Result<Vec<u8>, Failure> {
    let written = tokio::task::spawn_blocking(move || quire_render::json(&document)).await;
    let error: Box<dyn std::error::Error> = match written {
        Ok(Ok(json)) => return Ok(json),
        Ok(Err(error)) => error.into(),
        Err(panic) => panic.into(),
    };
    tracing::error!(error = &*error, "a document could not be written as JSON");
    let detail = "The finished document could not be written as JSON.".to_owned();
    Err(internal(detail, false))
}

fn panicked(id: &ReportId, panic: &JoinError) -> Failure {
    tracing::error!(report.id = %id, error = panic as &dyn std::error::Error, "the work on report {id} panicked");
    internal(
        "Quire crashed while it made the report; its log says where.".to_owned(),
        true,
    )
}

fn too_many_crashes(claimed: &Claimed) -> Failure {
    let deaths = claimed.attempt.saturating_sub(claimed.failures + 1);
    Failure {
        problem: Problem::new(
            ProblemKind::TooManyAttempts,
            format!("The process that made the report died {deaths} times without a word."),
        ),
        retryable: false,
        fault: None,
    }
}

fn unstored(error: &RecordsError) -> Failure {
    if let Some(fault) = error.host_fault() {
        return Failure::of_host(fault);
    }
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "a document could not be stored");
    internal(
        "The finished document could not be stored.".to_owned(),
        true,
    )
}

fn internal(detail: String, retryable: bool) -> Failure {
    Failure {
        problem: Problem::new(ProblemKind::Internal, detail),
        retryable,
        fault: None,
    }
}
