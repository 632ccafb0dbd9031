//! Answers in openFDA's form, good and bad.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{
    records::Records,
    request::Parameters,
    search::{SearchError, fields},
};

/// openFDA's own words, from its answers.
const DISCLAIMER: &str = "Do not rely on openFDA to make decisions regarding medical care. While \
    we make every effort to ensure that data is accurate, you should assume all results are \
    unvalidated. We may limit or otherwise restrict your access to the API in line with our Terms \
    of Service.";
/// Fields whose counts come by day.
const DATES: [&str; 5] = [
    "receivedate",
    "receiptdate",
    "transmissiondate",
    "drugstartdate",
    "drugenddate",
];

/// What stands around every good answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) source: &'a str,
    pub(crate) last_updated: &'a str,
}

impl Envelope<'_> {
    /// The answer to a request; `own` is the address under which we were reached.
    pub(crate) fn answer(
        self,
        records: &Records,
        parameters: &Parameters,
        own: &str,
    ) -> Result<Response, Failure> {
        let hits = records.find(&parameters.search, parameters.sort.as_ref())?;
        match &parameters.count {
            Some(field) => self.count(records, &hits, field, parameters.limit),
            None => self.page(records, &hits, parameters, own),
        }
    }

    fn meta(self) -> Value {
        json!({
            "disclaimer": DISCLAIMER,
            "terms": "https://open.fda.gov/terms/",
            "license": "https://open.fda.gov/license/",
            "last_updated": self.last_updated,
            "x_source": self.source,
        })
    }

    fn page(
        self,
        records: &Records,
        hits: &Arc<[u32]>,
        parameters: &Parameters,
        own: &str,
    ) -> Result<Response, Failure> {
        let start = match &parameters.search_after {
            Some(mark) => records.after(hits, mark).ok_or_else(Failure::not_found)?,
            None => parameters.skip,
        };
        if start >= hits.len() {
            return Err(Failure::not_found());
        }
        let end = start.saturating_add(parameters.limit).min(hits.len());
        let shown = hits.get(start..end).unwrap_or_default();
        let mut meta = self.meta();
        let totals =
            json!({"skip": parameters.skip, "limit": parameters.limit, "total": hits.len()});
        if let Some(meta) = meta.as_object_mut() {
            meta.insert("results".to_owned(), totals);
        }
        let texts: Vec<&str> = shown.iter().map(|hit| records.text(*hit)).collect();
        let body = format!("{{\"meta\":{meta},\"results\":[{}]}}", texts.join(","));
        let mut response = good(body);
        if let Some(last) = shown.last().filter(|_| end < hits.len()) {
            let link = next_link(own, parameters, &records.mark(*last));
            if let Ok(link) = HeaderValue::from_str(&link) {
                response.headers_mut().insert(header::LINK, link);
            }
        }
        Ok(response)
    }

    fn count(
        self,
        records: &Records,
        hits: &[u32],
        field: &str,
        limit: usize,
    ) -> Result<Response, Failure> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for hit in hits {
            for term in fields::terms(&records.value(*hit), field) {
                *counts.entry(term).or_default() += 1;
            }
        }
        if counts.is_empty() {
            return Err(Failure::nothing_to_count());
        }
        let leaf = field.trim_end_matches(".exact").rsplit('.').next();
        let rows: Vec<Value> = if DATES.contains(&leaf.unwrap_or_default()) {
            let row = |(time, count)| json!({"time": time, "count": count});
            counts.into_iter().map(row).collect()
        } else {
            let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            counts.truncate(limit);
            let row = |(term, count)| json!({"term": term, "count": count});
            counts.into_iter().map(row).collect()
        };
        Ok(good(
            json!({"meta": self.meta(), "results": rows}).to_string(),
        ))
    }
}

fn good(body: String) -> Response {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    let cache = HeaderValue::from_static("public, max-age=600");
    headers.insert(header::CACHE_CONTROL, cache);
    (headers, body).into_response()
}

