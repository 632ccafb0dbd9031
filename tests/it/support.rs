//! What tests start and stop: `quire`, a Redis, a replaying openFDA, and a directory to work in.

mod changing;
mod folder;
mod forward;
mod prometheus;
mod proxy;
mod quire;
mod receiver;
mod registry;
mod tools;
mod watching;

pub(crate) use changing::Changing;
pub(crate) use folder::Folder;
pub(crate) use forward::Forward;
pub(crate) use prometheus::{Prometheus, alerts, deploy, program};
pub(crate) use proxy::Proxy;
pub(crate) use quire::{
    Answer, Quire, Settings, one_command, prepared, quire_binary, run_quire, run_quire_in,
    run_quire_with,
};
pub(crate) use quire_testing::{RedisServer as Redis, guest_file as guest};
pub(crate) use receiver::{Received, Receiver};
pub(crate) use registry::{EDITION, Registry};
pub(crate) use tools::{ancestor_with, assert_pdfa, tool, tool_in};
pub(crate) use watching::Watching;

use std::time::{Duration, Instant};

/// How long a condition may take to come true. Generous: machines here are noisy, and a test that
/// passes never waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Ask until the answer is `Some`, with a bound.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
