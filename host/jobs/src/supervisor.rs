//! Supervises the worker: whatever ends it, it is started again.
//!
//! Any error of Redis ends an apalis worker for good. Each start has a fresh connection and a fresh
//! name, because apalis refuses a name that was seen a moment ago.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use apalis::{
    layers::WorkerBuilderExt,
    prelude::{Event, WorkerBuilder, WorkerContext, WorkerError},
};
use futures::{Stream, StreamExt};
use tokio::sync::watch;
use ulid::Ulid;

use crate::{
    consumer::Consumer, delivery::Delivery, error::DeliveryError, queue::Transport, work::Work,
};

/// Pause before a restart, so that a Redis that is away is not hammered.
const RESTART_PAUSE: Duration = Duration::from_millis(500);

/// A worker that has run for so long after others ended early is well: it has registered, given a
/// sign of life and looked into the queue.
const WELL_AFTER: Duration = Duration::from_secs(2);

/// Whether the workers of this process take reports; those that are about to begin count. Cheap to
/// clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Presence(Arc<AtomicBool>);

impl Default for Presence {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

/// However it ends, the worker is gone.
struct Gone<'a>(&'a Presence);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Presence {
    /// Whether a worker lives that can take a report.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, is_there: bool) {
        self.0.store(is_there, Ordering::Relaxed);
    }
}

/// Keep a worker running until `stop` holds true, or nobody is left to say so.
pub(crate) async fn supervise<W: Work>(
    consumer: Consumer<W>,
    presence: Presence,
    mut stop: watch::Receiver<bool>,
) {
    let _gone = Gone(&presence);
    let mut failing = false;
    while !*stop.borrow() && stop.has_changed().is_ok() {
        let name = format!("{}-{}", consumer.name, Ulid::generate());
        let run = run_once(&consumer, &name, stop.clone());
        if let Err(error) = watched(run, &presence, &mut failing).await {
            // Said once: while Redis is away every run ends early.
            if !failing {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(
                    worker = name,
                    error,
                    "worker {name} ended; it is started again until it stays"
                );
            }
            failing = true;
            metrics::counter!("quire_worker_restarts_total").increment(1);
            let _ = tokio::time::timeout(RESTART_PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }
}

/// See a run to its end, and say how it goes meanwhile.
async fn watched(
    run: impl Future<Output = Result<(), DeliveryError>>,
    presence: &Presence,
    failing: &mut bool,
) -> Result<(), DeliveryError> {
    let mut run = pin!(run);
    presence.set(!*failing);
    let end = tokio::select! {
        end = &mut run => end,
        () = tokio::time::sleep(WELL_AFTER) => {
            if std::mem::take(failing) {
                tracing::info!("workers take reports again");
            }
            presence.set(true);
            run.await
        }
    };
    presence.set(false);
    end
}

async fn run_once<W: Work>(
    consumer: &Consumer<W>,
    name: &str,
    stop: watch::Receiver<bool>,
) -> Result<(), DeliveryError> {
    match &consumer.queue.transport {
        Transport::Redis(queue) => {
            let delivery = queue.delivery().await?;
            let result = work(consumer, name, delivery, stop).await;
            // Best effort: a worker that stays registered is found overdue by the others.
            let _ = queue.deregister(name).await;
            result
        }
        Transport::Sqlite(queue) => work(consumer, name, queue.delivery(), stop).await,
    }
}

/// Hand envelopes to the consumer until the backend fails or `stop` holds true. Each is handled in a
/// task of its own: apalis polls all handlers of a worker in one, where a long poll of one would
/// hold up the others and the heartbeat. The handler never fails, so none of apalis' own retry,
/// time-out and panic paths, which lose or double tasks, is ever taken.
async fn work<W: Work, D: Delivery>(
    consumer: &Consumer<W>,
    name: &str,
    delivery: D,
    stop: watch::Receiver<bool>,
) -> Result<(), DeliveryError> {
    let context = WorkerContext::new(name);
    let handler = consumer.clone();
    let worker = WorkerBuilder::new(&context)
        .backend(delivery)
        .concurrency(consumer.settings.slots.max(1))
        .build(move |envelope| {
            let consumer = handler.clone();
            async move {
                let _ = tokio::spawn(async move { consumer.handle(envelope).await }).await;
            }
        });
    Ok(drain(worker.stream(), &context, stop).await?)
}

/// Poll a worker to its end. At the first error, or at `stop`, it is told to stop and polled on, so
/// that running handlers finish and are acknowledged; apalis' own `run` would drop them.
async fn drain(
    events: impl Stream<Item = Result<Event, WorkerError>>,
    context: &WorkerContext,
    mut stop: watch::Receiver<bool>,
) -> Result<(), WorkerError> {
    let mut events = pin!(events);
    let mut first_error = None;
    let mut stopping = false;
    loop {
        tokio::select! {
            event = events.next() => match event {
                None => break,
                Some(Ok(_)) => {}
                Some(Err(_)) if first_error.is_some() => break,
                Some(Err(error)) => {
                    first_error = Some(error);
                    let _ = context.stop();
                }
            },
            _ = stop.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                let _ = context.stop();
            }
        }
    }
    first_error.map_or(Ok(()), Err)
}
