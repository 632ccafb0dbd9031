//! Questions to the case series, and answers.

use quire_faers::{Column, Condition, Count, Counts, CrossTable, Filter, QueryError, Summary};

use crate::bindings::cases as wit;

pub(crate) fn filter(filter: wit::Filter) -> Filter {
    let is = match filter.is {
        wit::Condition::OneOf(values) => Condition::OneOf(values),
        wit::Condition::NoneOf(values) => Condition::NoneOf(values),
        wit::Condition::Between((low, high)) => Condition::Between(low, high),
        wit::Condition::Known => Condition::Known,
        wit::Condition::Unknown => Condition::Unknown,
    };
    Filter { on: filter.on, is }
}

pub(crate) fn counts(counts: Counts) -> wit::Counts {
    let row = |count: Count| wit::Count {
        value: count.value,
        reports: count.reports,
        serious: count.serious,
        fatal: count.fatal,
    };
    wit::Counts {
        rows: counts.rows.into_iter().map(row).collect(),
        distinct: counts.distinct,
        missing: counts.missing,
    }
}

pub(crate) fn cross_table(table: CrossTable) -> wit::CrossTable {
    wit::CrossTable {
        rows: table.rows,
        columns: table.columns,
        cells: table.cells,
    }
}

pub(crate) fn summary(summary: Summary) -> wit::Summary {
    wit::Summary {
        n: summary.n,
        missing: summary.missing,
        mean: summary.mean,
        standard_deviation: summary.standard_deviation,
        minimum: summary.minimum,
        lower_quartile: summary.lower_quartile,
        median: summary.median,
        upper_quartile: summary.upper_quartile,
        maximum: summary.maximum,
    }
}

pub(crate) fn column(column: Column) -> wit::Column {
    match column {
        Column::Text(coded) => wit::Column::Text(wit::Coded {
            values: coded.values,
            codes: coded.codes,
        }),
        Column::Lists(lists) => wit::Column::Lists(wit::CodedLists {
            values: lists.values,
            offsets: lists.offsets,
            codes: lists.codes,
        }),
        Column::Numbers(numbers) => wit::Column::Numbers(numbers),
        Column::Dates(days) => wit::Column::Dates(days),
        Column::Booleans(flags) => wit::Column::Booleans(flags),
    }
}

pub(crate) fn query_error(error: QueryError) -> wit::QueryError {
    match error {
        QueryError::UnknownName(text) => wit::QueryError::UnknownName(text),
        QueryError::OutOfRange => wit::QueryError::OutOfRange,
        QueryError::TooLarge => wit::QueryError::TooLarge,
    }
}
