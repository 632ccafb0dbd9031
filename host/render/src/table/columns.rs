//! How wide columns are.

use super::{cell::Prepared, header};
use crate::{
    flow::Flow,
    style::{INK, Type},
    text::{Line, Look, Shaper},
};

/// Type sizes for tables, tried from the first; smaller print than the last is not read.
const SIZES: [f32; 4] = [8.0, 7.5, 7.0, 6.5];
/// On a sheet on its side, for tables that are too wide for anything else: more rows on a page are worth
/// the smaller print.
const LYING: [f32; 2] = [7.0, 6.5];

/// Tables that stand side by side are set no smaller than this.
pub(super) const SMALLEST_BESIDE: f32 = 7.5;

/// Room above and below a cell's text and between its lines, in em: dense, as tables are looked up and
/// not read; with less, descenders touch the rule below.
const GUTTER: f32 = 0.25;
const LEADING: f32 = 1.32;

/// Room left and right of a cell's text, in em. With less, numbers of neighbours run together.
const PADDING: f32 = 0.55;

/// A header keeps its rules at a distance, in points.
const AROUND_HEADER: f32 = 2.0;

/// A table that takes more of a page is long: then rows of many lines cost pages.
const LONG: f32 = 0.6;

/// So few rows may be set in the smallest print: a sheet on its side for them would stay empty.
const FEW: usize = 12;

/// Most rows of a long table should have no more lines than this.
const MOST_LINES: f32 = 3.0;

/// What words that do not break where the line ends add to a cell's width.
const RAGGED: f32 = 1.1;

/// A header may take two lines: the longer has a little more than half of it.
const HALF_HEADER: f32 = 0.58;

/// The part of the width that columns of numbers may take before their headers get a third line.
const STIFF: f32 = 0.9;

/// Up to this width, in em, the column that names the rows wraps in no part of a table.
const NAMES: f32 = 12.0;

/// One column's part of the page.
pub(super) struct Lane {
    /// Which of the table's columns it shows.
    pub(super) column: usize,
    /// Where its text begins, from the left end of the table.
    pub(super) x: f32,
    /// How wide its text may be.
    pub(super) width: f32,
    pub(super) header: Vec<Line>,
    /// Whether the header ends with an ellipsis, for want of room.
    pub(super) is_cut: bool,
}

/// Where everything stands in a table, in points.
pub(super) struct Grid {
    pub(super) lanes: Vec<Lane>,
    pub(super) size: f32,
    /// Left and right of a cell's text.
    pub(super) padding: f32,
    pub(super) zebra: bool,
}

impl Grid {
    /// Above and below a cell's text.
    pub(super) fn gutter(&self) -> f32 {
        self.size * GUTTER
    }

    pub(super) fn leading(&self) -> f32 {
        self.size * LEADING
    }

    /// A row of one line.
    pub(super) fn row_height(&self) -> f32 {
        self.leading() + 2.0 * self.gutter()
    }

    pub(super) fn kind(&self) -> Type {
        Type {
            size: self.size,
            leading: self.leading(),
            colour: INK,
            look: Look::FIGURES,
        }
    }

    pub(super) fn header_kind(&self) -> Type {
        self.kind().with_look(Look::BOLD)
    }

    /// The columns whose headers are cut short.
    pub(super) fn cut(&self) -> impl Iterator<Item = usize> {
        let cut = self.lanes.iter().filter(|lane| lane.is_cut);
        cut.map(|lane| lane.column)
    }

    pub(super) fn header_height(&self) -> f32 {
        let lines = self
            .lanes
            .iter()
            .map(|lane| lane.header.len())
            .max()
            .unwrap_or(1);
        lines as f32 * self.leading() + 2.0 * self.gutter() + AROUND_HEADER
    }

    /// Share the column of the flow among some columns of a table.
    pub(super) fn new(
        flow: &mut Flow<'_>,
        columns: &[Prepared<'_>],
        band: &Band,
        zebra: bool,
    ) -> Self {
        let mut grid = Self {
            lanes: Vec::new(),
            size: band.size,
            padding: band.padding,
            zebra,
        };
        let mut x = 0.0;
        for (at, width) in &band.widths {
            let Some(column) = columns.get(*at) else {
                continue;
            };
            let (header, is_cut) = header::lines(flow, &column.title, grid.header_kind(), *width);
            grid.lanes.push(Lane {
                column: *at,
                x: x + band.padding,
                width: *width,
                header,
                is_cut,
            });
            x += width + 2.0 * band.padding;
        }
        grid
    }
}

/// Columns that stand side by side, with their widths.
pub(super) struct Band {
    pub(super) size: f32,
    pub(super) padding: f32,
    pub(super) widths: Vec<(usize, f32)>,
}

impl Band {
    pub(super) fn leading(&self) -> f32 {
        self.size * LEADING
    }

