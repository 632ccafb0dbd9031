//! Which reports of a series are meant, and the filters that decide it.

use std::sync::Arc;

use quire_contract::bounds::FILTERS;

use super::{
    Condition, Filter, QueryError, Table,
    dates::{Dates, MISSING},
    dimension::Dimension,
    measure::Measure,
};

/// Which reports of a series are meant: ascending indexes.
#[derive(Clone, Debug)]
pub struct Selection(Arc<[u32]>);

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

/// The indexes of the reports meant, ascending.
#[derive(Clone, Debug)]
pub(super) enum Rows<'a> {
    All(std::ops::Range<u32>),
    Some(&'a [u32]),
}

impl<'a> Rows<'a> {
    pub(super) fn of(table: &Table, selection: Option<&'a Selection>) -> Self {
        match selection {
            None => Self::All(0..table.rows()),
            Some(some) => Self::Some(&some.0),
        }
    }

    /// The part of them that a page shows; none if `start` lies beyond the end.
    pub(super) fn page(self, start: u32, limit: u32) -> Option<Self> {
        let count = match &self {
            Self::All(range) => range.end,
            Self::Some(some) => u32::try_from(some.len()).unwrap_or(u32::MAX),
        };
        if start >= count && !(start == 0 && count == 0) {
            return None;
        }
        let end = start.saturating_add(limit).min(count);
        match self {
            Self::All(_) => Some(Self::All(start..end)),
            Self::Some(some) => some.get(start as usize..end as usize).map(Self::Some),
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::All(range) => range.next(),
            Self::Some(some) => {
                let (first, rest) = some.split_first()?;
                *some = rest;
                Some(*first)
            }
        }
    }
}

/// The reports for which every filter holds.
pub(super) fn select(
    table: &Table,
    selection: Option<&Selection>,
    filters: &[Filter],
) -> Result<Selection, QueryError> {
    if filters.len() > FILTERS {
        return Err(QueryError::TooLarge);
    }
    let tests = filters
        .iter()
        .map(|filter| Test::new(table, filter))
        .collect::<Result<Vec<_>, _>>()?;
    let rows = Rows::of(table, selection);
    Ok(Selection(
        rows.filter(|row| tests.iter().all(|test| test.holds(*row)))
            .collect(),
    ))
}

/// A filter whose names and values have been looked up.
enum Test<'a> {
    /// By code of the dimension: whether the value is listed; and whether listed ones are wanted.
    Listed(&'a Dimension, Vec<bool>, bool),
    HasValue(&'a Dimension, bool),
    Measure(&'a Measure, f64, f64),
    Measured(&'a Measure, bool),
    Date(&'a Dates, f64, f64),
    Dated(&'a Dates, bool),
}

impl<'a> Test<'a> {
    fn new(table: &'a Table, filter: &Filter) -> Result<Self, QueryError> {
        if let Some(dimension) = table.find_dimension(&filter.on) {
            return Self::of_dimension(dimension, &filter.is);
        }
        let measure = table.find_measure(&filter.on);
        let dates = table.find_dates(&filter.on);
        match (measure, dates, &filter.is) {
            (None, None, _) => Err(unknown(table, &filter.on)),
            (_, _, Condition::OneOf(_) | Condition::NoneOf(_)) => {
                Err(mismatch(&filter.on, "lists of values", "dimensions"))
            }
            (Some(measure), _, Condition::Between(low, high)) => {
                Ok(Self::Measure(measure, *low, *high))
            }
            (Some(measure), _, known) => {
                Ok(Self::Measured(measure, matches!(known, Condition::Known)))
            }
            (None, Some(dates), Condition::Between(low, high)) => {
                Ok(Self::Date(dates, *low, *high))
            }
            (None, Some(dates), known) => Ok(Self::Dated(dates, matches!(known, Condition::Known))),
        }
    }

    fn of_dimension(dimension: &'a Dimension, condition: &Condition) -> Result<Self, QueryError> {
        match condition {
            Condition::OneOf(values) | Condition::NoneOf(values) => {
                if values.len() > FILTERS {
                    return Err(QueryError::TooLarge);
                }
                let wanted = matches!(condition, Condition::OneOf(_));
                Ok(Self::Listed(dimension, dimension.listed(values), wanted))
            }
            Condition::Known => Ok(Self::HasValue(dimension, true)),
            Condition::Unknown => Ok(Self::HasValue(dimension, false)),
            Condition::Between(..) => {
                Err(mismatch(dimension.name(), "ranges", "measures and dates"))
            }
        }
    }

    fn holds(&self, row: u32) -> bool {
        match self {
            Self::Listed(dimension, listed, wanted) => {
                let has = |code: &u32| listed.get(*code as usize).copied().unwrap_or(false);
                dimension.codes(row).iter().any(has) == *wanted
            }
            Self::HasValue(dimension, wanted) => dimension.codes(row).is_empty() != *wanted,
            Self::Measure(measure, low, high) => {
                let value = measure.value(row);
                value >= *low && value <= *high
            }
            Self::Measured(measure, wanted) => measure.value(row).is_nan() != *wanted,
            Self::Date(dates, low, high) => dates.is_between(row, *low, *high),
            Self::Dated(dates, wanted) => (dates.day(row) != MISSING) == *wanted,
        }
    }
}

fn unknown(table: &Table, name: &str) -> QueryError {
    let dimensions = table.dimensions.iter().map(Dimension::name);
    let measures = table.measures.iter().map(Measure::name);
    let dates = table.dates.iter().map(Dates::name);
    QueryError::unknown(
        "dimension, measure or date",
        name,
        dimensions.chain(measures).chain(dates),
    )
}

fn mismatch(name: &str, what: &str, whose: &str) -> QueryError {
    QueryError::UnknownName(format!(
        "{name} has no {what} to filter by; only {whose} have"
    ))
}
