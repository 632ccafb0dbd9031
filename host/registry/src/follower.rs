//! Keeps a process in step with the records: an activation through one process is used by all
//! others within a fraction of a second.

use std::time::Duration;

use quire_records::Records;
use tokio::{sync::watch, time::sleep};

use crate::Registry;

/// How often the change counter is read. Reading it takes some ten microseconds.
const POLL: Duration = Duration::from_millis(200);

/// How often a checkpoint of the audit trail may become due.
const CHECKPOINT: Duration = Duration::from_secs(10);

/// Follow the records until `stop` holds true, or nobody is left to say so.
pub async fn follow(registry: Registry, records: Records, mut stop: watch::Receiver<bool>) {
    let mut own = records.own_changes();
    let mut away = false;
    let mut checked = tokio::time::Instant::now();
    while !*stop.borrow() && stop.has_changed().is_ok() {
        match registry.catch_up().await {
            Ok(()) => away = false,
            Err(error) if !away => {
                // Said once: the records are away for everyone, and others say so too.
                let error = &error as &dyn std::error::Error;
                tracing::warn!(
                    error,
                    "changes of modules and definitions cannot be followed"
                );
                away = true;
            }
            Err(_) => {}
        }
        if checked.elapsed() >= CHECKPOINT {
            checked = tokio::time::Instant::now();
            if let Err(error) = records.checkpoint_if_due().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the audit trail could not be signed");
            }
        }
        tokio::select! {
            () = sleep(POLL) => {}
            // Those of this process are taken over at once.
            _ = own.changed() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}
