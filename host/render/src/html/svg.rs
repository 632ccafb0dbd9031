//! Charts as SVG: the very marks that the PDF shows, so that a chart looks the same in both.

use maud::{Markup, html};
use quire_model::Chart;

use crate::{
    chart::{self, ChartKind},
    element::ElementId,
    flow::Flow,
    page::{Dash, Mark, Point, Sheet},
    style::Colour,
    tags::Tree,
    text::Shaper,
};

/// A chart with the words of its marks.
pub(super) struct Drawing {
    width: f32,
    height: f32,
    marks: Vec<SvgMark>,
}

/// A mark, with its words spelled out if it is text.
enum SvgMark {
    Mark(Mark),
    Text {
        at: Point,
        size: f32,
        colour: Colour,
        text: String,
        width: f32,
    },
}

/// Room around the chart, in points: markers at its edge stand half outside.
const MARGIN: f32 = 5.0;

/// As wide as a column of text; in points.
const WIDTH: f32 = 470.0;

/// Higher than any chart that can be sent: it is never split over pages.
const HEIGHT: f32 = 4_000_000.0;

/// Draw a chart on a sheet of its own.
pub(super) fn drawing(shaper: &mut Shaper, chart: &Chart, kind: ChartKind) -> Drawing {
    let sheet = Sheet {
        width: WIDTH,
        height: HEIGHT,
        left: 0.0,
        top: 0.0,
        bottom: HEIGHT,
    };
    let mut tree = Tree::new();
    let mut flow = Flow::new(shaper, &mut tree, ElementId::DOCUMENT, sheet);
    chart::body(&mut flow, chart, kind);
    let height = flow.y();
    let marks = flow.into_marks().into_iter();
    let marks = marks.map(|tagged| with_words(shaper, tagged.mark));
    Drawing {
        width: WIDTH,
        height,
        marks: marks.collect(),
    }
}

fn with_words(shaper: &Shaper, mark: Mark) -> SvgMark {
    match mark {
        Mark::Text {
            at,
            size,
            colour,
            word,
        } => SvgMark::Text {
            at,
            size,
            colour,
            text: shaper.glyphs(word).1.to_owned(),
            width: shaper.width_of(word) * size,
        },
        mark => SvgMark::Mark(mark),
    }
}

/// Write a drawing. Every text is as wide as it is in the PDF, whatever typeface the reader has.
pub(super) fn written(drawing: &Drawing, id: &str, title: &str, alt: &str) -> Markup {
    let (width, height) = (drawing.width + 2.0 * MARGIN, drawing.height + 2.0 * MARGIN);
    let view = format!("{} {} {} {}", n(-MARGIN), n(-MARGIN), n(width), n(height));
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox=(view) width=(n(width))
            height=(n(height)) aria-labelledby={ (id) ".title" } aria-describedby={ (id) ".desc" } {
            title id={ (id) ".title" } { (title) }
            desc id={ (id) ".desc" } { (crate::sanitise::sanitise(alt)) }
            @for mark in &drawing.marks { (shape(mark)) }
        }
    }
}

fn shape(mark: &SvgMark) -> Markup {
    match mark {
        SvgMark::Text {
            at,
            size,
            colour,
            text,
            width,
        } => {
            let length = (text.chars().count() > 1 && *width > 0.0).then(|| n(*width));
            html! {
                text x=(n(at.x)) y=(n(at.y)) font-size=(n(*size)) fill=(hex(*colour))
                    textLength=[length] lengthAdjust="spacingAndGlyphs" { (text) }
            }
        }
        SvgMark::Mark(Mark::Fill { area, colour }) => html! {
            rect x=(n(area.x)) y=(n(area.y)) width=(n(area.width.max(0.0)))
                height=(n(area.height.max(0.0))) fill=(hex(*colour)) {}
        },
        SvgMark::Mark(Mark::Stroke {
            points,
            width,
            colour,
            dash,
        }) => html! {
            polyline points=(list(points)) fill="none" stroke=(hex(*colour))
                stroke-width=(n(*width)) stroke-dasharray=[pattern(*dash)] stroke-linejoin="round" {}
        },
        SvgMark::Mark(Mark::Shape { points, colour }) => html! {
            polygon points=(list(points)) fill=(hex(*colour)) {}
        },
        // Charts hold no pictures, and the structure of the PDF means nothing here.
        SvgMark::Mark(_) => html! {},
    }
}

fn pattern(dash: Dash) -> Option<&'static str> {
    match dash {
        Dash::Solid => None,
        Dash::Dashed => Some("4 2.5"),
        Dash::Dotted => Some("1.2 2"),
        Dash::Mixed => Some("6 2 1.2 2"),
    }
}

fn list(points: &[Point]) -> String {
    let points: Vec<String> = points
        .iter()
        .map(|point| format!("{},{}", n(point.x), n(point.y)))
        .collect();
    points.join(" ")
}

fn hex(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}

/// A length with at most two digits after the point.
fn n(length: f32) -> String {
    let text = format!("{length:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}
