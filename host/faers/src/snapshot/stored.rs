//! The form in which an origin is stored with its snapshot. Reports are verified against it years later,
//! and digests are taken over it, so it is never changed: another form is another schema beside it.

use quire_contract::detail::{
    MATCHING_ANY_DAY, NAMES_APART, NAMES_COUNTED, RECEIVED_FROM, RECEIVED_TO, REPORTS_NAMING,
};
use quire_model::{Attribute, Digest, NamedReports, Origin, Period, SourceQuery};
use serde::{Deserialize, Serialize};

/// An origin as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredOrigin {
    /// The first of the codes: the caller's spelling is not part of the data.
    ndc: String,
    candidates: Vec<String>,
    matched: Vec<String>,
    names: Vec<String>,
    source: String,
    last_updated: String,
    fetched_at: String,
    total: u64,
    fetched: u64,
    selection: String,
    /// The length of a list that is always empty.
    flow: u8,
    queries: Vec<SourceQuery>,
    pub(super) digest: Digest,
    disclaimer: String,
    /// Everything else that was asked and answered, by name.
    attributes: Vec<Attribute>,
}

impl From<&Origin> for StoredOrigin {
    fn from(origin: &Origin) -> Self {
        let origin = origin.clone();
        let Period { from, to } = origin.received;
        let (names, reports) = origin.by_name.map(|one| (one.names, one.reports)).unzip();
        let details = [
            (RECEIVED_FROM, from.map(|day| day.to_string())),
            (RECEIVED_TO, to.map(|day| day.to_string())),
            (MATCHING_ANY_DAY, origin.any_day.map(|any| any.to_string())),
            (NAMES_COUNTED, names.map(|names| names.join(NAMES_APART))),
            (REPORTS_NAMING, reports.map(|reports| reports.to_string())),
        ];
        let attribute = |(name, value): (&str, Option<String>)| {
            let name = name.to_owned();
            value.map(|value| Attribute { name, value })
        };
        Self {
            ndc: origin.candidates.first().cloned().unwrap_or_default(),
            candidates: origin.candidates,
            matched: origin.matched,
            names: origin.names,
            source: origin.source,
            last_updated: origin.last_updated,
            fetched_at: origin.fetched_at,
            total: origin.total,
            fetched: origin.fetched,
            selection: origin.selection,
            flow: 0,
            queries: origin.queries,
            digest: origin.digest,
            disclaimer: origin.disclaimer,
            attributes: details.into_iter().filter_map(attribute).collect(),
        }
    }
}

impl From<StoredOrigin> for Origin {
    fn from(stored: StoredOrigin) -> Self {
        let value = |name: &str| {
            let mut named = stored.attributes.iter();
            named.find(|one| one.name == name).map(|one| &one.value)
        };
        let day = |name| value(name)?.parse().ok();
        let number = |name| value(name)?.parse().ok();
        let names = value(NAMES_COUNTED).map(|names| names.split(NAMES_APART));
        let names = names.map(|names| names.map(str::to_owned).collect());
        Self {
            received: Period {
                from: day(RECEIVED_FROM),
                to: day(RECEIVED_TO),
            },
            any_day: number(MATCHING_ANY_DAY),
            by_name: names
                .zip(number(REPORTS_NAMING))
                .map(|(names, reports)| NamedReports { names, reports }),
            candidates: stored.candidates,
            matched: stored.matched,
            names: stored.names,
            source: stored.source,
            last_updated: stored.last_updated,
            fetched_at: stored.fetched_at,
            total: stored.total,
            fetched: stored.fetched,
            selection: stored.selection,
            queries: stored.queries,
            digest: stored.digest,
            disclaimer: stored.disclaimer,
        }
    }
}
