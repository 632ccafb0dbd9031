//! Tables: captions, parts and notes.

mod cell;
mod columns;
mod elements;
mod rows;

use quire_model::{Span, Table};

use crate::{
    captions::{caption, caption_lines},
    context::Context,
    element::{ElementId, Role},
    flow::Flow,
    page::Sheet,
    style::{MUTED, Type},
};

use cell::Prepared;
use columns::{Band, Grid, bands, is_comfortable};
use elements::Elements;

/// Place a table: caption, rows, notes. A table with more columns than a page can hold is placed
/// in parts that repeat the first column.
pub(crate) fn table(flow: &mut Flow<'_>, table: &Table, label: &str, context: &Context<'_>) {
    let rows = table.rows();
    let printed = table
        .print_rows
        .map_or(rows, |limit| rows.min(limit as usize));
    let marks = table.marks.iter().map(|mark| (mark.row, *mark)).collect();
    let columns: Vec<Prepared<'_>> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| Prepared::new(flow.shaper_mut(), column, printed, &marks, at == 0))
        .collect();
    let (sheet, bands) = arrange(flow, &columns);
    flow.turn(sheet);
    flow.skip(5.0);
    if bands.is_empty() {
        caption(flow, label, None, &table.caption, context);
        return close(flow, table, rows, printed);
    }
    keep_together(flow, table, &columns, &bands, printed);
    let outer = flow.enter(Role::Table);
    let owner = flow.owner();
    let elements = Elements::new(flow.tree(), owner, &columns, &marks, printed);
    for (at, band) in bands.iter().enumerate() {
        if at > 0 {
            flow.skip(14.0);
        }
        let part = (bands.len() > 1).then(|| format!(" (part {} of {})", at + 1, bands.len()));
        let grid = Grid::new(flow, &columns, band, printed, context.zebra);
        // Each further part repeats what is known from the first.
        flow.belong_to(if at == 0 {
            elements.caption
        } else {
            ElementId::DECORATION
        });
        open(flow, table, label, part, &grid, context);
        rows::place(flow, &grid, &columns, &marks, &elements, at == 0);
    }
    flow.belong_to(outer);
    close(flow, table, rows, printed);
}

/// Tables that take no more of a page than this are not split.
const SMALL: f32 = 0.32;

/// Go on to the next page if a small table would be split, or lose its notes to the next page.
fn keep_together(
    flow: &mut Flow<'_>,
    table: &Table,
    columns: &[Prepared<'_>],
    bands: &[Band],
    printed: usize,
) {
    let [band] = bands else { return };
    if printed > 40 {
        return;
    }
    let leading = band.size * 1.32;
    let row = |row| columns::lines(flow.shaper(), columns, band, row) * leading + band.size * 0.68;
    let rows: f32 = (0..printed).map(row).sum();
    // A line of a note holds about 120 letters.
    let notes: usize = table.notes.iter().map(|note| note.len() / 120 + 1).sum();
    let around = 2.0 * Type::CAPTION.leading + 3.0 * leading + 12.0;
    let whole = rows + around + notes as f32 * Type::NOTE.leading;
    if whole <= flow.full_height() * SMALL {
        flow.ensure(whole);
    }
}

/// Whether a table stands upright or lies on its side, and in which parts. It lies only if it gains by
/// it.
fn arrange(flow: &mut Flow<'_>, columns: &[Prepared<'_>]) -> (Sheet, Vec<Band>) {
    let (base, side) = (flow.base(), flow.base().turned());
    let upright = bands(flow, columns, base.text_width());
    if base.is_on_its_side() || is_comfortable(flow, columns, &upright) {
        return (base, upright);
    }
    let lying = bands(flow, columns, side.text_width());
    (side, lying)
}

fn open(
    flow: &mut Flow<'_>,
    table: &Table,
    label: &str,
    part: Option<String>,
    grid: &Grid,
    context: &Context<'_>,
) {
    let start = grid.header_height() + 2.0 * grid.row_height() + Type::CAPTION.leading * 2.0 + 4.0;
    flow.ensure(start.min(flow.full_height()));
    flow.name_place(&table.id);
    caption_lines(flow, label, part, &table.caption, context);
    flow.advance(3.0);
}

fn close(flow: &mut Flow<'_>, table: &Table, rows: usize, printed: usize) {
    flow.advance(4.0);
    if rows == 0 || table.columns.is_empty() {
        let note = Type::NOTE.with_colour(MUTED);
        flow.paragraph(&[Span::plain("There are no rows.")], note);
    }
    if printed < rows {
        let mut text = String::new();
        crate::format::integer(i64::try_from(rows - printed).unwrap_or(i64::MAX), &mut text);
        text.push_str(" of ");
        crate::format::integer(i64::try_from(rows).unwrap_or(i64::MAX), &mut text);
        text.push_str(" rows are not printed.");
        flow.paragraph(&[Span::plain(text)], Type::NOTE);
    }
    for note in &table.notes {
        flow.paragraph(&[Span::plain(note.as_str())], Type::NOTE);
    }
    flow.advance(12.0);
}
