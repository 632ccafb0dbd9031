//! A table's cells as a reading program sees them: one table, over however many pages and parts it is
//! printed.

use quire_model::RowRole;

use super::cell::{Marks, Prepared};
use crate::{
    element::{ElementId, Role},
    tags::Tree,
};

/// The elements of a table.
pub(super) struct Elements {
    pub(super) caption: ElementId,
    /// Of the header, by column.
    head: Vec<ElementId>,
    /// The first cell of each printed row; the others follow.
    rows: Vec<ElementId>,
}

impl Elements {
    /// Add them all to the table.
    pub(super) fn new(
        tree: &mut Tree,
        table: ElementId,
        columns: &[Prepared<'_>],
        marks: &Marks,
        printed: usize,
    ) -> Self {
        let caption = tree.add(table, Role::Caption);
        let head = tree.add(table, Role::Head);
        let head = tree.add(head, Role::Row);
        let head = columns
            .iter()
            .map(|_| tree.add(head, Role::ColumnHeader))
            .collect();
        let body = tree.add(table, Role::Body);
        // Words at the beginning of a row say what the row is about; a number does not.
        let named = columns.first().is_some_and(|column| column.is_text);
        let rows = (0..printed).map(|row| {
            let mark = marks.get(&u32::try_from(row).unwrap_or(u32::MAX));
            let is_header = mark.is_some_and(|mark| mark.role == RowRole::GroupHeader);
            let row = tree.add(body, Role::Row);
            let first = if named || is_header {
                Role::RowHeader
            } else {
                Role::Cell
            };
            let first = tree.add(row, first);
            if is_header {
                tree.span(first, columns.len());
            } else {
                for _ in columns.iter().skip(1) {
                    tree.add(row, Role::Cell);
                }
            }
            first
        });
        Self {
            caption,
            rows: rows.collect(),
            head,
        }
    }

    /// How many rows are printed.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The header of a column.
    pub(super) fn header(&self, column: usize) -> ElementId {
        self.head
            .get(column)
            .copied()
            .unwrap_or(ElementId::DECORATION)
    }

    /// A cell.
    pub(super) fn cell(&self, row: usize, column: usize) -> ElementId {
        let first = self.rows.get(row);
        first.map_or(ElementId::DECORATION, |first| first.after(column))
    }
}
