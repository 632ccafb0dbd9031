//! How two versions of a table differ: rows are told by their first words, columns by their key.

use std::collections::{BTreeMap, BTreeSet};

use quire_model::{Cells, Column, NumberChange, Table};
use serde_json::Number;

use super::number;

/// Numbers that are not the same, and in words what else is not.
pub(super) fn compare(
    numbers: &mut Vec<NumberChange>,
    active: &Table,
    candidate: &Table,
) -> Vec<String> {
    let mut details = Vec::new();
    columns(&mut details, active, candidate);
    let (ones, others) = (rows(active), rows(candidate));
    for (row, at) in &ones {
        match others.get(row) {
            Some(&counterpart) => cells(
                numbers,
                &mut details,
                row,
                (active, *at),
                (candidate, counterpart),
            ),
            None => {
                details.push(format!("row {row:?} was removed"));
                every(numbers, active, row, *at, true);
            }
        }
    }
    for (row, at) in others.iter().filter(|(row, _)| !ones.contains_key(*row)) {
        details.push(format!("row {row:?} was added"));
        every(numbers, candidate, row, *at, false);
    }
    let moved = order(&ones) != order(&others);
    let same_rows = ones.keys().eq(others.keys());
    if moved && same_rows {
        details.push("its rows stand in another order".to_owned());
    }
    dressing(&mut details, active, candidate);
    details
}

/// All numbers of a table that only one version has.
pub(super) fn all(numbers: &mut Vec<NumberChange>, table: &Table, removed: bool) {
    for (row, at) in rows(table) {
        every(numbers, table, &row, at, removed);
    }
}

/// Places of rows by name. The name is the text of the first column of words, or of the first
/// column; the second row of a name is `name (2)`.
fn rows(table: &Table) -> BTreeMap<String, usize> {
    let words = |column: &&Column| matches!(column.cells, Cells::Text(_) | Cells::Date(_));
    let named_by = table
        .columns
        .iter()
        .find(words)
        .or_else(|| table.columns.first());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = BTreeMap::new();
    for at in 0..table.rows() {
        let name = named_by.map(|column| text(column, at)).unwrap_or_default();
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        let name = match *times {
            1 => name,
            times => format!("{name} ({times})"),
        };
        rows.insert(name, at);
    }
    rows
}

fn order(rows: &BTreeMap<String, usize>) -> Vec<&str> {
    let mut names: Vec<(&str, usize)> =
        rows.iter().map(|(name, at)| (name.as_str(), *at)).collect();
    names.sort_by_key(|(_, at)| *at);
    names.into_iter().map(|(name, _)| name).collect()
}

fn columns(details: &mut Vec<String>, active: &Table, candidate: &Table) {
    let keys = |table: &Table| -> BTreeSet<String> {
        table
            .columns
            .iter()
            .map(|column| column.key.clone())
            .collect()
    };
    let (ones, others) = (keys(active), keys(candidate));
    for key in ones.difference(&others) {
        details.push(format!("column {key} was removed"));
    }
    for key in others.difference(&ones) {
        details.push(format!("column {key} was added"));
    }
    for one in &active.columns {
        let Some(other) = column(candidate, &one.key) else {
            continue;
        };
        if (&one.title, &one.unit, one.align, one.decimals)
            != (&other.title, &other.unit, other.align, other.decimals)
        {
            details.push(format!("column {} is headed or set otherwise", one.key));
        }
    }
}

/// The cells of a row that both have.
fn cells(
    numbers: &mut Vec<NumberChange>,
    details: &mut Vec<String>,
    row: &str,
    (active, at): (&Table, usize),
    (candidate, counterpart): (&Table, usize),
) {
    let keys = active.columns.iter().chain(&candidate.columns);
    let keys: BTreeSet<&str> = keys.map(|column| column.key.as_str()).collect();
    for key in keys {
        let (one, other) = (column(active, key), column(candidate, key));
        let values = (
            one.and_then(|column| value(column, at)),
            other.and_then(|column| value(column, counterpart)),
        );
        if values.0.is_some() || values.1.is_some() {
            if values.0 != values.1 {
                numbers.push(number("table", &active.id, Some(row), Some(key), values));
            }
            continue;
        }
        if let (Some(one), Some(other)) = (one, other) {
            let (one, other) = (text(one, at), text(other, counterpart));
            if one != other {
                details.push(format!(
                    "row {row:?}, column {key}: {one:?} became {other:?}"
                ));
            }
        }
    }
}

/// Every number of a row that has no counterpart.
fn every(numbers: &mut Vec<NumberChange>, table: &Table, row: &str, at: usize, removed: bool) {
    for column in &table.columns {
        if let Some(value) = value(column, at) {
            let values = if removed {
                (Some(value), None)
            } else {
                (None, Some(value))
            };
            let key = Some(column.key.as_str());
            numbers.push(number("table", &table.id, Some(row), key, values));
        }
    }
}

/// What is around the cells.
fn dressing(details: &mut Vec<String>, active: &Table, candidate: &Table) {
    let differs = [
        ("caption", active.caption != candidate.caption),
        ("notes", active.notes != candidate.notes),
        ("marks of rows", active.marks != candidate.marks),
        (
            "number of printed rows",
            active.print_rows != candidate.print_rows,
        ),
        ("attributes", active.attributes != candidate.attributes),
    ];
    for (what, _) in differs.iter().filter(|(_, differs)| *differs) {
        details.push(format!("its {what} changed"));
    }
}

fn column<'a>(table: &'a Table, key: &str) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.key == key)
}

fn is_missing(column: &Column, row: usize) -> bool {
    u32::try_from(row).is_ok_and(|row| column.missing.binary_search(&row).is_ok())
}

/// The number in a cell; none in a cell of words.
fn value(column: &Column, row: usize) -> Option<Number> {
    if is_missing(column, row) {
        return None;
    }
    match &column.cells {
        Cells::Integer(cells) => cells.get(row).map(|number| Number::from(*number)),
        Cells::Number(cells) | Cells::Percent(cells) => {
            cells.get(row).and_then(|number| Number::from_f64(*number))
        }
        _ => None,
    }
}

/// A cell as words.
fn text(column: &Column, row: usize) -> String {
    if is_missing(column, row) {
        return String::new();
    }
    match &column.cells {
        Cells::Text(cells) => cells.get(row).cloned(),
        Cells::Integer(cells) => cells.get(row).map(ToString::to_string),
        Cells::Number(cells) | Cells::Percent(cells) => cells.get(row).map(ToString::to_string),
        Cells::Date(cells) => cells.get(row).map(ToString::to_string),
        Cells::Boolean(cells) => cells.get(row).map(ToString::to_string),
    }
    .unwrap_or_default()
}
