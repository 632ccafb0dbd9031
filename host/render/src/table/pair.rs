//! Two small tables side by side: a table of three rows and two columns needs no line of its own.

use quire_model::Table;

use super::{
    ABOVE, Ready,
    columns::{self, Band, SMALLEST_BESIDE, bands},
    draw, height,
};
use crate::{context::Context, flow::Flow, page::Column};

/// Between the two.
const GAP: f32 = 20.0;

/// Tables of more rows stand alone, and so does what would take more of a page.
const MOST_ROWS: usize = 20;
const MOST_HEIGHT: f32 = 0.5;

/// Lines that rows may take more than one each, as a share of the rows: half a page is no place for a
/// table that wraps.
const MOST_WRAPPED: f32 = 0.34;

/// Place two tables side by side, unless one of them needs the whole width. Says whether it did.
pub(crate) fn pair(
    flow: &mut Flow<'_>,
    tables: [(&Table, &str); 2],
    context: &Context<'_>,
) -> bool {
    if tables.iter().any(|(table, _)| !is_small(table)) {
        return false;
    }
    let whole = Column {
        left: flow.left(),
        width: flow.width(),
    };
    let width = (whole.width - GAP) / 2.0;
    let halves = [whole.left, whole.left + width + GAP].map(|left| Column { left, width });
    flow.set_column(halves[0]);
    let placed = place_both(flow, tables, halves, context);
    flow.set_column(whole);
    placed
}

fn place_both(
    flow: &mut Flow<'_>,
    tables: [(&Table, &str); 2],
    halves: [Column; 2],
    context: &Context<'_>,
) -> bool {
    let ready = tables.map(|(table, label)| Ready::new(flow, table, label));
    let mut needed: f32 = 0.0;
    let mut shared = Vec::new();
    for one in &ready {
        let bands = bands(flow, &one.columns, flow.width());
        match bands.as_slice() {
            [band] if fits(flow, one, band) => needed = needed.max(height(flow, one, band)),
            _ => return false,
        }
        shared.push(bands);
    }
    if needed > flow.full_height() * MOST_HEIGHT {
        return false;
    }
    flow.skip(ABOVE);
    flow.ensure(needed);
    let top = flow.y();
    let mut end = top;
    for ((one, bands), half) in ready.iter().zip(&shared).zip(halves) {
        flow.move_to(top);
        flow.set_column(half);
        draw(flow, one, bands, context);
        end = end.max(flow.y());
    }
    flow.move_to(end);
    true
}

/// Notes at the foot of the page are counted where a caption is set, so one that has any is set once.
fn is_small(table: &Table) -> bool {
    let printed = table.print_rows.map_or(usize::MAX, |rows| rows as usize);
    (1..=MOST_ROWS).contains(&table.rows().min(printed))
        && table.caption.iter().all(|span| span.footnote.is_none())
}

fn fits(flow: &Flow<'_>, ready: &Ready<'_>, band: &Band) -> bool {
    let lines = |row| columns::lines(flow.shaper(), &ready.columns, band, row);
    let wrapped: f32 = (0..ready.printed).map(|row| lines(row) - 1.0).sum();
    band.size >= SMALLEST_BESIDE && wrapped <= ready.printed as f32 * MOST_WRAPPED
}
