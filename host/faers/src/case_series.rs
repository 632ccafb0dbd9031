//! The analysed reports of one request as columns, and the questions that can be asked of them.
//! Mirrors the interface `cases` of `wit/data.wit`, where the answers are defined.

mod answers;
mod build;
mod columns;
mod country;
mod cross_tab;
mod dates;
mod death;
mod derived;
mod dimension;
mod duplicates;
mod flow;
mod groups;
mod hit_miss;
mod measure;
mod narrow;
mod page;
mod probable;
mod route;
mod selection;
mod substances;
mod terms;
mod words;

use std::{collections::BTreeSet, sync::Arc};

pub use answers::{
    Coded, CodedLists, Column, Condition, Count, Counts, CrossTable, Day, Filter, QueryError,
    Summary,
};
pub use selection::Selection;

use quire_contract::bounds::COUNT_ROWS;
use quire_model::{Analysis, Date, Digest, DrugRole, Ndc, Origin, Stale, epoch_days, fold};

use crate::{Interval, Snapshot, SnapshotError};
use dates::Dates;
use dimension::Dimension;
use measure::Measure;
use selection::Rows;

/// Name of the date of first receipt.
const RECEIVED: &str = "received";

/// The analysed reports of one request. Cheap to clone: the columns are shared.
#[derive(Clone, Debug)]
pub struct CaseSeries {
    origin: Arc<Origin>,
    analysis: Analysis,
    /// What entries of the drug state as its substance.
    substances: Arc<[String]>,
    table: Arc<Table>,
    interval: Option<Arc<Interval>>,
    /// The snapshot, encoded; absent where nobody encoded it.
    encoded: Option<Arc<[u8]>>,
}

/// One row a report, in order of report id.
#[derive(Debug)]
struct Table {
    ids: Vec<String>,
    /// Control numbers of the manufacturers; empty is missing.
    companies: Vec<String>,
    /// What reports of the literature were taken from; empty is missing.
    publications: Vec<String>,
    /// NaN is missing.
    versions: Vec<f64>,
    dates: Vec<Dates>,
    flags: Vec<Flags>,
    dimensions: Vec<Dimension>,
    measures: Vec<Measure>,
    days: Option<Vec<Day>>,
}

/// What every count splits by.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    serious: bool,
    /// Whether the report states a death in any way.
    fatal: bool,
}

/// The functions below take an optional selection: absent means all reports.
impl CaseSeries {
    /// Columns and indexes over a snapshot. Milliseconds for a thousand reports: keep the result.
    #[must_use]
    pub fn build(snapshot: Snapshot) -> Self {
        build::series(snapshot)
    }

    /// The same, from an encoded snapshot that was stored when a report was made.
    ///
    /// # Errors
    ///
    /// If the bytes are not a snapshot, or are one that another version of Quire wrote.
    pub fn restore(encoded: Arc<[u8]>) -> Result<Self, SnapshotError> {
        Ok(Self::build(Snapshot::decode(&encoded)?).keeping(encoded))
    }

    /// The same with the encoded snapshot at hand.
    pub(crate) fn keeping(mut self, encoded: Arc<[u8]>) -> Self {
        self.encoded = Some(encoded);
        self
    }

    /// The snapshot as it is encoded for keeping; absent where it never was, as in tests.
    #[must_use]
    pub fn encoded(&self) -> Option<&Arc<[u8]>> {
        self.encoded.as_ref()
    }

    /// Where the reports come from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Which of the fetched reports these are.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    /// Every name that the drug goes by in these reports: brand and generic names, and the substances
    /// that its entries state. What another source is asked for, so that both sides are of one drug.
    #[must_use]
    pub fn drug_names(&self) -> Vec<String> {
        let names = self.origin.names.iter();
        names.cloned().chain(self.stated_substances()).collect()
    }

    /// Substances that entries of the drug state, in capitals.
    pub(crate) fn substances(&self) -> &[String] {
        &self.substances
    }

