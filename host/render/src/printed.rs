//! What a column says, row by row: the same words in every form of the document.

use quire_model::{Align, Cells, Column};

use crate::{
    format::{self, MISSING},
    text::flat,
};

/// A column, as it is read by people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printed<'a> {
    column: &'a Column,
    decimals: u8,
}

impl<'a> Printed<'a> {
    pub(crate) fn new(column: &'a Column) -> Self {
        Self {
            column,
            decimals: decimals(column),
        }
    }

    /// The header, with its unit.
    pub(crate) fn title(&self) -> String {
        let title = flat(&self.column.title);
        match self.column.unit.as_deref().filter(|unit| !unit.is_empty()) {
            Some(unit) => format!("{title} ({unit})"),
            None => title.into_owned(),
        }
    }

    /// Where its cells stand: numbers at the end unless the column says otherwise.
    pub(crate) fn align(&self) -> Align {
        let number = matches!(
            self.column.cells,
            Cells::Integer(_) | Cells::Number(_) | Cells::Percent(_)
        );
        if number && self.column.align == Align::Start {
            Align::End
        } else {
            self.column.align
        }
    }

    /// Whether it holds words; numbers and dates are never wrapped.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.column.cells, Cells::Text(_) | Cells::Boolean(_))
    }

    /// Whether a row has no value here.
    pub(crate) fn is_missing(&self, row: usize) -> bool {
        let row_number = u32::try_from(row).unwrap_or(u32::MAX);
        self.column.missing.binary_search(&row_number).is_ok()
            || match &self.column.cells {
                Cells::Number(values) | Cells::Percent(values) => {
                    values.get(row).is_none_or(|value| !value.is_finite())
                }
                cells => row >= cells.len(),
            }
    }

    /// What is printed in a row.
    pub(crate) fn text<'b>(&self, row: usize, buffer: &'b mut String) -> &'b str
    where
        'a: 'b,
    {
        if self.is_missing(row) {
            return MISSING;
        }
        buffer.clear();
        match &self.column.cells {
            Cells::Text(values) => return values.get(row).map_or(MISSING, String::as_str),
            Cells::Integer(values) => {
                format::integer(values.get(row).copied().unwrap_or_default(), buffer);
            }
            Cells::Number(values) => {
                let value = values.get(row).copied().unwrap_or_default();
                format::number(value, self.decimals, buffer);
            }
            Cells::Percent(values) => {
                let value = values.get(row).copied().unwrap_or_default();
                format::percent(value, self.decimals, buffer);
            }
            Cells::Date(values) => {
                if let Some(date) = values.get(row) {
                    buffer.push_str(&date.to_string());
                }
            }
            Cells::Boolean(values) => {
                let yes = values.get(row).copied().unwrap_or_default();
                buffer.push_str(if yes { "Yes" } else { "No" });
            }
        }
        buffer
    }
}

fn decimals(column: &Column) -> u8 {
    match (&column.cells, column.decimals) {
        (_, Some(decimals)) => decimals,
        (Cells::Percent(_), None) => 1,
        (Cells::Number(values), None) => format::decimals(values.iter().copied()),
        _ => 0,
    }
}

/// What stands in a cell of a table, as every form of the document prints it; a dash where there is no value.
#[must_use]
pub fn printed_cell(column: &Column, row: usize) -> String {
    let mut buffer = String::new();
    Printed::new(column).text(row, &mut buffer).to_owned()
}
