//! Which addresses belong to the public internet, and networks that an operator opens beside it.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use ipnet::{IpNet, Ipv6Net};

/// A network as an operator writes it: `10.1.0.0/16`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(Ipv6Net);

/// The text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected networks such as 10.1.0.0/16 or fd00::/8, separated by commas")]
pub struct NetworkError;

impl Network {
    /// Whether an address lies in it. One of IPv4 that is written as IPv6 is the address of IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&mapped(address))
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let text = text.trim();
        let one = || text.parse().map(|address: IpAddr| IpNet::from(address));
        let network: IpNet = text.parse().or_else(|_| one()).map_err(|_| NetworkError)?;
        // A network of IPv4 is one of IPv6 whose first 96 bits are fixed.
        let fixed = if network.addr().is_ipv4() { 96 } else { 0 };
        let network = Ipv6Net::new(mapped(network.addr()), network.prefix_len() + fixed);
        network.map(Self).map_err(|_| NetworkError)
    }
}

/// All addresses in one row, those of IPv4 as IPv6 writes them.
const fn mapped(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

/// Whether an address is one of the public internet, by the IANA registries of special addresses. What stands for
/// another address (mapped, translated, tunnelled) is not: it could lead anywhere.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [one, two, three, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        // Metadata of clouds among them.
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || one == 0
        || one >= 240
        // Shared by carriers.
        || (one == 100 && (64..128).contains(&two))
        // Benchmarks.
        || (one == 198 && (18..20).contains(&two))
        // Protocols, and relays to IPv6.
        || (one == 192 && two == 0 && three == 0)
        || (one == 192 && two == 88 && three == 99);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [one, two, ..] = address.segments();
    // Global unicast is 2000::/3; loopback, private, link-local, multicast, mapped and NAT64 lie outside.
    let global = one & 0xe000 == 0x2000;
    let special = (one == 0x2001 && (two < 0x200 || two == 0xdb8))
        || one == 0x2002
        || (one == 0x3fff && two < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        let public = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2a00::1"];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let not = [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for address in not {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_network_holds_what_begins_as_it_does() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.contains(address.parse().unwrap())
        };

        assert!(holds("127.0.0.0/8", "127.1.2.3"));
        assert!(holds("127.0.0.0/8", "::ffff:127.1.2.3"));
        assert!(!holds("127.0.0.0/8", "128.0.0.1"));
        assert!(holds("10.1.0.0/16", "10.1.255.255"));
        assert!(!holds("10.1.0.0/16", "10.2.0.0"));
        assert!(holds("192.168.1.5", "192.168.1.5"));
        assert!(!holds("192.168.1.5", "192.168.1.6"));
        assert!(holds("0.0.0.0/0", "10.2.0.0"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("::/0", "10.2.0.0") && holds("::/0", "fd00::1"));
        assert!(holds("fd00::/8", "fdff::1") && !holds("fd00::/8", "fe80::1"));
        for wrong in [
            "",
            "10.0.0.0/33",
            "localhost",
            "10.0.0/8",
            "10.0.0.0/-1",
            "::/129",
        ] {
            assert_eq!(wrong.parse::<Network>(), Err(NetworkError), "{wrong}");
        }
    }
}
