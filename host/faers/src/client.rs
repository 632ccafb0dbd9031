//! Asks openFDA one question and reads the answer, with as much patience as can help.

mod address;
mod link;
mod retry;

use std::time::Duration;

use reqwest::{Certificate, Response, StatusCode, Url, header, redirect};

pub(crate) use address::{
    Base, Request, is_searchable, is_searchable_substance, reports_of_drug, with_reaction, within,
};

use crate::{
    FaersError, Tuning,
    budget::{Budget, BudgetUse},
    openfda::ErrorBody,
    snapshot::Answered,
};
use retry::{Failure, Load, Retry, Tries};

/// What we call ourselves, so that FDA can tell whose requests these are.
const USER_AGENT: &str = concat!("quire/", env!("CARGO_PKG_VERSION"));

/// openFDA over HTTP.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Base,
    budget: Budget,
    tuning: Tuning,
}

/// A good answer.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    /// None when nothing matches, which openFDA says with 404.
    pub(crate) content: Option<T>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
    pub(crate) answered: Answered,
}

/// The certificates of a PEM file, if there is one.
fn trusted(file: Option<&[u8]>) -> Result<Vec<Certificate>, FaersError> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let setting = |reason: String| FaersError::Setting {
        name: "QUIRE_CA_FILE",
        reason,
    };
    let read = Certificate::from_pem_bundle(file);
    let read = read.map_err(|_| setting("it is no file of certificates in PEM".to_owned()))?;
    if read.is_empty() {
        return Err(setting("it holds no certificate in PEM".to_owned()));
    }
    Ok(read)
}

