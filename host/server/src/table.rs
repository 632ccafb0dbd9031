//! Rows and columns for someone at a terminal.

use crate::terminal::{self, visible};

/// Write a table: a head in capitals, and columns as wide as their widest cell. The last column is
/// not padded.
pub(crate) fn print(head: &[&str], rows: &[Vec<String>]) {
    let head: Vec<String> = head.iter().map(|&name| name.to_owned()).collect();
    // Before they are measured: what is written out is longer.
    let shown = |row: &Vec<String>| row.iter().map(|cell| visible(cell).into_owned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let width = |column: usize| {
        let cells = std::iter::once(&head).chain(&rows);
        let lengths = cells
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        lengths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in std::iter::once(&head).chain(&rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        terminal::say(cells.join("  ").trim_end());
    }
}
