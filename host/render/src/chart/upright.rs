//! Charts whose values grow upwards: the field, its axes, its labels. `series` draws what is in it.

use quire_model::{Align, Chart};

use super::{
    ChartKind, axis_title,
    data::Data,
    field::Field,
    legend::Legend,
    measure::Measure,
    point_labels,
    positions::Track,
    series,
    sizes::{FLOOR_LINE, GRID_LINE, HALF_DIGIT, LABEL_BELOW, THIN_LINE, TICK},
};
use crate::{
    flow::Flow,
    page::{Area, Dash, Mark, Point},
    style::{INK, MUTED, RULE, STRONG_RULE, Type, WHITE},
    text::Fit,
};

/// How high a chart is, with its axis titles and a legend of one line.
const HEIGHT: f32 = 170.0;

/// How much of its height a chart keeps at least.
const LOWEST: f32 = 0.74;

/// Room for a chart's caption: two lines.
const CAPTION: f32 = 34.0;

/// The title of an axis: below the labels, or above the field, where the legend ends.
const X_TITLE: f32 = 12.0;
const Y_TITLE: f32 = 16.0;
const NO_TITLE: f32 = 6.0;

/// Between labels and what they label: below the field, left of it, and beside a reference line.
const AROUND_LABELS: f32 = 6.0;
const LEFT_OF_FIELD: f32 = 5.0;
const BESIDE_LINE: f32 = 3.0;

/// The share of the field that the name of a reference line may take; behind this share it stands left
/// of its line, or it would leave the field.
const LONGEST_NAME: f32 = 0.3;
const LEFT_OF_LINE: f32 = 0.7;

/// Labels of slots: what they are taken to lose to those of values, the narrowest slot in which words are
/// wrapped, the widest label in one line, and what neighbours keep apart.
const VALUE_LABELS: f32 = 40.0;
const NARROWEST_SLOT: f32 = 34.0;
const WIDEST_LABEL: f32 = 90.0;
const APART: f32 = 4.0;

/// Ticks of numbers and dates are so far apart at least: a label with some room.
const TICK_STEP: f32 = 58.0;

/// Draw a chart; the flow ends up below it.
pub(super) fn draw(flow: &mut Flow<'_>, chart: &Chart, kind: ChartKind, data: &Data<'_>) {
    let legend = Legend::new(flow, data);
    let values = values(chart, kind, data);
    let track = Track::of(&chart.positions, &chart.x, kind);
    let labels = bottom_labels(flow, &track, flow.width() - VALUE_LABELS);
    let below = labels.lines as f32 * Type::CHART.leading + AROUND_LABELS;
    let title = if chart.x.title.is_empty() && chart.x.unit.is_none() {
        0.0
    } else {
        X_TITLE
    };
    let wanted = HEIGHT + (legend.height - Y_TITLE).max(0.0);
    // A chart that would fit if it were a little lower is; else it would leave a gap behind.
    let least = wanted * LOWEST;
    flow.ensure((least + CAPTION).min(flow.full_height()));
    let height = wanted.min((flow.room() - CAPTION).max(least));
    flow.name_place(&chart.id);
    let end = flow.y() + height;
    legend.draw(flow, kind);
    value_title(flow, chart);
    let left = labels_width(flow, &values) + AROUND_LABELS;
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
    if kind == ChartKind::Scatter {
        point_labels::draw(flow, chart, data, &field);
    }
    references(flow, chart, &field);
    axis(flow, &field, &labels);
    if title > 0.0 {
        let at = Point::new(area.x + area.width / 2.0, end - BESIDE_LINE);
        let title = flow.named(&axis_title(&chart.x), Type::CHART, area.width);
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
        flow.advance(NO_TITLE);
        return;
    }
    let title = flow.named(&title, Type::CHART, flow.width());
    let at = Point::new(flow.left(), flow.y() + Y_TITLE / 2.0);
    flow.label(&title, at, Type::CHART.with_colour(MUTED), Align::Start);
    flow.advance(Y_TITLE);
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
            Area::new(
                field.area.x,
                y - GRID_LINE / 2.0,
                field.area.width,
                GRID_LINE,
            ),
            RULE,
        );
        let at = Point::new(field.area.x - LEFT_OF_FIELD, y + HALF_DIGIT);
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
            let align = if share > LEFT_OF_LINE {
                Align::End
            } else {
                Align::Start
            };
            let beside = if share > LEFT_OF_LINE {
                x - BESIDE_LINE
            } else {
                x + BESIDE_LINE
            };
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
                Point::new(area.right(), y - BESIDE_LINE),
                Align::End,
            )
        };
        flow.mark(Mark::Stroke {
            points: Box::new([from, to]),
            width: THIN_LINE,
            colour: INK,
            dash: Dash::Dashed,
        });
        if let Some(label) = &line.label {
            let label = flow.named(label, Type::CHART, area.width * LONGEST_NAME);
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
    if widest + APART <= slot || slot < NARROWEST_SLOT {
        // Every so many labels are left out until the others have room.
        let kept = widest.min(WIDEST_LABEL);
        let every = ((kept + 6.0) / slot).ceil().max(1.0) as usize;
        let slots = names.iter().enumerate().map(|(at, name)| {
            if at % every == 0 {
                vec![flow.named(name, Type::CHART, WIDEST_LABEL.max(slot - APART))]
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
    let lines = flow.words(text, Type::CHART, width, Fit::Full);
    let mut texts: Vec<String> = lines.iter().map(|line| flow.text_of(line)).collect();
    if texts.len() > 3 {
        texts.truncate(3);
        flow.cut_short(text);
        if let Some(last) = texts.last_mut() {
            *last = flow.shortened(&format!("{last} …"), Type::CHART, width);
        }
    }
    texts
}

fn axis(flow: &mut Flow<'_>, field: &Field, labels: &Labels) {
    let area = field.area;
    flow.fill(
        Area::new(
            area.x,
            field.floor() - FLOOR_LINE / 2.0,
            area.width,
            FLOOR_LINE,
        ),
        STRONG_RULE,
    );
    let top = area.bottom() + LABEL_BELOW;
    for (at, lines) in labels.slots.iter().enumerate() {
        let Some(x) = field.x(at) else { continue };
        let mut y = top;
        for line in lines {
            centred(flow, line, x, y, area);
            y += Type::CHART.leading;
        }
    }
    let most = (area.width / TICK_STEP) as usize;
    for (share, label) in field.track.ticks(most) {
        let x = area.x + share * area.width;
        flow.fill(
            Area::new(x - TICK.0 / 2.0, area.bottom(), TICK.0, TICK.1),
            STRONG_RULE,
        );
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
