//! Brings back reports whose ticket was lost, whose lease ran out, or whose pause is over; and
//! clears away what apalis leaves behind.
//!
//! That tickets are lost is noticed by their number: where more reports wait than there are tickets in the
//! queue, at two looks in a row, the rest is made up for at once, and nobody waits for a grace period.

use std::time::Duration;

use quire_records::{Records, RecordsError};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use crate::{Queue, error::DeliveryError, ticket::Ticket};

/// Tickets pushed in one sweep; the rest follows in the next.
const TICKETS_A_SWEEP: u64 = 500;

/// How often finished tickets are cleared away.
const CLEAN_EVERY: Duration = Duration::from_secs(10);

/// Why a sweep was not finished; the next one makes up for it.
#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error("the ledger could not be used")]
    Records(#[from] RecordsError),
    #[error("the queue could not be used")]
    Delivery(#[from] DeliveryError),
    #[error("the queue cannot be used: {0}")]
    Unusable(String),
}

/// Sweep every `every` until `stop` holds true.
pub(crate) async fn sweep(
    queue: Queue,
    records: Records,
    every: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let mut cleaned = Instant::now();
    let mut failing = false;
    let mut missed = 0;
    while timeout(every, stop.wait_for(|stop| *stop)).await.is_err() {
        // While this machine cannot work, its tickets are for others.
        if queue.admission().pass().is_err() {
            continue;
        }
        let mut result = push_overdue(&queue, &records).await;
        if result.is_ok() {
            result = make_up(&queue, &records, &mut missed).await;
        }
        if result.is_ok() && cleaned.elapsed() >= CLEAN_EVERY {
            cleaned = Instant::now();
            result = queue.clean().await.map(drop).map_err(SweepError::from);
        }
        // Said once: while Redis is away every sweep fails.
        match (&result, failing) {
            (Err(error), false) => {
                let error = error as &dyn std::error::Error;
                tracing::warn!(error, "the sweeper cannot work; it goes on trying");
            }
            (Ok(()), true) => tracing::info!("the sweeper works again"),
            _ => {}
        }
        failing = result.is_err();
    }
}

/// Push tickets for as many waiting reports as have none, if they had none at the last look either: a worker
/// may have just taken theirs. Which reports the tickets name does not matter.
async fn make_up(queue: &Queue, records: &Records, missed: &mut u64) -> Result<(), SweepError> {
    let waiting = records.queued().await?;
    let missing = match waiting {
        0 => 0,
        waiting => waiting.saturating_sub(queue.depth().await?),
    };
    let lasting = missing.min(std::mem::replace(missed, missing));
    if lasting == 0 {
        return Ok(());
    }
    let limit = u32::try_from(lasting.min(TICKETS_A_SWEEP)).unwrap_or_default();
    for report in records.oldest_queued(limit).await? {
        queue.push(&Ticket { report }).await?;
        *missed = missed.saturating_sub(1);
    }
    tracing::info!(lasting, "made up for {lasting} tickets that were lost");
    metrics::counter!("quire_lost_tickets_total").increment(lasting);
    Ok(())
}

/// Push the tickets of overdue reports, but never more than are missing: a report that merely
/// stands in a long line has its ticket still.
async fn push_overdue(queue: &Queue, records: &Records) -> Result<(), SweepError> {
    if !records.any_overdue().await? {
        return Ok(());
    }
    // Handing reports out puts them off by a grace period: not before they can be pushed.
    queue.try_push().await.map_err(SweepError::Unusable)?;
    let waiting = queue.depth().await?;
    let missing = records.claimable().await?.saturating_sub(waiting);
    let limit = u32::try_from(missing.min(TICKETS_A_SWEEP)).unwrap_or_default();
    if limit == 0 {
        return Ok(());
    }
    let overdue = records.overdue(limit).await?;
    for report in &overdue {
        let report = report.clone();
        queue.push(&Ticket { report }).await?;
    }
    if !overdue.is_empty() {
        let count = overdue.len();
        tracing::info!(count, "pushed {count} overdue tickets");
        metrics::counter!("quire_overdue_tickets_total").increment(count as u64);
    }
    Ok(())
}
