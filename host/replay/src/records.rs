//! The records a replay serves, and which of them match.
//!
//! Kept as text, which is what answers consist of; a search parses them once and is then
//! remembered.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;

use crate::{
    request::Sort,
    search::{Search, SearchError, fields},
};

/// Searches that are remembered; more than a measurement asks.
const REMEMBERED: usize = 64;

/// Searches and what they found.
type Found = HashMap<(String, Option<Sort>), Arc<[u32]>>;

/// Records in the order of their `_id`, the report id as text.
#[derive(Clone, Debug, Default)]
pub struct Records(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    ids: Vec<String>,
    texts: Vec<String>,
    found: Mutex<Found>,
}

impl FromIterator<Value> for Records {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let pair = |value: Value| (id(&value), value.to_string());
        let mut pairs: Vec<(String, String)> = values.into_iter().map(pair).collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        let (ids, texts) = pairs.into_iter().unzip();
        Self(Arc::new(Inner {
            ids,
            texts,
            found: Mutex::default(),
        }))
    }
}

/// The `_id` of a report, a product or a label.
fn id(value: &Value) -> String {
    let known = ["safetyreportid", "product_ndc", "id"];
    let found = known.iter().find_map(|name| value.get(*name)?.as_str());
    found.unwrap_or_default().to_owned()
}

impl Records {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.texts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.texts.is_empty()
    }

    /// All records, parsed one by one.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.0.texts.iter().map(|text| parse(text))
    }

    pub(crate) fn text(&self, index: u32) -> &str {
        let text = self.0.texts.get(index as usize);
        text.map_or("null", String::as_str)
    }

    pub(crate) fn value(&self, index: u32) -> Value {
        parse(self.text(index))
    }

    /// The mark after which a next page begins. Opaque to callers.
    pub(crate) fn mark(&self, index: u32) -> String {
        let id = self.0.ids.get(index as usize);
        format!("0={}", id.map_or("", String::as_str))
    }

    /// The place in `hits` after a mark.
    pub(crate) fn after(&self, hits: &[u32], mark: &str) -> Option<usize> {
        let id = mark.strip_prefix("0=")?;
        let index = self
            .0
            .ids
            .binary_search_by(|own| own.as_str().cmp(id))
            .ok()?;
        let place = hits.iter().position(|hit| *hit as usize == index)?;
        Some(place + 1)
    }

    /// What matches, in the order asked for; without one, by `_id`.
    pub(crate) fn find(
        &self,
        search: &str,
        sort: Option<&Sort>,
    ) -> Result<Arc<[u32]>, SearchError> {
        let key = (search.to_owned(), sort.cloned());
        if let Some(found) = self.found().get(&key) {
            return Ok(Arc::clone(found));
        }
        let query: Search = search.parse()?;
        let mut hits: Vec<(Option<String>, u32)> = Vec::new();
        for (index, value) in (0..).zip(self.values()) {
            if query.matches(&value) {
                let rank = sort.and_then(|sort| rank(&value, sort));
                hits.push((rank, index));
            }
        }
        if let Some(sort) = sort {
            hits.sort_by(|(a, _), (b, _)| order(a, b, sort.descending));
        }
        let hits: Arc<[u32]> = hits.into_iter().map(|(_, index)| index).collect();
        let mut found = self.found();
        if found.len() >= REMEMBERED {
            found.clear();
        }
        found.insert(key, Arc::clone(&hits));
        Ok(hits)
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Found> {
        self.0.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Of several values the smallest when ascending, the largest when descending.
fn rank(value: &Value, sort: &Sort) -> Option<String> {
    let values = fields::texts(value, sort.field.trim_end_matches(".exact")).into_iter();
    if sort.descending {
        values.max()
    } else {
        values.min()
    }
}

/// Records without the field come last, whatever the direction; ties keep the order of `_id`.
fn order(a: &Option<String>, b: &Option<String>, descending: bool) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        _ => b.is_some().cmp(&a.is_some()),
    }
}
