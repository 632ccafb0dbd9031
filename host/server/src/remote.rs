//! A server that commands work with over HTTP: requests with a key, answers as JSON, refusals in the server's words.

mod events;
mod refusal;

use std::{sync::OnceLock, time::Duration};

use anyhow::{Context as _, bail};
use quire_api::ProblemBody;
use reqwest::{Certificate, Method, RequestBuilder, Response, StatusCode, header, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use refusal::{Refusal, in_words};

use crate::{settings::ServerSettings, terminal};

/// What we call ourselves, so that a log of the server tells whose requests these are.
const USER_AGENT: &str = concat!("quire/", env!("CARGO_PKG_VERSION"));

/// How long a connection may take to come about. How long an answer may is a setting, and longer where it has to be:
/// a component of 32 MiB may go over a slow line, and events have a sign of life every 15 seconds.
const CONNECT: Duration = Duration::from_secs(10);
const UPLOAD: Duration = Duration::from_secs(10 * 60);
const EVENTS: Duration = Duration::from_secs(45);

static SERVER: OnceLock<Server> = OnceLock::new();

/// A server, and the key that it is asked with.
#[derive(Clone)]
pub(crate) struct Server {
    http: reqwest::Client,
    way: Way,
    /// How long nothing may come: no answer, or nothing more of one.
    silence: Duration,
    address: String,
    key: String,
}

/// How a server is reached.
#[derive(Clone)]
struct Way {
    /// To trust beside the common ones.
    certificates: Vec<Certificate>,
    is_this_machine: bool,
}

/// From now on commands work with the server that is named, if one is.
///
/// # Errors
///
/// If there is no key, or the certificates to trust cannot be read.
pub(crate) fn begin(settings: &ServerSettings) -> anyhow::Result<()> {
    if let Some(address) = settings.address() {
        // Once a process.
        let _ = SERVER.set(Server::new(address, settings)?);
    }
    Ok(())
}

/// The server that commands work with; none if that is a data directory.
pub(crate) fn server() -> Option<&'static Server> {
    SERVER.get()
}

impl Server {
    fn new(address: &str, settings: &ServerSettings) -> anyhow::Result<Self> {
        let Some(key) = settings.key() else {
            bail!(
                "the server {address} needs a key: set QUIRE_API_KEY, or name a file that holds it with --key-file \
                 (QUIRE_API_KEY_FILE); an administrator makes keys with `quire key create`"
            );
        };
        let mut way = Way {
            certificates: Vec::new(),
            is_this_machine: is_this_machine(address),
        };
        if let Some((file, setting)) = ServerSettings::certificates() {
            let unusable = || format!("{setting} is {:?}", file.display().to_string());
            let pem = std::fs::read(&file).with_context(unusable)?;
            way.certificates = Certificate::from_pem_bundle(&pem).with_context(unusable)?;
        }
        if !way.is_this_machine && address.starts_with("http://") {
            terminal::note(format_args!(
                "warning: {address} is not encrypted, so the key can be read on its way; https:// is"
            ));
        }
        let silence = settings.timeout;
        Ok(Self {
            http: way.client(silence)?,
            way,
            silence,
            address: address.to_owned(),
            key: key.to_owned(),
        })
    }

