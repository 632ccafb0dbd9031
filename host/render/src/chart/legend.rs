//! Which series is which.

use quire_model::Align;

use super::{
    ChartKind, colour,
    data::Data,
    marker,
    sizes::{LONE_POINT, POINT, SERIES_LINE},
};
use crate::{
    flow::Flow,
    page::{Area, Mark, Point},
    style::Type,
};

/// A line of names, the sample before each, the room between both and between names.
const LINE: f32 = 13.0;
const SWATCH: f32 = 16.0;
const BESIDE_SWATCH: f32 = 4.0;
const GAP: f32 = 14.0;

/// Room below the last line.
const BELOW: f32 = 3.0;

/// No name takes more of the width: two of the longest stand side by side.
const LONGEST: f32 = 0.45;

/// From a line's top to the middle of the sample, and to the baseline of the name.
const MIDDLE: f32 = 5.0;
const BASELINE: f32 = 7.8;

/// Half the height of a bar in the legend; a point on a line there is a little smaller than in the chart.
const BAR: f32 = 4.0;
const LINE_POINT: f32 = 2.0;

/// No more lines than this; a chart has to have room for itself.
const MOST_LINES: f32 = 6.0;

/// What an entry stands for.
#[derive(Clone, Copy, Debug)]
enum Key {
    Series(usize),
    /// Periods that are not complete.
    Partial,
}

/// The names of series, where they stand relative to the legend's corner.
pub(super) struct Legend {
    items: Vec<(Key, String, Point)>,
    pub(super) height: f32,
}

impl Legend {
    /// Lay out the names in lines; a single series needs none.
    pub(super) fn new(flow: &mut Flow<'_>, data: &Data<'_>) -> Self {
        let mut legend = Self {
            items: Vec::new(),
            height: 0.0,
        };
        let series = data.series.iter().filter(|_| data.series.len() > 1);
        let series = series.map(|series| (Key::Series(series.number), series.name));
        let partial = data
            .has_partial()
            .then_some((Key::Partial, "Period not complete"));
        let (mut x, mut y, mut is_full) = (0.0, 0.0, false);
        for (key, name) in series.chain(partial) {
            let short = flow.named(name, Type::CHART, flow.width() * LONGEST);
            let width = SWATCH + BESIDE_SWATCH + flow.label_width(&short, Type::CHART);
            if x > 0.0 && x + width > flow.width() {
                is_full |= y + LINE >= MOST_LINES * LINE;
                x = 0.0;
                y += LINE;
            }
            if is_full {
                // For a colour without a name there is the note below the figure.
                flow.cut_short(name);
                continue;
            }
            legend.items.push((key, short, Point::new(x, y)));
            x += width + GAP;
        }
        if let Some((.., last)) = legend.items.last() {
            legend.height = last.y + LINE + BELOW;
        }
        legend
    }

    /// Draw it with its corner at the flow's position.
    pub(super) fn draw(&self, flow: &mut Flow<'_>, kind: ChartKind) {
        for (key, name, offset) in &self.items {
            let (x, y) = (flow.left() + offset.x, flow.y() + offset.y);
            match key {
                Key::Series(series) => swatch(flow, kind, *series, x, y + MIDDLE),
                Key::Partial => hollow_swatch(flow, kind, x, y + MIDDLE),
            }
            let at = Point::new(x + SWATCH + BESIDE_SWATCH, y + BASELINE);
            flow.label(name, at, Type::CHART, Align::Start);
        }
        flow.advance(self.height);
    }
}

fn bar(x: f32, y: f32) -> Area {
    Area::new(x + BAR, y - BAR, SWATCH - 6.0, 2.0 * BAR)
}

fn hollow_swatch(flow: &mut Flow<'_>, kind: ChartKind, x: f32, y: f32) {
    if matches!(
        kind,
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::HorizontalBar
    ) {
        let area = bar(x, y);
        marker::hollow_bar(flow, 0, area);
    } else {
        marker::hollow_point(flow, 0, Point::new(x + SWATCH / 2.0, y), POINT);
    }
}

fn swatch(flow: &mut Flow<'_>, kind: ChartKind, series: usize, x: f32, y: f32) {
    match kind {
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::HorizontalBar => {
            let area = bar(x, y);
            marker::bar(flow, series, area);
        }
        ChartKind::Line | ChartKind::Area => {
            let points = Box::new([Point::new(x, y), Point::new(x + SWATCH, y)]);
            let dash = marker::dash(series);
            flow.mark(Mark::Stroke {
                points,
                width: SERIES_LINE,
                colour: colour(series),
                dash,
            });
            marker::point(flow, series, Point::new(x + SWATCH / 2.0, y), LINE_POINT);
        }
        ChartKind::Scatter | ChartKind::Forest => {
            marker::point(flow, series, Point::new(x + SWATCH / 2.0, y), LONE_POINT)
        }
    }
}
