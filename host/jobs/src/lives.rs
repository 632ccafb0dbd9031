//! Keeps workers alive: whatever ends one, another begins.
//!
//! Any error of Redis ends an apalis worker for good. So a worker has lives: each with a fresh
//! connection and a fresh name, because apalis refuses a name that was seen a moment ago.

use std::{pin::pin, time::Duration};

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

/// Live until `stop` holds true, or nobody is left to say so.
pub(crate) async fn live<W: Work>(desk: Desk<W>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() && stop.has_changed().is_ok() {
        let name = format!("{}-{}", desk.name, Ulid::generate());
        if let Err(error) = one_life(&desk, &name, stop.clone()).await {
            tracing::warn!(
                worker = name,
                error = &error as &dyn std::error::Error,
                "worker {name} ended; another begins"
            );
            metrics::counter!("quire_worker_restarts_total").increment(1);
            let _ = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }
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
