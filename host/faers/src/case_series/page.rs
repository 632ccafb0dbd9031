//! Columns of some reports, for listings.

use std::collections::BTreeMap;

use quire_contract::bounds::PAGE_REPORTS;

use super::{
    Coded, CodedLists, Column, QueryError, Selection, Table, dates::Dates, dimension::Dimension,
    measure::Measure, selection::Rows,
};

/// Columns that are neither dimension nor measure nor date.
const OWN: [&str; 6] = [
    "report-id",
    "version",
    "company-number",
    "publication",
    "serious",
    "fatal",
];

impl Table {
    /// Every name that a page accepts: the listing's own columns, dates, measures, dimensions.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let measures = self.measures.iter().map(Measure::name);
        let dimensions = self.dimensions.iter().map(Dimension::name);
        let dates = self.dates.iter().map(Dates::name);
        let own = OWN.into_iter().chain(dates);
        own.chain(measures).chain(dimensions).collect()
    }
}

/// Named columns of the reports from `start`, at most `limit` of them.
pub(super) fn page(
    table: &Table,
    selection: Option<&Selection>,
    (start, limit): (u32, u32),
    names: &[String],
) -> Result<Vec<Column>, QueryError> {
    if limit > PAGE_REPORTS || names.len() > 4 * table.columns().len() {
        return Err(QueryError::TooLarge);
    }
    let rows = Rows::of(table, selection)
        .page(start, limit)
        .ok_or(QueryError::OutOfRange)?;
    names
        .iter()
        .map(|name| column(table, &rows, name))
        .collect()
}

fn column(table: &Table, rows: &Rows<'_>, name: &str) -> Result<Column, QueryError> {
    if let Some(dimension) = table.find_dimension(name) {
        return Ok(if dimension.many() {
            Column::Lists(lists(dimension, rows))
        } else {
            Column::Text(text(dimension, rows))
        });
    }
    if let Some(measure) = table.find_measure(name) {
        let values = rows.clone().map(|row| measure.value(row)).collect();
        return Ok(Column::Numbers(values));
    }
    if let Some(dates) = table.find_dates(name) {
        let days = rows.clone().map(|row| dates.day(row)).collect();
        return Ok(Column::Dates(days));
    }
    let flag = |row: u32| table.flags.get(row as usize).copied().unwrap_or_default();
    match name {
        "report-id" => Ok(Column::Text(own(&table.ids, rows))),
        "company-number" => Ok(Column::Text(own(&table.companies, rows))),
        "publication" => Ok(Column::Text(own(&table.publications, rows))),
        "version" => Ok(Column::Numbers(pick(&table.versions, rows, f64::NAN))),
        "serious" => Ok(Column::Booleans(
            rows.clone().map(|row| flag(row).serious).collect(),
        )),
        "fatal" => Ok(Column::Booleans(
            rows.clone().map(|row| flag(row).fatal).collect(),
        )),
        _ => Err(QueryError::unknown("column", name, table.columns())),
    }
}

fn pick<T: Copy>(values: &[T], rows: &Rows<'_>, missing: T) -> Vec<T> {
    let value = |row: u32| values.get(row as usize).copied().unwrap_or(missing);
    rows.clone().map(value).collect()
}

/// Texts that hardly repeat; an empty one is missing.
fn own(texts: &[String], rows: &Rows<'_>) -> Coded {
    let mut values: Vec<String> = Vec::new();
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    let mut codes = Vec::new();
    for row in rows.clone() {
        let text = texts.get(row as usize).map_or("", String::as_str);
        let code = match known.get(text) {
            _ if text.is_empty() => u32::MAX,
            Some(code) => *code,
            None => {
                let code = u32::try_from(values.len()).unwrap_or(u32::MAX);
                known.insert(text, code);
                values.push(text.to_owned());
                code
            }
        };
        codes.push(code);
    }
    Coded { values, codes }
}

fn text(dimension: &Dimension, rows: &Rows<'_>) -> Coded {
    let (values, places) = dictionary(dimension, rows);
    let code = |row: u32| {
        let first = dimension.codes(row).first();
        let place = first.and_then(|code| places.get(code));
        place.copied().unwrap_or(u32::MAX)
    };
    let codes = rows.clone().map(code).collect();
    Coded { values, codes }
}

fn lists(dimension: &Dimension, rows: &Rows<'_>) -> CodedLists {
    let (values, places) = dictionary(dimension, rows);
    let mut offsets = vec![0];
    let mut codes = Vec::new();
    for row in rows.clone() {
        let own = dimension.codes(row).iter();
        codes.extend(own.filter_map(|code| places.get(code).copied()));
        offsets.push(u32::try_from(codes.len()).unwrap_or(u32::MAX));
    }
    CodedLists {
        values,
        offsets,
        codes,
    }
}

/// The values that occur on the page, and where each of them stands.
fn dictionary(dimension: &Dimension, rows: &Rows<'_>) -> (Vec<String>, BTreeMap<u32, u32>) {
    let mut places = BTreeMap::new();
    for row in rows.clone() {
        places.extend(dimension.codes(row).iter().map(|code| (*code, 0)));
    }
    let mut values = Vec::with_capacity(places.len());
    for (place, (code, slot)) in (0..).zip(&mut places) {
        *slot = place;
        values.push(dimension.value(*code).to_owned());
    }
    (values, places)
}
