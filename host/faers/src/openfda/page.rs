//! Whole answers: pages of reports, counts by day, the product directory, errors.

use std::fmt;

use quire_model::ProductNdc;
use quire_openfda::{Objects, Text, Texts};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::report::{Matches, RawReport};
use crate::case::Case;

/// What openFDA says about an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) disclaimer: String,
    pub(crate) last_updated: String,
    /// What a server that is not openFDA calls itself (`x_source`); empty from openFDA.
    pub(crate) source: String,
    /// Matching records, if the answer says.
    pub(crate) total: Option<u64>,
}

/// One page of `drug/event`.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventPage {
    pub(crate) meta: Meta,
    pub(crate) cases: Vec<Case>,
    pub(crate) matches: Matches,
}

/// `count=receivedate`: (YYYYMMDD, reports), ascending.
#[derive(Clone, Debug, Default)]
pub(crate) struct DayCounts(pub(crate) Vec<(u32, u32)>);

/// `limit=0`: how many reports match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Total {
    pub(crate) meta: Meta,
    pub(crate) reports: u64,
}

/// `count=…reactionmeddrapt.exact`: (term, reports), most reports first.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReactionCounts {
    pub(crate) meta: Meta,
    pub(crate) rows: Vec<(String, u64)>,
}

/// What `drug/ndc` knows of the candidates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    pub(crate) meta: Meta,
    pub(crate) matches: Matches,
}

/// `{"error": {"code", "message"}}`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl EventPage {
    /// Reads a page without keeping more of a record than a [`Case`].
    pub(crate) fn parse(body: &[u8], candidates: &[ProductNdc]) -> serde_json::Result<Self> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        let page = PageSeed { candidates }.deserialize(&mut reader)?;
        reader.end()?;
        Ok(page)
    }
}

impl EventPage {
    /// How many records it held.
    pub(crate) fn len(&self) -> usize {
        self.cases.len()
    }
}

impl DayCounts {
    /// Reads an answer to a count of a date field.
    pub(crate) fn parse(body: &[u8]) -> serde_json::Result<Self> {
        let counts: RawCounts<'_> = serde_json::from_slice(body)?;
        let pair = |row: &RawCount<'_>| Some((row.time.day()?, row.count.number()?));
        let mut days: Vec<(u32, u32)> = counts.results.0.iter().filter_map(pair).collect();
        days.sort_unstable();
        Ok(Self(days))
    }
}

impl Total {
    /// Reads an answer that is asked for its total only.
    pub(crate) fn parse(body: &[u8]) -> serde_json::Result<Self> {
        let page = EventPage::parse(body, &[])?;
        let missing = || serde::de::Error::missing_field("meta.results.total");
        Ok(Self {
            reports: page.meta.total.ok_or_else(missing)?,
            meta: page.meta,
        })
    }
}

impl ReactionCounts {
    /// Reads an answer to a count of reactions.
    pub(crate) fn parse(body: &[u8]) -> serde_json::Result<Self> {
        let counts: RawCounts<'_> = serde_json::from_slice(body)?;
        let pair = |row: &RawCount<'_>| Some((row.term.tidy(), row.count.number()?));
        let rows = counts.results.0.iter().filter_map(pair);
        Ok(Self {
            rows: rows.filter(|(term, _)| !term.is_empty()).collect(),
            meta: counts.meta.first().unwrap_or_default().into(),
        })
    }
}

impl Directory {
    /// Whether one of the candidates is the code of a product.
    pub(crate) fn knows_any(&self) -> bool {
        !self.matches.codes.is_empty()
    }

    /// Reads an answer of `drug/ndc`.
    pub(crate) fn parse(body: &[u8], candidates: &[ProductNdc]) -> serde_json::Result<Self> {
        let answer: RawDirectory<'_> = serde_json::from_slice(body)?;
        let mut matches = Matches::default();
        for product in answer.results.0 {
            let code = product.product_ndc.tidy();
            if !candidates.iter().any(|known| known.as_str() == code) {
                continue;
            }
            let names = product.brand_name.0.iter().chain(&product.generic_name.0);
            matches.add(&code, names.map(Text::tidy));
        }
        let meta = answer.meta.first().unwrap_or_default().into();
        Ok(Self { meta, matches })
    }
}

impl ErrorBody {
    /// Reads an error; none if the body is not one.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let answer: RawError<'_> = serde_json::from_slice(body).ok()?;
        let error = answer.error.first()?;
        Some(Self {
            code: error.code.tidy(),
            message: error.message.tidy().chars().take(400).collect(),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawMeta<'a> {
    disclaimer: Text<'a>,
    last_updated: Text<'a>,
    x_source: Text<'a>,
    results: Objects<RawTotals<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawTotals<'a> {
    total: Text<'a>,
}

impl From<RawMeta<'_>> for Meta {
    fn from(raw: RawMeta<'_>) -> Self {
        let bounded = |text: &Text<'_>| text.tidy().chars().take(4_000).collect();
        let totals = raw.results.first();
        Self {
            disclaimer: bounded(&raw.disclaimer),
            last_updated: bounded(&raw.last_updated),
            source: bounded(&raw.x_source),
            total: totals.and_then(|totals| totals.total.number()),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct RawCounts<'a> {
    #[serde(default)]
    meta: Objects<RawMeta<'a>>,
    results: Objects<RawCount<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawCount<'a> {
    time: Text<'a>,
    term: Text<'a>,
    count: Text<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct RawDirectory<'a> {
    #[serde(default)]
    meta: Objects<RawMeta<'a>>,
    results: Objects<RawListing<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawListing<'a> {
    product_ndc: Text<'a>,
    brand_name: Texts<'a>,
    generic_name: Texts<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct RawError<'a> {
    error: Objects<RawErrorDetail<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawErrorDetail<'a> {
    code: Text<'a>,
    message: Text<'a>,
}

/// Reads a page with the candidates at hand, so that each record is reduced as soon as it is read.
struct PageSeed<'c> {
    candidates: &'c [ProductNdc],
}

impl<'de> DeserializeSeed<'de> for PageSeed<'_> {
    type Value = EventPage;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EventPage, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageSeed<'_> {
    type Value = EventPage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `meta` and `results`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<EventPage, A::Error> {
        let mut page = EventPage::default();
        let mut has_results = false;
        while let Some(key) = entries.next_key::<std::borrow::Cow<'de, str>>()? {
            match key.as_ref() {
                "meta" => {
                    let meta: Objects<RawMeta<'de>> = entries.next_value()?;
                    page.meta = meta.first().unwrap_or_default().into();
                }
                "results" => {
                    has_results = true;
                    let candidates = self.candidates;
                    let page = &mut page;
                    entries.next_value_seed(RecordsSeed { candidates, page })?;
                }
                _ => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_results {
            Ok(page)
        } else {
            Err(serde::de::Error::missing_field("results"))
        }
    }
}

/// Reads `results` one record at a time.
struct RecordsSeed<'c> {
    candidates: &'c [ProductNdc],
    page: &'c mut EventPage,
}

impl<'de> DeserializeSeed<'de> for RecordsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RecordsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of reports")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Objects<RawReport<'de>>>()? {
            // What is no object counts as fetched and then as invalid: it has no id.
            let raw = item.first().unwrap_or_default();
            let case = raw.into_case(self.candidates, &mut self.page.matches);
            self.page.cases.push(case);
        }
        Ok(())
    }
}
