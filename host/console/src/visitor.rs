//! Who looks at the console: the holder of a session cookie.

use std::borrow::Cow;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use quire_api::{BasePath, CallerAddress};
use quire_model::{ProblemKind, ReportId};
use quire_records::{Actor, KeyId, RecordsError, ReportRow, Right, Session};

use crate::{Console, door::comes_from_elsewhere, refusal::Refusal};

/// Who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) session: Session,
    /// What the browser holds; to find out later whether the session still is.
    pub(crate) secret: String,
}

impl Visitor {
    /// Who acts.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.session.actor
    }

    /// Whose reports they see: their own, or all.
    pub(crate) fn owner(&self) -> Option<KeyId> {
        (!self.may(Right::ReadAll)).then(|| self.actor().key.clone())
    }

    /// Whether they may do this.
    pub(crate) const fn may(&self, right: Right) -> bool {
        self.session.actor.role.may(right)
    }

    /// Refuse, unless they may do one of these.
    ///
    /// # Errors
    ///
    /// In words, with the role that they have.
    pub(crate) fn need(&self, rights: &[Right]) -> Result<(), Refusal> {
        if rights.iter().any(|right| self.may(*right)) {
            return Ok(());
        }
        let role = self.actor().role;
        Err(Refusal::new(
            ProblemKind::Forbidden,
            format!(
                "you are signed in with the role {role}, which does not allow this; nothing was done"
            ),
        ))
    }

    /// A report that they may see. Others' do not exist for them.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub(crate) async fn report(
        &self,
        console: &Console,
        id: &ReportId,
    ) -> Result<ReportRow, Refusal> {
        let records = &console.api.records;
        match records.report_for(self.actor(), id).await? {
            Some(row) => Ok(row),
            None => Err(quire_api::gone(records, self.actor(), id).await?.into()),
        }
    }

    /// Who is signed in, if anyone is.
    pub(crate) async fn of(
        console: &Console,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, RecordsError> {
        let Some(secret) = cookie(headers) else {
            return Ok(None);
        };
        let session = console.api.records.session(secret).await?;
        let secret = secret.to_owned();
        Ok(session.map(|session| Self { session, secret }))
    }
}

impl FromRequestParts<Console> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Refusal> {
        if let Some(mut visitor) = Self::of(console, &parts.headers).await? {
            visitor.session.actor.address = CallerAddress::of(&parts.extensions);
            return Ok(visitor);
        }
        let address = parts.uri.path_and_query();
        let address = address.map_or_else(|| "/console".to_owned(), ToString::to_string);
        Err(if !parts.method.is_safe() {
            Refusal::new(
                ProblemKind::Unauthenticated,
                "nobody is signed in any more, so nothing was done: the session ended, or its key was \
                 revoked; sign in and do it again",
            )
        } else if comes_from_elsewhere(&parts.headers) {
            Refusal::AskAgain(address)
        } else {
            Refusal::SignIn(address)
        })
    }
}

/// The name of the cookie, and whether it is for encrypted connections only. A browser takes the names
/// `__Host-…` (for a whole host) and `__Secure-…` (for a path of it) only over TLS; on this machine itself there is
/// none. The name holds the port, since servers on one machine share its cookies.
fn name(headers: &HeaderMap, base: &BasePath) -> (Cow<'static, str>, &'static str) {
    let (name, secure) = match (is_this_machine(headers), base.as_str()) {
        (true, _) => ("quire", ""),
        (false, "") => ("__Host-quire", "; Secure"),
        (false, _) => ("__Secure-quire", "; Secure"),
    };
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    match host.and_then(port) {
        Some(port) => (format!("{name}-{port}").into(), secure),
        None => (name.into(), secure),
    }
}

/// The port that a host is asked at, if it says one.
fn port(host: &str) -> Option<&str> {
    let (_, port) = host.rsplit_once(':')?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(port)
}

/// What proxies add about whom they ask for.
const FORWARDED: [&str; 4] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Whether the browser runs on the server's own machine, as far as the address that it asked tells: a proxy
/// on this machine asks for browsers elsewhere.
pub(crate) fn is_this_machine(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(&header::ORIGIN).and_then(|origin| origin.split_once("://"));
    let is_asked_here = origin.is_none_or(|(_, host)| is_loopback(host));
    let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    is_loopback(text(&header::HOST).unwrap_or_default()) && is_asked_here && !is_forwarded
}

/// Whether a host, with or without its port, is this machine itself.
fn is_loopback(host: &str) -> bool {
    let name = match port(host) {
        Some(port) => host
            .strip_suffix(port)
            .and_then(|name| name.strip_suffix(':')),
        None => Some(host),
    };
    let name = name.unwrap_or(host);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// What the browser holds, if it holds anything of ours.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let (name, _) = name(headers, &BasePath::current());
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let texts = cookies.filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// The header that gives the browser a session to hold, or takes it away.
pub(crate) fn set_cookie(headers: &HeaderMap, secret: Option<&str>) -> Option<HeaderValue> {
    let base = BasePath::current();
    let (name, secure) = name(headers, &base);
    let path = match base.as_str() {
        "" => "/",
        path => path,
    };
    let value = secret.unwrap_or_default();
    let age = if secret.is_some() { "" } else { "; Max-Age=0" };
    let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}{age}");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(host: &'static str, cookies: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        headers.insert(header::COOKIE, HeaderValue::from_static(cookies));
        headers
    }

    #[test]
    fn over_a_network_only_an_encrypted_cookie_counts() {
        assert_eq!(
            cookie(&at("127.0.0.1:8080", "a=b; quire-8080=s")),
            Some("s")
        );
        // Another server on this machine.
        assert_eq!(cookie(&at("127.0.0.1:8081", "quire-8080=s; quire=t")), None);
        assert_eq!(cookie(&at("[::1]", "quire=s")), Some("s"));
        assert_eq!(cookie(&at("quire.example", "quire=s")), None);
        assert_eq!(cookie(&at("quire.example", "__Host-quire=s")), Some("s"));
        assert_eq!(cookie(&at("127.example.org", "quire=s")), None);
        let two = "__Host-quire=s; __Host-quire-8443=t";
        assert_eq!(cookie(&at("quire.example:8443", two)), Some("t"));
        // A proxy on this machine that puts its own name for the one that was asked.
        let mut proxied = at("127.0.0.1:8080", "quire-8080=s; __Host-quire-8080=t");
        proxied.insert("x-forwarded-for", HeaderValue::from_static("192.0.2.1"));
        assert_eq!(cookie(&proxied), Some("t"));
        let mut proxied = at("127.0.0.1:8080", "quire-8080=s");
        let elsewhere = HeaderValue::from_static("https://quire.example");
        proxied.insert(header::ORIGIN, elsewhere);
        assert_eq!(cookie(&proxied), None);
        let set = set_cookie(&at("quire.example", ""), Some("s")).unwrap();
        assert_eq!(
            set,
            "__Host-quire=s; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
    }
}