    /// Substances that entries of the drug state, in capitals, beside its brand and generic names.
    #[must_use]
    pub fn stated_substances(&self) -> Vec<String> {
        let names = self.origin.names.iter();
        let names: BTreeSet<String> = names.map(|name| fold(name)).collect();
        let substances = self.substances.iter();
        let others = substances.filter(|substance| !names.contains(&fold(substance)));
        others.cloned().collect()
    }

    /// The reports of one request: those in which the drug has a role, with the reason for each that is
    /// left out in the flow. The digest stays that of the data, and [`received`](Self::received) counts
    /// what it counted.
    #[must_use]
    pub fn analysed(&self, ndc: &Ndc, role: DrugRole, stale: Option<Stale>) -> Self {
        let mut analysed = match role {
            DrugRole::Any => self.clone(),
            DrugRole::Suspect => narrow::suspected(self),
        };
        let analysis = &mut analysed.analysis;
        ndc.as_str().clone_into(&mut analysis.ndc);
        (analysis.role, analysis.stale) = (role, stale);
        analysed
    }

    /// The digest of the snapshot: equal digests mean equal answers.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.origin.digest
    }

    /// Whether it holds reports first received after a day, or the source may have counted such beside it: the
    /// source was updated since, and no last day was asked for that lies before.
    #[must_use]
    pub fn may_be_younger_than(&self, day: Date) -> bool {
        let origin = &self.origin;
        if origin.received.to.is_some_and(|to| to <= day) {
            return false;
        }
        let counted = self.received().and_then(<[_]>::last);
        let stated = |text: &str| text.get(..10).and_then(|day| day.parse::<Date>().ok());
        let known = stated(&origin.last_updated).or_else(|| stated(&origin.fetched_at));
        let received = self.table.find_dates(RECEIVED).and_then(Dates::last);
        counted.is_some_and(|counted| counted.received > day)
            || known.is_none_or(|known| known > day)
            || received.is_some_and(|received| received > epoch_days(day))
    }

    /// All matching reports in the source by day, fetched or not.
    #[must_use]
    pub fn received(&self) -> Option<&[Day]> {
        self.table.days.as_deref()
    }

    /// The requested period beside all time, in matching reports of any role; none unless a first day was asked
    /// for and the source could say.
    #[must_use]
    pub fn interval(&self) -> Option<&Interval> {
        self.interval.as_deref()
    }

    /// How many reports there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.table.rows()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of host memory that it occupies, roughly.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.encoded.as_ref().map_or(0, |bytes| bytes.len())
    }

    /// Names that [`count_by`](Self::count_by), [`cross_tab`](Self::cross_tab) and
    /// [`select`](Self::select) accept.
    #[must_use]
    pub fn dimensions(&self) -> Vec<&'static str> {
        self.table.dimensions.iter().map(Dimension::name).collect()
    }

    /// Names that [`summarise`](Self::summarise) and [`select`](Self::select) accept.
    #[must_use]
    pub fn measures(&self) -> Vec<&'static str> {
        self.table.measures.iter().map(Measure::name).collect()
    }

    /// Names that [`page`](Self::page) accepts.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        self.table.columns()
    }

    /// Reports for each value of a dimension.
    ///
    /// # Errors
    ///
    /// If there is no such dimension.
    pub fn count_by(
        &self,
        selection: Option<&Selection>,
        dimension: &str,
        top: Option<u32>,
    ) -> Result<Counts, QueryError> {
        let dimension = self.table.dimension(dimension)?;
        let limit = top.unwrap_or(COUNT_ROWS).min(COUNT_ROWS);
        Ok(match selection {
            None => dimension.counts(dimension.all(&self.table.flags), limit),
            Some(some) => dimension.counts(
                &dimension.tally(Rows::of(&self.table, Some(some)), &self.table.flags),
                limit,
            ),
        })
    }

    /// For each row of [`count_by`](Self::count_by), in its order, how many values of another dimension
    /// its reports have.
    ///
    /// # Errors
    ///
    /// If there is no such dimension.
    pub fn distinct_by(
        &self,
        selection: Option<&Selection>,
        dimension: &str,
        of: &str,
        top: Option<u32>,
    ) -> Result<Vec<u32>, QueryError> {
        cross_tab::distinct_by(&self.table, selection, (dimension, of), top)
    }

    /// Reports for each pair of the most frequent values.
    ///
    /// # Errors
    ///
    /// If there is no such dimension, or more than 1,000 rows or 100 columns are asked for.
    pub fn cross_tab(
        &self,
        selection: Option<&Selection>,
        rows: &str,
        columns: &str,
        top_rows: u32,
        top_columns: u32,
    ) -> Result<CrossTable, QueryError> {
        cross_tab::cross_tab(
            &self.table,
            selection,
            (rows, top_rows),
            (columns, top_columns),
        )
    }

    /// Quartiles of a measure.
    ///
    /// # Errors
    ///
    /// If there is no such measure.
    pub fn summarise(
        &self,
        selection: Option<&Selection>,
        measure: &str,
    ) -> Result<Summary, QueryError> {
        let measure = self.table.measure(measure)?;
        Ok(measure.summarise(Rows::of(&self.table, selection)))
    }

    /// The reports for which every filter holds.
    ///
    /// # Errors
    ///
    /// If a filter names no dimension, measure or date, asks one something that only the other
    /// can answer, or there are more than 1,000 filters or values of one.
    pub fn select(
        &self,
        selection: Option<&Selection>,
        filters: &[Filter],
    ) -> Result<Selection, QueryError> {
        selection::select(&self.table, selection, filters)
    }

    /// Columns of at most `limit` reports from `start` on, in order of report id. An empty series has an
    /// empty page at 0.
    ///
    /// # Errors
    ///
    /// If a column is unknown, `start` lies beyond the end, or more than 1,000 reports are asked
    /// for.
    pub fn page(
        &self,
        selection: Option<&Selection>,
        start: u32,
        limit: u32,
        names: &[String],
    ) -> Result<Vec<Column>, QueryError> {
        page::page(&self.table, selection, (start, limit), names)
    }
}

