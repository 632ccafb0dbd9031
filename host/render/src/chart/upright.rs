//! Charts whose values grow upwards: the field, its axes, its labels. `series` draws what is in it.

use quire_model::{Align, Chart};

use super::{
    ChartKind, axis_title, data::Data, field::Field, legend::Legend, measure::Measure,
    positions::Track, series, words,
};
use crate::{
    flow::Flow,
    page::{Area, Dash, Mark, Point},
    style::{INK, MUTED, RULE, STRONG_RULE, Type, WHITE},
    text::Fit,
};

/// How high a chart is, with its axis titles and a legend of one line.
const HEIGHT: f32 = 222.0;

/// How much of its height a chart keeps at least.
const LOWEST: f32 = 0.74;

/// Room for a chart's caption.
const CAPTION: f32 = 34.0;

/// Draw a chart; the flow ends up below it.
pub(super) fn draw(flow: &mut Flow<'_>, chart: &Chart, kind: ChartKind, data: &Data<'_>) {
    let legend = Legend::new(flow, data);
    let values = values(chart, kind, data);
    let track = Track::of(&chart.positions, &chart.x, kind);
    let labels = bottom_labels(flow, &track, flow.width() - 40.0);
    let below = labels.lines as f32 * Type::CHART.leading + 6.0;
    let title = if chart.x.title.is_empty() && chart.x.unit.is_none() {
        0.0
    } else {
        12.0
    };
    let wanted = HEIGHT + (legend.height - 16.0).max(0.0);
    // A chart that would fit if it were a little lower is; else it would leave a gap behind.
    let least = wanted * LOWEST;
    flow.ensure((least + CAPTION).min(flow.full_height()));
    let height = wanted.min((flow.room() - CAPTION).max(least));
    flow.name_place(&chart.id);
    let end = flow.y() + height;
    legend.draw(flow, kind);
    value_title(flow, chart);
    let left = labels_width(flow, &values) + 6.0;
    let area = Area::new(
        flow.left() + left,
        flow.y(),
        flow.width() - left,
        end - flow.y() - below - title,
    );
    let field = Field {
        area,
        values,
        track,
    };
    grid(flow, &field);
    series::draw(flow, kind, data, &field);
    references(flow, chart, &field);
    axis(flow, &field, &labels);
    if title > 0.0 {
        let at = Point::new(area.x + area.width / 2.0, end - 3.0);
        let title = flow.shortened(&axis_title(&chart.x), Type::CHART, area.width);
        flow.label(&title, at, Type::CHART.with_colour(MUTED), Align::Center);
    }
    flow.move_to(end);
}

fn values(chart: &Chart, kind: ChartKind, data: &Data<'_>) -> Measure {
    let references = chart
        .reference_lines
        .iter()
        .filter(|line| !line.on_x)
        .map(|line| line.at);
    let zero = matches!(
        kind,
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::Area
    )
    .then_some(0.0);
    let others = references.chain(zero);
    if kind == ChartKind::StackedBar {
        let ends = data
            .stacks()
            .into_iter()
            .flat_map(|(low, high)| [low, high]);
        return Measure::over(others.chain(ends), data.scale);
    }
    // A line of counts starts at zero too, unless that would press it flat.
    let (low, high) = data
        .numbers()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    let near = (low > 0.0 && low < high * 0.6).then_some(0.0);
    Measure::over(data.numbers().chain(others).chain(near), data.scale)
}

fn value_title(flow: &mut Flow<'_>, chart: &Chart) {
    let title = axis_title(&chart.y);
    if title.is_empty() {
        flow.advance(6.0);
        return;
    }
    let title = flow.shortened(&title, Type::CHART, flow.width());
    let at = Point::new(flow.left(), flow.y() + 8.0);
    flow.label(&title, at, Type::CHART.with_colour(MUTED), Align::Start);
    flow.advance(16.0);
}

fn labels_width(flow: &mut Flow<'_>, values: &Measure) -> f32 {
    values
        .ticks
        .iter()
        .map(|tick| flow.label_width(&values.label(*tick), Type::CHART))
        .fold(10.0, f32::max)
}

fn grid(flow: &mut Flow<'_>, field: &Field) {
    for tick in &field.values.ticks {
        let y = field.y(*tick);
        flow.fill(
            Area::new(field.area.x, y - 0.2, field.area.width, 0.4),
            RULE,
        );
        let at = Point::new(field.area.x - 5.0, y + 2.7);
        flow.label(
            &field.values.label(*tick),
            at,
            Type::CHART.with_colour(MUTED),
            Align::End,
        );
    }
}