    /// A row of so many lines.
    pub(super) fn row_height(&self, lines: f32) -> f32 {
        lines * self.leading() + self.size * 2.0 * GUTTER
    }
}

/// What a column asks for, in em: without breaking words, without wrapping cells, without wrapping
/// its header.
#[derive(Clone, Copy)]
struct Wish {
    narrow: f32,
    natural: f32,
    comfortable: f32,
    is_text: bool,
}

/// Share a page's width among columns: at the largest size at which no word has to be broken. If
/// there is none, the table comes in several bands, each with the first column.
pub(super) fn bands(flow: &mut Flow<'_>, columns: &[Prepared<'_>], width: f32) -> Vec<Band> {
    bands_of(flow, columns, width, &SIZES)
}

/// The same on a sheet that lies on its side for the table.
pub(super) fn lying_bands(flow: &mut Flow<'_>, columns: &[Prepared<'_>], width: f32) -> Vec<Band> {
    bands_of(flow, columns, width, &LYING)
}

fn bands_of(flow: &mut Flow<'_>, columns: &[Prepared<'_>], width: f32, sizes: &[f32]) -> Vec<Band> {
    if columns.is_empty() {
        return Vec::new();
    }
    let wishes = wishes(flow, columns, width);
    let all: Vec<usize> = (0..columns.len()).collect();
    for size in sizes.iter().copied() {
        let padding = padding(size);
        let narrow: f32 = wishes
            .iter()
            .map(|wish| wish.narrow * size + 2.0 * padding)
            .sum();
        if narrow <= width {
            return vec![share(&wishes, &all, size, width)];
        }
    }
    let [.., size] = SIZES;
    split(&wishes, size, width)
        .iter()
        .map(|columns| share(&wishes, columns, size, width))
        .collect()
}

/// Whether columns have the room they need to be read with ease: in one part, not in the smallest
/// print, and in a long table without rows of very many lines.
pub(super) fn is_comfortable(flow: &Flow<'_>, columns: &[Prepared<'_>], bands: &[Band]) -> bool {
    let [.., smallest] = SIZES;
    let rows = columns.first().map_or(0, |column| column.words.len());
    match bands {
        [] => true,
        [band] if band.size > smallest || rows <= FEW => {
            let mut lines: Vec<f32> = (0..rows)
                .map(|row| lines(flow.shaper(), columns, band, row))
                .collect();
            lines.sort_by(f32::total_cmp);
            let height = lines.iter().sum::<f32>() * band.size * LEADING;
            let median = lines.get(rows / 2).copied().unwrap_or(1.0);
            height <= flow.base().text_height() * LONG || median <= MOST_LINES
        }
        _ => false,
    }
}

/// About how many lines a row takes.
pub(super) fn lines(shaper: &Shaper, columns: &[Prepared<'_>], band: &Band, row: usize) -> f32 {
    let lines = band.widths.iter().map(|(column, width)| {
        let column = columns.get(*column);
        column.map_or(1.0, |column| {
            column.lines(shaper, row, width / band.size, RAGGED)
        })
    });
    lines.fold(1.0, f32::max)
}

fn padding(size: f32) -> f32 {
    size * PADDING
}

fn wishes(flow: &mut Flow<'_>, columns: &[Prepared<'_>], width: f32) -> Vec<Wish> {
    let [size, ..] = SIZES;
    let room = width / size
        - 2.0 * padding(1.0) * f32::from(u16::try_from(columns.len()).unwrap_or(u16::MAX));
    let natural: f32 = columns
        .iter()
        .map(|column| column.natural.max(column.title_natural))
        .sum();
    let fits = natural <= room;
    let mut wishes: Vec<Wish> = columns
        .iter()
        .map(|column| {
            let natural = column
                .natural
                .max(column.title_natural * HALF_HEADER)
                .max(column.title_narrow);
            let narrow = if fits {
                natural
            } else {
                column.narrow(flow.shaper_mut()).min(natural)
            };
            Wish {
                narrow,
                natural,
                comfortable: natural.max(column.title_natural),
                is_text: column.is_text,
            }
        })
        .collect();
    stiffen(&mut wishes, room);
    wishes
}

/// Spare the headers of numbers a third line, if words can give way.
fn stiffen(wishes: &mut [Wish], room: f32) {
    let stiff = |wish: &Wish| {
        if wish.is_text {
            wish.narrow
        } else {
            wish.natural
        }
    };
    if wishes.iter().map(stiff).sum::<f32>() <= room * STIFF {
        for wish in wishes {
            wish.narrow = stiff(wish);
        }
    }
}

