//! What questions are asked of a case series, and the shapes of the answers.

use quire_model::Date;

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
    /// Of them, reports that state a death in any way (`death-stated` has a value).
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

impl QueryError {
    /// The case for a name that is not known, with the names that are.
    pub(super) fn unknown<'a>(
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let name: String = name.chars().take(80).collect();
        let known: Vec<&str> = known.into_iter().collect();
        Self::UnknownName(format!(
            "there is no {what} {name:?}; there are {}",
            known.join(", ")
        ))
    }
}
