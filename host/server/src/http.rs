//! Takes connections and serves the API on them: HTTP/1.1 with keep-alive.
//!
//! Connections are bounded, in all and for each address, since each takes one of the process's
//! descriptors and the records, the queue and the source need theirs. Beyond a bound the connection that
//! has waited longest makes room, so that whoever has something to ask is answered: a thousand sockets
//! that say nothing cost nobody else anything.

mod bounds;
mod connection;
mod connections;
mod leftover;
mod unreadable;
mod watch;

use std::time::Duration;

use axum::{Router, middleware};
use hyper_util::server::graceful::GracefulShutdown;
use quire_api::{BasePath, TrustedProxies};
use tokio::net::{TcpListener, TcpStream};

pub(crate) use bounds::Bounds;
use connections::{Admitted, Connections};

/// How long running answers may take to end once the server stops.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// The pause after a connection could not be taken, for want of file descriptors most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The same under the path that a proxy shows it under.
pub(crate) fn under(base: BasePath, app: Router) -> Router {
    let layer = middleware::from_fn_with_state(base, quire_api::under);
    Router::new().fallback_service(app).layer(layer)
}

/// The same, with callers as proxies of these networks name them.
pub(crate) fn through(proxies: TrustedProxies, app: Router) -> Router {
    if proxies.is_empty() {
        return app;
    }
    let layer = middleware::from_fn_with_state(proxies, quire_api::believe);
    Router::new().fallback_service(app).layer(layer)
}

/// Serve until `stop` ends; then let running answers end, within a bound.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let connections = Connections::new(bounds);
    let running = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = async {
                connections.settled().await;
                listener.accept().await
            } => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, address)) => match connections.admit(address.ip()) {
                Some(admitted) => spawn(stream, app.clone(), admitted, &running),
                // All are being answered. Closed at once, the caller knows at once.
                None => drop(stream),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                connections.make_room();
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(CLOSE_LIMIT, running.shutdown()).await;
}

fn spawn(stream: TcpStream, app: Router, admitted: Admitted, running: &GracefulShutdown) {
    // Answers are small and whole; waiting to fill packets would only delay them.
    let _ = stream.set_nodelay(true);
    let served = connection::serve(stream, app, admitted, running);
    tokio::spawn(served);
}
