//! Callers who do what the documentation says: each request has a key of its own, and is sent again until it is
//! answered `202`.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};

use super::scene::{DEFINITION, impatient};

/// Callers at a time.
const LANES: usize = 8;

/// Pause before a request is sent again.
const AGAIN: Duration = Duration::from_millis(200);

/// What callers were told.
#[derive(Default)]
pub(crate) struct Told {
    /// The task of each request that was answered `202`.
    pub(crate) accepted: Mutex<BTreeMap<usize, String>>,
    /// Other answers, by their status; 0 is none at all.
    pub(crate) refused: Mutex<BTreeMap<u16, usize>>,
}

impl Told {
    /// How many were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.lock().unwrap().len()
    }
}

/// Ask for `reports` reports, as long as no more than `window` of the accepted ones have not ended.
pub(crate) fn begin(
    reports: usize,
    window: usize,
    (address, key): (Arc<Mutex<String>>, String),
    ended: &watch::Receiver<usize>,
) -> (Arc<Told>, JoinSet<()>) {
    let (told, next) = (Arc::<Told>::default(), Arc::<AtomicUsize>::default());
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (told, next, address, key) = (
            Arc::clone(&told),
            Arc::clone(&next),
            Arc::clone(&address),
            key.clone(),
        );
        let mut ended = ended.clone();
        lanes.spawn(async move {
            let client = impatient();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= reports {
                    break;
                }
                let room = |ended: &usize| told.accepted() < ended + window;
                if ended.wait_for(room).await.is_err() {
                    break;
                }
                loop {
                    let at = address.lock().unwrap().clone();
                    match ask(&client, &at, &key, number).await {
                        Ok(task) => {
                            told.accepted.lock().unwrap().insert(number, task);
                            break;
                        }
                        Err(status) => {
                            *told.refused.lock().unwrap().entry(status).or_default() += 1;
                            tokio::time::sleep(AGAIN).await;
                        }
                    }
                }
            }
        });
    }
    (told, lanes)
}

/// One request: the task, or what was answered in its place.
async fn ask(client: &reqwest::Client, at: &str, key: &str, number: usize) -> Result<String, u16> {
    let request = client
        .post(format!("{at}/api/cer/61958-0802/enhanced-pdf"))
        .bearer_auth(key)
        .header("idempotency-key", format!("\"crime-{number}\""))
        .json(&json!({"definition": DEFINITION, "as_of": "2025-06-30"}));
    let answer = request.send().await.map_err(|_| 0_u16)?;
    let status = answer.status();
    if status != StatusCode::ACCEPTED {
        return Err(status.as_u16());
    }
    let body: Value = answer.json().await.map_err(|_| 0_u16)?;
    body["task_id"].as_str().map(str::to_owned).ok_or(0)
}
