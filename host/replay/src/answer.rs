//! Good answers in openFDA's form.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{failure::Failure, records::Records, request::Parameters, search::fields};

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
