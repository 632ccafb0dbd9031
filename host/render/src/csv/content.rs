//! The rows of one table, as programs and spreadsheets read them.

use std::{borrow::Cow, collections::BTreeSet};

use ::csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use quire_model::{Cells, Column, RowRole, Table};

use crate::{RenderError, printed::Printed, sanitise::sanitise};

/// Excel takes UTF-8 for what it is only after this.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A writer of one file. All that is no number is quoted: a program that takes other separators
/// for its own then still finds no cell inside a cell. Text is quoted even where it looks like a number: it is a name,
/// such as a lot or a code with leading zeros.
pub(super) struct Rows(Writer<Vec<u8>>);

impl Rows {
    pub(super) fn new() -> Self {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            // Quoted below: the writer cannot tell a number from a text that looks like one.
            .quote_style(QuoteStyle::Never)
            .from_writer(BYTE_ORDER_MARK.to_vec());
        Self(writer)
    }

    pub(super) fn row<T: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = T>,
    ) -> Result<(), RenderError> {
        self.cells(cells.into_iter().map(|cell| (cell, false)))
    }

    /// The same, where it is known which cells are text.
    fn cells<T: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = (T, bool)>,
    ) -> Result<(), RenderError> {
        let written = cells
            .into_iter()
            .map(|(cell, is_text)| quoted(cell.as_ref(), is_text));
        self.0.write_record(written).map_err(failed)
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, RenderError> {
        self.0.into_inner().map_err(failed)
    }
}

/// A cell between quotation marks, unless it is a number.
fn quoted(cell: &[u8], is_text: bool) -> Vec<u8> {
    let number = || std::str::from_utf8(cell).is_ok_and(|text| text.parse::<f64>().is_ok());
    if !is_text && number() {
        return cell.to_vec();
    }
    let mut quoted = Vec::with_capacity(cell.len() + 2);
    quoted.push(b'"');
    for byte in cell {
        quoted.push(*byte);
        if *byte == b'"' {
            quoted.push(b'"');
        }
    }
    quoted.push(b'"');
    quoted
}

fn failed(error: impl ToString) -> RenderError {
    RenderError::Writer(error.to_string())
}

/// All rows of a table below the keys of its columns. Where rows are set apart, a last column says
/// what each row is, so that nobody adds a total to its parts.
pub(super) fn table(table: &Table) -> Result<Vec<u8>, RenderError> {
    let roles = roles(table);
    let mut rows = Rows::new();
    let mut header = headers(table);
    if roles.is_some() {
        header.push("row.role".to_owned());
    }
    if header.is_empty() {
        return rows.finish();
    }
    rows.row(&header)?;
    let columns: Vec<Printed<'_>> = table.columns.iter().map(Printed::new).collect();
    for row in 0..table.rows() {
        let mut cells: Vec<(Cow<'_, str>, bool)> = Vec::with_capacity(header.len());
        for (column, printed) in table.columns.iter().zip(&columns) {
            let is_text = matches!(column.cells, Cells::Text(_));
            cells.push(if printed.is_missing(row) {
                (Cow::Borrowed(""), is_text)
            } else {
                (value(column, row), is_text)
            });
        }
        if let Some(roles) = &roles {
            let role = roles.get(row).copied().unwrap_or(RowRole::Body);
            cells.push((Cow::Borrowed(name_of(role)), true));
        }
        rows.cells(
            cells
                .iter()
                .map(|(cell, is_text)| (cell.as_bytes(), *is_text)),
        )?;
    }
    rows.finish()
}

/// What every row is; none if all are plain.
fn roles(table: &Table) -> Option<Vec<RowRole>> {
    let mut roles = vec![RowRole::Body; table.rows()];
    let mut any = false;
    for mark in &table.marks {
        if let Some(role) = roles.get_mut(mark.row as usize) {
            *role = mark.role;
            any |= mark.role != RowRole::Body;
        }
    }
    any.then_some(roles)
}

const fn name_of(role: RowRole) -> &'static str {
    match role {
        RowRole::Body => "body",
        RowRole::Subtotal => "subtotal",
        RowRole::Total => "total",
        RowRole::GroupHeader => "group-header",
    }
}

/// The keys of the columns, each once, with the unit: `age-median [years]`.
pub(super) fn headers(table: &Table) -> Vec<String> {
    let keys = keys(table).into_iter().zip(&table.columns);
    keys.map(|(key, column)| match unit(column) {
        Some(unit) => format!("{key} [{}]", sanitise(unit)),
        None => key,
    })
    .collect()
}

/// The unit of a column's numbers.
pub(super) fn unit(column: &Column) -> Option<&str> {
    let own = column.unit.as_deref().filter(|unit| !unit.is_empty());
    own.or_else(|| matches!(column.cells, Cells::Percent(_)).then_some("%"))
}

/// The keys of the columns; the data of charts have none of their own and take their titles.
pub(super) fn keys(table: &Table) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut keys = Vec::with_capacity(table.columns.len());
    for (at, column) in table.columns.iter().enumerate() {
        let mut key = plain(&column.key);
        if key.is_empty() {
            key = plain(&column.title);
        }
        if key.is_empty() || !taken.insert(key.clone()) {
            key = format!(
                "{key}{}column-{}",
                if key.is_empty() { "" } else { "-" },
                at + 1
            );
            taken.insert(key.clone());
        }
        keys.push(key);
    }
    keys
}

/// Lower-case letters, digits and hyphens; at most 60 of them.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in text.chars().take(200) {
        if character.is_ascii_alphanumeric() {
            plain.push(character.to_ascii_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('-') {
            plain.push('-');
        }
        if plain.len() >= 60 {
            break;
        }
    }
    plain.trim_end_matches('-').to_owned()
}

/// A value: numbers in full, days as ISO 8601, words made harmless.
fn value(column: &Column, row: usize) -> Cow<'_, str> {
    match &column.cells {
        Cells::Text(cells) => cells.get(row).map_or(Cow::Borrowed(""), |text| words(text)),
        Cells::Integer(cells) => {
            Cow::Owned(cells.get(row).map_or_else(String::new, i64::to_string))
        }
        Cells::Number(cells) | Cells::Percent(cells) => Cow::Owned(
            cells
                .get(row)
                .map_or_else(String::new, |value| number(*value)),
        ),
        Cells::Date(cells) => {
            Cow::Owned(cells.get(row).map_or_else(String::new, ToString::to_string))
        }
        Cells::Boolean(cells) => Cow::Borrowed(match cells.get(row) {
            Some(true) => "true",
            Some(false) => "false",
            None => "",
        }),
    }
}

/// The shortest text that reads back as the same number.
fn number(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e15).contains(&value.abs()) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// Words that a spreadsheet shows and never runs: an apostrophe stands before what it would take
/// for a formula (OWASP, "CSV Injection").
pub(super) fn words(text: &str) -> Cow<'_, str> {
    let text = sanitise(text);
    let is_formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'])
        || text.starts_with(['\t', '\n']);
    if is_formula {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}
