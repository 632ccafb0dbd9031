//! Charts, drawn as vectors.

mod data;
mod field;
mod horizontal;
mod kind;
mod legend;
mod marker;
mod measure;
mod names;
mod point_labels;
mod positions;
mod series;
mod sizes;
pub(crate) mod tabulated;
mod upright;

use quire_model::{Align, Chart};

use crate::{
    captions,
    context::Context,
    element::Role,
    flow::Flow,
    page::{Area, Point},
    style::{Colour, MUTED, TINT, Type},
    table,
};

pub(crate) use kind::ChartKind;

use data::Data;

/// Colours of series. Neighbours differ in lightness, so that they can be told apart in grey.
const COLOURS: [Colour; 8] = [
    Colour(0x0f, 0x4c, 0x75),
    Colour(0xe3, 0x9b, 0x3b),
    Colour(0x2f, 0x7f, 0x77),
    Colour(0xa9, 0xbf, 0xd1),
    Colour(0x9c, 0x2f, 0x3f),
    Colour(0xb9, 0xa3, 0xd3),
    Colour(0x4a, 0x55, 0x60),
    Colour(0xa9, 0xb6, 0x55),
];

/// The colour of a series.
fn colour(series: usize) -> Colour {
    COLOURS
        .get(series % COLOURS.len())
        .copied()
        .unwrap_or(MUTED)
}

/// A colour mixed with three parts of white.
const fn pale(colour: Colour) -> Colour {
    const fn mix(value: u8) -> u8 {
        255 - (255 - value) / 4
    }
    Colour(mix(colour.0), mix(colour.1), mix(colour.2))
}

/// Room above a chart, between it and its caption, and below both.
const ABOVE: f32 = 6.0;
const ABOVE_CAPTION: f32 = 6.0;
const BELOW: f32 = 14.0;

/// What stands for a chart without data: lower than a chart, so that nobody looks for points in it, and
/// with room for its caption.
const EMPTY: f32 = 54.0;
const EMPTY_WITH_CAPTION: f32 = 90.0;

/// Place a chart and its caption.
pub(crate) fn chart(flow: &mut Flow<'_>, chart: &Chart, label: &str, context: &Context<'_>) {
    let Some(kind) = ChartKind::of(chart) else {
        let table = tabulated::table(chart);
        table::table(flow, &table, label, context);
        return;
    };
    flow.skip(ABOVE);
    let outer = flow.enter(Role::Group);
    let group = flow.enter(Role::Figure);
    flow.describe(&words_of(chart, label));
    body(flow, chart, kind);
    flow.belong_to(group);
    flow.advance(ABOVE_CAPTION);
    captions::caption(flow, label, None, &chart.caption, context);
    let cut = flow.names_cut_short();
    if !cut.is_empty() {
        flow.plain(&format!("In full: {}", cut.join("; ")), Type::NOTE);
    }
    flow.belong_to(outer);
    flow.advance(BELOW);
}

/// Draw a chart of a known kind, without its caption; the flow ends up below it.
pub(crate) fn body(flow: &mut Flow<'_>, chart: &Chart, kind: ChartKind) {
    let data = Data::of(chart, kind);
    if data.is_empty() {
        flow.ensure(EMPTY_WITH_CAPTION);
        flow.name_place(&chart.id);
        nothing(flow);
    } else if kind.is_horizontal() {
        horizontal::draw(flow, chart, kind, &data);
    } else {
        upright::draw(flow, chart, kind, &data);
    }
}

fn nothing(flow: &mut Flow<'_>) {
    let area = Area::new(flow.left(), flow.y(), flow.width(), EMPTY);
    flow.fill(area, TINT);
    let at = Point::new(area.x + area.width / 2.0, area.y + EMPTY / 2.0 + 3.0);
    flow.label(
        "No data",
        at,
        Type::CAPTION.with_colour(MUTED),
        Align::Center,
    );
    flow.move_to(area.bottom());
}

/// What a reader who cannot see the chart is told.
pub(crate) fn words_of(chart: &Chart, label: &str) -> String {
    if !chart.alt.trim().is_empty() {
        return chart.alt.clone();
    }
    let caption: String = chart
        .caption
        .iter()
        .map(|span| span.text.as_str())
        .collect();
    format!("{label}: {caption}")
}

/// What an axis measures, with its unit.
fn axis_title(axis: &quire_model::Axis) -> String {
    match axis.unit.as_deref().filter(|unit| !unit.is_empty()) {
        Some(unit) if axis.title.is_empty() => unit.to_owned(),
        Some(unit) => format!("{} ({unit})", axis.title),
        None => axis.title.clone(),
    }
}
