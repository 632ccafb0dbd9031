//! Makes one attempt: one POST, no redirect, twenty seconds.

use std::{error::Error as _, time::Duration};

use jiff::Timestamp;
use quire_records::ClaimedDelivery;
use reqwest::{Certificate, Client, Response, header, redirect};

use crate::{
    Guard, Refused,
    body::{Place, body},
    pause::asked_for,
    signature::signatures,
};

/// How long a receiver may take, with all that it says: it should note what it was told and say so, not act on it.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// What we call ourselves.
const USER_AGENT: &str = concat!("quire/", env!("CARGO_PKG_VERSION"));

/// How much is read of what a receiver says to a failure, and how much of that is kept.
const READ_BYTES: usize = 1_024;
const KEPT_LETTERS: usize = 200;

/// Nothing can be sent.
#[derive(Debug, thiserror::Error)]
#[error("webhooks cannot be sent")]
pub struct SenderError(#[source] reqwest::Error);

/// What a receiver said, or why it said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Its HTTP status, if there was an answer.
    pub(crate) status: Option<u16>,
    /// When it wants to be asked again.
    pub(crate) retry_after: Option<Duration>,
    /// Why this was no success, in words; none if it was.
    pub(crate) fault: Option<String>,
}

/// Sends to whatever its guard lets it.
#[derive(Debug)]
pub(crate) struct Sender {
    http: Client,
    guard: Guard,
    place: Place,
}

impl Sender {
    /// # Errors
    ///
    /// If the certificates cannot be read, or the TLS library does not start.
    pub(crate) fn new(
        guard: Guard,
        place: Place,
        certificates: Option<&[u8]>,
    ) -> Result<Self, SenderError> {
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .timeout(TIMEOUT)
            // Each hop would have to be looked at, and a receiver that moves has an owner who says so.
            .redirect(redirect::Policy::none())
            // A proxy would resolve names by itself, where nobody looks at the addresses.
            .no_proxy()
            .no_gzip()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(10))
            .dns_resolver(std::sync::Arc::new(guard.clone()));
        let trusted = Certificate::from_pem_bundle(certificates.unwrap_or_default());
        for certificate in trusted.map_err(SenderError)? {
            builder = builder.add_root_certificate(certificate);
        }
        let http = builder.build().map_err(SenderError)?;
        Ok(Self { http, guard, place })
    }

    /// Send a delivery once.
    pub(crate) async fn send(&self, claimed: &ClaimedDelivery) -> Answer {
        // The connection resolves the name by the guard as well; what needs no resolving is seen here.
        let url = match self.guard.parse(&claimed.url) {
            Ok(url) => url,
            Err(refused) => return Answer::none(refused.to_string()),
        };
        let Ok(body) = body(claimed, &self.place) else {
            return Answer::none("it could not be written".to_owned());
        };
        let timestamp_s = Timestamp::now().as_second();
        let signed = signatures(&claimed.secrets, &claimed.id, timestamp_s, &body);
        let mut request = self
            .http
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &claimed.id)
            .header("webhook-timestamp", timestamp_s)
            .header("webhook-signature", signed);
        if let Some(trace) = &claimed.subject.trace {
            request = request.header("traceparent", trace);
        }
        match request.body(body).send().await {
            Ok(response) => Answer::of(response).await,
            Err(error) => Answer::none(reason(error)),
        }
    }
}

impl Answer {
    const fn none(fault: String) -> Self {
        Self {
            status: None,
            retry_after: None,
            fault: Some(fault),
        }
    }

    async fn of(response: Response) -> Self {
        let status = response.status();
        let asked = response.headers().get(header::RETRY_AFTER);
        let asked = asked.and_then(|value| value.to_str().ok());
        let retry_after = asked.and_then(|value| asked_for(value, Timestamp::now()));
        let fault = match status.is_success() {
            true => None,
            false if status.is_redirection() => {
                Some(format!("it answered {status}; redirects are not followed"))
            }
            false => Some(match beginning(response).await {
                said if said.is_empty() => format!("it answered {status}"),
                said => format!("it answered {status}: {said}"),
            }),
        };
        Self {
            status: Some(status.as_u16()),
            retry_after,
            fault,
        }
    }
}

/// How a stranger's answer begins, on one line and without what steers or hides.
async fn beginning(mut response: Response) -> String {
    let mut read = Vec::new();
    while read.len() < READ_BYTES
        && let Ok(Some(piece)) = response.chunk().await
    {
        read.extend(piece.iter().take(READ_BYTES - read.len()));
    }
    let text = quire_model::tidy(&String::from_utf8_lossy(&read));
    text.chars().take(KEPT_LETTERS).collect()
}

/// Why there was no answer, without the address.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the request broke off"
    };
    let mut cause = error.source();
    loop {
        if let Some(refused) = cause.and_then(|cause| cause.downcast_ref::<Refused>()) {
            return refused.to_string();
        }
        match cause.and_then(|cause| cause.source()) {
            Some(deeper) => cause = Some(deeper),
            None => break,
        }
    }
    match cause {
        Some(cause) => format!("{what} ({cause})"),
        None => what.to_owned(),
    }
}
