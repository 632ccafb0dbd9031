//! The analysed reports of one request as columns, and the questions that can be asked of them.
//! Mirrors the interface `cases` of `wit/data.wit`, where the answers are defined.

use std::sync::Arc;

use quire_model::{Date, Digest, Origin};

/// Reports that the source first received on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub received: Date,
    /// How many.
    pub reports: u32,
}

/// One value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The value.
    pub value: String,
    /// Reports that have it.
    pub reports: u32,
    /// Of them, reports marked serious (`serious` is 1).
    pub serious: u32,
    /// Of them, reports with the seriousness criterion death (`seriousnessdeath` is 1).
    pub fatal: u32,
}

/// Most reports first; equal counts in code point order of the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// The counts.
    pub rows: Vec<Count>,
    /// How many values there are, returned or not.
    pub distinct: u32,
    /// Reports without a value.
    pub missing: u32,
}

/// Reports for each pair of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossTable {
    /// Values down the side.
    pub rows: Vec<String>,
    /// Values along the top.
    pub columns: Vec<String>,
    /// Row by row.
    pub cells: Vec<u32>,
}

/// Quartiles by linear interpolation (type 7).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Reports that have the measure.
    pub n: u32,
    /// Reports that do not.
    pub missing: u32,
    /// Arithmetic mean.
    pub mean: f64,
    /// Of the sample (n - 1).
    pub standard_deviation: f64,
    /// Smallest value.
    pub minimum: f64,
    /// 25 % lie below.
    pub lower_quartile: f64,
    /// Half lie below.
    pub median: f64,
    /// 75 % lie below.
    pub upper_quartile: f64,
    /// Largest value.
    pub maximum: f64,
}

/// What a filter asks of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The report has at least one of them.
    OneOf(Vec<String>),
    /// The report has none of them.
    NoneOf(Vec<String>),
    /// Both ends included.
    Between(f64, f64),
    /// The report has a value.
    Known,
    /// It has none.
    Unknown,
}

/// Every filter of a list must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// A dimension or a measure.
    pub on: String,
    /// What must hold.
    pub is: Condition,
}

/// Text with many repeats: `values[codes[i]]`; code `u32::MAX` is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// Each text once.
    pub values: Vec<String>,
    /// One a report.
    pub codes: Vec<u32>,
}

/// Several texts a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodedLists {
    /// Each text once.
    pub values: Vec<String>,
    /// One more than reports.
    pub offsets: Vec<u32>,
    /// One a text that a report has.
    pub codes: Vec<u32>,
}

/// One value a report, except in `Lists`.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// One text a report.
    Text(Coded),
    /// Several texts a report.
    Lists(CodedLists),
    /// NaN is missing.
    Numbers(Vec<f64>),
    /// Days since 1970-01-01; `i32::MIN` is missing.
    Dates(Vec<i32>),
    /// Yes or no.
    Booleans(Vec<bool>),
}

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No such dimension, measure or column; the text lists those there are.
    #[error("{0}")]
    UnknownName(String),
    /// `start` lies beyond the last report.
    #[error("there is no report at that position")]
    OutOfRange,
    /// More than can be copied at once.
    #[error("that is too much at once")]
    TooLarge,
}

/// Which reports of a series are meant: ascending indexes.
#[derive(Clone, Debug)]
pub struct Selection(#[allow(dead_code, reason = "stub")] Arc<[u32]>);

impl Selection {
    /// How many reports it holds.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of host memory that it occupies.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.len() * 4
    }
}

/// The analysed reports of one request.
#[derive(Debug)]
pub struct CaseSeries {
    origin: Origin,
}

/// The functions below take an optional selection: absent means all reports.
impl CaseSeries {
    /// Where the reports come from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The digest of the snapshot: equal digests mean equal answers.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.origin.digest
    }

    /// All matching reports in the source by day, fetched or not.
    #[must_use]
    pub fn received(&self) -> Option<&[Day]> {
        None
    }

    /// How many reports there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names that [`count_by`](Self::count_by), [`cross_tab`](Self::cross_tab) and
    /// [`select`](Self::select) accept.
    #[must_use]
    pub fn dimensions(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Names that [`summarise`](Self::summarise) and [`select`](Self::select) accept.
    #[must_use]
    pub fn measures(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Names that [`page`](Self::page) accepts.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Reports for each value of a dimension.
    ///
    /// # Errors
    ///
    /// If there is no such dimension.
    pub fn count_by(
        &self,
        _selection: Option<&Selection>,
        dimension: &str,
        _top: Option<u32>,
    ) -> Result<Counts, QueryError> {
        Err(QueryError::UnknownName(dimension.to_owned()))
    }

    /// Reports for each pair of the most frequent values.
    ///
    /// # Errors
    ///
    /// If there is no such dimension, or more than 1,000 rows or 100 columns are asked for.
    pub fn cross_tab(
        &self,
        _selection: Option<&Selection>,
        rows: &str,
        _columns: &str,
        _top_rows: u32,
        _top_columns: u32,
    ) -> Result<CrossTable, QueryError> {
        Err(QueryError::UnknownName(rows.to_owned()))
    }

    /// Quartiles of a measure.
    ///
    /// # Errors
    ///
    /// If there is no such measure.
    pub fn summarise(
        &self,
        _selection: Option<&Selection>,
        measure: &str,
    ) -> Result<Summary, QueryError> {
        Err(QueryError::UnknownName(measure.to_owned()))
    }

    /// The reports for which every filter holds.
    ///
    /// # Errors
    ///
    /// If a filter names neither a dimension nor a measure.
    pub fn select(
        &self,
        _selection: Option<&Selection>,
        _filters: &[Filter],
    ) -> Result<Selection, QueryError> {
        Err(QueryError::OutOfRange)
    }

    /// Columns of reports `start` to `start + len`, in order of report id.
    ///
    /// # Errors
    ///
    /// If a column is unknown, `start` lies beyond the end, or more than 1,000 reports are asked
    /// for.
    pub fn page(
        &self,
        _selection: Option<&Selection>,
        _start: u32,
        _len: u32,
        _names: &[String],
    ) -> Result<Vec<Column>, QueryError> {
        Err(QueryError::OutOfRange)
    }
}
