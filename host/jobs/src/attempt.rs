//! One attempt at a claimed report: pinned, made under watch, and settled.

use std::{sync::Arc, time::Duration};

use quire_model::{Failure, HostFault, ReportId};
use quire_records::{Claimed, Outcome, Pins, Progress, Renew, SUSPECT_AFTER};
use quire_reports::{FreshUntil, Generated, spending};
use tokio::{
    sync::{oneshot, watch},
    task::{AbortHandle, JoinHandle},
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use tracing::Instrument as _;

use crate::{
    consumer::{Among, Consumer},
    failures::{deaths, internal, panicked, too_many_crashes},
    trace,
    work::Work,
};

/// How the work on a claimed report came to its end.
pub(crate) enum End {
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
    /// It was given the document of an equal one, and is settled.
    Shared,
}

impl End {
    /// A document is given to others only if it was made of what its key says: not if modules, definitions, limits or
    /// the background were changed meanwhile.
    fn shared_only_if(mut self, unchanged: bool) -> Self {
        if let Self::Done(result) = &mut self
            && let Ok(generated) = &mut **result
            && !unchanged
        {
            generated.freshness.until = FreshUntil::NEVER;
        }
        self
    }
}

impl<W: Work> Consumer<W> {
    /// Work on a claimed report and settle it.
    pub(crate) async fn attempt(&self, claimed: Claimed, place: Among) {
        let (id, attempt) = (&claimed.id, claimed.attempt);
        let span = tracing::info_span!("report.attempt", report.id = %id, attempt);
        let trace_id = trace::begin(&span, claimed.trace).trace_id();
        self.attempted(&claimed, place, &trace_id)
            .instrument(span)
            .await;
    }

    async fn attempted(&self, claimed: &Claimed, place: Among, trace_id: &str) {
        let (id, attempt) = (&claimed.id, claimed.attempt);
        tracing::info!(report.id = %id, attempt, trace_id, "report {id} begins, attempt {attempt}");
        let began = Instant::now();
        let end = if self.worker_died_too_often(claimed) {
            End::Done(Box::new(Err(too_many_crashes(claimed))))
        } else {
            match self.pins(id, claimed).await {
                Ok(pins) => {
                    let key = self.work.answer_key(&claimed.request, &pins);
                    let end = self.watched(id, claimed, place, pins.clone()).await;
                    let now = self.work.answer_key(&claimed.request, &pins);
                    let end = end.shared_only_if(key.is_some() && key == now);
                    self.unless_unchanged(id, claimed, end).await
                }
                Err(end) => end,
            }
        };
        if matches!(end, End::Shared) {
            tracing::info!(report.id = %id, attempt, trace_id, "report {id}: given the document of an equal one");
            return;
        }
        if let Some((outcome, word)) = self.outcome(id, claimed, end).await {
            let settling = tracing::info_span!("report.settle", outcome = word);
            self.settle(id, &claimed.token, &outcome)
                .instrument(settling)
                .await;
            let seconds = began.elapsed().as_secs_f64();
            let why = why(&outcome);
            metrics::counter!("quire_report_attempts_total", "outcome" => word).increment(1);
            metrics::histogram!("quire_report_attempt_seconds", "outcome" => word).record(seconds);
            tracing::info!(report.id = %id, attempt, outcome = word, seconds, trace_id, "report {id}: {word} after {seconds:.3} s{why}");
        } else {
            tracing::warn!(report.id = %id, attempt, "report {id}: another worker has taken over");
        }
    }

    /// A report whose workers keep dying without a word, the last ones while they made nothing else, is taken
    /// for the cause.
    fn worker_died_too_often(&self, claimed: &Claimed) -> bool {
        deaths(claimed) >= self.settings.max_crashes
    }

    /// Work in a task of its own, so that a panic ends that task and no more, while this one keeps
    /// the claim and listens for a cancellation, the time limit and the end of the process.
    async fn watched(&self, id: &ReportId, claimed: &Claimed, place: Among, pins: Pins) -> End {
        let (steps, progress) = watch::channel(None);
        let (work, request) = (Arc::clone(&self.work), claimed.request.clone());
        let sink = Arc::new(move |step| drop(steps.send(Some(step))));
        let (report, owner) = (id.clone(), claimed.owner.clone());
        let is_suspect = deaths(claimed) >= SUSPECT_AFTER;
        let company = Arc::clone(&self.company);
        let (begun, begins) = oneshot::channel();
        let work = async move {
            let (_among, _alone) = if is_suspect {
                drop(place);
                (None, Some(company.write_owned().await))
            } else {
                (Some(place), None)
            };
            let _ = begun.send(());
            spending(owner.as_str(), work.make(report, request, pins, sink)).await
        };
        let task = tokio::spawn(work.in_current_span());
        let _guard = AbortOnDrop(task.abort_handle());
        tokio::select! {
            end = self.finished(id, begins, task) => end,
            end = self.keep(id, &claimed.token, progress) => end,
            () = self.drained() => End::Stopped,
        }
    }

    /// The end of the work itself. It has its time from when it begins, however long it waited for its place.
    async fn finished(
        &self,
        id: &ReportId,
        begins: oneshot::Receiver<()>,
        task: JoinHandle<Result<Generated, Failure>>,
    ) -> End {
        let limit = self.settings.timeout;
        let _ = begins.await;
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
}

/// Ends the work when nobody waits for it any more.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why there is no document, by its kind and place alone: a module's own words may quote what a patient said.
fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(problem) | Outcome::Retry { problem, .. } => {
            let section = problem.section.as_deref();
            let section = section.map(|name| format!(" (section {name})"));
            format!(", {}{}", problem.kind.title(), section.unwrap_or_default())
        }
        Outcome::Spared { fault, .. } => format!(", {fault}"),
        Outcome::Succeeded(_) | Outcome::Cancelled | Outcome::HandedBack => String::new(),
    }
}

/// Ticks after each period; the first tick is one period away.
fn steady(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.reset();
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