/// The address of the next page, in the form of RFC 8288.
fn next_link(own: &str, parameters: &Parameters, mark: &str) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut address = format!("{own}?limit={}", parameters.limit);
    if !parameters.search.is_empty() {
        address.push_str(&format!("&search={}", encode(&parameters.search)));
    }
    if let Some(sort) = &parameters.sort {
        let direction = if sort.descending { "desc" } else { "asc" };
        address.push_str(&format!("&sort={}:{direction}", encode(&sort.field)));
    }
    format!(
        "<{address}&skip=0&search_after={}>; rel=\"next\"",
        encode(mark)
    )
}

/// An error in openFDA's form.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    body: Value,
}

impl Failure {
    fn new(status: StatusCode, code: &str, message: &str) -> Self {
        let body = json!({"error": {"code": code, "message": message}});
        Self { status, body }
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(crate) fn invalid_parameter(name: &str) -> Self {
        Self::bad_request(&format!("Invalid parameter: {name}"))
    }

    pub(crate) fn search_not_supported(search: &str) -> Self {
        Self::bad_request(&format!("Search not supported: {search}"))
    }

    pub(crate) fn limit_too_big() -> Self {
        Self::bad_request(
            "Limit cannot exceed 1000 results for search requests. Use the skip or search_after \
             param to get additional results.",
        )
    }

    pub(crate) fn skip_too_big() -> Self {
        Self::bad_request("Skip value must 25000 or less.")
    }

    pub(crate) fn sort(field: &str) -> Self {
        let message = format!("Sorting allowed by non-analyzed fields only: {field}");
        Self::bad_request(&message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "No matches found!")
    }

    pub(crate) fn nothing_to_count() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Nothing to count")
    }

    pub(crate) fn key_invalid() -> Self {
        let message = "An invalid api_key was supplied. Get one at https://api.fda.gov:443";
        Self::new(StatusCode::FORBIDDEN, "API_KEY_INVALID", message)
    }

    pub(crate) fn over_rate_limit() -> Self {
        let message = "You have exceeded your rate limit. Try again later or contact us for \
            assistance.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "OVER_RATE_LIMIT", message)
    }

    /// What a query that cannot be parsed gets.
    pub(crate) fn server_error() -> Self {
        let body = json!({"error": {
            "code": "SERVER_ERROR",
            "message": "Check your request and try again",
            "details": "[token_mgr_error] token_mgr_error: Lexical error at line 1, column 32.  \
                Encountered: <EOF> after : \"\"",
        }});
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            body,
        }
    }
}

impl From<SearchError> for Failure {
    fn from(_: SearchError) -> Self {
        Self::server_error()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (self.status, kind, self.body.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bodies_are_those_that_were_recorded() {
        let recorded = [
            (
                Failure::sort("invalid_field"),
                include_str!("../../../tests/data/openfda/errors/vcr_400_bad_request_0.json"),
            ),
            (
                Failure::key_invalid(),
                include_str!("../../../tests/data/openfda/errors/vcr_403_api_key_invalid_1.json"),
            ),
            (
                Failure::not_found(),
                include_str!("../../../tests/data/openfda/errors/vcr_404_not_found_2.json"),
            ),
            (
                Failure::server_error(),
                include_str!("../../../tests/data/openfda/errors/vcr_500_server_error_4.json"),
            ),
            (
                Failure::invalid_parameter("foo"),
                include_str!(
                    "../../../tests/data/openfda/errors/synthetic_400_invalid_parameter.json"
                ),
            ),
            (
                Failure::limit_too_big(),
                include_str!("../../../tests/data/openfda/errors/synthetic_400_limit_too_big.json"),
            ),
            (
                Failure::skip_too_big(),
                include_str!("../../../tests/data/openfda/errors/synthetic_400_skip_too_big.json"),
            ),
            (
                Failure::nothing_to_count(),
                include_str!(
                    "../../../tests/data/openfda/errors/synthetic_404_nothing_to_count.json"
                ),
            ),
            (
                Failure::over_rate_limit(),
                include_str!(
                    "../../../tests/data/openfda/errors/synthetic_429_over_rate_limit.json"
                ),
            ),
        ];
        for (failure, text) in recorded {
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(failure.body, expected);
        }
    }
}
