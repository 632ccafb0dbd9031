//! The page of `quire module watch`: a section while it is written, with what it says, what it costs and a form for its
//! parameters. It is served to the author's own machine, apart from the console, and nothing is stored.

mod page;
mod seen;

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::{self, Next},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::stream;
use quire_modules::{Loaded, ModuleHost, Sample};
use tokio::sync::{Mutex, watch};

use self::seen::Kept;
use crate::{assets, door, params_form::Pairs};

/// How often a quiet stream gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What the frame of the section may do: show itself. No script runs in it, so that the page may measure it.
const FRAME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin";

/// What is being written, and the pages that show it. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Workshop(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: String,
    host: ModuleHost,
    inputs: Vec<Sample>,
    standing: watch::Sender<Standing>,
    /// Held while a section is made, so that it is made once.
    kept: Mutex<Kept>,
}

/// How the component stands.
#[derive(Clone, Debug, Default)]
struct Standing {
    /// Grows with everything that happens.
    revision: u64,
    /// Which build the component is of, from 1.
    build: u32,
    /// The last component that could be loaded.
    module: Option<Arc<Loaded>>,
    /// How long it took to build and load.
    took: Duration,
    /// Why there is none of what was saved last.
    trouble: Option<Trouble>,
    /// Whether it is being built.
    busy: bool,
}

/// Why what was saved cannot be shown.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// In one line.
    pub what: String,
    /// What the tools said, of any length, as they said it.
    pub detail: String,
}

impl Workshop {
    /// Show the component of this name, on these inputs, of which there is at least one.
    #[must_use]
    pub fn new(name: String, host: ModuleHost, inputs: Vec<Sample>) -> Self {
        Self(Arc::new(Shared {
            name,
            host,
            inputs,
            standing: watch::Sender::default(),
            kept: Mutex::default(),
        }))
    }

    /// It is being built.
    pub fn begin(&self) {
        self.change(|standing| standing.busy = true);
    }

    /// It was built and loaded, which took so long.
    pub fn show(&self, module: Arc<Loaded>, took: Duration) {
        self.change(|standing| {
            standing.build += 1;
            standing.module = Some(module);
            standing.took = took;
            standing.trouble = None;
            standing.busy = false;
        });
    }

    /// It could not be built or loaded; what was shown before stays.
    pub fn fail(&self, trouble: Trouble) {
        self.change(|standing| {
            standing.trouble = Some(trouble);
            standing.busy = false;
        });
    }

    fn change(&self, change: impl FnOnce(&mut Standing)) {
        self.0.standing.send_modify(|standing| {
            standing.revision += 1;
            change(standing);
        });
    }

    /// The pages, for a browser of this machine that asks `127.0.0.1` or `localhost` at this port.
    pub fn router(&self, port: u16) -> Router {
        Router::new()
            .route("/", get(whole))
            .route("/section/{key}", get(section))
            .route("/events", get(events))
            .route("/console/assets/{digest}/{name}", get(assets::serve))
            .layer(middleware::from_fn_with_state(port, refuse_strangers))
            .layer(middleware::from_fn(door::dress))
            .with_state(self.clone())
    }
}

/// Names of another machine that lead here, and pages of other sites, are not answered: the page shows data.
async fn refuse_strangers(State(port): State<u16>, request: Request, next: Next) -> Response {
    if is_own(request.headers(), port) {
        return next.run(request).await;
    }
    let words =
        format!("This is for a browser of this machine alone: open http://127.0.0.1:{port}/\n");
    (StatusCode::FORBIDDEN, words).into_response()
}

fn is_own(headers: &HeaderMap, port: u16) -> bool {
    let text = |name: HeaderName| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let host = text(header::HOST).unwrap_or_default();
    let origin = text(header::ORIGIN);
    let site = text(HeaderName::from_static("sec-fetch-site"));
    hosts.iter().any(|own| own == host)
        && origin.is_none_or(|origin| origin == format!("http://{host}"))
        && site.is_none_or(|site| ["same-origin", "none"].contains(&site))
}

/// The page, for the input and the parameters that are asked for.
async fn whole(State(workshop): State<Workshop>, Query(asked): Query<Pairs>) -> Response {
    let seen = seen::see(&workshop.0, &asked).await;
    page::draw(&workshop.0.name, &seen, &workshop.0.host.limits()).into_response()
}

/// A section that was drawn.
async fn section(State(workshop): State<Workshop>, Path(key): Path<String>) -> Response {
    let drawn: Option<Bytes> = workshop.0.kept.lock().await.drawn(&key);
    match drawn {
        Some(drawn) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, FRAME_POLICY),
            ];
            (headers, drawn).into_response()
        }
        None => (
            StatusCode::NOT_FOUND,
            "This section is not kept any more.\n",
        )
            .into_response(),
    }
}

/// Tells an open page of every change by its revision, and at once which it is now.
async fn events(State(workshop): State<Workshop>) -> Response {
    let news = workshop.0.standing.subscribe();
    let events = stream::unfold((news, true), |(mut news, first)| async move {
        if !first {
            news.changed().await.ok()?;
        }
        let revision = news.borrow_and_update().revision;
        let event = Event::default().data(revision.to_string());
        Some((Ok::<_, Infallible>(event), (news, false)))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT);
    Sse::new(events).keep_alive(alive).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, axum::http::HeaderValue::from_static(value))
        });
        is_own(&pairs.collect(), 4100)
    }

    #[test]
    fn only_this_machines_own_pages_are_answered() {
        assert!(own(&[("host", "127.0.0.1:4100")]));
        assert!(own(&[
            ("host", "localhost:4100"),
            ("sec-fetch-site", "none")
        ]));
        assert!(own(&[
            ("host", "localhost:4100"),
            ("origin", "http://localhost:4100")
        ]));
        assert!(!own(&[]));
        for host in [
            "127.0.0.1",
            "127.0.0.1:80",
            "evil.example:4100",
            "127.0.0.1:4100.evil.example",
        ] {
            assert!(!own(&[("host", host)]), "{host}");
        }
        for origin in [
            "null",
            "http://evil.example",
            "https://localhost:4100",
            "http://127.0.0.1:4100",
        ] {
            assert!(
                !own(&[("host", "localhost:4100"), ("origin", origin)]),
                "{origin}"
            );
        }
        for site in ["cross-site", "same-site"] {
            assert!(
                !own(&[("host", "localhost:4100"), ("sec-fetch-site", site)]),
                "{site}"
            );
        }
    }
}