/// Cut the columns into groups that fit at `size`; the first column is repeated.
fn split(wishes: &[Wish], size: f32, width: f32) -> Vec<Vec<usize>> {
    // The column that names the rows is read again and again; it may be a little wider.
    let need = |at: usize| {
        wishes.get(at).map_or(0.0, |wish| {
            let wide = if at == 0 {
                wish.natural.min(NAMES).max(wish.narrow)
            } else {
                wish.narrow
            };
            wide * size + 2.0 * padding(size)
        })
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut group = vec![0];
    let mut used = need(0);
    for at in 1..wishes.len() {
        if used + need(at) > width && group.len() > 1 {
            groups.push(std::mem::replace(&mut group, vec![0]));
            used = need(0);
        }
        group.push(at);
        used += need(at);
    }
    groups.push(group);
    groups
}

fn share(wishes: &[Wish], columns: &[usize], size: f32, width: f32) -> Band {
    let padding = padding(size);
    let room = width - 2.0 * padding * columns.len() as f32;
    let chosen: Vec<Wish> = columns
        .iter()
        .filter_map(|at| wishes.get(*at).copied())
        .collect();
    let widths = widths(&chosen, room / size);
    let widths = columns
        .iter()
        .copied()
        .zip(widths.into_iter().map(|width| width * size))
        .collect();
    Band {
        size,
        padding,
        widths,
    }
}

/// Widths in em whose sum is `room`.
fn widths(wishes: &[Wish], room: f32) -> Vec<f32> {
    let sum = |of: fn(&Wish) -> f32| wishes.iter().map(of).sum::<f32>();
    let (narrow, natural, comfortable) = (
        sum(|w| w.narrow),
        sum(|w| w.natural),
        sum(|w| w.comfortable),
    );
    let between = |low: f32, high: f32| ((room - low) / (high - low).max(1e-3)).clamp(0.0, 1.0);
    if narrow >= room {
        let scale = room / narrow.max(1e-3);
        wishes.iter().map(|wish| wish.narrow * scale).collect()
    } else if natural >= room {
        let most = most_more(wishes, room - narrow);
        wishes
            .iter()
            .map(|wish| wish.narrow + (wish.natural - wish.narrow).min(most))
            .collect()
    } else if comfortable >= room {
        let part = between(natural, comfortable);
        wishes
            .iter()
            .map(|wish| wish.natural + (wish.comfortable - wish.natural) * part)
            .collect()
    } else {
        // Words take more of what is left than numbers, which would drift away from them.
        let weight = |wish: &Wish| (wish.comfortable + 2.0) * if wish.is_text { 3.0 } else { 1.0 };
        let weights: f32 = wishes.iter().map(weight).sum();
        let spare = room - comfortable;
        wishes
            .iter()
            .map(|wish| wish.comfortable + spare * weight(wish) / weights.max(1e-3))
            .collect()
    }
}

/// How much more than its narrowest a column may have, so that all together take `spare`: those that ask for
/// little have it all, and only the widest wrap.
fn most_more(wishes: &[Wish], mut spare: f32) -> f32 {
    let mut asked: Vec<f32> = wishes
        .iter()
        .map(|wish| wish.natural - wish.narrow)
        .collect();
    asked.sort_by(f32::total_cmp);
    let mut left = asked.len();
    for more in asked {
        let share = spare / left.max(1) as f32;
        if more > share {
            return share;
        }
        spare -= more;
        left -= 1;
    }
    f32::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(narrow: f32, natural: f32) -> Wish {
        Wish {
            narrow,
            natural,
            comfortable: natural,
            is_text: true,
        }
    }

    #[test]
    fn widths_always_fill_the_room() {
        for room in [3.0, 10.0, 25.0, 60.0] {
            let widths = widths(&[wish(2.0, 20.0), wish(4.0, 4.0), wish(3.0, 9.0)], room);
            assert!((widths.iter().sum::<f32>() - room).abs() < 0.01, "{room}");
        }
    }

    #[test]
    fn only_the_widest_column_wraps() {
        let widths = widths(&[wish(2.0, 40.0), wish(3.0, 8.0), wish(4.0, 4.0)], 30.0);

        assert!((widths[1] - 8.0).abs() < 0.01 && (widths[2] - 4.0).abs() < 0.01);
        assert!((widths[0] - 18.0).abs() < 0.01, "{widths:?}");
    }

    #[test]
    fn each_band_repeats_the_first_column() {
        let wishes = vec![wish(10.0, 10.0); 40];
        let groups = split(&wishes, 6.25, 450.0);
        assert!(groups.len() > 1);
        assert!(
            groups
                .iter()
                .all(|group| group.first() == Some(&0) && group.len() > 1)
        );
        let seen: usize = groups.iter().map(|group| group.len() - 1).sum();
        assert_eq!(seen, 39);
    }
}
