//! Whoever watches: how many reports have ended, and what `/readyz` says, four times a second.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;
use sqlx::SqlitePool;
use tokio::sync::watch;

use super::scene::impatient;
use crate::support::{Prometheus, alerts};

const LOOK: Duration = Duration::from_millis(250);

/// What was seen.
pub(crate) struct Watch {
    pub(crate) ended: watch::Receiver<usize>,
    /// Whether the server says that it is ready.
    pub(crate) ready: watch::Receiver<bool>,
    /// What it said since it was asked last, each once.
    said: Arc<Mutex<BTreeSet<String>>>,
    pub(crate) ledger: SqlitePool,
    /// Holds the alerts to what is measured, where somebody wants to know.
    prometheus: Option<Arc<Prometheus>>,
}

impl Watch {
    /// Begin to watch.
    pub(crate) async fn begin(data_dir: &Path, address: Arc<Mutex<String>>, alerts: bool) -> Self {
        let database = data_dir.join("quire.db");
        let database = format!("sqlite://{}?mode=ro", database.display());
        let ledger = SqlitePool::connect(&database).await.unwrap();
        let (tell_ended, ended) = watch::channel(0);
        let (tell_ready, ready) = watch::channel(true);
        let said = Arc::<Mutex<BTreeSet<String>>>::default();
        let (pool, words) = (ledger.clone(), Arc::clone(&said));
        let scraped = |address: &str| address.trim_start_matches("http://").to_owned();
        let mut target = scraped(&address.lock().unwrap());
        let prometheus = alerts.then(|| Arc::new(Prometheus::scraping(&[&target])));
        let scraping = prometheus.clone();
        tokio::spawn(async move {
            let client = impatient();
            while !tell_ended.is_closed() {
                let count = "SELECT count(*) FROM report WHERE finished IS NOT NULL";
                if let Ok(count) = sqlx::query_scalar::<_, i64>(count).fetch_one(&pool).await {
                    tell_ended.send_replace(usize::try_from(count).unwrap());
                }
                let at = address.lock().unwrap().clone();
                if let Some(scraping) = scraping.as_ref().filter(|_| scraped(&at) != target) {
                    target = scraped(&at);
                    scraping.turn_to(&[&target]);
                }
                let (is_ready, what) = readiness(&client, &at).await;
                tell_ready.send_replace(is_ready);
                words.lock().unwrap().extend(what);
                tokio::time::sleep(LOOK).await;
            }
        });
        Self {
            ended,
            ready,
            said,
            ledger,
            prometheus,
        }
    }

    /// What `/readyz` said since the last time.
    pub(crate) fn said(&self) -> Vec<String> {
        std::mem::take(&mut *self.said.lock().unwrap())
            .into_iter()
            .collect()
    }

    /// The alerts whose condition held for a moment since then.
    pub(crate) async fn alerts(&self, since: Instant) -> Vec<String> {
        let (mut held, seconds) = (Vec::new(), since.elapsed().as_secs() + 1);
        let Some(prometheus) = &self.prometheus else {
            return held;
        };
        for (name, condition) in alerts() {
            let ever = format!("max_over_time(({condition})[{seconds}s:1s])");
            if prometheus
                .ask(&ever)
                .await
                .is_some_and(|found| !found.is_empty())
            {
                held.push(name);
            }
        }
        held
    }

    /// Wait until every report in the ledger has ended.
    pub(crate) async fn nothing_open(&self) {
        let mut ended = self.ended.clone();
        loop {
            let open = "SELECT count(*) FROM report WHERE finished IS NULL";
            let open = sqlx::query_scalar::<_, i64>(open).fetch_one(&self.ledger);
            if open.await.is_ok_and(|open| open == 0) {
                return;
            }
            let now = *ended.borrow();
            let _ = tokio::time::timeout(LOOK, ended.wait_for(|ended| *ended != now)).await;
        }
    }

    /// Wait until the server says that it is not ready, for a while: whether it did.
    pub(crate) async fn unready(&self, patience: Duration) -> bool {
        let mut ready = self.ready.clone();
        let seen = tokio::time::timeout(patience, ready.wait_for(|ready| !ready));
        seen.await.is_ok()
    }

    /// Wait until more reports have ended than now, or all have, and the server is ready: how long it took.
    pub(crate) async fn recovery(&self, all: usize, patience: Duration) -> Option<Duration> {
        let (began, now) = (Instant::now(), *self.ended.borrow());
        let (mut ended, mut ready) = (self.ended.clone(), self.ready.clone());
        let both = async {
            let _ = ended.wait_for(|ended| *ended > now || *ended >= all).await;
            let _ = ready.wait_for(|ready| *ready).await;
        };
        let recovered = tokio::time::timeout(patience, both).await;
        recovered.ok().map(|()| began.elapsed())
    }
}

/// Whether it is ready, and what it says is not.
async fn readiness(client: &reqwest::Client, at: &str) -> (bool, Vec<String>) {
    let Ok(answer) = client.get(format!("{at}/readyz")).send().await else {
        return (false, vec!["no answer".to_owned()]);
    };
    let is_ready = answer.status().is_success();
    let body: Value = answer.json().await.unwrap_or_default();
    let checks = body["checks"].as_object().into_iter().flatten();
    let down = checks.filter(|(_, check)| check["up"] == false);
    let down = down.map(|(name, check)| {
        let why = check["detail"].as_str().unwrap_or_default();
        format!("{name}: {why}")
    });
    (is_ready, down.collect())
}
