//! Rows, split over pages below a repeated header.

use quire_model::{Align, RowRole};

use super::{
    cell::{INDENT, Marks, Prepared, look},
    columns::Grid,
    elements::Elements,
};
use crate::{
    element::ElementId,
    flow::{Flow, offset},
    page::{Area, Mark, Point},
    style::{ACCENT, Colour, HEAD_TINT, INK, MUTED, RULE, STRONG_RULE, TINT, Type},
    text::{Fit, Line},
};

/// How thick rules are: the more they separate, the thicker. Those of rows are as thin as printers can.
const TOP_RULE: f32 = 1.0;
const HEAD_RULE: f32 = 0.6;
const ROW_RULE: f32 = 0.4;
const LAST_RULE: f32 = 0.75;

/// So many rows at the end of a table are not parted by the end of a page, and the note below them: a
/// page with a header and one row tells nothing.
const TAIL: usize = 3;

/// One cell, broken into lines.
struct Cell {
    lines: Vec<Line>,
    x: f32,
    width: f32,
    align: Align,
    owner: ElementId,
}

/// Draws the rows of one table.
struct Rows<'a, 'b> {
    flow: &'a mut Flow<'b>,
    grid: &'a Grid,
    columns: &'a [Prepared<'a>],
    elements: &'a Elements,
    /// Whether this is the first part of the table, whose first column is read.
    first: bool,
    /// What is painted behind the page's rows, and before which mark.
    behind: Vec<Mark>,
    mark: usize,
}

