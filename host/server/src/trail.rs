//! Whether the audit trail is as it was written: looked at when a server begins and each hour, for whoever watches.

use std::time::Duration;

use quire_records::Records;
use tokio::{sync::watch, time::timeout};

/// How often. A trail of a million events takes some seconds of a core.
const EVERY: Duration = Duration::from_hours(1);

/// Look until `stop` holds true.
pub(crate) async fn keep_watch(records: Records, mut stop: watch::Receiver<bool>) {
    loop {
        look(&records).await;
        if timeout(EVERY, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

async fn look(records: &Records) {
    let altered = metrics::gauge!("quire_audit_trail_altered");
    match records.verify_audit().await {
        Ok(Ok(_)) => altered.set(0.0),
        Ok(Err(broken)) => {
            altered.set(1.0);
            tracing::error!(%broken, "the audit trail was altered; quire audit verify says the same");
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the audit trail could not be looked at");
        }
    }
}
