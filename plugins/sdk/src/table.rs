//! Tables, built column by column.

use crate::{
    Column, Text,
    text::clean,
    wit::types::{self, RowMark, RowRole},
};

/// The contract's bound for one table; rows beyond it are left out and a note says so.
const MAX_CELLS: usize = 200_000;

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
