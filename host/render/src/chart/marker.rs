//! Shapes that set series apart, in colour and in grey: points, dashes, hatching, whiskers. What stands
//! for a period that is not complete is hollow.

use super::{colour, pale};
use crate::{
    flow::Flow,
    page::{Area, Dash, Mark, Point},
    style::{Colour, WHITE},
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
    let (points, colour) = (corners(series, at, radius), colour(series));
    flow.mark(Mark::Shape { points, colour });
}

/// Draw the point of a series where its period is not complete.
pub(super) fn hollow_point(flow: &mut Flow<'_>, series: usize, at: Point, radius: f32) {
    let points = corners(series, at, radius + 0.4);
    let outline = points.iter().chain(points.first()).copied().collect();
    flow.mark(Mark::Shape {
        points,
        colour: WHITE,
    });
    flow.mark(Mark::Stroke {
        points: outline,
        width: 0.9,
        colour: colour(series),
        dash: Dash::Solid,
    });
}

fn corners(series: usize, at: Point, radius: f32) -> Box<[Point]> {
    match series % 4 {
        0 => polygon(at, radius, 10, 0.0),
        1 => polygon(at, radius * 1.2, 4, 0.125),
        2 => polygon(at, radius * 1.35, 3, -0.25),
        _ => polygon(at, radius * 1.3, 4, 0.0),
    }
}

/// Draw a bar of a series. The third and the fourth are hatched: there are no more than two greys that
/// nobody takes for each other.
pub(super) fn bar(flow: &mut Flow<'_>, series: usize, area: Area) {
    flow.fill(area, colour(series));
    match series % 4 {
        2 => hatch(flow, area, WHITE, true),
        3 => hatch(flow, area, colour(series.saturating_sub(3)), false),
        _ => {}
    }
}

/// Draw a bar of a series where its period is not complete.
pub(super) fn hollow_bar(flow: &mut Flow<'_>, series: usize, area: Area) {
    flow.fill(area, pale(colour(series)));
    let inset = 0.4_f32.min(area.width / 2.0).min(area.height / 2.0);
    let (left, top) = (area.x + inset, area.y + inset);
    let (right, bottom) = (area.right() - inset, area.bottom() - inset);
    let points = [
        (left, bottom),
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
    ];
    flow.mark(Mark::Stroke {
        points: points.map(|(x, y)| Point::new(x, y)).into(),
        width: 0.8,
        colour: colour(series),
        dash: Dash::Dashed,
    });
}

/// Lines across an area: slanting upwards, or level.
fn hatch(flow: &mut Flow<'_>, area: Area, colour: Colour, slanting: bool) {
    const STEP: f32 = 3.6;
    let reach = if slanting {
        area.width + area.height
    } else {
        area.height
    };
    let mut at = STEP / 2.0;
    while at < reach {
        let (from, to) = if slanting {
            let (down, right) = (at.min(area.height), (at - area.height).max(0.0));
            let (up, left) = ((at - area.width).max(0.0), at.min(area.width));
            (
                Point::new(area.x + right, area.y + down),
                Point::new(area.x + left, area.y + up),
            )
        } else {
            let y = area.y + at;
            (Point::new(area.x, y), Point::new(area.right(), y))
        };
        flow.mark(Mark::Stroke {
            points: Box::new([from, to]),
            width: 0.7,
            colour,
            dash: Dash::Solid,
        });
        at += STEP;
    }
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
