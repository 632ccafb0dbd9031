//! Tables: captions, parts and notes.

mod cell;
mod columns;
mod elements;
mod rows;

use quire_model::Table;

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

/// Room above a table, between its parts, below its caption, above its notes, and below all. Paragraphs
/// keep half a line apart; a table is set off by a little more.
const ABOVE: f32 = 5.0;
const BETWEEN_PARTS: f32 = 14.0;
const BELOW_CAPTION: f32 = 3.0;
const ABOVE_NOTES: f32 = 4.0;
const BELOW: f32 = 12.0;

/// Tables that take no more of a page than this are not split. With a half, pages end with gaps of a
/// half; with none, tables of four rows are torn apart.
const SMALL: f32 = 0.32;
/// Tables of more rows are never so small; they are not measured for it.
const MOST_SMALL: usize = 40;
/// About how many letters a line of a note holds.
const NOTE_LETTERS: usize = 120;

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
    flow.skip(ABOVE);
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
            flow.skip(BETWEEN_PARTS);
        }
        let part = (bands.len() > 1).then(|| format!(" (part {} of {})", at + 1, bands.len()));
        let grid = Grid::new(flow, &columns, band, context.zebra);
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

/// Go on to the next page if a small table would be split, or lose its notes to the next page.
fn keep_together(
    flow: &mut Flow<'_>,
    table: &Table,
    columns: &[Prepared<'_>],
    bands: &[Band],
    printed: usize,
) {
    let [band] = bands else { return };
    if printed > MOST_SMALL {
        return;
    }
    let row = |row| band.row_height(columns::lines(flow.shaper(), columns, band, row));
    let rows: f32 = (0..printed).map(row).sum();
    let notes: usize = table
        .notes
        .iter()
        .map(|note| note.len() / NOTE_LETTERS + 1)
        .sum();
    let around = 2.0 * Type::CAPTION.leading + 3.0 * band.leading() + BELOW;
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
    let start =
        grid.header_height() + 2.0 * grid.row_height() + Type::CAPTION.leading * 2.0 + ABOVE_NOTES;
    flow.ensure(start.min(flow.full_height()));
    flow.name_place(&table.id);
    caption_lines(flow, label, part, &table.caption, context);
    flow.advance(BELOW_CAPTION);
}

fn close(flow: &mut Flow<'_>, table: &Table, rows: usize, printed: usize) {
    flow.advance(ABOVE_NOTES);
    if rows == 0 || table.columns.is_empty() {
        let note = Type::NOTE.with_colour(MUTED);
        flow.plain("There are no rows.", note);
    }
    if printed < rows {
        let mut text = String::new();
        crate::format::integer(i64::try_from(rows - printed).unwrap_or(i64::MAX), &mut text);
        text.push_str(" of ");
        crate::format::integer(i64::try_from(rows).unwrap_or(i64::MAX), &mut text);
        text.push_str(" rows are not printed.");
        flow.plain(&text, Type::NOTE);
    }
    for note in &table.notes {
        flow.plain(note, Type::NOTE);
    }
    flow.advance(BELOW);
}
