//! Listens on a free port and serves until it is dropped.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    FaultRule, Odd, Records, answer::Envelope, directory::Directory, failure::Failure,
    faults::Faults, request::Parameters, sample,
};

/// Requests whose query is remembered; counters go on beyond it.
const REMEMBERED: usize = 10_000;

/// Starts servers that answer like openFDA.
#[derive(Clone, Copy, Debug)]
pub struct Replay;

/// What a replay serves.
#[derive(Clone, Debug)]
pub struct ReplaySettings {
    /// The reports.
    pub records: Records,
    /// The labels, as `drug/label` gives them.
    pub labels: Records,
    /// What the source calls itself; a reader of a report sees it.
    pub source: String,
    /// `meta.last_updated`.
    pub last_updated: String,
    /// The `Date` header of every answer, so that snapshots of it are reproducible; the time of
    /// day if absent.
    pub date: Option<String>,
    /// The only key that is let in; every key and none if absent.
    pub key: Option<String>,
}

/// Why a replay does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// No port of the loopback interface can be had.
    #[error("cannot listen on 127.0.0.1")]
    Listen(#[source] std::io::Error),
    /// The fixed date cannot be sent.
    #[error("{0:?} cannot be sent as a Date header")]
    Date(String),
    /// The bundled sample is damaged.
    #[error("the bundled sample cannot be read")]
    Sample(#[source] std::io::Error),
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct RunningReplay {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    settings: ReplaySettings,
    date: Option<HeaderValue>,
    directory: Directory,
    faults: Faults,
    requests: Mutex<Requests>,
}

#[derive(Debug, Default)]
struct Requests {
    by_path: BTreeMap<String, u64>,
    queries: Vec<String>,
}

impl Replay {
    /// Serve these records on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If no port can be had, or the fixed date is none.
    pub async fn start(settings: ReplaySettings) -> Result<RunningReplay, ReplayError> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), settings).await
    }

    /// Serve these records at an address.
    ///
    /// # Errors
    ///
    /// If the address cannot be had, or the fixed date is none.
    pub async fn start_at(
        address: SocketAddr,
        settings: ReplaySettings,
    ) -> Result<RunningReplay, ReplayError> {
        let date = settings.date.as_deref().map(HeaderValue::from_str);
        let date = date
            .transpose()
            .map_err(|_| ReplayError::Date(settings.date.clone().unwrap_or_default()))?;
        let listener = TcpListener::bind(address)
            .await
            .map_err(ReplayError::Listen)?;
        let address = listener.local_addr().map_err(ReplayError::Listen)?;
        let directory = Directory::of(&settings.records);
        let shared = Arc::new(Shared {
            settings,
            date,
            directory,
            faults: Faults::default(),
            requests: Mutex::default(),
        });
        let app = router(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the replay stopped listening");
            }
        });
        Ok(RunningReplay {
            address,
            shared,
            task,
        })
    }

    /// Serve the bundled sample: 100 real reports, 61 of which name NDC 61958-0802.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub async fn sample() -> Result<RunningReplay, ReplayError> {
        Self::start(ReplaySettings::sample()?).await
    }
}

impl ReplaySettings {
    /// The bundled sample.
    ///
    /// # Errors
    ///
    /// If it is damaged, which the tests of this crate rule out.
    pub fn sample() -> Result<Self, ReplayError> {
        Ok(Self {
            records: sample::records().map_err(ReplayError::Sample)?,
            labels: Records::default(),
            source: sample::SOURCE.to_owned(),
            last_updated: sample::LAST_UPDATED.to_owned(),
            date: Some(sample::DATE.to_owned()),
            key: None,
        })
    }

    /// Made-up records at the edges of what openFDA serves.
    #[must_use]
    pub fn odd(kind: Odd, ndc: &str) -> Self {
        Self {
            records: crate::odd(kind, ndc).into_iter().collect(),
            labels: Records::default(),
            source: "synthetic reports, not real".to_owned(),
            last_updated: sample::LAST_UPDATED.to_owned(),
            date: Some(sample::DATE.to_owned()),
            key: None,
        }
    }

