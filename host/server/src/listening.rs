//! Where the process listens, and saying so.

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::terminal;

/// Listen there; `setting` is where the address came from.
pub(crate) async fn listen(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{setting} is {address}, which cannot be used; is the port in use?")
    })
}

/// Say where it listens, with the real port when a free one was asked for.
pub(crate) fn announce(listener: &TcpListener) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening on {address}");
    terminal::say(format_args!("listening on http://{address}"));
    Ok(())
}