fn references(flow: &mut Flow<'_>, chart: &Chart, field: &Field) {
    for line in chart
        .reference_lines
        .iter()
        .filter(|line| line.at.is_finite())
    {
        let area = field.area;
        let (from, to, at, align) = if line.on_x {
            let Some(share) = field.track.place(line.at) else {
                continue;
            };
            let x = area.x + share * area.width;
            let align = if share > 0.7 {
                Align::End
            } else {
                Align::Start
            };
            let beside = if share > 0.7 { x - 3.0 } else { x + 3.0 };
            (
                Point::new(x, area.y),
                Point::new(x, area.bottom()),
                Point::new(beside, area.y + 7.0),
                align,
            )
        } else {
            let y = field.y(line.at);
            (
                Point::new(area.x, y),
                Point::new(area.right(), y),
                Point::new(area.right(), y - 3.0),
                Align::End,
            )
        };
        flow.mark(Mark::Stroke {
            points: Box::new([from, to]),
            width: 0.8,
            colour: INK,
            dash: Dash::Dashed,
        });
        if let Some(label) = &line.label {
            let label = flow.shortened(label, Type::CHART, area.width * 0.3);
            let width = flow.label_width(&label, Type::CHART);
            let left = if align == Align::End {
                at.x - width
            } else {
                at.x
            };
            // Points of the plot must not run through the words.
            let behind = Area::new(left - 1.0, at.y - 6.2, width + 1.0, 7.6);
            flow.fill(behind, WHITE);
            flow.label(&label, at, Type::CHART, align);
        }
    }
}

/// What is written below the field.
struct Labels {
    /// How many lines the longest has.
    lines: usize,
    /// For slots: lines for each, empty for those left out.
    slots: Vec<Vec<String>>,
}

fn bottom_labels(flow: &mut Flow<'_>, track: &Track, width: f32) -> Labels {
    let Track::Slots(names) = track else {
        return Labels {
            lines: 1,
            slots: Vec::new(),
        };
    };
    let slot = width / names.len().max(1) as f32;
    let widest = names
        .iter()
        .map(|name| flow.label_width(name, Type::CHART))
        .fold(0.0, f32::max);
    if widest + 4.0 <= slot || slot < 34.0 {
        // Every so many labels are left out until the others have room.
        let kept = widest.min(90.0);
        let every = ((kept + 6.0) / slot).ceil().max(1.0) as usize;
        let slots = names.iter().enumerate().map(|(at, name)| {
            if at % every == 0 {
                vec![flow.shortened(name, Type::CHART, 90.0_f32.max(slot - 4.0))]
            } else {
                Vec::new()
            }
        });
        return Labels {
            lines: 1,
            slots: slots.collect(),
        };
    }
    let slots: Vec<Vec<String>> = names
        .iter()
        .map(|name| wrapped(flow, name, slot - 5.0))
        .collect();
    let lines = slots.iter().map(Vec::len).max().unwrap_or(1);
    Labels { lines, slots }
}

/// A label in at most three lines.
pub(super) fn wrapped(flow: &mut Flow<'_>, text: &str, width: f32) -> Vec<String> {
    let lines = flow.lines(&words(text), Type::CHART, width, Fit::Full);
    let mut texts: Vec<String> = lines.iter().map(|line| flow.text_of(line)).collect();
    if texts.len() > 3 {
        texts.truncate(3);
        if let Some(last) = texts.last_mut() {
            *last = flow.shortened(&format!("{last} …"), Type::CHART, width);
        }
    }
    texts
}

fn axis(flow: &mut Flow<'_>, field: &Field, labels: &Labels) {
    let area = field.area;
    flow.fill(
        Area::new(area.x, field.floor() - 0.4, area.width, 0.8),
        STRONG_RULE,
    );
    let top = area.bottom() + 11.0;
    for (at, lines) in labels.slots.iter().enumerate() {
        let Some(x) = field.x(at) else { continue };
        let mut y = top;
        for line in lines {
            centred(flow, line, x, y, area);
            y += Type::CHART.leading;
        }
    }
    let most = (area.width / 58.0) as usize;
    for (share, label) in field.track.ticks(most) {
        let x = area.x + share * area.width;
        flow.fill(Area::new(x - 0.3, area.bottom(), 0.6, 3.0), STRONG_RULE);
        centred(flow, &label, x, top, area);
    }
}

/// A label below its tick, moved so far that it stays within the chart.
fn centred(flow: &mut Flow<'_>, text: &str, x: f32, y: f32, area: Area) {
    let half = flow.label_width(text, Type::CHART) / 2.0;
    let (left, right) = (flow.left() + half, area.right() - half);
    let x = x.min(right).max(left);
    flow.label(text, Point::new(x, y), Type::CHART, Align::Center);
}
