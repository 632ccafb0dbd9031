//! What is drawn in the field of an upright chart: bars, lines, areas and points.

use quire_model::Align;

use super::{
    ChartKind, colour,
    data::{Data, Row, Value},
    field::Field,
    marker, pale,
    sizes::{LONE_POINT, POINT, SERIES_LINE, THIN_LINE},
};
use crate::{
    flow::Flow,
    format,
    page::{Area, Dash, Mark, Point},
    style::Type,
};

/// The share of its slot that a bar, or a group of bars, takes, and the widest bar. Without a limit a
/// chart of two bars is two blocks.
const GROUP: f32 = 0.64;
const STACK: f32 = 0.6;
const WIDEST_BAR: f32 = 48.0;
const WIDEST_STACK: f32 = 52.0;

/// Bars narrower than this stand without a gap; parts of a stack are always told apart.
const NARROW_BAR: f32 = 3.0;
const BETWEEN_PARTS: f32 = 0.4;

/// Slots narrower than this have no room for values.
const LABELLED_SLOT: f32 = 24.0;

/// More points than this hide their line.
const MOST_POINTS: usize = 40;

/// The colour so much further on in the palette is seen on a bar: its whiskers have it.
pub(super) const CONTRAST: usize = 6;

/// Draw all series.
pub(super) fn draw(flow: &mut Flow<'_>, kind: ChartKind, data: &Data<'_>, field: &Field) {
    match kind {
        ChartKind::Bar => bars(flow, data, field),
        ChartKind::StackedBar => stacks(flow, data, field),
        ChartKind::Scatter => {
            data.series
                .iter()
                .for_each(|series| stems(flow, series, field));
            data.series
                .iter()
                .for_each(|series| points(flow, series, field, LONE_POINT));
        }
        _ => {
            if kind == ChartKind::Area {
                data.series
                    .iter()
                    .for_each(|series| areas(flow, series, field));
            }
            data.series
                .iter()
                .for_each(|series| line(flow, data, series, field));
        }
    }
}

fn bars(flow: &mut Flow<'_>, data: &Data<'_>, field: &Field) {
    let slot = field.area.width / data.positions.max(1) as f32;
    let group = (slot * GROUP).min(WIDEST_BAR * data.series.len() as f32);
    let width = group / data.series.len().max(1) as f32;
    let gap = if width > NARROW_BAR { 1.0 } else { 0.0 };
    let labelled = data.series.len() == 1 && slot > LABELLED_SLOT;
    for (rank, series) in data.series.iter().enumerate() {
        for (at, value) in series.values.iter().enumerate() {
            let (Some(value), Some(centre)) = (value, field.x(at)) else {
                continue;
            };
            let left = centre - group / 2.0 + rank as f32 * width;
            let (floor, end) = (field.floor(), field.y(value.at));
            let area = Area::new(left, floor.min(end), width - gap, (floor - end).abs());
            bar(flow, data, series.number, at, area);
            if let Some((low, high)) = value.interval {
                let contrast = series.number + CONTRAST;
                marker::upright_whisker(
                    flow,
                    contrast,
                    left + (width - gap) / 2.0,
                    field.y(low),
                    field.y(high),
                );
            } else if labelled {
                bar_label(flow, value, left + (width - gap) / 2.0, end, slot);
            }
        }
    }
}

fn bar_label(flow: &mut Flow<'_>, value: &Value, x: f32, end: f32, slot: f32) {
    let mut text = String::new();
    format::number(
        value.at,
        format::decimals(std::iter::once(value.at)).min(2),
        &mut text,
    );
    let y = if value.at < 0.0 { end + 8.0 } else { end - 3.0 };
    if flow.label_width(&text, Type::CHART) <= slot {
        flow.label(&text, Point::new(x, y), Type::CHART, Align::Center);
    }
}

fn stacks(flow: &mut Flow<'_>, data: &Data<'_>, field: &Field) {
    let slot = field.area.width / data.positions.max(1) as f32;
    let width = (slot * STACK).min(WIDEST_STACK);
    let mut ends = vec![(0.0, 0.0); data.positions];
    for series in &data.series {
        for (at, (value, end)) in series.values.iter().zip(&mut ends).enumerate() {
            let (Some(value), Some(centre)) = (value, field.x(at)) else {
                continue;
            };
            let end = if value.at < 0.0 {
                &mut end.0
            } else {
                &mut end.1
            };
            let from = field.y(*end);
            *end += value.at;
            let to = field.y(*end);
            let height = ((from - to).abs() - BETWEEN_PARTS).max(0.0);
            let area = Area::new(centre - width / 2.0, from.min(to), width, height);
            bar(flow, data, series.number, at, area);
        }
    }
}

