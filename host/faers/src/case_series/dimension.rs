//! One dimension: each value once, in code point order, and for each report the codes of its
//! values. Since codes are ordered like values, ties need no text comparison, and a count is one
//! pass over small integers.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::{Count, Counts, Flags};

/// The values of one dimension over all reports.
#[derive(Debug)]
pub(super) struct Dimension {
    name: &'static str,
    /// Whether a report can have several values.
    many: bool,
    values: Arc<[String]>,
    /// Codes of report i: `codes[offsets[i]..offsets[i + 1]]`, ascending, each once.
    offsets: Vec<u32>,
    codes: Vec<u32>,
    /// Counts over all reports: what every section asks first.
    all: OnceLock<Ranking>,
}

/// Counts in the order in which they are reported.
#[derive(Clone, Debug)]
pub(super) struct Ranking {
    pub(super) rows: Vec<Tally>,
    missing: u32,
}

/// How many reports have one value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) code: u32,
    reports: u32,
    serious: u32,
    fatal: u32,
}

impl Dimension {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn many(&self) -> bool {
        self.many
    }

    pub(super) fn value(&self, code: u32) -> &str {
        self.values.get(code as usize).map_or("", String::as_str)
    }

    pub(super) fn distinct(&self) -> usize {
        self.values.len()
    }

    /// The codes that a report has, ascending.
    pub(super) fn codes(&self, row: u32) -> &[u32] {
        let row = row as usize;
        let bounds = (self.offsets.get(row), self.offsets.get(row + 1));
        let (Some(from), Some(to)) = bounds else {
            return &[];
        };
        self.codes.get(*from as usize..*to as usize).unwrap_or(&[])
    }

    /// The given rows only. Values that none of them has stay known, but are not counted.
    pub(super) fn keep(&self, rows: &[u32]) -> Self {
        let mut kept = Self {
            name: self.name,
            many: self.many,
            values: Arc::clone(&self.values),
            offsets: vec![0],
            codes: Vec::new(),
            all: OnceLock::new(),
        };
        for row in rows {
            kept.codes.extend_from_slice(self.codes(*row));
            let end = u32::try_from(kept.codes.len()).unwrap_or(u32::MAX);
            kept.offsets.push(end);
        }
        kept
    }

    /// For each code, whether `wanted` lists its value.
    pub(super) fn listed(&self, wanted: &[String]) -> Vec<bool> {
        let mut listed = vec![false; self.values.len()];
        for value in wanted {
            let found = self.values.binary_search(value).ok();
            if let Some(slot) = found.and_then(|at| listed.get_mut(at)) {
                *slot = true;
            }
        }
        listed
    }

    /// Counts over all reports, made once.
    pub(super) fn all(&self, flags: &[Flags]) -> &Ranking {
        let rows = u32::try_from(flags.len()).unwrap_or(u32::MAX);
        self.all.get_or_init(|| self.tally(0..rows, flags))
    }

    /// Counts over some reports.
    pub(super) fn tally(&self, rows: impl Iterator<Item = u32>, flags: &[Flags]) -> Ranking {
        let mut tallies = vec![Tally::default(); self.values.len()];
        let mut missing = 0;
        for row in rows {
            let flag = flags.get(row as usize).copied().unwrap_or_default();
            let codes = self.codes(row);
            missing += u32::from(codes.is_empty());
            for code in codes {
                if let Some(tally) = tallies.get_mut(*code as usize) {
                    tally.code = *code;
                    tally.reports += 1;
                    tally.serious += u32::from(flag.serious);
                    tally.fatal += u32::from(flag.fatal);
                }
            }
        }
        tallies.retain(|tally| tally.reports > 0);
        tallies.sort_unstable_by_key(|tally| (Reverse(tally.reports), tally.code));
        Ranking {
            rows: tallies,
            missing,
        }
    }

    /// The first `limit` rows as an answer.
    pub(super) fn counts(&self, ranking: &Ranking, limit: u32) -> Counts {
        let count = |tally: &Tally| Count {
            value: self.value(tally.code).to_owned(),
            reports: tally.reports,
            serious: tally.serious,
            fatal: tally.fatal,
        };
        Counts {
            rows: ranking
                .rows
                .iter()
                .take(limit as usize)
                .map(count)
                .collect(),
            distinct: u32::try_from(ranking.rows.len()).unwrap_or(u32::MAX),
            missing: ranking.missing,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let text: usize = self.values.iter().map(|value| value.len() + 24).sum();
        text + 4 * (self.offsets.len() + self.codes.len())
    }
}

/// Between a term and what is said about it. No outcome contains it.
pub(super) const PAIR: &str = ": ";

/// Collects the values of one dimension, report by report.
#[derive(Debug)]
pub(super) struct Collector {
    name: &'static str,
    many: bool,
    known: HashMap<String, u32>,
    offsets: Vec<u32>,
    codes: Vec<u32>,
}

impl Collector {
    /// A dimension of which a report has at most one value.
    pub(super) fn one(name: &'static str) -> Self {
        Self::new(name, false)
    }

    /// A dimension of which a report can have several values.
    pub(super) fn many(name: &'static str) -> Self {
        Self::new(name, true)
    }

    fn new(name: &'static str, many: bool) -> Self {
        Self {
            name,
            many,
            known: HashMap::new(),
            offsets: vec![0],
            codes: Vec::new(),
        }
    }

    /// A value of the current report. Repeats are allowed; empty text is no value.
    pub(super) fn add(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        let code = match self.known.get(value) {
            Some(code) => *code,
            None => {
                let code = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
                self.known.insert(value.to_owned(), code);
                code
            }
        };
        self.codes.push(code);
    }

    /// The current report has no further values.
    pub(super) fn next_report(&mut self) {
        self.offsets
            .push(u32::try_from(self.codes.len()).unwrap_or(u32::MAX));
    }

    /// Orders values, and makes each report's codes a set.
    pub(super) fn finish(self) -> Dimension {
        let shown = self.values();
        let mut values: Vec<String> = shown.clone();
        values.sort_unstable();
        values.dedup();
        let place = |text: &String| values.binary_search(text).unwrap_or_default();
        let moved: Vec<u32> = shown
            .iter()
            .map(|text| u32::try_from(place(text)).unwrap_or(u32::MAX))
            .collect();
        let mut dimension = Dimension {
            name: self.name,
            many: self.many,
            values: values.into(),
            offsets: vec![0],
            codes: Vec::with_capacity(self.codes.len()),
            all: OnceLock::new(),
        };
        let mut own = Vec::new();
        for bounds in self.offsets.windows(2) {
            let (&[from, to] | &[from, .., to]) = bounds else {
                continue;
            };
            let raw = self.codes.get(from as usize..to as usize).unwrap_or(&[]);
            own.clear();
            own.extend(raw.iter().filter_map(|code| moved.get(*code as usize)));
            own.sort_unstable();
            own.dedup();
            dimension.codes.extend_from_slice(&own);
            dimension
                .offsets
                .push(u32::try_from(dimension.codes.len()).unwrap_or(u32::MAX));
        }
        dimension
    }

    /// For each collected code, its value.
    fn values(&self) -> Vec<String> {
        let mut values = vec![String::new(); self.known.len()];
        for (text, code) in &self.known {
            if let Some(slot) = values.get_mut(*code as usize) {
                slot.clone_from(text);
            }
        }
        values
    }
}
