//! Tables: captions, parts and notes. Two small ones in a row stand side by side.

mod cell;
mod columns;
mod elements;
mod header;
mod pair;
mod rows;

use std::{borrow::Cow, collections::BTreeSet};

use quire_model::Table;

use crate::{
    captions::{caption, caption_lines},
    context::Context,
    element::{ElementId, Role},
    flow::Flow,
    page::Sheet,
    style::Type,
    text::Fit,
};

use cell::{Marks, Prepared};
use columns::{Band, Grid, bands, is_comfortable, lying_bands};
use elements::Elements;
pub(crate) use pair::pair;

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
/// A table that is ready to be placed.
struct Ready<'a> {
    table: &'a Table,
    label: &'a str,
    columns: Vec<Prepared<'a>>,
    marks: Marks,
    rows: usize,
    printed: usize,
}

impl<'a> Ready<'a> {
    fn new(flow: &mut Flow<'_>, table: &'a Table, label: &'a str) -> Self {
        let rows = table.rows();
        let printed = table
            .print_rows
            .map_or(rows, |limit| rows.min(limit as usize));
        let marks = table.marks.iter().map(|mark| (mark.row, *mark)).collect();
        let columns = table
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| Prepared::new(flow.shaper_mut(), column, printed, &marks, at == 0))
            .collect();
        Self {
            table,
            label,
            columns,
            marks,
            rows,
            printed,
        }
    }
}

/// Place a table: caption, rows, notes. A table with more columns than a page can hold is placed
/// in parts that repeat the first column.
pub(crate) fn table(flow: &mut Flow<'_>, table: &Table, label: &str, context: &Context<'_>) {
    let ready = Ready::new(flow, table, label);
    if ready.printed == 0 && ready.rows > 0 {
        return unprinted(flow, &ready, context);
    }
    let (sheet, bands) = arrange(flow, &ready.columns);
    flow.turn(sheet);
    flow.skip(ABOVE);
    if let [band] = bands.as_slice() {
        keep_together(flow, &ready, band);
    }
    draw(flow, &ready, &bands, context);
}

/// A table of which no row is printed is named: other forms hold it. Below a table on its side, if there is
/// room; a sheet of its own on its side would hold two lines.
fn unprinted(flow: &mut Flow<'_>, ready: &Ready<'_>, context: &Context<'_>) {
    let needed = ABOVE + caption_height(flow, ready) + Type::NOTE.leading;
    if flow.room() < needed {
        flow.turn(flow.base());
    }
    flow.skip(ABOVE);
    flow.ensure(needed - ABOVE);
    flow.name_place(&ready.table.id);
    caption(flow, ready.label, None, &ready.table.caption, context);
    let mut text = String::new();
    crate::format::integer(i64::try_from(ready.rows).unwrap_or(i64::MAX), &mut text);
    text.push_str(" rows, which stand in the HTML, CSV and JSON forms and are not printed.");
    flow.plain(&text, Type::NOTE);
    flow.advance(BELOW);
}

fn draw(flow: &mut Flow<'_>, ready: &Ready<'_>, bands: &[Band], context: &Context<'_>) {
    let Ready {
        table,
        label,
        columns,
        marks,
        printed,
        ..
    } = ready;
    if bands.is_empty() {
        caption(flow, label, None, &table.caption, context);
        return close(flow, ready, &BTreeSet::new());
    }
    let mut cut = BTreeSet::new();
    let outer = flow.enter(Role::Table);
    let owner = flow.owner();
    let elements = Elements::new(flow.tree(), owner, columns, marks, *printed);
    for (at, band) in bands.iter().enumerate() {
        if at > 0 {
            flow.skip(BETWEEN_PARTS);
        }
        let part = (bands.len() > 1).then(|| format!(" (part {} of {})", at + 1, bands.len()));
        let grid = Grid::new(flow, columns, band, context.zebra);
        cut.extend(grid.cut());
        // Each further part repeats what is known from the first.
        flow.belong_to(if at == 0 {
            elements.caption
        } else {
            ElementId::DECORATION
        });
        open(flow, table, label, part, &grid, context);
        rows::place(flow, &grid, columns, marks, &elements, at == 0);
    }
    flow.belong_to(outer);
    close(flow, ready, &cut);
}