impl Table {
    fn rows(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }

    fn dimension(&self, name: &str) -> Result<&Dimension, QueryError> {
        self.find_dimension(name).ok_or_else(|| {
            QueryError::unknown(
                "dimension",
                name,
                self.dimensions.iter().map(Dimension::name),
            )
        })
    }

    fn measure(&self, name: &str) -> Result<&Measure, QueryError> {
        self.find_measure(name).ok_or_else(|| {
            QueryError::unknown("measure", name, self.measures.iter().map(Measure::name))
        })
    }

    /// The given rows only.
    fn keep(&self, rows: &[u32]) -> Self {
        let texts = |all: &[String]| picked(all, rows).cloned().collect();
        Self {
            ids: texts(&self.ids),
            companies: texts(&self.companies),
            publications: texts(&self.publications),
            versions: picked(&self.versions, rows).copied().collect(),
            dates: self.dates.iter().map(|dates| dates.keep(rows)).collect(),
            flags: picked(&self.flags, rows).copied().collect(),
            dimensions: self.dimensions.iter().map(|one| one.keep(rows)).collect(),
            measures: self.measures.iter().map(|one| one.keep(rows)).collect(),
            days: self.days.clone(),
        }
    }

    fn find_dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|found| found.name() == name)
    }

    fn find_measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|found| found.name() == name)
    }

    fn find_dates(&self, name: &str) -> Option<&Dates> {
        self.dates.iter().find(|found| found.name() == name)
    }

    fn bytes(&self) -> usize {
        let texts = [&self.ids, &self.companies, &self.publications];
        let texts = texts.into_iter().flatten();
        let texts: usize = texts.map(|text| text.len() + 24).sum();
        let columns: usize = self.dimensions.iter().map(Dimension::bytes).sum();
        let row = 10 + 4 * self.dates.len() + 8 * self.measures.len();
        texts + columns + self.ids.len() * row
    }
}

/// What stands at the given places.
fn picked<'a, T>(all: &'a [T], rows: &'a [u32]) -> impl Iterator<Item = &'a T> {
    rows.iter().filter_map(|row| all.get(*row as usize))
}

#[cfg(test)]
mod tests;