    /// `reports` made-up records that name `ndc`; equal seeds give equal records.
    #[must_use]
    pub fn synthetic(reports: usize, seed: u64, ndc: &str) -> Self {
        Self {
            records: crate::synthetic(reports, seed, ndc).collect(),
            labels: Records::default(),
            source: format!("synthetic reports, not real (seed {seed})"),
            last_updated: sample::LAST_UPDATED.to_owned(),
            date: Some(sample::DATE.to_owned()),
            key: None,
        }
    }
}

impl RunningReplay {
    /// Its base address: `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Let requests go wrong from now on. Rules are tried in the order they were added.
    pub fn fail(&self, rule: FaultRule) {
        self.shared.faults.add(rule);
    }

    /// Forget all rules.
    pub fn recover(&self) {
        self.shared.faults.clear();
    }

    /// How many requests came for a path such as `/drug/event.json`, answered well or not.
    #[must_use]
    pub fn requests(&self, path: &str) -> u64 {
        self.shared
            .requests()
            .by_path
            .get(path)
            .copied()
            .unwrap_or(0)
    }

    /// The first 10,000 requests as path and query, percent-encoded as they came.
    #[must_use]
    pub fn queries(&self) -> Vec<String> {
        self.shared.requests().queries.clone()
    }

    /// Serve until the process ends.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for RunningReplay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn requests(&self) -> std::sync::MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: &Request) {
        let mut requests = self.requests();
        let path = request.uri().path().to_owned();
        *requests.by_path.entry(path).or_default() += 1;
        if requests.queries.len() < REMEMBERED {
            requests.queries.push(request.uri().to_string());
        }
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            source: &self.settings.source,
            last_updated: &self.settings.last_updated,
        }
    }
}

/// Every route of the replay.
fn router(shared: Arc<Shared>) -> Router {
    let openfda = Router::new()
        .route("/drug/event.json", get(events))
        .route("/drug/label.json", get(labels))
        .route("/drug/ndc.json", get(products))
        .layer(from_fn_with_state(Arc::clone(&shared), front));
    Router::new()
        .route("/_replay/faults", post(add_faults))
        .route("/_replay/requests", get(show_requests))
        .merge(openfda)
        .with_state(shared)
}

/// Counts the request, lets it go wrong if a rule says so, and dates the answer.
async fn front(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    shared.note(&request);
    let fault = shared.faults.take(request.uri());
    let mut response = match fault {
        Some(fault) => fault.answer(request, next).await,
        None => next.run(request).await,
    };
    if let Some(date) = &shared.date {
        response.headers_mut().insert(header::DATE, date.clone());
    }
    response
}

async fn events(
    State(shared): State<Arc<Shared>>,
    Query(pairs): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let own = own_address(&request);
    answer(&shared, pairs, &shared.settings.records, &own)
}

async fn labels(
    State(shared): State<Arc<Shared>>,
    Query(pairs): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let own = own_address(&request);
    answer(&shared, pairs, &shared.settings.labels, &own)
}

async fn products(
    State(shared): State<Arc<Shared>>,
    Query(pairs): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let own = own_address(&request);
    answer(&shared, pairs, shared.directory.records(), &own)
}

/// The address under which the caller reached us, without the query: what `Link` repeats.
fn own_address(request: &Request) -> String {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}{}", request.uri().path())
}

fn answer(shared: &Shared, pairs: Vec<(String, String)>, records: &Records, own: &str) -> Response {
    let answered = Parameters::read(pairs, shared.settings.key.as_deref())
        .and_then(|parameters| shared.envelope().answer(records, &parameters, own));
    answered.unwrap_or_else(Failure::into_response)
}

async fn add_faults(
    State(shared): State<Arc<Shared>>,
    Json(rules): Json<Vec<FaultRule>>,
) -> StatusCode {
    shared.faults.clear();
    rules.into_iter().for_each(|rule| shared.faults.add(rule));
    StatusCode::NO_CONTENT
}

async fn show_requests(State(shared): State<Arc<Shared>>) -> Json<BTreeMap<String, u64>> {
    Json(shared.requests().by_path.clone())
}