    /// The same server, which may be silent as long as this at least.
    fn patient(&self, silence: Duration) -> anyhow::Result<Self> {
        let mut server = self.clone();
        if silence > self.silence {
            server.http = self.way.client(silence)?;
            server.silence = silence;
        }
        Ok(server)
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A request, with the key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.address);
        self.http.request(method, address).bearer_auth(&self.key)
    }

    /// Send a request; a refusal is an error.
    ///
    /// # Errors
    ///
    /// [`Refusal`], or why the server cannot be reached.
    pub(crate) async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let answer = request.send().await;
        let answer = answer.map_err(|error| self.unreachable(&error))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let body = answer.bytes().await.unwrap_or_default();
        let problem = serde_json::from_slice::<ProblemBody>(&body).ok();
        Err(Refusal::new(status, problem, &self.address).into())
    }

    /// What is read at a path.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let answer = self.send(self.request(Method::GET, path)).await?;
        self.read(answer).await
    }

    /// The same; none if there is no such object.
    pub(crate) async fn find<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Option<T>> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Send JSON, and read the answer.
    pub(crate) async fn tell<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<T> {
        let request = self.request(method, path).json(body);
        let answer = self.send(request).await?;
        self.read(answer).await
    }

    /// Send a component, and read the answer.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        wasm: Vec<u8>,
    ) -> anyhow::Result<T> {
        let patient = self.patient(UPLOAD)?;
        let request = patient.request(Method::POST, path);
        let request = request.header(header::CONTENT_TYPE, "application/wasm");
        let answer = patient.send(request.body(wasm)).await?;
        patient.read(answer).await
    }

    /// Change an object that is at a revision: the one that is named, or the one that it is at now.
    pub(crate) async fn change<T: DeserializeOwned>(
        &self,
        method: Method,
        (object, step): (&str, &str),
        revision: Option<u64>,
        body: &Value,
    ) -> anyhow::Result<T> {
        let tag = match revision {
            Some(revision) => format!("\"{revision}\""),
            None => self.tag(object).await?,
        };
        self.change_at(method, &format!("{object}{step}"), &tag, body)
            .await
    }

    /// Change an object that is as this entity tag says.
    pub(crate) async fn change_at<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        tag: &str,
        body: &Value,
    ) -> anyhow::Result<T> {
        let request = self.request(method, path);
        let request = request.header(header::IF_MATCH, tag).json(body);
        let answer = self.send(request).await?;
        self.read(answer).await
    }

    /// An object, and its entity tag; none if there is no such object.
    pub(crate) async fn find_tagged<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> anyhow::Result<Option<(T, String)>> {
        let answer = match self.send(self.request(Method::GET, path)).await {
            Ok(answer) => answer,
            Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        let tag = self.tag_of(&answer)?;
        Ok(Some((self.read(answer).await?, tag)))
    }

    /// The entity tag of an object; that of what does not exist yet if it does not.
    async fn tag(&self, object: &str) -> anyhow::Result<String> {
        let answer = match self.send(self.request(Method::GET, object)).await {
            Ok(answer) => answer,
            Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => {
                return Ok("\"0\"".to_owned());
            }
            Err(error) => return Err(error),
        };
        self.tag_of(&answer)
    }

    /// The entity tag of what was answered.
    pub(crate) fn tag_of(&self, answer: &Response) -> anyhow::Result<String> {
        let tag = answer.headers().get(header::ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok());
        let tag = tag.with_context(|| format!("{} sent no ETag", self.address))?;
        Ok(tag.to_owned())
    }

    async fn read<T: DeserializeOwned>(&self, answer: Response) -> anyhow::Result<T> {
        let body = answer.bytes().await;
        let body = body.map_err(|error| self.unreachable(&error))?;
        serde_json::from_slice(&body).with_context(|| {
            format!(
                "{} answered what this quire ({}) cannot read; is it a Quire server of the same version?",
                self.address,
                env!("CARGO_PKG_VERSION")
            )
        })
    }

    /// Why nothing came, in the words of the innermost cause. The address stands in the outer ones, with its query.
    pub(crate) fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        let mut cause: &dyn std::error::Error = error;
        while let Some(next) = cause.source() {
            cause = next;
        }
        let address = &self.address;
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => anyhow::anyhow!(
                "{address} cannot be reached: no connection came about within {} seconds; look at the address, and at \
                 what lies between",
                CONNECT.as_secs()
            ),
            (true, false) => anyhow::anyhow!(
                "{address} takes connections and did not answer for {}: look whether GET {address}/readyz answers, and try \
                 again, with a longer --timeout (QUIRE_TIMEOUT) if it only is slow; what was to be changed may be changed",
                humantime::format_duration(self.silence)
            ),
            (false, _) => anyhow::anyhow!("{address} cannot be reached: {cause}"),
        }
    }
}

impl Way {
    /// A client that gives up on an answer when nothing more of it comes for so long.
    fn client(&self, silence: Duration) -> reqwest::Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT)
            .read_timeout(silence)
            // The key must not follow to wherever that leads.
            .redirect(redirect::Policy::none());
        for certificate in &self.certificates {
            builder = builder.add_root_certificate(certificate.clone());
        }
        if self.is_this_machine {
            builder = builder.no_proxy();
        }
        builder.build()
    }
}

fn is_this_machine(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, host)| host);
    let host = host.split('/').next().unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        let port = host.strip_prefix(name);
        port.is_some_and(|port| port.is_empty() || port.starts_with(':'))
    })
}

/// A path's segment or a query's value, with whatever has a meaning there written out.
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match plain(byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A query of what is given.
pub(crate) fn query(pairs: &[(&str, Option<String>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| {
        let value = value.as_deref()?;
        Some(format!("{name}={}", escaped(value)))
    });
    let given: Vec<String> = given.collect();
    match given.is_empty() {
        true => String::new(),
        false => format!("?{}", given.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_a_proxy_and_without_a_warning() {
        for here in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "https://[::1]:8080/quire",
        ] {
            assert!(is_this_machine(here), "{here}");
        }
        for elsewhere in [
            "http://localhost.example",
            "http://127.0.0.1.example:80",
            "https://quire.example/localhost",
        ] {
            assert!(!is_this_machine(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn what_has_a_meaning_in_an_address_is_written_out() {
        assert_eq!(escaped("a/b?c=d&é"), "a%2Fb%3Fc%3Dd%26%C3%A9");
        let pairs = [("a", Some("x y".to_owned())), ("b", None)];
        assert_eq!(query(&pairs), "?a=x%20y");
        assert_eq!(query(&[("b", None)]), "");
    }
}
