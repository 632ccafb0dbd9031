//! Proxies that are believed when they say for whom they ask.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};
use quire_webhooks::Network;

use crate::caller_address::CallerAddress;

/// Where a proxy writes whom it asks for, each behind those before it.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Networks whose proxies are believed. Anyone else could name any address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[Network]>);

impl TrustedProxies {
    /// Whether nobody is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who asks, where `peer` is the other end of the connection: the last address in the headers that is not a
    /// believed proxy's. What stands before it is hearsay.
    fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut caller = peer.to_canonical();
        let said = headers.get_all(FORWARDED_FOR).iter();
        let said: Vec<_> = said.filter_map(|value| value.to_str().ok()).collect();
        let mut said = said.iter().rev().flat_map(|line| line.rsplit(','));
        while self.hold(caller) {
            let Some(before) = said.next().and_then(address) else {
                break;
            };
            caller = before;
        }
        caller
    }
}

/// An address as proxies write it, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    let address: IpAddr = bare.parse().ok().or_else(with_port)?;
    Some(address.to_canonical())
}

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = |part: &str| {
            part.parse().map_err(|_| {
                format!("{part:?} is no network: expected addresses or networks such as 10.0.0.0/8, with commas between")
            })
        };
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// The caller of a request that came through believed proxies is whom they name.
pub async fn believe(
    State(proxies): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(peer) = CallerAddress::of(request.extensions()) {
        let caller = proxies.caller(peer, request.headers());
        request.extensions_mut().insert(CallerAddress(caller));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(trusted: &str, peer: &str, said: &[&'static str]) -> String {
        let trusted: TrustedProxies = trusted.parse().unwrap();
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        trusted.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_believed_proxy_names_its_caller_and_nobody_else_does() {
        let proxies = "10.0.0.0/8, fd00::1";
        for (peer, said, right) in [
            ("10.0.0.1", &["203.0.113.7"][..], "203.0.113.7"),
            ("::ffff:10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("fd00::1", &["[2001:db8::5]:443"], "2001:db8::5"),
            ("10.0.0.1", &["203.0.113.7:51234"], "203.0.113.7"),
            // Through two of ours; what a caller wrote before them is not asked.
            (
                "10.0.0.1",
                &["1.1.1.1, 203.0.113.7, 10.0.0.2"],
                "203.0.113.7",
            ),
            (
                "10.0.0.1",
                &["1.1.1.1", "203.0.113.7", "10.0.0.2"],
                "203.0.113.7",
            ),
            // A stranger who says that they ask for someone.
            ("198.51.100.9", &["203.0.113.7"], "198.51.100.9"),
            // What cannot be read names nobody, nor does what stands before it.
            ("10.0.0.1", &["203.0.113.7, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.7, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            assert_eq!(caller(proxies, peer, said), right, "{peer} {said:?}");
        }
        assert_eq!(caller("", "10.0.0.1", &["203.0.113.7"]), "10.0.0.1");
    }

    #[test]
    fn what_is_no_network_is_refused_in_words() {
        let refused = "10.0.0.0/8, proxy".parse::<TrustedProxies>().unwrap_err();
        assert!(refused.contains("\"proxy\" is no network"), "{refused}");
    }
}
