//! Words beside the few points of a scatter chart that have some: where there is room, beside no other words.

use quire_model::{Align, Chart};

use super::{data::Data, field::Field, sizes::LONE_POINT};
use crate::{
    flow::Flow,
    page::{Area, Point},
    style::{Type, WHITE},
};

/// The attribute of a chart that names a point.
const NAME: &str = "point-label";

/// More words than this hide the points.
const MOST: usize = 24;

/// The widest label, as a share of the field.
const WIDEST: f32 = 0.35;

/// Between a point and its words, and the height of a line of them above and below its middle.
const BESIDE: f32 = 3.0;
const ABOVE: f32 = 4.6;
const BELOW: f32 = 3.0;

/// Write the labels in the order of the chart, each at the first place beside its point that is free.
pub(super) fn draw(flow: &mut Flow<'_>, chart: &Chart, data: &Data<'_>, field: &Field) {
    let mut taken: Vec<Area> = Vec::new();
    let labels = chart.attributes.iter().filter(|one| one.name == NAME);
    for attribute in labels.take(MOST) {
        let Some((point, words)) = point(&attribute.value, data, field) else {
            continue;
        };
        let words = flow.named(words, Type::CHART, field.area.width * WIDEST);
        let width = flow.label_width(&words, Type::CHART);
        let free = places(point, width).into_iter().find(|place| {
            is_inside(*place, field.area) && !taken.iter().any(|other| overlap(*place, *other))
        });
        if let Some(place) = free {
            flow.fill(place, WHITE);
            let at = Point::new(place.x, place.y + ABOVE + BELOW - 1.0);
            flow.label(&words, at, Type::CHART, Align::Start);
            taken.push(place);
        }
    }
}

/// The point that a label is of, and its words: `0 12 Angioedema`.
fn point<'a>(label: &'a str, data: &Data<'_>, field: &Field) -> Option<(Point, &'a str)> {
    let mut parts = label.splitn(3, ' ');
    let series: usize = parts.next()?.parse().ok()?;
    let position: usize = parts.next()?.parse().ok()?;
    let words = parts.next().filter(|words| !words.trim().is_empty())?;
    let value = (*data.series.get(series)?.values.get(position)?)?;
    Some((Point::new(field.x(position)?, field.y(value.at)), words))
}

/// Right and left of a point, then above and below on either side.
fn places(point: Point, width: f32) -> [Area; 6] {
    let (right, left) = (
        point.x + LONE_POINT + BESIDE,
        point.x - LONE_POINT - BESIDE - width,
    );
    let line = ABOVE + BELOW;
    let at = |x: f32, middle: f32| Area::new(x, middle - ABOVE, width, line);
    [
        at(right, point.y),
        at(left, point.y),
        at(right, point.y - line),
        at(right, point.y + line),
        at(left, point.y - line),
        at(left, point.y + line),
    ]
}

fn is_inside(place: Area, field: Area) -> bool {
    place.x >= field.x
        && place.right() <= field.right()
        && place.y >= field.y
        && place.bottom() <= field.bottom()
}

fn overlap(one: Area, other: Area) -> bool {
    one.x < other.right()
        && other.x < one.right()
        && one.y < other.bottom()
        && other.y < one.bottom()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beside_each_other_do_not_overlap_and_those_on_each_other_do() {
        let place = |x, y| places(Point::new(x, y), 40.0)[0];

        assert!(overlap(place(10.0, 10.0), place(30.0, 12.0)));
        assert!(!overlap(place(10.0, 10.0), place(10.0, 30.0)));
        assert!(!overlap(place(10.0, 10.0), place(90.0, 10.0)));
    }
}
