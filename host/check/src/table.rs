//! Tables: columns of equal length, finite numbers, marks in order.

use std::collections::BTreeSet;

use quire_contract::bounds::{COLUMNS, DECIMALS};
use quire_model::{Cells, Column, Date, RowMark, Table};

use super::{
    Fault, at_most,
    tally::Tally,
    text::{attributes, characters, indent, key, optional, spans, text, texts},
};

/// Check a table, and blank the cells that are missing.
pub(crate) fn check(table: &mut Table, tally: &mut Tally) -> Result<(), Fault> {
    text(&table.id, tally)?;
    tally.id(&table.id)?;
    spans(&table.caption, tally)?;
    at_most(table.columns.len(), COLUMNS, "columns")?;
    if table.columns.is_empty() {
        return Err("it has no columns".into());
    }
    let rows = table.rows();
    tally.parts(table.columns.len())?;
    tally.cells(rows, table.columns.len())?;
    tally.rows(rows)?;
    let first = table
        .columns
        .first()
        .map_or_else(String::new, |column| column.key.clone());
    let mut keys = BTreeSet::new();
    for column in &mut table.columns {
        key(&column.key)?;
        check_column(column, tally)
            .and_then(|()| equally_long(column, rows, &first))
            .map_err(|fault| fault.at(|| format!("column `{}`", column.key)))?;
        if !keys.insert(column.key.clone()) {
            return Err(format!("two columns have the key `{}`", column.key).into());
        }
    }
    marks(&table.marks, rows)?;
    texts(&table.notes, tally)?;
    tally.parts(table.notes.len())?;
    attributes(&table.attributes, tally)
}

fn equally_long(column: &Column, rows: usize, first: &str) -> Result<(), Fault> {
    let len = column.cells.len();
    if len != rows {
        return Err(format!("it has {len} cells, and column `{first}` has {rows}").into());
    }
    Ok(())
}

fn check_column(column: &mut Column, tally: &mut Tally) -> Result<(), Fault> {
    text(&column.key, tally)?;
    text(&column.title, tally)?;
    optional(column.unit.as_deref(), tally)?;
    if let Some(decimals) = column.decimals.filter(|decimals| *decimals > DECIMALS) {
        return Err(format!("{decimals} decimals; at most {DECIMALS} are allowed").into());
    }
    missing(&column.missing, column.cells.len())?;
    tally.bytes(column.missing.len() * 4)?;
    blank(&mut column.cells, &column.missing);
    cells(&column.cells, tally)
}

fn cells(cells: &Cells, tally: &mut Tally) -> Result<(), Fault> {
    match cells {
        Cells::Text(cells) => cells.iter().try_for_each(|cell| {
            tally.string(cell)?;
            characters(cell)
        }),
        Cells::Number(numbers) | Cells::Percent(numbers) => finite(numbers),
        Cells::Integer(_) | Cells::Date(_) | Cells::Boolean(_) => Ok(()),
    }
}

/// Numbers that can be printed.
pub(crate) fn finite(numbers: &[f64]) -> Result<(), Fault> {
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(index) => Err(format!(
            "value {index} is not a finite number; list it in `missing` if there is none"
        )
        .into()),
        None => Ok(()),
    }
}

/// Indexes of values that are not there: ascending, in range.
pub(crate) fn missing(missing: &[u32], len: usize) -> Result<(), Fault> {
    if !missing.is_sorted_by(|one, next| one < next) {
        return Err("`missing` does not ascend".into());
    }
    let last = missing
        .last()
        .map(|index| usize::try_from(*index).unwrap_or(usize::MAX));
    match last {
        Some(last) if last >= len => {
            Err(format!("`missing` names {last}, but there are only {len} values").into())
        }
        _ => Ok(()),
    }
}

/// Give cells that are not read a harmless value.
fn blank(cells: &mut Cells, missing: &[u32]) {
    match cells {
        Cells::Text(cells) => set(cells, missing, &String::new()),
        Cells::Integer(cells) => set(cells, missing, &0),
        Cells::Number(cells) | Cells::Percent(cells) => set(cells, missing, &0.0),
        Cells::Date(cells) => set(cells, missing, &Date::constant(1970, 1, 1)),
        Cells::Boolean(cells) => set(cells, missing, &false),
    }
}

/// Overwrite the values at these indexes.
pub(crate) fn set<T: Clone>(values: &mut [T], indexes: &[u32], value: &T) {
    for index in indexes {
        let index = usize::try_from(*index).unwrap_or(usize::MAX);
        if let Some(slot) = values.get_mut(index) {
            slot.clone_from(value);
        }
    }
}

fn marks(marks: &[RowMark], rows: usize) -> Result<(), Fault> {
    if !marks.is_sorted_by(|one, next| one.row < next.row) {
        return Err("`marks` do not ascend by row".into());
    }
    for mark in marks {
        indent(mark.indent)?;
        let row = usize::try_from(mark.row).unwrap_or(usize::MAX);
        if row >= rows {
            return Err(format!("a mark names row {row}, but there are only {rows} rows").into());
        }
    }
    Ok(())
}
