//! The interface `cases`: what a guest may ask of the case series, which bounds its answers, and how much
//! a guest may hold.

use std::sync::Arc;

use quire_faers::{CaseSeries, Filter, QueryError, Selection};
use wasmtime::component::Resource;

use crate::{
    bindings::cases::{self as wit, HostCaseSeries},
    convert::query as convert,
    series::Series,
    stop::Stop,
    store::Guest,
};

/// Host memory behind the case series that a guest holds, together.
const SERIES_BYTES: usize = 64 << 20;
/// Columns of one `page`: more than there are.
const PAGE_COLUMNS: usize = 64;

/// An answer, or why there is none, or a reason to end the call.
type Answer<T> = wasmtime::Result<Result<T, wit::QueryError>>;

impl wit::Host for Guest {}

impl HostCaseSeries for Guest {
    fn len(&mut self, series: Resource<Series>) -> wasmtime::Result<u32> {
        let reports = self.table.get(&series)?.len();
        Ok(self.told(reports))
    }

    fn dimensions(&mut self, series: Resource<Series>) -> wasmtime::Result<Vec<String>> {
        Ok(owned(self.table.get(&series)?.data.dimensions()))
    }

    fn measures(&mut self, series: Resource<Series>) -> wasmtime::Result<Vec<String>> {
        Ok(owned(self.table.get(&series)?.data.measures()))
    }

    fn columns(&mut self, series: Resource<Series>) -> wasmtime::Result<Vec<String>> {
        Ok(owned(self.table.get(&series)?.data.columns()))
    }

    fn count_by(
        &mut self,
        series: Resource<Series>,
        dimension: String,
        top: Option<u32>,
    ) -> Answer<wit::Counts> {
        let series = self.table.get(&series)?;
        let counts = series
            .data
            .count_by(series.selection.as_ref(), &dimension, top);
        Ok(counts
            .map(|counts| self.told(convert::counts(counts)))
            .map_err(|error| self.refuse("count-by", error)))
    }

    fn distinct_by(
        &mut self,
        series: Resource<Series>,
        dimension: String,
        of: String,
        top: Option<u32>,
    ) -> Answer<Vec<u32>> {
        let series = self.table.get(&series)?;
        let selection = series.selection.as_ref();
        let distinct = series.data.distinct_by(selection, &dimension, &of, top);
        Ok(distinct
            .map(|distinct| self.told(distinct))
            .map_err(|error| self.refuse("distinct-by", error)))
    }

    fn cross_tab(
        &mut self,
        series: Resource<Series>,
        rows: String,
        columns: String,
        top_rows: u32,
        top_columns: u32,
    ) -> Answer<wit::CrossTable> {
        let series = self.table.get(&series)?;
        let selection = series.selection.as_ref();
        let table = series
            .data
            .cross_tab(selection, &rows, &columns, top_rows, top_columns);
        Ok(table
            .map(|table| self.told(convert::cross_table(table)))
            .map_err(|error| self.refuse("cross-tab", error)))
    }

    fn summarise(&mut self, series: Resource<Series>, measure: String) -> Answer<wit::Summary> {
        let series = self.table.get(&series)?;
        let summary = series.data.summarise(series.selection.as_ref(), &measure);
        Ok(summary
            .map(|summary| self.told(convert::summary(summary)))
            .map_err(|error| self.refuse("summarise", error)))
    }

    fn where_(
        &mut self,
        series: Resource<Series>,
        filters: Vec<wit::Filter>,
    ) -> Answer<Resource<Series>> {
        let filters: Vec<Filter> = filters.into_iter().map(convert::filter).collect();
        let series = self.table.get(&series)?;
        let data = Arc::clone(&series.data);
        match data.select(series.selection.as_ref(), &filters) {
            Ok(selection) => self.keep(data, selection).map(Ok),
            Err(error) => Ok(Err(self.refuse("where", error))),
        }
    }

    fn page(
        &mut self,
        series: Resource<Series>,
        start: u32,
        limit: u32,
        names: Vec<String>,
    ) -> Answer<Vec<wit::Column>> {
        if names.len() > PAGE_COLUMNS {
            return Ok(Err(self.refuse("page", QueryError::TooLarge)));
        }
        let series = self.table.get(&series)?;
        let columns = series
            .data
            .page(series.selection.as_ref(), start, limit, &names);
        Ok(columns
            .map(|columns| columns.into_iter().map(convert::column).collect())
            .map(|columns| self.told(columns))
            .map_err(|error| self.refuse("page", error)))
    }

    fn drop(&mut self, series: Resource<Series>) -> wasmtime::Result<()> {
        let series = self.table.delete(series)?;
        self.series = self.series.saturating_sub(1);
        self.series_bytes = self.series_bytes.saturating_sub(series.bytes());
        Ok(())
    }
}

impl Guest {
    /// Refuse a query, and remember it for the words of a crash.
    fn refuse(&mut self, query: &str, error: QueryError) -> wit::QueryError {
        self.refused_query = Some(format!("`{query}`: {error}"));
        convert::query_error(error)
    }

    /// Hand out one more series, unless the guest holds too many.
    fn keep(
        &mut self,
        data: Arc<CaseSeries>,
        selection: Selection,
    ) -> wasmtime::Result<Resource<Series>> {
        let bytes = self.series_bytes.saturating_add(selection.bytes());
        if self.series >= self.series_limit {
            return Err(Stop::Series(self.series_limit).into());
        }
        if bytes > SERIES_BYTES {
            return Err(Stop::SeriesBytes(SERIES_BYTES).into());
        }
        let series = self.table.push(Series {
            data,
            selection: Some(selection),
        })?;
        self.series += 1;
        self.series_bytes = bytes;
        Ok(series)
    }
}

fn owned(names: Vec<&'static str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}
