//! Tables, built column by column.

use crate::{
    Column, Text,
    text::clean,
    wit::types::{self, RowMark, RowRole},
};

/// The contract's bound for one table; rows beyond it are left out and a note says so.
const MAX_CELLS: usize = 200_000;
/// Text of one long table, in bytes. A section may return 4 MiB; the rest is for its other words.
const MAX_TEXT: usize = 3 << 20;

/// A table. The host numbers it, splits it over pages and repeats its header.
///
/// ```
/// use quire_sdk::{Column, Table};
///
/// let table = Table::new("sex", "Reports by sex of the patient")
///     .column(Column::text("sex", "Sex", ["Female", "Male"]))
///     .column(Column::integer("reports", "Reports", [45u32, 16]))
///     .note("Denominator: 61 analysed reports.");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    id: String,
    caption: Text,
    columns: Vec<Column>,
    marks: Vec<RowMark>,
    print_rows: Option<u32>,
    notes: Vec<String>,
}

impl Table {
    /// A table without columns. `id` (`[a-z][a-z0-9-]*`) is unique in the section: facts and links
    /// name it.
    #[must_use]
    pub fn new(id: &str, caption: impl Into<Text>) -> Self {
        Self {
            id: id.to_owned(),
            caption: caption.into(),
            columns: Vec::new(),
            marks: Vec::new(),
            print_rows: None,
            notes: Vec::new(),
        }
    }

    /// Add a column. All columns of a table have the same number of cells.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Add the column if there is one.
    #[must_use]
    pub fn maybe(self, column: Option<Column>) -> Self {
        match column {
            Some(column) => self.column(column),
            None => self,
        }
    }

    /// Set a row apart as the sum of the table.
    #[must_use]
    pub fn total(self, row: u32) -> Self {
        self.mark(row, RowRole::Total)
    }

    /// Set a row apart; rows in ascending order.
    #[must_use]
    pub fn mark(mut self, row: u32, role: RowRole) -> Self {
        self.marks.push(RowMark {
            row,
            role,
            indent: 0,
        });
        self
    }

    /// Print only the first rows; the document says how many are not printed.
    #[must_use]
    pub fn print_rows(mut self, rows: u32) -> Self {
        self.print_rows = Some(rows);
        self
    }

    /// Print only the first `top` rows; 0 prints all. The columns come first.
    #[must_use]
    pub fn print_top(self, top: u32) -> Self {
        let rows = self.columns.first().map_or(0, Column::rows);
        if top == 0 || top as usize >= rows {
            self
        } else {
            self.print_rows(top)
        }
    }

    /// A line of small type below the table: what is counted, and of how many.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(clean(note.into()));
        self
    }

    /// How many rows fit into a table with so many columns.
    #[must_use]
    pub fn max_rows(columns: usize) -> usize {
        MAX_CELLS / columns.max(1)
    }

    /// Keep the first rows that fit into one table with so many columns; `text` is the length of a
    /// row's text in bytes.
    pub fn fit<R>(rows: &mut Vec<R>, columns: usize, text: impl Fn(&R) -> usize) {
        let mut bytes = 0;
        let fitting = rows.iter().take_while(|row| {
            bytes += text(row);
            bytes <= MAX_TEXT
        });
        let kept = fitting.count().min(Self::max_rows(columns));
        rows.truncate(kept);
    }

    pub(crate) fn into_wit(self) -> types::Table {
        debug_assert!(
            self.columns
                .windows(2)
                .all(|pair| pair.first().map(Column::rows) == pair.last().map(Column::rows)),
            "the columns of table {} differ in length",
            self.id
        );
        types::Table {
            id: self.id,
            caption: self.caption.into_spans(),
            columns: self.columns.into_iter().map(Column::into_wit).collect(),
            marks: self.marks,
            print_rows: self.print_rows,
            notes: self.notes,
            attributes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(top: u32) -> Option<u32> {
        let table = Table::new("sex", "Sex").column(Column::text("sex", "Sex", ["Female", "Male"]));
        table.print_top(top).into_wit().print_rows
    }

    #[test]
    fn rows_are_left_out_of_print_only_where_there_are_more() {
        assert_eq!([0, 1, 2, 3].map(printed), [None, Some(1), None, None]);
    }

    #[test]
    fn rows_are_kept_within_cells_and_text() {
        let kept = |rows: usize, columns, text: usize| {
            let mut rows = vec![text; rows];
            Table::fit(&mut rows, columns, |text| *text);
            rows.len()
        };

        assert_eq!(kept(30_000, 10, 1), 20_000);
        assert_eq!(kept(5, 10, 1 << 20), 3);
        assert_eq!(kept(5, 10, 1), 5);
    }
}
