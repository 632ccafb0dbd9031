//! Where may be sent at all. Whoever holds a key may name any address, and Quire stands inside: so only the public
//! internet is open, by HTTPS, unless the operator opens more. A name is resolved here, and the connection goes to the
//! very addresses that were looked at: one that leads elsewhere a moment later leads nowhere.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

use crate::network::{Network, is_public};

/// How long looking a name up may take when an address is given.
const LOOKUP_LIMIT: Duration = Duration::from_secs(5);

/// Longest address that is kept, in bytes: about what every program can handle.
const LONGEST_URL: usize = 2_048;

/// Says where may be sent. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Networks that are open beside the public internet.
    networks: Arc<[Network]>,
    /// Whether HTTP without TLS is.
    http: bool,
}

/// Why nothing may be sent to an address, for whoever named it. Never names an address of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It is no address.
    #[error("it is no address of a receiver: write one such as https://hooks.example/quire")]
    NoAddress,
    /// It is longer than is kept.
    #[error("it is longer than {LONGEST_URL} bytes")]
    TooLong,
    /// It has parts that are never sent, or a name and password.
    #[error("it has a name, a password or a fragment, which are not sent: leave them out")]
    Parts,
    /// It is not HTTPS.
    #[error("it must begin with https://; the operator can open http:// (QUIRE_WEBHOOK_HTTP)")]
    Plain,
    /// Its name is not known.
    #[error("the name {0:?} cannot be resolved")]
    Unknown(String),
    /// It leads to an address that is not public.
    #[error(
        "{0:?} is not an address of the public internet; the operator can open a network \
         (QUIRE_WEBHOOK_NETWORKS)"
    )]
    Private(String),
}

impl Guard {
    /// Everything public is open, and these networks beside it; HTTP too if `http`.
    #[must_use]
    pub fn new(networks: Vec<Network>, http: bool) -> Self {
        Self {
            networks: networks.into(),
            http,
        }
    }

    /// Look at an address as a whole, and resolve its name; gives it as it is kept.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub async fn check(&self, text: &str) -> Result<Url, Refused> {
        let url = self.parse(text)?;
        let host = url.host_str().unwrap_or_default();
        if literal(&url).is_none() {
            let found = tokio::time::timeout(LOOKUP_LIMIT, self.resolved(host)).await;
            found.map_err(|_| Refused::Unknown(host.to_owned()))??;
        }
        Ok(url)
    }

    /// The same without resolving: what can be seen of the address itself.
    pub(crate) fn parse(&self, text: &str) -> Result<Url, Refused> {
        if text.len() > LONGEST_URL {
            return Err(Refused::TooLong);
        }
        let url = Url::parse(text).map_err(|_| Refused::NoAddress)?;
        match url.scheme() {
            "https" => {}
            "http" if self.http => {}
            "http" => return Err(Refused::Plain),
            _ => return Err(Refused::NoAddress),
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user || url.fragment().is_some() {
            return Err(Refused::Parts);
        }
        match literal(&url) {
            Some(address) if !self.opens(address) => {
                let host = url.host_str().unwrap_or_default();
                Err(Refused::Private(host.to_owned()))
            }
            _ => Ok(url),
        }
    }

    /// The addresses of a name, all of which are open.
    async fn resolved(&self, host: &str) -> Result<Vec<SocketAddr>, Refused> {
        let unknown = || Refused::Unknown(host.to_owned());
        let found = tokio::net::lookup_host((host, 0)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| unknown())?.collect();
        if found.is_empty() {
            return Err(unknown());
        }
        // One that is not would be reached sooner or later.
        match found.iter().all(|found| self.opens(found.ip())) {
            true => Ok(found),
            false => Err(Refused::Private(host.to_owned())),
        }
    }

    fn opens(&self, address: IpAddr) -> bool {
        is_public(address)
            || self
                .networks
                .iter()
                .any(|network| network.contains(address))
    }
}

/// The address, where no name stands for it.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.resolved(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(guard: &Guard, url: &str) -> Option<Refused> {
        guard.parse(url).err()
    }

    #[test]
    fn only_whole_public_addresses_by_https_are_open() {
        let guard = Guard::default();
        let private = |host: &str| Some(Refused::Private(host.to_owned()));

        assert_eq!(refusal(&guard, "https://hooks.example/a?b=c"), None);
        assert_eq!(refusal(&guard, "https://8.8.8.8:8443/"), None);
        assert_eq!(refusal(&guard, "hooks.example"), Some(Refused::NoAddress));
        assert_eq!(
            refusal(&guard, "ftp://hooks.example"),
            Some(Refused::NoAddress)
        );
        assert_eq!(refusal(&guard, "https://"), Some(Refused::NoAddress));
        assert_eq!(
            refusal(&guard, "http://hooks.example"),
            Some(Refused::Plain)
        );
        assert_eq!(
            refusal(&guard, "https://me:you@hooks.example"),
            Some(Refused::Parts)
        );
        assert_eq!(
            refusal(&guard, "https://hooks.example/#a"),
            Some(Refused::Parts)
        );
        assert_eq!(refusal(&guard, "https://10.0.0.1/"), private("10.0.0.1"));
        assert_eq!(refusal(&guard, "https://[::1]/"), private("[::1]"));
        // Ways to write 127.0.0.1 that programs understand.
        for written in ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1."] {
            assert_eq!(
                refusal(&guard, &format!("https://{written}/")),
                private("127.0.0.1"),
                "{written}"
            );
        }
        let long = format!("https://hooks.example/{}", "a".repeat(3_000));
        assert_eq!(refusal(&guard, &long), Some(Refused::TooLong));
    }

    #[test]
    fn what_the_operator_opens_is_open_and_no_more() {
        let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap()], true);

        assert_eq!(refusal(&guard, "http://127.0.0.1:9000/"), None);
        assert!(refusal(&guard, "http://10.0.0.1/").is_some());
        assert!(refusal(&guard, "http://[::1]/").is_some());
    }

    #[tokio::test]
    async fn a_name_is_what_it_resolves_to() {
        let url = "https://localhost/";

        let refused = Guard::default().check(url).await;
        let both = ["127.0.0.0/8", "::1"].map(|network| network.parse().unwrap());
        let opened = Guard::new(both.to_vec(), false).check(url).await;

        assert_eq!(refused, Err(Refused::Private("localhost".to_owned())));
        assert_eq!(opened.unwrap().as_str(), url);
    }
}
