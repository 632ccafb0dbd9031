//! Columns of some reports, for listings.

use std::collections::BTreeMap;

use super::{
    Coded, CodedLists, Column, QueryError, RECEIVED, Selection, Table, dimension::Dimension,
    measure::Measure, selection::Rows,
};

/// Most reports that one call copies, as `wit/data.wit` promises.
const PAGE: u32 = 1_000;
/// Columns that are neither dimension nor measure.
const OWN: [&str; 5] = ["report-id", "version", RECEIVED, "serious", "fatal"];

impl Table {
    /// Every name that a page accepts: the listing's own columns, measures, dimensions.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let measures = self.measures.iter().map(Measure::name);
        let dimensions = self.dimensions.iter().map(Dimension::name);
        OWN.into_iter().chain(measures).chain(dimensions).collect()
    }
}

/// Named columns of the reports from `start`, at most `len` of them.
pub(super) fn page(
    table: &Table,
    selection: Option<&Selection>,
    (start, len): (u32, u32),
    names: &[String],
) -> Result<Vec<Column>, QueryError> {
    if len > PAGE || names.len() > 4 * table.columns().len() {
        return Err(QueryError::TooLarge);
    }
    let rows = Rows::of(table, selection)
        .page(start, len)
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
    let flag = |row: u32| table.flags.get(row as usize).copied().unwrap_or_default();
    match name {
        "report-id" => Ok(Column::Text(ids(table, rows))),
        "version" => Ok(Column::Numbers(pick(&table.versions, rows, f64::NAN))),
        RECEIVED => Ok(Column::Dates(pick(&table.received, rows, i32::MIN))),
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

fn ids(table: &Table, rows: &Rows<'_>) -> Coded {
    let id = |row: u32| table.ids.get(row as usize).cloned().unwrap_or_default();
    let values: Vec<String> = rows.clone().map(id).collect();
    let codes = (0..u32::try_from(values.len()).unwrap_or(u32::MAX)).collect();
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