/// Place all printed rows of a table.
pub(super) fn place(
    flow: &mut Flow<'_>,
    grid: &Grid,
    columns: &[Prepared<'_>],
    marks: &Marks,
    elements: &Elements,
    first: bool,
) {
    let printed = elements.rows();
    let mut rows = Rows {
        flow,
        grid,
        columns,
        elements,
        first,
        behind: Vec::new(),
        mark: 0,
    };
    // After a caption of several pages there may be no room left for what it stands above.
    let need = grid.header_height() + grid.row_height();
    rows.flow.ensure(need.min(rows.flow.full_height()));
    rows.header(true);
    for row in 0..printed {
        let mark = marks.get(&u32::try_from(row).unwrap_or(u32::MAX));
        let role = mark.map_or(RowRole::Body, |mark| mark.role);
        let indent = mark.map_or(0.0, |mark| {
            f32::from(mark.indent.min(4)) * INDENT * grid.size
        });
        if printed > TAIL && row + TAIL == printed {
            rows.keep_tail(row, marks);
        }
        rows.row(row, role, indent);
    }
    rows.settle();
    let (y, left, width) = (rows.flow.y(), rows.flow.left(), rows.flow.width());
    rows.flow
        .fill(Area::new(left, y - 0.25, width, LAST_RULE), STRONG_RULE);
}

impl Rows<'_, '_> {
    /// Draw the header; it is read once, where it stands for the first time.
    fn header(&mut self, is_read: bool) {
        let height = self.grid.header_height();
        let (left, width, top) = (self.flow.left(), self.flow.width(), self.flow.y());
        self.flow
            .fill(Area::new(left, top, width, height), HEAD_TINT);
        self.flow
            .fill(Area::new(left, top, width, TOP_RULE), ACCENT);
        self.flow.fill(
            Area::new(left, top + height - HEAD_RULE, width, HEAD_RULE),
            STRONG_RULE,
        );
        let kind = self.grid.header_kind();
        for lane in &self.grid.lanes {
            let align = self
                .columns
                .get(lane.column)
                .map_or(Align::Start, |column| column.align);
            let mut y =
                top + height - self.grid.gutter() - 0.5 - lane.header.len() as f32 * kind.leading;
            self.flow
                .belong_to(if is_read && self.is_read(lane.column) {
                    self.elements.header(lane.column)
                } else {
                    ElementId::DECORATION
                });
            for line in &lane.header {
                self.flow
                    .draw_line(line, left + lane.x, y + kind.baseline(), align, lane.width);
                y += kind.leading;
            }
        }
        self.flow.move_to(top + height);
        self.flow.set_start();
        self.mark = self.flow.marks().len();
    }

    /// Paint what belongs behind the rows of this page.
    fn settle(&mut self) {
        self.flow.paint_behind(self.mark, self.behind.drain(..));
    }

    fn next_page(&mut self) {
        self.settle();
        self.flow.new_page();
        self.header(false);
    }

    /// Whether a column is read here: the first of a table is repeated in each of its parts.
    const fn is_read(&self, column: usize) -> bool {
        self.first || column > 0
    }

    fn owner(&self, row: usize, column: usize) -> ElementId {
        if self.is_read(column) {
            self.elements.cell(row, column)
        } else {
            ElementId::DECORATION
        }
    }

    /// Go on to the next page unless this one has room for all rows from here.
    fn keep_tail(&mut self, from: usize, marks: &Marks) {
        let rows: f32 = (from..self.elements.rows())
            .map(|row| {
                let mark = marks.get(&u32::try_from(row).unwrap_or(u32::MAX));
                let role = mark.map_or(RowRole::Body, |mark| mark.role);
                let cells = self.cells(row, role, 0.0);
                let lines = cells.iter().map(|cell| cell.lines.len()).max();
                self.height(lines.unwrap_or_default().max(1))
            })
            .sum();
        let needed = rows + Type::NOTE.leading;
        let fresh = self.flow.full_height() - self.grid.header_height();
        if self.flow.room() < needed && needed <= fresh && !self.flow.is_fresh() {
            self.next_page();
        }
    }

    fn row(&mut self, row: usize, role: RowRole, indent: f32) {
        let single = self.grid.row_height();
        if role != RowRole::GroupHeader && self.fits_on_one_line(row, indent) {
            if self.flow.room() < single && !self.flow.is_fresh() {
                self.next_page();
            }
            self.background(row, role, single);
            self.draw_single(row, role, indent);
            self.flow.advance(single);
        } else {
            let cells = self.cells(row, role, indent);
            self.draw_cells(row, role, &cells);
        }
    }

    fn fits_on_one_line(&self, row: usize, indent: f32) -> bool {
        self.grid.lanes.iter().all(|lane| {
            let word = self
                .columns
                .get(lane.column)
                .and_then(|column| column.words.get(row).copied().flatten());
            let room = lane.width - if lane.column == 0 { indent } else { 0.0 };
            word.is_some_and(|word| {
                self.flow.shaper().width_of(word) * self.grid.size <= room + 0.01
            })
        })
    }

    fn draw_single(&mut self, row: usize, role: RowRole, indent: f32) {
        let kind = self.grid.kind();
        let baseline = self.flow.y() + self.grid.gutter() + kind.baseline();
        for lane in &self.grid.lanes {
            let Some(column) = self.columns.get(lane.column) else {
                continue;
            };
            let Some(word) = column.words.get(row).copied().flatten() else {
                continue;
            };
            let shift = if lane.column == 0 { indent } else { 0.0 };
            let spare = lane.width - shift - self.flow.shaper().width_of(word) * kind.size;
            let x = self.flow.left() + lane.x + shift + offset(column.align, spare);
            let colour = colour(column, row, role);
            self.flow.belong_to(self.owner(row, lane.column));
            self.flow.mark(Mark::Text {
                at: Point::new(x, baseline),
                size: kind.size,
                colour,
                word,
            });
        }
    }

    /// The lines of all cells of a row that does not fit on one line.
    fn cells(&mut self, row: usize, role: RowRole, indent: f32) -> Vec<Cell> {
        let mut buffer = String::new();
        let mut cells = Vec::with_capacity(self.grid.lanes.len());
        let spans = role == RowRole::GroupHeader;
        for lane in &self.grid.lanes {
            let Some(column) = self.columns.get(lane.column) else {
                continue;
            };
            let shift = if lane.column == 0 { indent } else { 0.0 };
            let room = if spans {
                self.flow.width() - 2.0 * self.grid.padding
            } else {
                lane.width
            };
            let width = (room - shift).max(self.grid.size);
            let kind = self
                .grid
                .kind()
                .with_look(look(Some(role)))
                .with_colour(colour(column, row, role));
            let text = column.text(row, &mut buffer);
            let lines = self.flow.words(text, kind, width, Fit::Full);
            let align = if spans { Align::Start } else { column.align };
            cells.push(Cell {
                lines,
                x: lane.x + shift,
                width,
                align,
                owner: self.owner(row, lane.column),
            });
            if spans {
                break;
            }
        }
        cells
    }

    /// Draw a row, in as many parts as pages need.
    fn draw_cells(&mut self, row: usize, role: RowRole, cells: &[Cell]) {
        // A row that introduces others needs company.
        let company = if role == RowRole::GroupHeader {
            self.grid.row_height()
        } else {
            0.0
        };
        let total = cells
            .iter()
            .map(|cell| cell.lines.len())
            .max()
            .unwrap_or(0)
            .max(1);
        let whole = self.height(total);
        let fresh = self.flow.full_height() - self.grid.header_height();
        if self.flow.room() < (whole + company).min(fresh)
            && !self.flow.is_fresh()
            && whole <= fresh
        {
            self.next_page();
        }
        let mut done = 0;
        while done < total {
            let mut count = self.lines_that_fit().min(total - done);
            if count == 0 {
                if !self.flow.is_fresh() {
                    self.next_page();
                    continue;
                }
                count = 1;
            }
            self.background(row, role, self.height(count));
            self.draw_part(cells, done, count);
            self.flow.advance(self.height(count));
            done += count;
            if done < total {
                self.next_page();
            }
        }
    }

    fn lines_that_fit(&self) -> usize {
        let room = self.flow.room() - 2.0 * self.grid.gutter();
        (room / self.grid.leading() + 0.001).max(0.0) as usize
    }

    fn height(&self, lines: usize) -> f32 {
        lines as f32 * self.grid.leading() + 2.0 * self.grid.gutter()
    }

    fn draw_part(&mut self, cells: &[Cell], from: usize, count: usize) {
        let kind = self.grid.kind();
        for cell in cells {
            let mut y = self.flow.y() + self.grid.gutter();
            self.flow.belong_to(cell.owner);
            for line in cell.lines.iter().skip(from).take(count) {
                let x = self.flow.left() + cell.x;
                self.flow
                    .draw_line(line, x, y + kind.baseline(), cell.align, cell.width);
                y += kind.leading;
            }
        }
    }

    fn background(&mut self, row: usize, role: RowRole, height: f32) {
        let area = Area::new(self.flow.left(), self.flow.y(), self.flow.width(), height);
        let mut paint = |area, colour| self.behind.push(Mark::Fill { area, colour });
        match role {
            RowRole::GroupHeader => paint(area, TINT),
            RowRole::Subtotal => paint(
                Area {
                    height: HEAD_RULE,
                    ..area
                },
                STRONG_RULE,
            ),
            RowRole::Total => {
                paint(area, TINT);
                paint(
                    Area {
                        height: TOP_RULE,
                        ..area
                    },
                    INK,
                );
            }
            RowRole::Body if self.grid.zebra => {
                if row % 2 == 1 {
                    paint(area, TINT);
                }
            }
            RowRole::Body => paint(
                Area {
                    y: area.bottom() - ROW_RULE,
                    height: ROW_RULE,
                    ..area
                },
                RULE,
            ),
        }
    }
}

fn colour(column: &Prepared<'_>, row: usize, role: RowRole) -> Colour {
    match role {
        RowRole::GroupHeader => ACCENT,
        _ if column.is_missing(row) => MUTED,
        _ => INK,
    }
}
