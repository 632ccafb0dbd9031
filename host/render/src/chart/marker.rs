//! Shapes that set series apart: points, dashes, whiskers.

use super::colour;
use crate::{
    flow::Flow,
    page::{Area, Dash, Mark, Point},
};

/// The dash of a series.
pub(super) const fn dash(series: usize) -> Dash {
    match series % 4 {
        0 => Dash::Solid,
        1 => Dash::Dashed,
        2 => Dash::Dotted,
        _ => Dash::Mixed,
    }
}

/// Draw the point of a series.
pub(super) fn point(flow: &mut Flow<'_>, series: usize, at: Point, radius: f32) {
    let colour = colour(series);
    let points: Box<[Point]> = match series % 4 {
        0 => polygon(at, radius, 10, 0.0),
        1 => polygon(at, radius * 1.2, 4, 0.125),
        2 => polygon(at, radius * 1.35, 3, -0.25),
        _ => polygon(at, radius * 1.3, 4, 0.0),
    };
    flow.mark(Mark::Shape { points, colour });
}

/// A regular polygon; `turn` is a share of a full turn.
fn polygon(centre: Point, radius: f32, corners: u8, turn: f32) -> Box<[Point]> {
    (0..corners)
        .map(|corner| {
            let angle = (f32::from(corner) / f32::from(corners) + turn) * std::f32::consts::TAU;
            Point::new(
                centre.x + radius * angle.cos(),
                centre.y + radius * angle.sin(),
            )
        })
        .collect()
}

/// Draw an upright interval with its ends.
pub(super) fn upright_whisker(flow: &mut Flow<'_>, series: usize, x: f32, from: f32, to: f32) {
    let colour = colour(series);
    let (top, height) = (from.min(to), (from - to).abs());
    flow.fill(Area::new(x - 0.4, top, 0.8, height), colour);
    for y in [from, to] {
        flow.fill(Area::new(x - 2.5, y - 0.4, 5.0, 0.8), colour);
    }
}

/// Draw a level interval with its ends.
pub(super) fn level_whisker(flow: &mut Flow<'_>, series: usize, y: f32, from: f32, to: f32) {
    let colour = colour(series);
    let (left, width) = (from.min(to), (from - to).abs());
    flow.fill(Area::new(left, y - 0.5, width, 1.0), colour);
    for x in [from, to] {
        flow.fill(Area::new(x - 0.5, y - 2.5, 1.0, 5.0), colour);
    }
}
