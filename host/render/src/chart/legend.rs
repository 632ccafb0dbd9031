//! Which series is which.

use quire_model::Align;

use super::{ChartKind, colour, data::Data, marker};
use crate::{
    flow::Flow,
    page::{Area, Mark, Point},
    style::Type,
};

const LINE: f32 = 13.0;
const SWATCH: f32 = 16.0;
const GAP: f32 = 14.0;

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
        let (mut x, mut y) = (0.0, 0.0);
        for (key, name) in series.chain(partial) {
            let name = flow.shortened(name, Type::CHART, flow.width() * 0.45);
            let width = SWATCH + 4.0 + flow.label_width(&name, Type::CHART);
            if x > 0.0 && x + width > flow.width() {
                if y + LINE >= MOST_LINES * LINE {
                    break;
                }
                x = 0.0;
                y += LINE;
            }
            legend.items.push((key, name, Point::new(x, y)));
            x += width + GAP;
        }
        if !legend.items.is_empty() {
            legend.height = y + LINE + 3.0;
        }
        legend
    }

    /// Draw it with its corner at the flow's position.
    pub(super) fn draw(&self, flow: &mut Flow<'_>, kind: ChartKind) {
        for (key, name, offset) in &self.items {
            let (x, y) = (flow.left() + offset.x, flow.y() + offset.y);
            match key {
                Key::Series(series) => swatch(flow, kind, *series, x, y + 5.0),
                Key::Partial => hollow_swatch(flow, kind, x, y + 5.0),
            }
            let at = Point::new(x + SWATCH + 4.0, y + 7.8);
            flow.label(name, at, Type::CHART, Align::Start);
        }
        flow.advance(self.height);
    }
}

fn hollow_swatch(flow: &mut Flow<'_>, kind: ChartKind, x: f32, y: f32) {
    if matches!(
        kind,
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::HorizontalBar
    ) {
        let area = Area::new(x + 4.0, y - 4.0, SWATCH - 6.0, 8.0);
        marker::hollow_bar(flow, 0, area);
    } else {
        marker::hollow_point(flow, 0, Point::new(x + SWATCH / 2.0, y), 2.2);
    }
}

fn swatch(flow: &mut Flow<'_>, kind: ChartKind, series: usize, x: f32, y: f32) {
    match kind {
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::HorizontalBar => {
            let area = Area::new(x + 4.0, y - 4.0, SWATCH - 6.0, 8.0);
            marker::bar(flow, series, area);
        }
        ChartKind::Line | ChartKind::Area => {
            let points = Box::new([Point::new(x, y), Point::new(x + SWATCH, y)]);
            let dash = marker::dash(series);
            flow.mark(Mark::Stroke {
                points,
                width: 1.4,
                colour: colour(series),
                dash,
            });
            marker::point(flow, series, Point::new(x + SWATCH / 2.0, y), 2.0);
        }
        ChartKind::Scatter | ChartKind::Forest => {
            marker::point(flow, series, Point::new(x + SWATCH / 2.0, y), 2.6)
        }
    }
}
