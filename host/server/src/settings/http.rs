//! Where the API listens, how it is reached, and how many connections it takes.

use std::net::SocketAddr;

use clap::Args;
use quire_api::{Origin, Origins, SignIns, TrustedProxies};

use super::address::{PublicAddress, parse_address};
use crate::http::Bounds;

/// Where the API listens.
#[derive(Clone, Debug, Args)]
pub(crate) struct HttpSettings {
    /// Address and port of the HTTP API; port 0 takes a free one
    #[arg(long, env = "QUIRE_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub(crate) listen: SocketAddr,

    /// Where callers reach it, if that is elsewhere. A path in it is the one that a proxy shows Quire under: every
    /// address that Quire gives then has it, whether the proxy takes it off or leaves it
    #[arg(long, env = "QUIRE_ADDRESS", value_name = "URL", value_parser = parse_address, hide_short_help = true)]
    pub(crate) address: Option<PublicAddress>,

    /// Connections at a time; beyond it the one that has waited longest without a request is closed, and
    /// if all are being answered the new one [default: 4096, or what the limit of open files leaves]
    #[arg(long, env = "QUIRE_MAX_CONNECTIONS", value_name = "CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..=60_000), hide_short_help = true)]
    pub(crate) max_connections: Option<u32>,

    /// The same for one address, a /64 of IPv6. Behind a reverse proxy all callers have its address: if
    /// it keeps more connections than the default, set it as high as the other. A page of the console that
    /// follows a report keeps one open [default: half of it]
    #[arg(long, env = "QUIRE_MAX_CONNECTIONS_PER_ADDRESS", value_name = "CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..=60_000), hide_short_help = true)]
    pub(crate) max_connections_per_address: Option<u32>,

    /// Addresses or networks of proxies that are believed when they say, in X-Forwarded-For, for whom they ask: log and
    /// audit trail then name that caller, with commas between
    #[arg(long, env = "QUIRE_TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true, value_parser = parse_proxies, hide_short_help = true)]
    pub(crate) trusted_proxies: TrustedProxies,

    /// Other sites whose pages may use the API from a browser, each by its origin, such as `https://app.example`;
    /// separated by commas [default: none]
    #[arg(
        long,
        env = "QUIRE_CORS_ORIGINS",
        value_name = "ORIGINS",
        value_delimiter = ',',
        hide_short_help = true
    )]
    cors_origins: Vec<Origin>,

    /// Requests without a valid key that one address may send in a minute, to the console's sign-in too; then keys that
    /// are not known from before have to wait. 0 is without end
    #[arg(
        long,
        env = "QUIRE_REFUSED_SIGN_INS_PER_MINUTE",
        value_name = "REQUESTS",
        default_value_t = 60,
        hide_short_help = true
    )]
    refused_sign_ins_per_minute: u32,
}

/// More connections than any number of people need; each may hold some 64 KiB.
const USUAL_CONNECTIONS: u32 = 4096;

impl HttpSettings {
    /// Which other sites' pages may use the API.
    pub(crate) fn origins(&self) -> Origins {
        Origins(self.cors_origins.clone().into())
    }

    /// What bounds those who try keys.
    pub(crate) fn sign_ins(&self) -> SignIns {
        SignIns::new(self.refused_sign_ins_per_minute)
    }

    /// The bounds of connections, when `room` of them leave enough descriptors for the rest.
    ///
    /// # Errors
    ///
    /// If more are asked for than there is room for.
    pub(crate) fn bounds(&self, room: u64) -> anyhow::Result<Bounds> {
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        let all = match self.max_connections {
            Some(asked) if asked > room => anyhow::bail!(
                "--max-connections (QUIRE_MAX_CONNECTIONS) is {asked}, which cannot be used: the \
                 limit of open files leaves room for {room}; raise it (ulimit -n, LimitNOFILE=) or \
                 ask for fewer"
            ),
            Some(asked) => asked,
            None => USUAL_CONNECTIONS.min(room),
        };
        let half = all.div_ceil(2);
        let per_address = self.max_connections_per_address.unwrap_or(half).min(all);
        Ok(Bounds::new(all as usize, per_address as usize))
    }
}

/// Read networks of proxies.
fn parse_proxies(text: &str) -> Result<TrustedProxies, String> {
    text.parse()
}

/// Read an address to listen at.
pub(super) fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080".to_owned())
}