/// Go on to the next page if a small table would be split, or lose its notes to the next page.
fn keep_together(flow: &mut Flow<'_>, ready: &Ready<'_>, band: &Band) {
    if ready.printed > MOST_SMALL {
        return;
    }
    let whole = height(flow, ready, band);
    if whole <= flow.full_height() * SMALL {
        flow.ensure(whole);
    }
}

/// How high a table is, or a little more, without the room above and below it.
fn height(flow: &mut Flow<'_>, ready: &Ready<'_>, band: &Band) -> f32 {
    let caption = caption_height(flow, ready);
    let grid = Grid::new(flow, &ready.columns, band, false);
    let (header, cut) = (grid.header_height(), grid.cut().collect());
    let row = |row| band.row_height(columns::lines(flow.shaper(), &ready.columns, band, row));
    let rows: f32 = (0..ready.printed).map(row).sum();
    let notes: f32 = notes(ready, &cut)
        .map(|note| lines_height(flow, &note, Type::NOTE))
        .sum();
    caption + BELOW_CAPTION + header + rows + ABOVE_NOTES + notes
}

fn caption_height(flow: &mut Flow<'_>, ready: &Ready<'_>) -> f32 {
    let spans = ready.table.caption.iter();
    let words: String = spans.map(|span| span.text.as_str()).collect();
    lines_height(flow, &format!("{} {words}", ready.label), Type::CAPTION)
}

fn lines_height(flow: &mut Flow<'_>, text: &str, kind: Type) -> f32 {
    flow.words(text, kind, flow.width(), Fit::Full).len() as f32 * kind.leading
}

/// Whether a table stands upright or lies on its side, and in which parts. It lies only if it gains by
/// it.
fn arrange(flow: &mut Flow<'_>, columns: &[Prepared<'_>]) -> (Sheet, Vec<Band>) {
    let (base, side) = (flow.base(), flow.base().turned());
    let upright = bands(flow, columns, base.text_width());
    if base.is_on_its_side() || is_comfortable(flow, columns, &upright) {
        return (base, upright);
    }
    let lying = lying_bands(flow, columns, side.text_width());
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

fn close(flow: &mut Flow<'_>, ready: &Ready<'_>, cut: &BTreeSet<usize>) {
    flow.advance(ABOVE_NOTES);
    for note in notes(ready, cut) {
        flow.plain(&note, Type::NOTE);
    }
    flow.advance(BELOW);
}

/// What stands below the rows; of columns whose header is cut short, the header too.
fn notes<'a>(ready: &'a Ready<'_>, cut: &'a BTreeSet<usize>) -> impl Iterator<Item = Cow<'a, str>> {
    let is_empty = ready.rows == 0 || ready.columns.is_empty();
    let empty = is_empty.then_some(Cow::Borrowed("There are no rows."));
    let left_out = (ready.printed < ready.rows).then(|| {
        let mut text = String::new();
        let left = i64::try_from(ready.rows - ready.printed).unwrap_or(i64::MAX);
        crate::format::integer(left, &mut text);
        text.push_str(" of ");
        crate::format::integer(i64::try_from(ready.rows).unwrap_or(i64::MAX), &mut text);
        text.push_str(" rows are not printed.");
        Cow::Owned(text)
    });
    let headers = ready.columns.iter().enumerate();
    let headers = headers
        .filter(|(at, _)| cut.contains(at))
        .map(|(at, column)| {
            Cow::Owned(format!(
                "The heading of column {} in full: {}",
                at + 1,
                column.title
            ))
        });
    let own = ready
        .table
        .notes
        .iter()
        .map(|note| Cow::Borrowed(note.as_str()));
    empty.into_iter().chain(left_out).chain(headers).chain(own)
}
