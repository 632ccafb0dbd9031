//! Collects the answers to one request until they are a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use quire_model::{Digest, NamedReports, Origin, SourceQuery, fold};

use super::{SCHEMA, Snapshot};
use crate::{
    SnapshotError,
    case::Case,
    client::is_searchable,
    interval::Interval,
    openfda::{DayCounts, Directory, EventPage, Matches, Meta, Total},
    question::Question,
};

/// What openFDA calls the collection that is asked.
const SOURCE: &str = "openFDA drug/event";

/// With fewer reports than this, a product may have lost its codes at the source, or a part of its reports has; with
/// more, one request would be spent for a number that changes little.
const FEW: u64 = 60;
/// Names in one search; a common ingredient has hundreds.
const MOST_NAMES: usize = 8;

/// Answers so far, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    meta: Meta,
    /// Matching reports of any day; none if the question names no period.
    any_day: Option<u64>,
    total: u64,
    matches: Matches,
    cases: Vec<Case>,
    received: Option<Vec<(u32, u32)>>,
    interval: Option<Interval>,
    /// The names that were counted, and how many reports use one of them.
    by_name: Option<NamedReports>,
    queries: Vec<SourceQuery>,
}

/// When and where one answer was had.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// Without any key.
    pub(crate) url: String,
    /// RFC 3339, by the source's clock where it tells.
    pub(crate) at: String,
}

impl Answered {
    /// As a report states it, with how many reports the answer held.
    pub(crate) fn query(self, reports: u64) -> SourceQuery {
        SourceQuery {
            url: self.url,
            fetched_at: self.at,
            reports,
        }
    }
}

impl Gathering {
    /// How many reports there are so far.
    pub(crate) fn fetched(&self) -> usize {
        self.cases.len()
    }

    /// A page of reports, of which at most `room` are kept.
    pub(crate) fn add_page(&mut self, mut page: EventPage, answered: Answered, room: usize) {
        page.cases.truncate(room);
        self.note(answered, page.cases.len());
        if self.cases.is_empty() {
            self.total = page.meta.total.unwrap_or(page.cases.len() as u64);
            self.meta = page.meta;
        }
        self.matches.absorb(page.matches);
        self.cases.append(&mut page.cases);
    }

    /// A page of reports of any day, of which none is kept.
    pub(crate) fn add_any_day(&mut self, page: EventPage, answered: Answered) {
        self.note(answered, 0);
        self.any_day = Some(page.meta.total.unwrap_or(page.cases.len() as u64));
        self.meta = page.meta;
        self.matches.absorb(page.matches);
    }

    /// A page of reports with another reading of the code, of which none is kept.
    pub(crate) fn add_reading(&mut self, page: EventPage, answered: Answered) {
        self.note(answered, 0);
        self.matches.absorb(page.matches);
    }

    /// Whether there are matching reports that were not fetched.
    pub(crate) fn is_partial(&self) -> bool {
        self.total > self.cases.len() as u64
    }

    /// Readings of the code that reports carry, with the names that they stand beside.
    pub(crate) fn readings(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.matches.codes
    }

    /// Whether any report, of whatever day, names the drug.
    pub(crate) fn knows_the_drug(&self) -> bool {
        self.any_day.is_some()
    }

    /// The source has no report.
    pub(crate) fn add_nothing(&mut self, answered: Answered) {
        self.note(answered, 0);
    }

    /// Reports by day.
    pub(crate) fn add_days(&mut self, days: DayCounts, answered: Answered) {
        self.note(answered, 0);
        self.received = Some(days.0);
    }

    /// How many matching reports there are.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The requested period beside all time, and the answers that say so.
    pub(crate) fn add_interval(&mut self, interval: Interval, answers: Vec<Answered>) {
        answers
            .into_iter()
            .for_each(|answered| self.note(answered, 0));
        self.interval = Some(interval);
    }

    /// What the product directory knows, when no report does.
    pub(crate) fn add_directory(&mut self, directory: Directory, answered: Answered) {
        self.note(answered, 0);
        self.meta.disclaimer = directory.meta.disclaimer;
        self.meta.source = directory.meta.source;
        self.matches = directory.matches;
    }

    /// Names to count reports by, since the code found few; none if it found enough, or no name is known.
    pub(crate) fn names_to_count(&self) -> Vec<String> {
        if self.total >= FEW {
            return Vec::new();
        }
        let names = apart(self.matches.names()).into_iter();
        let names = names.filter(|name| is_searchable(name));
        names.take(MOST_NAMES).collect()
    }

    /// How many reports use one of the names; none means that no report does.
    pub(crate) fn add_named(
        &mut self,
        names: Vec<String>,
        total: Option<&Total>,
        answered: Answered,
    ) {
        self.note(answered, 0);
        let reports = total.map_or(0, |total| total.reports);
        self.by_name = Some(NamedReports { names, reports });
    }

    fn note(&mut self, answered: Answered, reports: usize) {
        self.queries.push(answered.query(reports as u64));
    }

    /// The snapshot, sealed. The caller's spelling of the code stays out of it, so that spellings
    /// with the same readings share it.
    ///
    /// # Errors
    ///
    /// If it cannot be encoded, which no value of it should cause.
    pub(crate) fn finish(mut self, question: &Question) -> Result<Snapshot, SnapshotError> {
        let Question { ndc, received } = question;
        let fetched = self.cases.len() as u64;
        let total = self.total.max(fetched);
        self.cases.sort_by(|a, b| a.order().cmp(&b.order()));
        let candidates: Vec<String> = ndc.candidates().iter().map(ToString::to_string).collect();
        let latest = self.queries.iter().map(|query| query.fetched_at.as_str());
        let origin = Origin {
            matched: candidates
                .iter()
                .filter(|code| self.matches.codes.contains_key(*code))
                .cloned()
                .collect(),
            candidates,
            names: apart(self.matches.names()),
            received: *received,
            source: if self.meta.source.is_empty() {
                SOURCE.to_owned()
            } else {
                self.meta.source
            },
            last_updated: self.meta.last_updated,
            fetched_at: latest.max().unwrap_or_default().to_owned(),
            total,
            any_day: self.any_day,
            fetched,
            selection: selection(total, fetched),
            by_name: self.by_name,
            queries: self.queries,
            digest: Digest::of(b""),
            disclaimer: self.meta.disclaimer,
        };
        let (received, cases) = (self.received, self.cases);
        Snapshot {
            origin,
            received,
            cases,
            interval: self.interval,
            schema: SCHEMA,
        }
        .seal()
    }
}

/// Names of which no two differ only in case or the like, in order: of such the first is shown, which
/// is the one with more capitals, as openFDA writes most names.
fn apart(names: BTreeSet<String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut names: Vec<String> = names.into_iter().collect();
    names.retain(|name| known.insert(fold(name)));
    names
}

fn selection(total: u64, fetched: u64) -> String {
    if fetched >= total {
        "all matching reports".to_owned()
    } else {
        format!("the {fetched} most recently received of {total} matching reports")
    }
}