impl Client {
    /// # Errors
    ///
    /// If the certificates cannot be read, or the TLS library does not start.
    pub(crate) fn new(
        base: Base,
        budget: Budget,
        certificates: Option<&[u8]>,
        timeout: Duration,
        tuning: Tuning,
    ) -> Result<Self, FaersError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .timeout(timeout)
            .connect_timeout(tuning.connect_timeout)
            .read_timeout(tuning.read_timeout)
            // openFDA does not redirect, and the key must not follow to wherever that leads.
            .redirect(redirect::Policy::none());
        for certificate in trusted(certificates)? {
            builder = builder.add_root_certificate(certificate);
        }
        if base.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| FaersError::Broken {
            reason: retry::reason(error),
        })?;
        Ok(Self {
            http,
            base,
            budget,
            tuning,
        })
    }

    /// How much of the budget is used.
    pub(crate) async fn budget(&self) -> BudgetUse {
        self.budget.used().await
    }

    /// Asks until there is an answer, or none is to be had.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        request: &Request,
        read: impl Fn(&[u8]) -> serde_json::Result<T> + Clone + Send + 'static,
    ) -> Result<Reply<T>, FaersError> {
        self.ask_for_a_page(&mut request.clone(), read).await
    }

    /// The same for a page of reports: one that is too large or too slow is asked for again with a lower
    /// limit, which `request` keeps.
    pub(crate) async fn ask_for_a_page<T: Send + 'static>(
        &self,
        request: &mut Request,
        read: impl Fn(&[u8]) -> serde_json::Result<T> + Clone + Send + 'static,
    ) -> Result<Reply<T>, FaersError> {
        let mut tries = Tries::new(&self.tuning);
        loop {
            self.budget.take(request.purpose()).await?;
            let answer = self.ask_once(request, read.clone()).await;
            let outcome = match &answer {
                Ok(_) => "ok",
                Err(failure) => failure.error.outcome(),
            };
            metrics::counter!("faers_requests_total", "outcome" => outcome).increment(1);
            let failure = match answer {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            if let FaersError::Throttled { retry_after } = failure.error {
                self.budget.pause(retry_after).await;
            }
            let lighter = request
                .limit()
                .and_then(|limit| failure.load.lighter(limit));
            let wait = match tries.wait_after(&failure.retry) {
                Some(wait) => wait,
                None if lighter.is_some() && failure.load.is_soon_over() => tries.wait_for_less(),
                None => return Err(failure.error),
            };
            if let Some(reports) = lighter {
                request.set_limit(reports);
                tracing::debug!(reports, "asking openFDA for smaller pages");
            }
            if matches!(failure.error, FaersError::Throttled { .. }) {
                tracing::warn!("openFDA asks to wait; asking again in {} s", wait.as_secs());
            }
            tracing::debug!(error = %failure.error, "asking openFDA again in {wait:?}");
            tokio::time::sleep(wait).await;
        }
    }

    async fn ask_once<T: Send + 'static>(
        &self,
        request: &Request,
        read: impl Fn(&[u8]) -> serde_json::Result<T> + Send + 'static,
    ) -> Result<Reply<T>, Failure> {
        let url = self.base.url(request).map_err(Failure::never)?;
        let response = self
            .http
            .get(url)
            .send()
            .await
            .map_err(Failure::transport)?;
        let answered = Answered {
            url: self.base.recorded(request),
            at: self.time_of(&response),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.body(response).await?;
        match status {
            StatusCode::OK => {
                let next = self.next_mark(&headers, request).map_err(Failure::never)?;
                let content = read_aside(body, read).await?;
                Ok(Reply {
                    content: Some(content),
                    next,
                    answered,
                })
            }
            StatusCode::NOT_FOUND => nothing(&body, answered),
            _ => Err(Failure::status(status, &headers, &body, &self.tuning)),
        }
    }

    fn next_mark(
        &self,
        headers: &header::HeaderMap,
        request: &Request,
    ) -> Result<Option<String>, FaersError> {
        let links = headers.get_all(header::LINK).iter();
        let mut links = links.filter_map(|value| value.to_str().ok());
        match links.find_map(link::next) {
            Some(address) => self.base.mark_of(address, request).map(Some),
            None => Ok(None),
        }
    }

    /// The whole body, unless it is larger than may be read.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let limit_bytes = self.tuning.body_limit_bytes;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Failure::transport)? {
            if body.len() + chunk.len() > limit_bytes {
                return Err(Failure::too_large(limit_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The source's clock, so that a replayed answer gives the same snapshot again; ours if it
    /// does not tell.
    fn time_of(&self, response: &Response) -> String {
        let date = response.headers().get(header::DATE);
        let date = date.and_then(|date| date.to_str().ok());
        let time = date.and_then(retry::http_date);
        let time = time.unwrap_or_else(|| self.tuning.clock.now());
        // Whole seconds, as the header has them.
        let seconds = jiff::Timestamp::from_second(time.as_second());
        seconds.unwrap_or(time).to_string()
    }
}

/// Reading takes milliseconds a megabyte: not on a thread that serves others.
async fn read_aside<T: Send + 'static>(
    body: Vec<u8>,
    read: impl Fn(&[u8]) -> serde_json::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(move || read(&body)).await;
    match done {
        Ok(Ok(content)) => Ok(content),
        Ok(Err(error)) => Err(Failure {
            error: FaersError::Invalid {
                reason: wrong_with(&error),
            },
            retry: Retry::Doubtful,
            load: Load::Doubtful,
        }),
        Err(error) => Err(Failure::never(FaersError::Broken {
            reason: error.to_string(),
        })),
    }
}

/// What is wrong, in words, without quoting the answer.
fn wrong_with(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => {
            format!("the JSON ends early, at line {line} column {column}")
        }
        serde_json::error::Category::Data => {
            format!("JSON of another shape than openFDA's, at line {line} column {column}")
        }
        _ => format!("not JSON, at line {line} column {column}"),
    }
}

/// A 404 is an empty answer if it is openFDA's own; anyone else's means a wrong address.
fn nothing<T>(body: &[u8], answered: Answered) -> Result<Reply<T>, Failure> {
    match ErrorBody::parse(body) {
        Some(error) if error.code == "NOT_FOUND" => Ok(Reply {
            content: None,
            next: None,
            answered,
        }),
        _ => Err(Failure::never(FaersError::Invalid {
            reason: "404 without openFDA's own words; check QUIRE_OPENFDA_URL".to_owned(),
        })),
    }
}

/// Parses the base address of openFDA.
pub(crate) fn base(address: &str, key: Option<String>) -> Result<Base, FaersError> {
    let wrong = |reason: String| FaersError::Setting {
        name: "QUIRE_OPENFDA_URL",
        reason,
    };
    let url = Url::parse(address).map_err(|error| wrong(format!("{address:?} is {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong(format!("{address:?} is no http or https address")));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(wrong("write scheme, host and port only".to_owned()));
    }
    Ok(Base::new(url, key))
}
