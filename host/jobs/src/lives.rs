//! Keeps workers alive: whatever ends one, another begins.
//!
//! Any error of Redis ends an apalis worker for good. So a worker has lives: each with a fresh
//! connection and a fresh name, because apalis refuses a name that was seen a moment ago.

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

use crate::{delivery::Delivery, desk::Desk, error::DeliveryError, queue::Transport, work::Work};

/// Pause between two lives, so that a Redis that is away is not hammered.
const PAUSE: Duration = Duration::from_millis(500);

/// A worker that has lived for so long after others ended young is well: it has registered, given a
/// sign of life and looked into the queue.
const GROWN_UP: Duration = Duration::from_secs(2);

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

/// Live until `stop` holds true, or nobody is left to say so.
pub(crate) async fn live<W: Work>(
    desk: Desk<W>,
    presence: Presence,
    mut stop: watch::Receiver<bool>,
) {
    let _gone = Gone(&presence);
    let mut failing = false;
    while !*stop.borrow() && stop.has_changed().is_ok() {
        let name = format!("{}-{}", desk.name, Ulid::generate());
        let life = one_life(&desk, &name, stop.clone());
        if let Err(error) = watched(life, &presence, &mut failing).await {
            // Said once: while Redis is away every life ends young.
            if !failing {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(
                    worker = name,
                    error,
                    "worker {name} ended; others begin until one stays alive"
                );
            }
            failing = true;
            metrics::counter!("quire_worker_restarts_total").increment(1);
            let _ = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }
}

/// See a life to its end, and say how it goes meanwhile.
async fn watched(
    life: impl Future<Output = Result<(), DeliveryError>>,
    presence: &Presence,
    failing: &mut bool,
) -> Result<(), DeliveryError> {
    let mut life = pin!(life);
    presence.set(!*failing);
    let end = tokio::select! {
        end = &mut life => end,
        () = tokio::time::sleep(GROWN_UP) => {
            if std::mem::take(failing) {
                tracing::info!("workers take reports again");
            }
            presence.set(true);
            life.await
        }
    };
    presence.set(false);
    end
}

async fn one_life<W: Work>(
    desk: &Desk<W>,
    name: &str,
    stop: watch::Receiver<bool>,
) -> Result<(), DeliveryError> {
    match &desk.queue.transport {
        Transport::Redis(queue) => {
            let delivery = queue.delivery().await?;
            let result = work(desk, name, delivery, stop).await;
            // Best effort: a worker that stays registered is found overdue by the others.
            let _ = queue.deregister(name).await;
            result
        }
        Transport::Sqlite(queue) => work(desk, name, queue.delivery(), stop).await,
    }
}

/// Take envelopes to the desk until the backend fails or `stop` holds true. Each is handled in a
/// task of its own: apalis polls all handlers of a worker in one, where a long poll of one would
/// hold up the others and the heartbeat. The handler never fails, so none of apalis' own retry,
/// time-out and panic paths, which lose or double tasks, is ever taken.
async fn work<W: Work, D: Delivery>(
    desk: &Desk<W>,
    name: &str,
    delivery: D,
    stop: watch::Receiver<bool>,
) -> Result<(), DeliveryError> {
    let context = WorkerContext::new(name);
    let handler = desk.clone();
    let worker = WorkerBuilder::new(&context)
        .backend(delivery)
        .concurrency(desk.settings.slots.max(1))
        .build(move |envelope| {
            let desk = handler.clone();
            async move {
                let _ = tokio::spawn(async move { desk.handle(envelope).await }).await;
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
