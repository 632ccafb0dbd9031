//! An openFDA whose data change while it is asked.

use std::net::SocketAddr;

use quire_replay::{Replay, ReplaySettings, RunningReplay};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::eventually;

/// Serves the sample, as it was before.
pub(crate) struct Changing {
    settings: ReplaySettings,
    replay: RunningReplay,
    /// Its own, so that its connections end with it; on the test's they would go on telling of the older data.
    runtime: Runtime,
}

impl Changing {
    pub(crate) async fn sample() -> Self {
        let settings = ReplaySettings::sample().unwrap();
        let runtime = Runtime::new().unwrap();
        let replay = runtime.spawn(Replay::start(settings.clone()));
        Self {
            settings,
            replay: replay.await.unwrap().unwrap(),
            runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.replay.url()
    }

    /// From now on, as long as what this gives lives, one report of a drug is not among the data at the same address.
    pub(crate) async fn lose_a_report(self, ndc: &str) -> RunningReplay {
        let address: SocketAddr = self.replay.address;
        drop(self.replay);
        self.runtime.shutdown_background();
        let mut newer = self.settings;
        let mut reports: Vec<Value> = newer.records.values().collect();
        let of_the_drug = |report: &Value| report.to_string().contains(ndc);
        let lost = reports.iter().position(of_the_drug);
        reports.remove(lost.expect("a report of the drug"));
        newer.records = reports.into_iter().collect();
        eventually("the port to be free", || async {
            Replay::start_at(address, newer.clone()).await.ok()
        })
        .await
    }
}