fn bar(flow: &mut Flow<'_>, data: &Data<'_>, series: usize, at: usize, area: Area) {
    if data.is_partial(at) {
        marker::hollow_bar(flow, series, area);
    } else {
        marker::bar(flow, series, area);
    }
}

/// Neighbouring points that have values, as positions on the page, with their numbers.
fn stretches(series: &Row<'_>, field: &Field) -> Vec<Vec<(usize, Point)>> {
    let mut stretches = vec![Vec::new()];
    for (at, value) in series.values.iter().enumerate() {
        match (value, field.x(at)) {
            (Some(value), Some(x)) => {
                if let Some(stretch) = stretches.last_mut() {
                    stretch.push((at, Point::new(x, field.y(value.at))));
                }
            }
            _ => stretches.push(Vec::new()),
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

fn areas(flow: &mut Flow<'_>, series: &Row<'_>, field: &Field) {
    for stretch in stretches(series, field) {
        let mut stretch: Vec<Point> = stretch.into_iter().map(|(_, point)| point).collect();
        let (Some(first), Some(last)) = (stretch.first().copied(), stretch.last().copied()) else {
            continue;
        };
        stretch.push(Point::new(last.x, field.floor()));
        stretch.push(Point::new(first.x, field.floor()));
        flow.mark(Mark::Shape {
            points: stretch.into(),
            colour: pale(colour(series.number)),
        });
    }
}

fn line(flow: &mut Flow<'_>, data: &Data<'_>, series: &Row<'_>, field: &Field) {
    let few = series.values.len() <= MOST_POINTS;
    for stretch in stretches(series, field) {
        let whole = stretch.partition_point(|(at, _)| !data.is_partial(*at));
        let points: Vec<Point> = stretch.iter().map(|(_, point)| *point).collect();
        let certain = points.get(..whole).unwrap_or_default();
        let dash = marker::dash(series.number);
        stroke(flow, series, certain, SERIES_LINE, dash);
        // What leads to a period that is not complete is only hinted at.
        if whole < points.len() {
            let hinted = points.get(whole.saturating_sub(1)..).unwrap_or_default();
            stroke(flow, series, hinted, THIN_LINE, Dash::Dotted);
        }
        for (at, point) in &stretch {
            if data.is_partial(*at) {
                marker::hollow_point(flow, series.number, *point, POINT);
            } else if few || stretch.len() == 1 {
                marker::point(flow, series.number, *point, POINT);
            }
        }
    }
    whiskers(flow, series, field);
}

fn stroke(flow: &mut Flow<'_>, series: &Row<'_>, points: &[Point], width: f32, dash: Dash) {
    if points.len() > 1 {
        let colour = colour(series.number);
        flow.mark(Mark::Stroke {
            points: points.into(),
            width,
            colour,
            dash,
        });
    }
}

fn points(flow: &mut Flow<'_>, series: &Row<'_>, field: &Field, radius: f32) {
    for (at, value) in series.values.iter().enumerate() {
        if let (Some(value), Some(x)) = (value, field.x(at)) {
            marker::point(
                flow,
                series.number,
                Point::new(x, field.y(value.at)),
                radius,
            );
        }
    }
}

/// Intervals of a cloud of points: behind all of them, thin and without ends, or they would hide it.
fn stems(flow: &mut Flow<'_>, series: &Row<'_>, field: &Field) {
    for (at, value) in series.values.iter().enumerate() {
        let interval = value.and_then(|value| value.interval);
        if let (Some((low, high)), Some(x)) = (interval, field.x(at)) {
            let points = Box::new([Point::new(x, field.y(low)), Point::new(x, field.y(high))]);
            flow.mark(Mark::Stroke {
                points,
                width: THIN_LINE,
                colour: pale(colour(series.number)),
                dash: Dash::Solid,
            });
        }
    }
}

fn whiskers(flow: &mut Flow<'_>, series: &Row<'_>, field: &Field) {
    for (at, value) in series.values.iter().enumerate() {
        let interval = value.and_then(|value| value.interval);
        if let (Some((low, high)), Some(x)) = (interval, field.x(at)) {
            marker::upright_whisker(flow, series.number, x, field.y(low), field.y(high));
        }
    }
}
