//! Links into the console: `quire console`, and what `quire serve` says when it begins.

use std::{
    io::IsTerminal as _,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
};

use quire_api::ApiState;
use quire_console::{Console, TrailWatch, Workbench};
use quire_records::{LINK_LIFE, Records};
use tokio::{net::TcpListener, sync::watch};

use crate::{cli::ConsoleLink, self_test, settings::PublicAddress, storage, telemetry, terminal};

/// The console over what the API serves.
pub(crate) fn of(api: &ApiState, sample: bool, stop: watch::Receiver<bool>) -> Console {
    Console {
        bench: Workbench::default(),
        trail: TrailWatch::default(),
        suggested: sample.then_some(self_test::NDC),
        stop,
        api: api.clone(),
    }
}

/// Print a link to a server that runs elsewhere on this machine.
pub(crate) async fn run(command: ConsoleLink) -> anyhow::Result<ExitCode> {
    let records = storage::records(&command.data).await?;
    let here = format!("http://{}", reached(command.listen));
    let address = command.address.as_ref();
    say(&records, address.map_or(&here, PublicAddress::as_str)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Where a server that listens everywhere is reached from its own machine.
fn reached(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip(match listen {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    listen
}

/// Say how to get into the console of this server. A link is a secret: it is printed where a person
/// reads it, or where there is nothing to protect; elsewhere, and beside a log for collectors, the output may well be kept.
pub(crate) async fn announce(
    records: &Records,
    listener: &TcpListener,
    public: Option<&PublicAddress>,
    sample: bool,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let is_near = address.ip().is_loopback();
    let is_read = sample && telemetry::is_for_people();
    if is_near && (is_read || terminal::file().is_terminal()) {
        let here = format!("http://{address}");
        say(records, public.map_or(&here, PublicAddress::as_str)).await
    } else {
        terminal::say(format_args!(
            "console: /console; `quire console` prints a link that signs you in"
        ));
        Ok(())
    }
}

async fn say(records: &Records, base: &str) -> anyhow::Result<()> {
    let link = records.make_link().await?;
    let minutes = LINK_LIFE.as_secs() / 60;
    terminal::say(format_args!(
        "console: {base}/console/enter/{} (good once, for {minutes} minutes)",
        link.expose()
    ));
    Ok(())
}
